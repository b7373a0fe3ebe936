import { isLoopback } from './loopback'

/** An address to which secrets may go, only by https or to this machine; or what it must be instead. */
export const safeUrl = (given: unknown): URL | 'must be a URL of the web' | 'must begin with https://' => {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be a URL of the web'
  return url.protocol === 'http:' && !isLoopback(url.hostname) ? 'must begin with https://' : url
}
