import { Mistake } from '../../outcome'
import type { NatsConfig } from './configTypes'
import { checkFields, optional, requiredField } from './fields'
import type { Fields } from './fields'
import { ROLES } from './roles'
import type { Role } from './roles'

const NAMES = ['servers', 'prefix', 'replicas', 'credentials', 'ca']

/** Passwords would be in the list of processes and in logs. */
const checkServer = (server: unknown, place: string): string => {
  if (typeof server !== 'string' || !URL.canParse(server) || !/^(nats|tls):$/.test(new URL(server).protocol))
    throw new Mistake(`${place} must be an address, such as nats://127.0.0.1:4222.`)
  const { password, username } = new URL(server)
  if (username !== '' || password !== '')
    throw new Mistake(`${place} must have no user: use nats.credentials in the file.`)
  return server
}

/** How NATS is reached. The flag `--nats` counts more than the file. */
export const readNats = (
  given: Fields | undefined,
  flag: string | undefined,
  place: (name: string) => string,
  beside: (name: string) => string,
): NatsConfig | undefined => {
  if (!given && flag === undefined) return undefined
  const fields = given ?? {}
  const at = (name: string): string => place(`nats.${name}`)
  checkFields(fields, NAMES, at)
  const list =
    flag === undefined
      ? (requiredField(fields, 'servers', 'list', at) as readonly unknown[])
      : flag.split(',').map(part => part.trim())
  if (list.length === 0) throw new Mistake(`${at('servers')} must have an address.`)
  const path = (name: string): string | undefined => {
    const value = optional(fields, name, 'string', at) as string | undefined
    return value === undefined ? undefined : beside(value)
  }
  const replicas = optional(fields, 'replicas', 'number', at) ?? 1
  if (![1, 3, 5].includes(replicas as number)) throw new Mistake(`${at('replicas')} must be 1, 3 or 5.`)
  return {
    servers: list.map((server, index) =>
      checkServer(server, flag === undefined ? at(`servers.${index}`) : '--nats'),
    ),
    prefix: (optional(fields, 'prefix', 'string', at) ?? '') as string,
    replicas: replicas as number,
    credentials: path('credentials'),
    ca: path('ca'),
  }
}

/** Which part of a gateway the process is. The flag `--role` counts more than the file. */
export const readRole = (
  inFile: unknown,
  flag: string | undefined,
  place: (name: string) => string,
): Role => {
  const role = ROLES.find(name => name === (flag ?? inFile ?? 'both'))
  if (!role)
    throw new Mistake(`${flag === undefined ? place('role') : '--role'} must be owner, edge or both.`)
  return role
}
