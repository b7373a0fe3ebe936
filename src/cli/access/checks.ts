import { statSync } from 'node:fs'
import { lookup } from 'node:dns/promises'
import { connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { isLoopback } from '../../node/http/loopback'
import { Failed } from '../outcome'

/** What a check has found: what to say, or what is wrong and what to do about it. */
export interface Check {
  readonly name: string
  readonly isFine: boolean
  readonly detail: string
  readonly advice?: string
}

export const fine = (name: string, detail: string): Check => ({ name, isFine: true, detail })
export const wrong = (name: string, detail: string, advice: string): Check => ({
  name,
  isFine: false,
  detail,
  advice,
})

/** How long the network may take, in ms. */
const LONGEST = 10_000

const messageIn = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}

const nameResolution = async (hostname: string): Promise<Check> => {
  try {
    const { address } = await lookup(hostname)
    return fine('name', `${hostname} is ${address}`)
  } catch (error) {
    return wrong(
      'name',
      `${hostname} is not found (${messageIn(error)})`,
      'Check the connection to the internet, and the name server.',
    )
  }
}

/** Opens a socket, and closes it at once. */
const openPort = async (hostname: string, port: number, isTls: boolean, longest: number): Promise<void> => {
  const socket = isTls
    ? connectTls({ host: hostname, port, ...(isIP(hostname) === 0 && { servername: hostname }) })
    : connectTcp({ host: hostname, port })
  socket.setTimeout(longest, () => socket.destroy(new Failed('no answer')))
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect')
  } finally {
    socket.destroy()
  }
}

/** Name resolution, port and TLS of a server, as far as they come. Each may take so long, in ms. */
export const networkChecks = async (server: URL, longest = LONGEST): Promise<readonly Check[]> => {
  const hostname = server.hostname.replace(/^\[|\]$/g, '')
  const isTls = server.protocol === 'wss:'
  const port = server.port === '' ? (isTls ? 443 : 80) : Number(server.port)
  const name = await nameResolution(hostname)
  if (!name.isFine) return [name]
  try {
    await openPort(hostname, port, false, longest)
  } catch (error) {
    const advice = isLoopback(hostname)
      ? 'Nothing listens there. A simulator must be running: npx rx-ctrader simulate.'
      : 'A firewall or a proxy may block it: the port must be open to the outside.'
    return [name, wrong('port', `${port} is not reached (${messageIn(error)})`, advice)]
  }
  const reached = fine('port', `${port} is reached`)
  if (!isTls) return [name, reached, fine('TLS', 'none: the server is ws://')]
  try {
    await openPort(hostname, port, true, longest)
    return [name, reached, fine('TLS', 'the certificate is good')]
  } catch (error) {
    const advice = 'A proxy may replace certificates, or the clock of this machine is wrong.'
    return [name, reached, wrong('TLS', `no secure connection (${messageIn(error)})`, advice)]
  }
}

/** Whether only its owner can read a file. */
export const permissionCheck = (path: string, platform: string): Check => {
  if (platform === 'win32') return fine('permissions', 'not checked on Windows')
  const mode = statSync(path).mode & 0o777
  const text = mode.toString(8).padStart(3, '0')
  return (mode & 0o077) === 0
    ? fine('permissions', `${text}: only you can read the file`)
    : wrong('permissions', `${text}: others can read the file`, `chmod 600 ${path}`)
}
