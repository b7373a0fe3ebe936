import type { IncomingMessage } from 'node:http'
import type { Handshake } from '../../gateway'
import { omitUndefined } from '../../util/omitUndefined'

/** The WebSocket protocol of a client that sends its token as another one, because browsers can set no header. */
export const PROTOCOL = 'ctrader'

const BEARER = 'base64url.bearer.'

/** A request that is refused. */
export interface RefusedRequest {
  readonly status: number
  readonly text: string
}

const refusal = (status: number, text: string): RefusedRequest => ({ status, text })

/** The values of a cookie. A page of a neighbouring host can add one of the same name. */
const cookieValues = (header: string, name: string): readonly string[] =>
  header
    .split(';')
    .map(part => part.trim())
    .filter(part => part.startsWith(`${name}=`))
    .map(part => part.slice(name.length + 1))

/** The token among the protocols that a client offers. */
const bearerToken = (header: string): string | undefined => {
  const offered = header.split(',').map(part => part.trim())
  const token = offered.find(part => part.startsWith(BEARER))?.slice(BEARER.length)
  return token === undefined ? undefined : Buffer.from(token, 'base64url').toString('utf8')
}

/** Longer than any address. What a client says of itself may be of any length, and would be so in each audit entry. */
const MAX_ADDRESS = 64

/** The address of a client. Each proxy adds at the end the address from which it was reached. */
const addressOf = ({ headers, socket }: IncomingMessage, trustProxy: number): string | undefined => {
  const forwarded = trustProxy === 0 ? [] : String(headers['x-forwarded-for'] ?? '').split(',')
  const known = [...forwarded.map(part => part.trim()), socket.remoteAddress ?? ''].filter(
    part => part !== '',
  )
  return known.at(-1 - Math.min(trustProxy, known.length - 1))?.slice(0, MAX_ADDRESS)
}

/** How the session of a request is found. */
export interface HandshakeSettings {
  /** The origins that may use a session. */
  readonly origins: readonly string[]
  readonly cookie: string
  readonly trustProxy: number
}

/** What a request says of its sender. The origin is not checked. */
export const readSender = (
  request: IncomingMessage,
  { cookie, trustProxy }: Omit<HandshakeSettings, 'origins'>,
): Handshake | RefusedRequest => {
  const { headers } = request
  const { origin } = headers
  const values = cookieValues(headers.cookie ?? '', cookie)
  if (values.length > 1) return refusal(400, 'The session cookie is there more than once')
  const token = bearerToken(headers['sec-websocket-protocol'] ?? '')
  return omitUndefined({ origin, cookie: values[0], token, address: addressOf(request, trustProxy) })
}

/**
 * What an upgrade says of its client, or why it is refused. A WebSocket knows no same-origin policy: any page can open
 * one, and the browser sends the cookie along.
 */
export const readHandshake = (
  request: IncomingMessage,
  settings: HandshakeSettings,
): Handshake | RefusedRequest => {
  const sender = readSender(request, settings)
  if ('status' in sender) return sender
  const { origin, cookie } = sender
  if (origin === undefined && cookie !== undefined) return refusal(403, 'A session cookie needs an origin')
  if (origin !== undefined && !settings.origins.includes(origin)) return refusal(403, 'Origin is not allowed')
  return sender
}
