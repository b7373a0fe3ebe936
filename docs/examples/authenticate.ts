/**
 * Authenticates an application and an account and says so once a second, for as long as it is true.
 *
 *   npm start -- [--seconds N] [--credentials FILE] [--server URL]
 *
 * If the credentials file (credentials.json) is there, at the real servers or at URL; else at a simulator that
 * listens on a free port of this machine. Ends with 0, with 1 when the server refuses for good, with 2 on unusable input.
 */
import { inspect, parseArgs } from 'node:util'
import {
  EMPTY,
  NEVER,
  catchError,
  defer,
  endWith,
  from,
  fromEvent,
  interval,
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
import { createClient, environmentOf, isCTraderError, webSocketConnect } from 'rx-ctrader'
import type { AccountOptions, AuthState, CTraderError, ClientOptions, Environment } from 'rx-ctrader'
import { readCredentials, saveTokensTo, serveSimulator } from 'rx-ctrader/node'
import type { Credentials } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'

const oneLine = (value: object): string => inspect(value, { breakLength: Infinity })

const why = (cause: CTraderError): string => {
  if (cause.reason === 'Refused' || cause.reason === 'GrantLost') {
    const { errorCode, description } = cause
    return `server responded with error: ${oneLine({ errorCode, description })}`
  }
  return cause.reason === 'ConnectionLost' && cause.close
    ? `connection closed ${oneLine(cause.close)}`
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
    case 'failed':
      if (now.status === 'failed') process.exitCode = exitCodeOf(now.cause)
      return [why(now.cause)]
  }
}

const session = (options: ClientOptions, owner: AccountOptions): Observable<string> => {
  const account = createClient({ ...options, linger: 0 }).account(owner)

  const progress$ = account.authenticated$.pipe(
    startWith({ status: 'connecting' } as const),
    pairwise(),
    mergeMap(([before, now]) => from(happened(before, now))),
  )
  const ready$ = account.authenticated$.pipe(
    switchMap(({ status }) => (status === 'authenticated' ? interval(1000).pipe(startWith(0)) : EMPTY)),
    map(() => 'fully authenticated and ready for more communication with the server'),
  )
  return merge(progress$, ready$)
}

/** A question that could not be sent for want of a line is asked again. */
const unlessUnsent = (error: unknown): Observable<unknown> =>
  isCTraderError(error) && error.reason === 'Timeout' && !error.sent ? of(error) : throwError(() => error)

const atServer = (path: string, credentials: Credentials, url: string | undefined): Observable<string> => {
  const { clientId, clientSecret } = credentials
  // A renewed pair that is not kept is a grant lost.
  const owner = { ...credentials, saveTokens: saveTokensTo(path) }
  const optionsFor = (environment: Environment): ClientOptions =>
    url === undefined
      ? { environment, clientId, clientSecret }
      : { connect: webSocketConnect(url), clientId, clientSecret }

  if (credentials.environment !== undefined) return session(optionsFor(credentials.environment), owner)

  const client = createClient({ ...optionsFor('demo'), linger: 0 })
  const environment$ = environmentOf(client, credentials).pipe(retry({ delay: unlessUnsent }), share())
  const trouble$ = client.connection$.pipe(
    mergeMap(state => (state.status === 'reconnecting' ? of(why(state.cause)) : EMPTY)),
    takeUntil(environment$.pipe(endWith(undefined))),
  )
  return merge(trouble$, environment$.pipe(switchMap(environment => session(optionsFor(environment), owner))))
}

const atSimulator = (): Observable<string> =>
  serveSimulator(createSimulator(), { port: 0 }).pipe(
    switchMap(({ url }) =>
      session(
        { connect: webSocketConnect(url), clientId: 'demo', clientSecret: 'demo' },
        { accountId: 12345678, accessToken: 'demo', refreshToken: 'demo-refresh' },
      ),
    ),
  )

/** Timers take no more. */
const MAX_SECONDS = 2_147_483

const atSimulatorOrServer = (): Observable<string> => {
  const { values } = parseArgs({
    options: {
      credentials: { type: 'string', default: 'credentials.json' },
      seconds: { type: 'string' },
      server: { type: 'string' },
    },
  })
  const seconds = values.seconds === undefined ? Infinity : Number(values.seconds)
  if (!(seconds >= 0 && seconds <= MAX_SECONDS) && seconds !== Infinity)
    throw new TypeError(`--seconds must be a number up to ${MAX_SECONDS}`)

  const credentials = readCredentials(values.credentials)
  const stop$ = merge(
    fromEvent(process, 'SIGINT'),
    fromEvent(process, 'SIGTERM'),
    seconds === Infinity ? NEVER : timer(seconds * 1000),
  )
  return (credentials ? atServer(values.credentials, credentials, values.server) : atSimulator()).pipe(
    takeUntil(stop$),
  )
}

// npm sends the interrupt of the terminal a second time: it must not end what the first is ending cleanly.
process.on('SIGINT', () => undefined)

defer(atSimulatorOrServer)
  .pipe(
    catchError((error: unknown) => {
      process.exitCode = isCTraderError(error) ? exitCodeOf(error) : 2
      return of(isCTraderError(error) ? why(error) : String(error))
    }),
  )
  .subscribe(line => {
    console.log(line)
  })
