import { catchError, defer, map, mergeMap, of, timeout } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Tokens } from '../../session/authentication/grants/tokens'
import { parseJson } from '../../util/parseJson'
import type { WebAddress } from './consentUrl'

/** An application's id and secret. */
export interface Application {
  readonly clientId: string
  readonly clientSecret: string
}

/** What the token endpoint gives for a code. Nothing but `tokens` has a secret. */
export type Exchanged =
  | { readonly kind: 'tokens'; readonly tokens: Required<Tokens> }
  /** Its `errorCode` and `description`. */
  | { readonly kind: 'refused'; readonly errorCode: string; readonly description: string }
  | { readonly kind: 'unreachable' }
  /** It is no JSON. */
  | { readonly kind: 'unreadable'; readonly status: number }

/** How long the endpoint may take, in ms. A code is good for a minute. */
const LONGEST = 30_000

/** About a month, in seconds. */
const USUAL_LIFETIME = 2_628_000

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const read = (status: number, text: string): Exchanged => {
  const answer = parseJson(text)
  if (typeof answer !== 'object' || answer === null) return { kind: 'unreadable', status }
  const { accessToken, refreshToken, expiresIn, errorCode, description } = answer as Readonly<
    Partial<Record<string, unknown>>
  >
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string')
    return { kind: 'refused', errorCode: textOf(errorCode), description: textOf(description) }
  const lifetime = typeof expiresIn === 'number' && expiresIn > 0 ? expiresIn : USUAL_LIFETIME
  return { kind: 'tokens', tokens: { accessToken, refreshToken, expiresAt: Date.now() + lifetime * 1_000 } }
}

/** Exchanges the code of a consent for tokens, once. Never errors. */
export const exchangeCode = (
  code: string,
  { clientId, clientSecret }: Application,
  { token, redirect }: { readonly token: WebAddress; readonly redirect: WebAddress },
): Observable<Exchanged> => {
  const url = new URL(token.href)
  const query = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirect.href,
    client_id: clientId,
    client_secret: clientSecret,
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return defer(() => fetch(url, { redirect: 'error' })).pipe(
    mergeMap(async response => ({ status: response.status, text: await response.text() })),
    timeout(LONGEST),
    map(({ status, text }) => read(status, text)),
    // The error may name the address, which has the secret.
    catchError(() => of<Exchanged>({ kind: 'unreachable' })),
  )
}
