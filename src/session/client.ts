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
import { openLink } from '../connection/link'
import type { Link } from '../connection/link'
import type { RejectedFrame } from '../connection/receiver'
import { createOversized } from '../connection/requests/oversized'
import type { Request } from '../connection/requests/request'
import type { On } from '../connection/router'
import { createWire } from '../connection/wire'
import type { CTraderError } from '../errors'
import type { Message } from '../protocol/table'
import type { Drift } from '../transport/frame'
import { createAccount } from './account'
import type { Account } from './account'
import { appAuth, endIfAppLost, isFatal } from './authentication/auth'
import { createGrants } from './authentication/grants'
import { healthOf } from './state/health'
import type { Health } from './state/health'
import { reconnect } from './reconnecting/reconnect'
import { linksOf, requestOver } from './links'
import { checkAccountOptions, settingsOf } from './options'
import type { AccountOptions, ClientOptions } from './options'
import { logState } from './logging/log'
import { reconnectDelay } from './reconnecting/reconnectDelay'
import { shareState } from './state/shareState'
import type { ConnectionState, Session } from './state/state'
import type { Grant } from './authentication/tokens'
import { exposeWire } from './logging/wireTap'
import { defined } from '../util/defined'

/** One application on one line, shared by all its accounts. Nothing connects before the first subscription. */
export interface Client {
  /**
   * The state of the line: the current state at once, then every change. Watching it does not open the line. Never
   * errors or completes.
   */
  readonly connection$: Observable<ConnectionState>

  /**
   * The link on which the application is authenticated (2100 → 2101): the current one at once, and a new one after
   * every reconnect. Errors with the cause when authentication has failed for good; never completes.
   */
  readonly appAuth$: Observable<Link>

  /** Every incoming message, over all lines, with tokens concealed. Errors when the session has failed. */
  readonly message$: Observable<Message>

  /**
   * The messages of one payload type, over all lines. If they name a symbol, also those of one symbol. The cost
   * does not depend on other consumers.
   *
   * ```ts
   * client.on(PayloadType.HEARTBEAT_EVENT).subscribe(() => console.log('alive'))
   * client.on(PayloadType.PROTO_OA_SPOT_EVENT, 1).subscribe(({ payload }) => console.log(payload.bid))
   * ```
   */
  readonly on: On

  /** Frames that are not messages, with the reason. They end nothing. Watching does not open the line. */
  readonly rejected$: Observable<RejectedFrame>

  /**
   * Fields and enum numbers that this release does not know, each once, 1 000 at most. Watching does not open the
   * line.
   */
  readonly drift$: Observable<Drift>

  /**
   * The condition of the session: at once, at each change of `connection$` and once a second. Watching does not
   * open the line. Never errors or completes.
   *
   * ```ts
   * client.health$.subscribe(({ roundTrip, receivedAt, waiting, losses }) => console.log({ roundTrip, receivedAt, waiting, losses }))
   * ```
   */
  readonly health$: Observable<Health>

  /**
   * Waits for the application's authentication, sends, emits the payload of the one answer and completes. Cold:
   * each subscription sends one request. A query whose answer is lost with the line is sent again. Errors with
   * `Refused`, `Timeout`, `ConnectionLost` or, before anything is sent, `InvalidRequest`.
   *
   * ```ts
   * client.request(PayloadType.PROTO_OA_VERSION_REQ, {}).subscribe(({ version }) => console.log(version))
   * ```
   */
  readonly request: Request

  /**
   * A trading account on this line. The same account and token give the same object. Use another token only when
   * the first object is no longer in use, as after a new login. Two objects in use at the same time would end each
   * other's subscriptions on the server.
   */
  readonly account: (options: AccountOptions) => Account
}

/** How many are reported: a server may make up any number of names. */
const MOST_DRIFTS = 1_000

/**
 * A client of the cTrader Open API. Lazy: the line opens with the first subscription that needs it, is shared by
 * all, recovers by itself, and closes after the last subscriber has left. Throws `InvalidOption` for invalid
 * options.
 *
 * ```ts
 * const client = createClient({ environment: 'demo', clientId, clientSecret })
 * const account = client.account({ accountId: 12345678, accessToken })
 * account.authenticated$.subscribe(state => console.log(state.status))
 * ```
 */
export const createClient = (options: ClientOptions): Client => {
  const settings = settingsOf(options)
  const { clientId, clientSecret, connect, environment, linger, log, presence, requestTimeout, stableAfter } =
    settings
  const persistence = {
    pause: (cause: CTraderError, failures: number) => reconnectDelay(settings, cause, failures),
    stableAfter,
  }

  const rejected$ = new Subject<RejectedFrame>()
  const drift$ = new Subject<Drift>()
  const driftSeen = new Set<string>()
  const onDrift = (drift: Drift): void => {
    const key = `${drift.payloadType} ${drift.entity}.${drift.field} ${drift.kind}`
    if (driftSeen.has(key) || driftSeen.size >= MOST_DRIFTS) return
    driftSeen.add(key)
    log('warn', 'drift', { ...drift })
    drift$.next(drift)
  }
  const onRejected = (frame: RejectedFrame): void => {
    log('warn', 'rejected', { ...frame })
    rejected$.next(frame)
  }

  const wire = createWire()
  const oversized = createOversized()
  wire.secrets.remember({ clientSecret })
  const authenticateApp = appAuth({ clientId, clientSecret })
  const sessionOn = (link: Link): Observable<Session> =>
    concat(
      of({ status: 'authenticatingApp', link } as const),
      authenticateApp(link).pipe(map(() => ({ status: 'appAuthenticated', link }) as const)),
    )

  const connection$ = new BehaviorSubject<ConnectionState>({ status: 'idle' })
  // A watcher that subscribes or leaves in reaction to a state causes the next state, which must wait its turn.
  const show = (state: ConnectionState): void => {
    logState(log, 'connection', state)
    queueScheduler.schedule(() => {
      connection$.next(state)
    })
  }
  const trouble = (): string | undefined =>
    connection$.value.status === 'reconnecting' ? connection$.value.cause.message : undefined
  let link: Link | undefined
  let losses = 0
  let lastLoss: CTraderError | undefined
  const session$ = reconnect<Session>(
    concat(
      of({ status: 'connecting' } as const),
      openLink(connect, {
        ...settings,
        isHidden: presence.isHidden,
        wake$: presence.wake$,
        onRejected,
        onDrift,
        wire,
        oversized,
      }).pipe(switchMap(sessionOn)),
    ),
    { ...persistence, isUp: ({ status }) => status === 'appAuthenticated', isFatal },
  ).pipe(
    tap(session => {
      link = 'link' in session ? session.link : undefined
      if (session.status === 'reconnecting') {
        losses += 1
        lastLoss = session.cause
      }
      if (!('link' in session)) show(session)
      else if (session.status === 'authenticatingApp') show({ status: 'connected' })
    }),
    finalize(() => {
      link = undefined
      if (connection$.value.status !== 'failed') show({ status: 'idle' })
    }),
    // Also with 0: a subscriber that leaves when its order leaves must not close the line under the order.
    shareState(linger),
  )

  const appAuth$ = linksOf(session$, 'appAuthenticated')
  const onEveryLink = <A>(project: (link: Link) => Observable<A>): Observable<A> =>
    session$.pipe(
      mergeMap(session => (session.status === 'failed' ? throwError(() => session.cause) : of(session))),
      map(session => ('link' in session ? session.link : undefined)),
      distinctUntilChanged(),
      switchMap(link => (link ? project(link) : EMPTY)),
    )

  const request = requestOver(appAuth$, { requestTimeout, trouble, onRefused: endIfAppLost })
  const grantOf = createGrants({
    request,
    saveTimeout: requestTimeout,
    conceal: wire.secrets.conceal,
    pause: persistence.pause,
    onTrouble: error => {
      log('warn', 'tokens', { error })
    },
  })
  // Kept while an account is held or subscribed to: each login may bring another grant.
  const accountsOf = new WeakMap<Grant, Map<number, WeakRef<Account>>>()
  const inUse = new Set<Account>()

  const client: Client = {
    connection$: connection$.asObservable(),
    appAuth$,
    message$: onEveryLink(link => link.message$),
    on: (payloadType, ...symbolId) => onEveryLink(link => link.on(payloadType, ...symbolId)),
    rejected$: rejected$.asObservable(),
    drift$: drift$.asObservable(),
    health$: healthOf(connection$, () => ({
      status: connection$.value.status,
      ...link?.vitals(),
      losses,
      ...defined({ lastLoss }),
    })),
    request,
    account: given => {
      checkAccountOptions(given)
      const { accountId, accessToken, refreshToken } = given
      wire.secrets.remember({ accessToken, refreshToken })
      const grant = grantOf(given)
      // Two objects for one account would undo each other's subscriptions on the server.
      const accounts = accountsOf.get(grant) ?? new Map<number, WeakRef<Account>>()
      accountsOf.set(grant, accounts)
      const known = accounts.get(accountId)?.deref()
      if (known) return known
      const account = createAccount(session$, accountId, grant, {
        ...persistence,
        clientRequest: request,
        environment,
        isServedAlone: !('connect' in options),
        inUse,
        linger,
        log,
        requestTimeout,
        trouble,
      })
      accounts.set(accountId, new WeakRef(account))
      return account
    },
  }
  exposeWire(client, wire)
  return client
}
