import { CONSENT_PAGE, TOKEN_ENDPOINT } from '../../node/oauth/consentUrl'
import { Mistake } from '../outcome'

/** The addresses of a login. */
export interface LoginUrls {
  readonly auth: URL
  readonly token: URL
  /** Where users come back to. */
  readonly redirect: URL
}

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether an address means this machine. */
export const isLocal = ({ hostname }: URL): boolean => loopback.has(hostname)

/** Secrets go there: only by https, or to this machine. */
const safeUrl = (option: string, text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw new Mistake(`${option} must be a URL of the web.`)
  if (url.protocol === 'http:' && !isLocal(url)) throw new Mistake(`${option} must begin with https://.`)
  return url
}

const PORT = 8765

/** The options for the addresses. */
export interface UrlOptions {
  readonly authUrl?: string
  readonly tokenUrl?: string
  readonly redirectUri?: string
  readonly port?: number
}

/** The addresses of a login. Throws a `Mistake` if one would carry secrets in plain text. */
export const loginUrls = ({ authUrl, tokenUrl, redirectUri, port = PORT }: UrlOptions): LoginUrls => ({
  auth: safeUrl('--auth-url', authUrl ?? CONSENT_PAGE),
  token: safeUrl('--token-url', tokenUrl ?? TOKEN_ENDPOINT),
  redirect: safeUrl('--redirect-uri', redirectUri ?? `http://localhost:${port}/`),
})
