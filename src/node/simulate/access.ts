import type { IncomingMessage, ServerResponse } from 'node:http'

/** Who may reach a port beside those that always may. */
export interface Access {
  /** Names under which the port is reached, as `simulator` in a network of containers. */
  readonly allowHosts: readonly string[]
  /** Origins of web pages, as `https://demo.example`; `'*'` is any. */
  readonly allowOrigins: readonly string[]
}

/** Whether a name is always this machine's own. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  hostname === '::1' ||
  /^127(\.\d{1,3}){3}$/.test(hostname)

const urlOf = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

const isAddress = (hostname: string): boolean => hostname.startsWith('[') || /^[\d.]+$/.test(hostname)

/**
 * Whether a request names a host that it may name. A page can let its own name lead to this machine, and then read
 * what is answered: with a number for a host it can't, and a program has no need to.
 */
export const isOurHost = ({ headers }: IncomingMessage, { allowHosts }: Access): boolean => {
  if (headers.host === undefined) return true
  const hostname = urlOf(`http://${headers.host}`)?.hostname
  return (
    hostname !== undefined && (isLoopback(hostname) || isAddress(hostname) || allowHosts.includes(hostname))
  )
}

/** Whether a WebSocket may come from there: from no page, from one of this machine, or from one that is allowed. */
export const isOurOrigin = (origin: string | undefined, { allowOrigins }: Access): boolean => {
  if (origin === undefined || allowOrigins.includes('*') || allowOrigins.includes(origin)) return true
  const url = urlOf(origin)
  return url !== undefined && /^https?:$/.test(url.protocol) && isLoopback(url.hostname)
}

/** Whoever has its answer while it is still sending is told that the line ends with it, and not listened to any further. */
export const cutOff = (request: IncomingMessage, response: ServerResponse): void => {
  if (request.complete) return
  response.setHeader('connection', 'close')
  response.on('finish', () => {
    request.socket.destroySoon()
  })
}
