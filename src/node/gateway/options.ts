import { invalidOption } from '../../errors'
import { checkDuration, checkNames } from '../../options'
import { readBacklogLimits } from '../sockets/backlogLimits'
import type { BacklogLimits } from '../sockets/backlogLimits'
import type { OAuthRoutes } from '../oauth/routes'
import { checkPem, readPem } from './pem'

/** A certificate and its key, as PEM. */
export interface TlsOptions {
  readonly cert: string | Uint8Array
  readonly key: string | Uint8Array
}

/** Settings of `serveGateway`. */
export interface ServeGatewayOptions {
  /** 0 means any free port. */
  readonly port: number
  /** Default 127.0.0.1, for this machine only: without `tls`, tickets and cookies go there in plain text. */
  readonly host?: string
  /** Serves `https:` and `wss:`. Without it, a proxy in front has to. */
  readonly tls?: TlsOptions
  /** The path of the WebSocket. Default `/ctrader`. */
  readonly path?: string
  /**
   * The name of the cookie that has the session. Default `__Host-session`: browsers take a cookie of such a name only
   * from this very host, over `https:`.
   */
  readonly cookie?: string
  /** How many proxies are in front. So many addresses at the end of `X-Forwarded-For` are theirs. Default 0. */
  readonly trustProxy?: number
  /** How long a client may take for a request and for the handshake of TLS, in ms. Default 10 000. */
  readonly handshakeTimeout?: number
  /** Connections at the same time. Others are closed unread. Default 10 000. */
  readonly connections?: number
  /**
   * WebSockets of one network address at the same time. Others are refused with 429. Behind proxies, set `trustProxy`:
   * otherwise all users have the address of the proxy. Default 1 000.
   */
  readonly connectionsPerAddress?: number
  /**
   * What to do about clients that read too slowly, by the number of bytes that wait for one. Above the first mark, it
   * gets the latest prices only. Above the second, its line is closed with 1013. Default 1 MiB and 16 MiB.
   */
  readonly slow?: Partial<BacklogLimits>
  /** The pages of `oauthRoutes`. Default: none. */
  readonly oauth?: OAuthRoutes
}

/** The options, with defaults. */
export interface ServeGatewaySettings extends Required<Omit<ServeGatewayOptions, 'oauth' | 'slow' | 'tls'>> {
  readonly tls: TlsOptions | undefined
  readonly oauth: OAuthRoutes | undefined
  readonly slow: BacklogLimits
}

const NAMES: Readonly<Record<keyof ServeGatewayOptions, true>> = {
  port: true,
  host: true,
  tls: true,
  path: true,
  cookie: true,
  trustProxy: true,
  handshakeTimeout: true,
  connections: true,
  connectionsPerAddress: true,
  slow: true,
  oauth: true,
}

export const HEALTH_PATH = '/health'

const MAX_PORT = 65_535

const checkWhole = (option: string, value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): void => {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
    throw invalidOption(option, `must be a whole number of at least ${min}`)
}

const checkTls = (tls: unknown): void => {
  if (typeof tls !== 'object' || tls === null) throw invalidOption('tls', 'must be an object')
  checkNames(tls, { cert: true, key: true }, 'tls.')
  for (const name of ['cert', 'key'] as const) {
    const value = (tls as Partial<Record<string, unknown>>)[name]
    if ((typeof value !== 'string' && !(value instanceof Uint8Array)) || value.length === 0)
      throw invalidOption(`tls.${name}`, 'must be PEM')
  }
  const { cert, key } = tls as TlsOptions
  checkPem('tls.cert', { cert: readPem(cert) })
  checkPem('tls.key', { key: readPem(key) })
  checkPem('tls.key', { cert: readPem(cert), key: readPem(key) }, 'must belong to tls.cert')
}

/** The checked options, with defaults. Throws `InvalidOption` with the name of the option. */
export const readServeOptions = (options: ServeGatewayOptions): ServeGatewaySettings => {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) throw invalidOption('options', 'must be an object')
  checkNames(given, NAMES)
  const { port, host = '127.0.0.1', tls, oauth, path = '/ctrader', cookie = '__Host-session' } = options
  const { trustProxy = 0, handshakeTimeout = 10_000, connections = 10_000, slow = {} } = options
  const { connectionsPerAddress = 1_000 } = options
  if (!Number.isSafeInteger(port) || port < 0 || port > MAX_PORT)
    throw invalidOption('port', `must be a whole number from 0 to ${MAX_PORT}`)
  if (typeof host !== 'string' || host === '') throw invalidOption('host', 'must be a non-empty string')
  if (tls !== undefined) checkTls(tls)
  if (typeof path !== 'string' || !/^\/[\w./-]*$/.test(path))
    throw invalidOption('path', 'must be a path, such as /ctrader')
  if (path === HEALTH_PATH) throw invalidOption('path', `must not be ${HEALTH_PATH}, where the health is`)
  if (typeof cookie !== 'string' || !/^[\w!#$%&'*+.^`|~-]+$/.test(cookie))
    throw invalidOption('cookie', 'must be the name of a cookie')
  checkWhole('trustProxy', trustProxy, 0)
  checkDuration('handshakeTimeout', handshakeTimeout)
  checkWhole('connections', connections, 1)
  checkWhole('connectionsPerAddress', connectionsPerAddress, 1)
  if (oauth !== undefined && typeof (Object(oauth) as Partial<OAuthRoutes>).answer !== 'function')
    throw invalidOption('oauth', 'must be what oauthRoutes returns')
  return {
    port,
    host,
    tls,
    oauth,
    path,
    cookie,
    trustProxy,
    handshakeTimeout,
    connections,
    connectionsPerAddress,
    slow: readBacklogLimits(slow),
  }
}
