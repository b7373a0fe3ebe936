import { randomBytes } from 'node:crypto'
import { concatMap, defer, exhaustMap, of, takeWhile, tap, throwError, timeout } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Context } from '../definition'
import { Failed, Mistake, note } from '../outcome'
import { outcomeSteps, valueSteps } from '../session/steps'
import type { Step } from '../session/steps'
import { exchangeCode } from './exchange'
import type { Application, NewTokens } from './exchange'
import { DECLINED, listenForCode } from './listener'
import { failurePage, successPage } from './pages'
import { consentUrl } from '../../node/oauth/consentUrl'
import { isLocal } from './urls'
import type { LoginUrls } from './urls'

/** How long the user may take, in ms. */
const LONGEST = 600_000

const GIVEN_UP = 'There was no consent within ten minutes. npx rx-ctrader login asks again.'

/** What is asked of the user, and how. */
export interface ConsentOptions {
  readonly scope: 'accounts' | 'trading'
  /** Whether this machine has the browser. */
  readonly browser: boolean
}

interface Asked {
  readonly page: string
  readonly state: string
}

/** The code in what the user has pasted: an address with a code, or the code alone. */
const pastedCode = (text: string, state: string): string => {
  if (!URL.canParse(text)) {
    if (text === '') throw new Mistake('There was no address.')
    return text
  }
  const { searchParams } = new URL(text)
  const code = searchParams.get('code')
  if (searchParams.has('error')) throw new Failed(`${DECLINED} Nothing was written.`)
  if (code === null) throw new Mistake('The address has no code: copy it after you have allowed access.')
  const returned = searchParams.get('state')
  if (returned !== null && returned !== state) throw new Mistake('This code is of another login.')
  return code
}

const byPasting = (
  application: Application,
  urls: LoginUrls,
  { page, state }: Asked,
  { terminal: { ask } }: Context,
): Observable<Step<NewTokens>> => {
  if (!ask) throw new Mistake('--no-browser needs a terminal, for the address that you paste.')
  const question = [
    'Open this address in a browser, and allow access:',
    page,
    'Then copy the address to which the browser was sent, within a minute. It does not matter if no page is there.',
    'Paste it here: ',
  ].join('\n')
  return valueSteps(
    ask(question).pipe(concatMap(text => exchangeCode(pastedCode(text, state), application, urls))),
  )
}

const byListening = (
  application: Application,
  urls: LoginUrls,
  { page, state }: Asked,
  { terminal }: Context,
): Observable<Step<NewTokens>> =>
  listenForCode({ redirect: urls.redirect, consent: page, state }).pipe(
    timeout({ each: LONGEST, with: () => throwError(() => new Failed(GIVEN_UP)) }),
    exhaustMap((arrival): Observable<Step<NewTokens>> => {
      if ('begin' in arrival) {
        terminal.open(arrival.begin)
        const lines = [
          `Allow access in the browser, at ${arrival.begin} on this machine.`,
          `If the page refuses the redirect URI, add ${urls.redirect.href} to those of the application.`,
        ]
        return outcomeSteps(of(note(lines.join('\n'))))
      }
      const { code, respond } = arrival
      return valueSteps(exchangeCode(code, application, urls)).pipe(
        tap({
          next: () => {
            respond(successPage)
          },
          error: (error: unknown) => {
            respond(failurePage((error as Error).message))
          },
        }),
      )
    }),
    takeWhile(step => !('value' in step), true),
  )

/** Asks the user for consent, and exchanges the code for tokens at once. */
export const askConsent = (
  application: Application,
  urls: LoginUrls,
  { scope, browser }: ConsentOptions,
  context: Context,
): Observable<Step<NewTokens>> =>
  defer(() => {
    const state = randomBytes(16).toString('hex')
    const asked = { page: consentUrl(urls, application.clientId, scope, state), state }
    if (!browser) return byPasting(application, urls, asked, context)
    if (urls.redirect.protocol !== 'http:' || !isLocal(urls.redirect))
      throw new Mistake('--redirect-uri leads to another machine: give --no-browser, too.')
    return byListening(application, urls, asked, context)
  })
