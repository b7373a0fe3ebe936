import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import { exchangeCode as exchange } from '../../node/oauth/exchangeCode'
import type { Application, Exchanged } from '../../node/oauth/exchangeCode'
import type { Tokens } from '../../index'
import { Failed } from '../outcome'
import type { LoginUrls } from './urls'

export type { Application } from '../../node/oauth/exchangeCode'

/** New tokens of a grant. */
export type NewTokens = Required<Tokens>

type Refused = Extract<Exchanged, { readonly kind: 'refused' }>

const refusal = ({ errorCode, description }: Refused, { redirect }: LoginUrls): string => {
  const said = [errorCode, description].filter(part => part !== '').join(': ')
  if (/redirect/i.test(said))
    return `The redirect URI ${redirect.href} was refused (${said}). Add exactly this address to those of the application at openapi.ctrader.com, or give its own with --redirect-uri.`
  if (/code/i.test(description))
    return `The code was refused (${said}). A code is good for one minute, and once. npx rx-ctrader login gets a new one.`
  return `The tokens were refused (${said}). Check the id and the secret of the application, and that ${redirect.href} is one of its redirect URIs.`
}

const failure = (exchanged: Exclude<Exchanged, { readonly kind: 'tokens' }>, urls: LoginUrls): string => {
  const { host } = urls.token
  switch (exchanged.kind) {
    case 'refused':
      return refusal(exchanged, urls)
    case 'unreachable':
      return `The token endpoint at ${host} cannot be reached.`
    case 'unreadable':
      return `The token endpoint at ${host} answered with status ${exchanged.status}, and not with JSON.`
  }
}

/** Exchanges a code for tokens. Errors with a sentence that says what is wrong, and has no secret. */
export const exchangeCode = (
  code: string,
  application: Application,
  urls: LoginUrls,
): Observable<NewTokens> =>
  exchange(code, application, urls).pipe(
    map(exchanged => {
      if (exchanged.kind === 'tokens') return exchanged.tokens
      throw new Failed(failure(exchanged, urls))
    }),
  )
