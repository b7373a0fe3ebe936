import {
  BehaviorSubject,
  EMPTY,
  Subject,
  concat,
  distinctUntilChanged,
  finalize,
  map,
  mergeMap,
  of,
  queueScheduler,
  switchMap,
  tap,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { backoff } from '../connection/backoff'
import type { BackoffOptions } from '../connection/backoff'
import type { HeartbeatOptions } from '../connection/heartbeat'
import { openLink } from '../connection/link'
import type { Link, RejectedFrame } from '../connection/link'
import type { Request, RequestOptions } from '../connection/request'
import { invalidOption } from '../errors'
import type { Message, MessageOf, MessageType } from '../protocol/table'
import type { Drift } from '../transport/frame'
import { webSocketConnect } from '../transport/socket'
import type { Connect } from '../transport/socket'
import { createAccount } from './account'
import type { Account } from './account'
import { appAuth, isFatal } from './auth'
import type { AccountCredentials, AppCredentials } from './auth'
import { keepTrying } from './keepTrying'
import { linksOf, requestOver } from './links'
import { randomFraction, sequentialIds } from './random'
import { sharedState } from './shared'
import type { ConnectionState, Session } from './state'

/** Which of the two hosts: each serves its own accounts only. */
export type Environment = 'demo' | 'live'

export interface ClientTuning extends HeartbeatOptions, RequestOptions {
  /** How long the line may take to open, in ms. Default 15 000. */
  readonly connectTimeout: number
  /** Bounds of the pause before a reconnect. Default: up to 1 s at first, doubling up to 30 s. */
  readonly backoff: BackoffOptions
  /** After this long authenticated, in ms, a lost line counts as the first again. Default 60 000. */
  readonly stableAfter: number
  /** How long the line stays open after the last subscriber has left, in ms. Default 1 000: a page change must not reconnect. */
  readonly linger: number
  /** Numbers in [0, 1) for jitter and ids. Default: the platform's cryptographic source. */
  readonly random: () => number
}

export type ClientOptions = AppCredentials &
  Partial<ClientTuning> &
  ({ readonly environment: Environment } | { readonly connect: Connect })

/** What `client.account` needs: the account, and a token of its owner. */
export interface AccountOptions extends AccountCredentials {
  readonly refreshToken?: string
}

/** One application on one line, shared by all its accounts. Nothing connects before something is subscribed. */
export interface Client {
  /**
   * What the line is doing: the current state at once, then every change. Watching it does not open the line. Never
   * errors or completes.
   */
  readonly connection$: Observable<ConnectionState>

  /**
   * The link on which the application is authenticated (2100 → 2101): the current one at once, another after every
   * reconnect. Errors with the cause when authentication has failed for good; never completes.
   */
  readonly appAuth$: Observable<Link>

  /** Every message that comes in, on this line and the next, tokens concealed. Errors when the session has failed. */
  readonly message$: Observable<Message>

  /**
   * The messages of one payload type, through lost lines, at the same cost whoever else listens to others.
   *
   * ```ts
   * client.on(PayloadType.HEARTBEAT_EVENT).subscribe(() => console.log('alive'))
   * ```
   */
  readonly on: <T extends MessageType>(payloadType: T) => Observable<MessageOf<T>>

  /** Frames that are no messages, with the reason; they end nothing. Watching does not open the line. */
  readonly rejected$: Observable<RejectedFrame>

  /** Fields and enum numbers this release does not know, each once. Watching does not open the line. */
  readonly drift$: Observable<Drift>

  /**
   * Waits for the application's authentication, sends, emits the payload of the one answer and completes. Cold:
   * each subscription sends one request. Errors with `Refused`, `Timeout`, `ConnectionLost` or, before anything is
   * sent, `InvalidRequest`.
   *
   * ```ts
   * client.request(PayloadType.PROTO_OA_VERSION_REQ, {}).subscribe(({ version }) => console.log(version))
   * ```
   */
  readonly request: Request

  /** A trading account on this line. The same account and token give the same object. */
  readonly account: (options: AccountOptions) => Account
}

const hosts: Readonly<Record<Environment, string>> = {
  demo: 'wss://demo.ctraderapi.com:5036',
  live: 'wss://live.ctraderapi.com:5036',
}

const connectOf = ({ connect, environment }: { connect?: Connect; environment?: Environment }): Connect => {
  if (connect) return connect
  if (environment !== 'demo' && environment !== 'live')
    throw invalidOption('environment', "must be 'demo' or 'live' where no connect is given")
  return webSocketConnect(hosts[environment])
}

const required = (option: string, value: unknown): void => {
  if (typeof value !== 'string' || value === '')
    throw invalidOption(option, 'must be a text that is not empty')
}

/** Timers take no more, and count as none what is no number. */
const MAX_DURATION = 2 ** 31 - 1

const duration = (option: string, value: unknown): void => {
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_DURATION))
    throw invalidOption(option, `must be a number of ms from 0 to ${MAX_DURATION}`)
}

/**
 * A client of the cTrader Open API. Lazy: the line opens with the first subscription that needs it, is shared by
 * all, heals itself, and closes after the last has left. Throws `InvalidOption` on unusable options.
 *
 * ```ts
 * const client = createClient({ environment: 'demo', clientId, clientSecret })
 * const account = client.account({ accountId: 12345678, accessToken })
 * account.authenticated$.subscribe(state => console.log(state.status))
 * ```
 */
export const createClient = (options: ClientOptions): Client => {
  const {
    clientId,
    clientSecret,
    connectTimeout = 15_000,
    requestTimeout = 10_000,
    heartbeatInterval = 10_000,
    idleTimeout = 45_000,
    backoff: bounds = { initial: 1_000, max: 30_000 },
    stableAfter = 60_000,
    linger = 1_000,
    random = randomFraction,
    nextId = sequentialIds(random),
  } = options
  required('clientId', clientId)
  required('clientSecret', clientSecret)
  const durations = { connectTimeout, requestTimeout, heartbeatInterval, idleTimeout, stableAfter, linger }
  for (const [option, value] of Object.entries(durations)) duration(option, value)
  duration('backoff.initial', bounds.initial)
  duration('backoff.max', bounds.max)
  const connect = connectOf(options)
  const persistence = { pause: (attempt: number) => backoff(attempt, bounds, random), stableAfter }

  const rejected$ = new Subject<RejectedFrame>()
  const drift$ = new Subject<Drift>()
  const driftSeen = new Set<string>()
  const onDrift = (drift: Drift): void => {
    const key = `${drift.payloadType} ${drift.entity}.${drift.field} ${drift.kind}`
    if (driftSeen.has(key)) return
    driftSeen.add(key)
    drift$.next(drift)
  }
  const onRejected = (frame: RejectedFrame): void => {
    rejected$.next(frame)
  }

  const authenticateApp = appAuth({ clientId, clientSecret })
  const sessionOn = (link: Link): Observable<Session> =>
    concat(
      of({ status: 'authenticatingApp', link } as const),
      authenticateApp(link).pipe(map(() => ({ status: 'appAuthenticated', link }) as const)),
    )

  const connection$ = new BehaviorSubject<ConnectionState>({ status: 'idle' })
  // A watcher that subscribes or leaves in reaction to a state makes the next one: that must wait its turn.
  const show = (state: ConnectionState): void => {
    queueScheduler.schedule(() => {
      connection$.next(state)
    })
  }
  const trouble = (): string | undefined =>
    connection$.value.status === 'reconnecting' ? connection$.value.cause.message : undefined
  const session$ = keepTrying<Session>(
    concat(
      of({ status: 'connecting' } as const),
      openLink(connect, {
        connectTimeout,
        requestTimeout,
        heartbeatInterval,
        idleTimeout,
        nextId,
        onRejected,
        onDrift,
      }).pipe(switchMap(sessionOn)),
    ),
    { ...persistence, isUp: ({ status }) => status === 'appAuthenticated', isFatal },
  ).pipe(
    tap(session => {
      if (!('link' in session)) show(session)
      else if (session.status === 'authenticatingApp') show({ status: 'connected' })
    }),
    finalize(() => {
      if (connection$.value.status !== 'failed') show({ status: 'idle' })
    }),
    sharedState(linger),
  )

  const appAuth$ = linksOf(session$, 'appAuthenticated')
  const onEveryLink = <A>(project: (link: Link) => Observable<A>): Observable<A> =>
    session$.pipe(
      mergeMap(session => (session.status === 'failed' ? throwError(() => session.cause) : of(session))),
      map(session => ('link' in session ? session.link : undefined)),
      distinctUntilChanged(),
      switchMap(link => (link ? project(link) : EMPTY)),
    )

  const accounts = new Map<number, { readonly accessToken: string; readonly account: Account }>()

  return {
    connection$: connection$.asObservable(),
    appAuth$,
    message$: onEveryLink(link => link.message$),
    on: payloadType => onEveryLink(link => link.on(payloadType)),
    rejected$: rejected$.asObservable(),
    drift$: drift$.asObservable(),
    request: requestOver(appAuth$, requestTimeout, trouble),
    account: ({ accountId, accessToken }) => {
      if (!Number.isSafeInteger(accountId) || accountId <= 0)
        throw invalidOption('accountId', 'must be a positive whole number')
      required('accessToken', accessToken)
      // Two objects for one account would each undo the other's subscriptions on the server.
      const known = accounts.get(accountId)
      if (known?.accessToken === accessToken) return known.account
      const account = createAccount(
        session$,
        { accountId, accessToken },
        { ...persistence, requestTimeout, trouble },
      )
      accounts.set(accountId, { accessToken, account })
      return account
    },
  }
}
