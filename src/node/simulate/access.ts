import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../http/loopback'

/** Who may reach a port, besides those that always may. */
export interface Access {
  /** Names under which the port is reached, such as `simulator` in a network of containers. */
  readonly allowHosts: readonly string[]
  /** Origins of web pages, such as `https://demo.example`; `'*'` is any. */
  readonly allowOrigins: readonly string[]
}

const urlOf = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

const isAddress = (hostname: string): boolean => hostname.startsWith('[') || /^[\d.]+$/.test(hostname)

/**
 * Whether a request has an allowed `Host`. A malicious page can point its own domain at this machine and then read
 * the answers (DNS rebinding). That does not work with an IP address as `Host`, and programs are not affected.
 */
export const isOurHost = ({ headers }: IncomingMessage, { allowHosts }: Access): boolean => {
  if (headers.host === undefined) return true
  const hostname = urlOf(`http://${headers.host}`)?.hostname
  return (
    hostname !== undefined && (isLoopback(hostname) || isAddress(hostname) || allowHosts.includes(hostname))
  )
}

/** Whether a WebSocket may come from there: not from a page, from a page of this machine, or from an allowed one. */
export const isOurOrigin = (origin: string | undefined, { allowOrigins }: Access): boolean => {
  if (origin === undefined || allowOrigins.includes('*') || allowOrigins.includes(origin)) return true
  const url = urlOf(origin)
  return url !== undefined && /^https?:$/.test(url.protocol) && isLoopback(url.hostname)
}
