/**
 * Authenticates an application and an account and says so once a second, for as long as it is true.
 *
 *   npm start -- [--seconds N] [--credentials FILE] [--server URL [--allow-insecure]] [--simulator] [--quiet]
 *
 * With the credentials of FILE, or of credentials.json if that is there, at the real servers or at URL. Without any, or
 * with `--simulator`, at a simulator that listens on a free port of this machine. There it also prints live quotes of
 * three symbols, but for `--quiet`. The first line says which. `--allow-insecure` allows a URL that begins with ws://
 * and leads to another machine.
 * Ends with 0, with 1 when the server refuses for good, with 2 on unusable input.
 */
import { inspect } from 'node:util'
import {
  EMPTY,
  catchError,
  concat,
  defer,
  endWith,
  map,
  merge,
  mergeMap,
  of,
  pairwise,
  retry,
  share,
  startWith,
  switchMap,
  takeUntil,
  throwError,
  timer,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { createClient, findEnvironment, isCTraderError, webSocketConnect } from 'rx-ctrader'
import type { Account, AccountOptions, AuthState, CTraderError, ClientOptions, Environment } from 'rx-ctrader'
import { readCredentials, fileTokens, serveSimulator } from 'rx-ctrader/node'
import type { Credentials } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { asked } from './start/asked'
import { bare, withQuotes } from './start/ready'
import { screen } from './start/screen'
import type { Shown } from './start/screen'
import { stop$ } from './start/stop'

const oneLine = (value: object): string => inspect(value, { breakLength: Infinity })

const why = (cause: CTraderError): string => {
  if (cause.reason === 'Refused' || cause.reason === 'GrantLost') {
    const { errorCode, description } = cause
    return `server responded with error: ${oneLine({ errorCode, description })}`
  }
  return cause.reason === 'ConnectionLost' && cause.close
    ? `connection closed ${oneLine(cause.close)}${cause.detail === undefined ? '' : `: ${cause.detail}`}`
    : cause.message
}

const exitCodeOf = ({ reason }: CTraderError): number => (reason === 'InvalidOption' ? 2 : 1)

/** What has happened between two states, in words. */
const happened = (before: AuthState, now: AuthState): readonly string[] => {
  switch (now.status) {
    case 'connecting':
      return []
    case 'authenticatingApp':
      return ['connected to server', 'requested application authentication']
    case 'authenticatingAccount':
      return before.status === 'authenticatingApp'
        ? ['application authentication completed', 'requested account authentication']
        : ['requested account authentication']
    case 'authenticated':
      return ['account authentication completed']
    case 'reconnecting':
    case 'loginRequired':
    case 'failed':
      if (now.status === 'failed') process.exitCode = exitCodeOf(now.cause)
      return [why(now.cause)]
  }
}

/** What a program is connected to, without what else is in a URL: a password can be. */
const placeOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'an unusable URL')

const session = (
  options: ClientOptions,
  owner: AccountOptions,
  show: (account: Account) => Observable<Shown> = bare,
): Observable<Shown> => {
  const account = createClient({ ...options, linger: 0 }).account(owner)
  const progress$ = account.authenticated$.pipe(
    startWith({ status: 'connecting' } as const),
    pairwise(),
    mergeMap(([before, now]) => happened(before, now)),
    map(line => ({ line })),
  )
  // Why the account has failed, its progress says.
  return merge(progress$, show(account).pipe(catchError(() => EMPTY)))
}

/** A question that could not be sent for want of a line is asked again. */
const unlessUnsent = (error: unknown): Observable<unknown> =>
  isCTraderError(error) && error.reason === 'Timeout' && !error.sent ? of(error) : throwError(() => error)

interface Server {
  readonly url?: string
  readonly allowInsecure: boolean
}

const atServer = (
  path: string,
  credentials: Credentials,
  { allowInsecure, url }: Server,
): Observable<Shown> => {
  const { clientId, clientSecret } = credentials
  // A renewed pair that is not kept is a grant lost.
  const owner = { ...credentials, saveTokens: fileTokens(path) }
  const optionsFor = (environment: Environment): ClientOptions =>
    url === undefined
      ? { environment, clientId, clientSecret }
      : { connect: webSocketConnect(url, { allowInsecure }), clientId, clientSecret }
  const server = (environment: string): string =>
    url === undefined ? `the real ${environment} server` : `the server ${placeOf(url)}`
  const beginning = (place: string): Observable<Shown> => of({ line: `${place}, credentials of ${path}` })

  if (credentials.environment !== undefined)
    return concat(
      beginning(server(credentials.environment)),
      session(optionsFor(credentials.environment), owner),
    )

  const client = createClient({ ...optionsFor('demo'), linger: 0 })
  const environment$ = findEnvironment(client, credentials).pipe(retry({ delay: unlessUnsent }), share())
  const trouble$ = client.connection$.pipe(
    mergeMap(state => (state.status === 'reconnecting' ? of({ line: why(state.cause) }) : EMPTY)),
    takeUntil(environment$.pipe(endWith(undefined))),
  )
  const found$ = environment$.pipe(
    switchMap(environment =>
      concat(
        of({ line: `it is a ${environment} account: ${server(environment)}` }),
        session(optionsFor(environment), owner),
      ),
    ),
  )
  return concat(beginning(`${server('demo')}, which knows whose the account is`), merge(trouble$, found$))
}

const EURUSD = 1
const DAY = 86_400_000

/** On weekends, when nothing moves, the market is that of three days before. */
const lively = (): Simulator => {
  const broker = createSimulator()
  return broker.market.isOpen(EURUSD, broker.now())
    ? broker
    : createSimulator({ start: broker.now() - 3 * DAY })
}

const atSimulator = (isQuiet: boolean): Observable<Shown> =>
  serveSimulator(lively(), { port: 0 }).pipe(
    switchMap(({ url }) =>
      concat(
        of({ line: `a simulator of this program, at ${placeOf(url)}: no real server, no real money` }),
        session(
          { connect: webSocketConnect(url), clientId: 'demo', clientSecret: 'demo' },
          { accountId: 12345678, accessToken: 'demo', refreshToken: 'demo-refresh' },
          isQuiet ? bare : withQuotes,
        ),
      ),
    ),
  )

const atSimulatorOrServer = (): Observable<Shown> => {
  const { allowInsecure, quiet, seconds, server: url, simulator, ...given } = asked()
  const path = given.credentials ?? 'credentials.json'
  const credentials = simulator ? undefined : readCredentials(path)
  if (!credentials && given.credentials !== undefined)
    throw new TypeError(`--credentials: there is no file ${path}`)
  if (!credentials && url !== undefined)
    throw new TypeError(`--server needs credentials, and there is no file ${path}`)
  const over$ = seconds === Infinity ? stop$ : merge(stop$, timer(seconds * 1000))
  const place = url ?? credentials?.server
  const server = { allowInsecure, ...(place !== undefined && { url: place }) }
  return (credentials ? atServer(path, credentials, server) : atSimulator(quiet)).pipe(takeUntil(over$))
}

// npm sends the interrupt of the terminal a second time: it must not end what the first is ending cleanly.
process.on('SIGINT', () => undefined)

defer(atSimulatorOrServer)
  .pipe(
    catchError((error: unknown) => {
      process.exitCode = isCTraderError(error) ? exitCodeOf(error) : 2
      return of({ line: isCTraderError(error) ? why(error) : (error as Error).message })
    }),
  )
  .subscribe(screen())
