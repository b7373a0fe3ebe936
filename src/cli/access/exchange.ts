import { catchError, defer, map, mergeMap, throwError, timeout } from 'rxjs'
import type { Observable } from 'rxjs'
import { Failed } from '../outcome'
import { parseJson } from '../../util/parseJson'
import type { LoginUrls } from './urls'

/** An application's id and secret. */
export interface Application {
  readonly clientId: string
  readonly clientSecret: string
}

/** New tokens of a grant. */
export interface NewTokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** ms since the epoch */
  readonly expiresAt: number
}

type Answer = Readonly<Partial<Record<string, unknown>>>

/** How long the endpoint may take, in ms. The code is good for a minute. */
const LONGEST = 30_000

const refusal = ({ errorCode, description }: Answer, { redirect }: LoginUrls): string => {
  const said = [errorCode, description].filter(part => typeof part === 'string').join(': ')
  if (/redirect/i.test(said))
    return `The redirect URI ${redirect.href} was refused (${said}). Add exactly this address to those of the application at openapi.ctrader.com, or give its own with --redirect-uri.`
  if (/code/i.test(String(description)))
    return `The code was refused (${said}). A code is good for one minute, and once. npx rx-ctrader login gets a new one.`
  return `The tokens were refused (${said}). Check the id and the secret of the application, and that ${redirect.href} is one of its redirect URIs.`
}

const tokensIn = (answer: Answer, urls: LoginUrls): NewTokens => {
  const { accessToken, refreshToken, expiresIn } = answer
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string')
    throw new Failed(refusal(answer, urls))
  const lifetime = typeof expiresIn === 'number' && expiresIn > 0 ? expiresIn : 2_628_000
  return { accessToken, refreshToken, expiresAt: Date.now() + lifetime * 1_000 }
}

/** Exchanges a code for tokens. Errors with a sentence that says what is wrong, and has no secret. */
export const exchangeCode = (
  code: string,
  { clientId, clientSecret }: Application,
  urls: LoginUrls,
): Observable<NewTokens> => {
  const url = new URL(urls.token)
  const query = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: urls.redirect.href,
    client_id: clientId,
    client_secret: clientSecret,
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const { host } = url
  return defer(() => fetch(url, { redirect: 'error' })).pipe(
    timeout(LONGEST),
    // The error may name the address, which has the secret.
    catchError(() => throwError(() => new Failed(`The token endpoint at ${host} cannot be reached.`))),
    mergeMap(async response => ({ status: response.status, text: await response.text() })),
    map(({ status, text }) => {
      const answer = parseJson(text)
      if (typeof answer !== 'object' || answer === null)
        throw new Failed(`The token endpoint at ${host} answered with status ${status}, and not with JSON.`)
      return tokensIn(answer as Answer, urls)
    }),
  )
}
