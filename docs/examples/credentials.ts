/** Credentials as functions, and a new attempt after a new login, at a simulator. */
import {
  EMPTY,
  Subscription,
  distinctUntilChanged,
  map,
  of,
  repeat,
  retry,
  take,
  takeWhile,
  timer,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { createClient, spots } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

const broker = createSimulator({ seed: 42 })

/** A stand-in for a vault of secrets. */
const readSecret = (): Promise<string> => Promise.resolve('demo')

/** The user's token while the user is logged in. */
let token: string | undefined

// #region functions
const client = createClient({
  connect: broker.connect,
  clientId: 'demo',
  clientSecret: () => readSecret(), // a promise
})
/** The token of the user. Empty until the user logs in. */
const currentToken = (): Observable<string> => (token === undefined ? EMPTY : of(token))

const account = client.account({ accountId: 12345678, accessToken: currentToken })
// #endregion

// #region retry
/** Streams error when the account has failed. This one comes back with the next login. */
const quotes$ = spots(account, 'EURUSD').pipe(retry({ delay: () => client.retried$ }))

/** States complete after `failed`. */
const states$ = account.authenticated$.pipe(repeat({ delay: () => client.retried$ }))

const logIn = (newToken: string): void => {
  token = newToken
  client.retry()
}
// #endregion

// #region login
let ticket: string | undefined

const page = createClient({
  connect: broker.connect, // in a page: webSocketConnect('/ctrader')
  clientId: 'demo',
  clientSecret: () => (ticket === undefined ? EMPTY : of(ticket)),
  whenLoginRequired: 'wait',
})
const prices$ = spots(page.account({ accountId: 12345678, accessToken: 'demo' }), 'EURUSD')

const logInAgain = (newTicket: string): void => {
  ticket = newTicket
  page.retry()
}
const logOut = (): void => {
  ticket = undefined
  page.logout()
}
// #endregion

states$
  .pipe(
    map(state => (state.status === 'failed' ? `failed: ${state.cause.message}` : state.status)),
    takeWhile(status => status !== 'authenticated', true),
  )
  .subscribe(status => console.log(status))
quotes$.pipe(take(1)).subscribe(() => console.log('a quote'))

timer(500).subscribe(() => logIn('demo'))

// The second part begins when the first one is over.
const shown = new Subscription()
const later = (ms: number, act: () => void): void => {
  timer(ms).subscribe(act)
}
const watch = (): void => {
  shown.add(page.connection$.subscribe(({ status }) => console.log(status)))
  shown.add(prices$.pipe(distinctUntilChanged(() => true)).subscribe(() => console.log('a price')))
}
later(1_500, watch)
later(2_000, () => logInAgain('demo'))
later(4_000, logOut)
later(4_100, () => shown.unsubscribe())
