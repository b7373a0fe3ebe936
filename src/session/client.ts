import {
  BehaviorSubject,
  EMPTY,
  defer,
  distinctUntilChanged,
  map,
  merge,
  mergeMap,
  skip,
  of,
  switchMap,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { RejectedFrame } from '../connection/receiver'
import type { SendRequest } from '../connection/requests/request'
import type { OnMessage } from '../connection/router'
import { createWire } from '../connection/wire'
import type { CTraderError } from '../errors'
import type { Message } from '../protocol/table'
import type { Drift } from '../transport/frame'
import { oncePer } from '../util/oncePer'
import { createAccount } from './account'
import type { Account } from './account'
import { endIfAppLost } from './authentication/auth'
import { credentialAsker } from './authentication/credential'
import { createGrants } from './authentication/grants'
import type { Grant } from './authentication/grant'
import { createLineSession } from './lineSession'
import { usableLinks, requestSender } from './links'
import { exposeWire } from './logging/wireTap'
import { checkAccountOptions, readSettings } from './options'
import type { AccountOptions, ClientOptions } from './options'
import { reconnectDelay } from './reconnecting/reconnectDelay'
import type { Pause } from './reconnecting/reconnectDelay'
import type { Health } from './state/health'
import type { ConnectionState } from './state/state'

/** One application on one line, shared by all its accounts. Nothing connects before the first subscription. */
export interface Client {
  /**
   * The state of the line: the current state at once, then every change. Watching it does not open the line. Never
   * errors or completes.
   */
  readonly connection$: Observable<ConnectionState>

  /**
   * The link on which the application is authenticated (2100 → 2101): the current one at once, and a new one after
   * every reconnect. Errors with the cause when authentication has failed; never completes.
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
  readonly on: OnMessage

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
  readonly request: SendRequest

  /**
   * Tries again, for example after a new login. What has `failed` gets a new attempt, for those who subscribe again or
   * for the first time. A pause before a reconnect ends now, unless the server has asked for it.
   *
   * ```ts
   * const login$ = fromEvent(document, 'login')
   * login$.subscribe(() => client.retry())
   * ```
   */
  readonly retry: () => void

  /**
   * Emits when `retry` is called; never completes or errors. For consumers that come back then: `retry` of RxJS
   * for streams and requests, which error, and `repeat` for states, which complete.
   *
   * ```ts
   * spots(account, 1).pipe(retry({ delay: () => client.retried$ }))
   * account.authenticated$.pipe(repeat({ delay: () => client.retried$ }))
   * ```
   */
  readonly retried$: Observable<unknown>

  /**
   * A trading account on this line. The same account and token give the same object, also the same function. Use another token only when
   * the first object is no longer in use, as after a new login. Two objects in use at the same time would end each
   * other's subscriptions on the server.
   */
  readonly account: (options: AccountOptions) => Account
}

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
  const given = readSettings(options)
  const retriesSoFar$ = new BehaviorSubject(0)
  const retries = (): number => retriesSoFar$.value
  // Deferred, so that no printed client shows who listens.
  const retried$ = defer(() => retriesSoFar$.pipe(skip(1)))
  const settings = { ...given, platform: { ...given.platform, wake$: merge(given.platform.wake$, retried$) } }
  const { clientSecret, environment, linger, log, requestTimeout, stableAfter } = settings
  const pause = (cause: CTraderError, failures: number): Pause => reconnectDelay(settings, cause, failures)
  const wire = createWire()
  wire.secrets.remember({ clientSecret })
  const ask = credentialAsker(requestTimeout, wire.secrets.concealFrame)

  const line = createLineSession(settings, { ask, pause, retries, stableAfter, wire })
  const { session$, trouble } = line
  const appAuth$ = usableLinks(session$, 'appAuthenticated')
  const onEveryLink = <A>(project: (link: Link) => Observable<A>): Observable<A> =>
    session$.pipe(
      mergeMap(session => (session.status === 'failed' ? throwError(() => session.cause) : of(session))),
      map(session => ('link' in session ? session.link : undefined)),
      distinctUntilChanged(),
      switchMap(link => (link ? project(link) : EMPTY)),
    )

  const request = requestSender(appAuth$, { requestTimeout, trouble, onRefused: endIfAppLost })
  const grantOf = createGrants({
    ask,
    request,
    saveTimeout: requestTimeout,
    conceal: wire.secrets.conceal,
    pause,
    onTrouble: error => {
      log('warn', 'tokens', { error })
    },
  })
  const inUse = new Set<Account>()
  // Kept while an account is held or subscribed to: each login may bring another grant.
  const accountsOf = oncePer<Grant, Map<number, WeakRef<Account>>>(() => new Map())

  const client: Client = {
    connection$: line.connection$,
    appAuth$,
    message$: onEveryLink(link => link.message$),
    on: (payloadType, ...symbolId) => onEveryLink(link => link.on(payloadType, ...symbolId)),
    rejected$: line.rejected$,
    drift$: line.drift$,
    health$: line.health$,
    request,
    retried$,
    retry: () => {
      line.forgive()
      retriesSoFar$.next(retries() + 1)
    },
    account: given => {
      checkAccountOptions(given)
      const { accountId, accessToken, refreshToken } = given
      wire.secrets.remember({ accessToken, refreshToken })
      const grant = grantOf(given)
      // Two objects for one account would undo each other's subscriptions on the server.
      const accounts = accountsOf(grant)
      const known = accounts.get(accountId)?.deref()
      if (known) return known
      const account = createAccount(session$, accountId, grant, {
        pause,
        retries,
        stableAfter,
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
