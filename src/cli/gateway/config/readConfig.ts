import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readObject } from '../../../node/credentials'
import { Mistake } from '../../outcome'
import { readAudit } from './auditConfig'
import { parseKeys } from './keys'
import { checkFields, optional, portOr, requiredField, requiredPort, requiredText } from './fields'
import type { Fields } from './fields'
import type { GatewayConfig } from './configTypes'
import { readNats, readRole } from './natsConfig'
import type { Application } from '../../../node'

const NAMES = [
  'role',
  'nats',
  'port',
  'host',
  'path',
  'cookie',
  'trustProxy',
  'connectionsPerAddress',
  'tls',
  'application',
  'origins',
  'lines',
  'maxLines',
  'feeds',
  'limits',
  'grants',
  'rights',
  'journal',
  'audit',
  'metrics',
  'sessions',
  'oauth',
]

const LINE_NAMES = ['name', 'environment', 'server']

const readPem = (file: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Mistake(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}.`)
  }
}

/** A user in it would be written wherever the address is. */
const checkLineServer = (server: unknown, place: string): void => {
  if (server === undefined) return
  const url = typeof server === 'string' && URL.canParse(server) ? new URL(server) : undefined
  if (!url || !/^wss?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new Mistake(`${place} must be an address without a user, such as ws://127.0.0.1:5035.`)
}

/** The feed of each account, by its id. */
const readFeeds = (
  feeds: Fields | undefined,
  place: (name: string) => string,
): ReadonlyMap<number, string> => {
  const feedOf = new Map<number, string>()
  for (const [feed, accountIds] of Object.entries(feeds ?? {})) {
    if (!Array.isArray(accountIds) || !accountIds.every(id => Number.isSafeInteger(id)))
      throw new Mistake(`${place(feed)} must be a list of account ids.`)
    for (const accountId of accountIds as readonly number[]) {
      if (feedOf.has(accountId)) throw new Mistake(`${place(feed)} has an account of another feed.`)
      feedOf.set(accountId, feed)
    }
  }
  return feedOf
}

type Env = Readonly<Record<string, string | undefined>>

/** The port of a gateway that has no other. */
export const DEFAULT_PORT = 8080

/** Flags of the command that count more than the file. */
export interface ConfigFlags {
  readonly role?: string | undefined
  readonly nats?: string | undefined
}

/**
 * The configuration in a file. Paths in it are relative to its folder. The secrets may be in variables instead:
 * `RX_CTRADER_CLIENT_SECRET` and `RX_CTRADER_GRANT_KEYS`. Throws a `Mistake` that names the field, and never its value.
 */
export const readConfig = (
  path: string,
  folder: string,
  env: Env,
  flags: ConfigFlags = {},
): GatewayConfig => {
  const file = resolve(folder, path)
  const { fields } = readObject(file)
  const place = (name: string): string => `${name} in ${path}`
  const beside = (name: string): string => resolve(dirname(file), name)
  const text = (from: Fields, name: string): string | undefined =>
    optional(from, name, 'string', place) as string | undefined
  const object = (from: Fields, name: string, names: readonly string[]): Fields | undefined => {
    const value = optional(from, name, 'object', place) as Fields | undefined
    if (value) checkFields(value, names, field => place(`${name}.${field}`))
    return value
  }
  checkFields(fields, NAMES, place)

  const role = readRole(fields['role'], flags.role, place)
  const nats = readNats(
    optional(fields, 'nats', 'object', place) as Fields | undefined,
    flags.nats,
    place,
    beside,
  )
  if (!nats && role !== 'both') throw new Mistake(`The role ${role} needs nats in ${path}, or --nats.`)
  if (nats && fields['journal'] !== undefined)
    throw new Mistake(`${place('journal')} is for one process. With nats, the journals are there.`)
  if (role !== 'both' && fields['oauth'] !== undefined)
    throw new Mistake(`${place('oauth')} needs the role both.`)

  /** An edge has no secret and no key, and an owner no sessions: what a role does not need is not read. */
  const hasLines = role !== 'edge'
  const hasPeers = role !== 'owner'
  const application = object(fields, 'application', ['clientId', 'clientSecret']) ?? {}
  const inApplication = (name: string): string => place(`application.${name}`)
  const readApplication = (): Application => ({
    clientId: requiredText(application, 'clientId', inApplication),
    clientSecret:
      env['RX_CTRADER_CLIENT_SECRET'] ??
      requiredText(application, 'clientSecret', name => `${inApplication(name)} or RX_CTRADER_CLIENT_SECRET`),
  })

  const tls = object(fields, 'tls', ['cert', 'key'])
  const pem = (from: Fields, name: string): string => {
    const given = requiredText(from, name, field => place(`tls.${field}`))
    return readPem(place(`tls.${name}`), beside(given))
  }

  const grants = object(fields, 'grants', ['folder', 'keys']) ?? {}
  const inGrants = (name: string): string => place(`grants.${name}`)
  const grantFolder = (): string | undefined => {
    const given = nats
      ? (optional(grants, 'folder', 'string', inGrants) as string | undefined)
      : requiredText(grants, 'folder', inGrants)
    return given === undefined ? undefined : beside(given)
  }
  const rights = text(fields, 'rights')
  const journal = text(fields, 'journal')
  const audit = readAudit(fields['audit'], nats !== undefined, place, beside)

  const metrics = object(fields, 'metrics', ['port', 'host'])
  const inMetrics = (name: string): string => place(`metrics.${name}`)

  const lines = (optional(fields, 'lines', 'list', place) as readonly Fields[] | undefined)?.map(
    (line, index) => {
      const at = (name: string): string => place(`lines.${index}.${name}`)
      requiredField({ line }, 'line', 'object', () => place(`lines.${index}`))
      checkFields(line, LINE_NAMES, at)
      checkLineServer(line['server'], at('server'))
      return line
    },
  )
  return {
    file,
    port: portOr(DEFAULT_PORT, fields, 'port', place),
    host: text(fields, 'host'),
    path: text(fields, 'path'),
    cookie: text(fields, 'cookie'),
    trustProxy: optional(fields, 'trustProxy', 'number', place),
    connectionsPerAddress: optional(fields, 'connectionsPerAddress', 'number', place),
    tls: tls && { cert: pem(tls, 'cert'), key: pem(tls, 'key') },
    role,
    nats,
    application: hasLines ? readApplication() : undefined,
    origins: hasPeers ? requiredField(fields, 'origins', 'list', place) : undefined,
    lines,
    maxLines: optional(fields, 'maxLines', 'number', place),
    feeds: readFeeds(optional(fields, 'feeds', 'object', place) as Fields | undefined, name =>
      place(`feeds.${name}`),
    ),
    limits: optional(fields, 'limits', 'object', place),
    grants: hasLines
      ? {
          folder: grantFolder(),
          keys: parseKeys(env['RX_CTRADER_GRANT_KEYS'], grants['keys'], place('grants.keys')),
        }
      : undefined,
    rights: rights === undefined ? undefined : beside(rights),
    journal: journal === undefined ? undefined : beside(journal),
    audit,
    metrics: metrics && {
      port: requiredPort(metrics, 'port', inMetrics),
      host: optional(metrics, 'host', 'string', inMetrics) as string | undefined,
    },
    sessions: hasPeers ? beside(requiredText(fields, 'sessions', place)) : undefined,
    oauth: object(fields, 'oauth', ['redirectUri', 'scope', 'returnTo', 'authUrl', 'tokenUrl']),
  } as GatewayConfig
}
