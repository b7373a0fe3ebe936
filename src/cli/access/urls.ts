import { safeUrl } from '../../node/http/safeUrl'
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

const readUrl = (option: string, text: string): URL => {
  const url = safeUrl(text)
  if (typeof url === 'string') throw new Mistake(`${option} ${url}.`)
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
  auth: readUrl('--auth-url', authUrl ?? CONSENT_PAGE),
  token: readUrl('--token-url', tokenUrl ?? TOKEN_ENDPOINT),
  redirect: readUrl('--redirect-uri', redirectUri ?? `http://localhost:${port}/`),
})
