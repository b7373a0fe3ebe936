import { BehaviorSubject, Subject, defer, merge, skip } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { createMessageTap } from '../connection/messageTap'
import type { RejectedFrame } from '../connection/receiver'
import type { SendRequest } from '../connection/requests/request'
import type { RequestStep } from '../connection/requests/requestSteps'
import type { OnMessage } from '../connection/router'
import { createWire } from '../connection/wire'
import type { CTraderError } from '../errors'
import type { Message } from '../protocol/table'
import type { Drift } from '../transport/frame'
import { oncePer } from '../util/oncePer'
import { createAccount } from './account'
import type { Account } from './account'
import { credentialAsker } from './authentication/grants/credential'
import { createAccountUses } from './accountUses'
import { exposeActivity } from './activity'
import type { OrderStep } from './activity'
import { createFeeds } from './feeds'
import { createGrants } from './authentication/grants/grants'
import type { Grant } from './authentication/grants/grant'
import { createLines } from './lines'
import { createLineSession } from './lineSession'
import type { LineSession } from './lineSession'
import { usableLinks } from './links'
import { exposeWire } from './logging/wireTap'
import { checkAccountOptions, readSettings } from './options'
import type { AccountOptions, ClientOptions } from './options'
import { needsLogin } from './reconnecting/login'
import { reconnectDelay } from './reconnecting/reconnectDelay'
import type { Pause } from './reconnecting/reconnectDelay'
import { eachOnce } from './state/drifts'
import type { Health } from './state/health'
import type { ConnectionState } from './state/state'

/**
 * One application on one line, or on several (`lines`), shared by all its accounts. Nothing connects before the first
 * subscription.
 */
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
   * Logs the user out of this program: the line closes now, and with it ends the session at the server. It stays
   * closed until `retry()`.
   *
   * Meanwhile every state is `failed`, and the streams of all accounts error with `SessionEnded`. With
   * `whenLoginRequired: 'wait'` the state is `loginRequired`, and they wait. An order without an outcome is in doubt.
   *
   * ```ts
   * const logOut$ = fromEvent(document, 'logout')
   * logOut$.subscribe(() => client.logout())
   * ```
   */
  readonly logout: () => void

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
   * A trading account of this client. The same account and token give the same object, also the same function. Use
   * another token only when the first object is no longer in use, as after a new login. Two objects in use at the
   * same time would end each other's subscriptions on the server.
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
  const { clientSecret, environment, linger, log, requestTimeout, stableAfter, whenLoginRequired } = settings
  const pause = (cause: CTraderError, failures: number): Pause => reconnectDelay(settings, cause, failures)
  const untilLogin = (cause: CTraderError): Observable<unknown> | undefined =>
    whenLoginRequired === 'wait' && needsLogin(cause) ? retried$ : undefined
  const wire = createWire()
  wire.secrets.remember({ clientSecret })
  const ask = credentialAsker(requestTimeout, wire.secrets.concealFrame)
  const drift$ = new Subject<Drift>()
  const onDrift = eachOnce(drift => {
    log('warn', 'drift', { ...drift })
    drift$.next(drift)
  })

  const isAlone = settings.lines === 1
  const messages = createMessageTap()
  const requestStep$ = new Subject<RequestStep>()
  const orderStep$ = new Subject<OrderStep>()
  const created: LineSession[] = []
  const createLine = (index: number): LineSession => {
    const line = createLineSession(settings, {
      ask,
      pause,
      retries,
      stableAfter,
      untilLogin,
      onDrift,
      messageTap: messages.tap,
      requestStep$,
      wire: isAlone ? wire : createWire(wire.secrets),
      fields: isAlone ? {} : { line: index },
    })
    created.push(line)
    return line
  }
  const lines = createLines(settings.lines, createLine, log)
  const { request, session$ } = lines.first
  const grantOf = createGrants({
    ask,
    requestOf: grant => (payloadType, payload) => lines.routeOf(grant()).request(payloadType, payload),
    saveTimeout: requestTimeout,
    conceal: wire.secrets.conceal,
    pause,
    onTrouble: error => {
      log('warn', 'tokens', { error })
    },
  })
  const uses = createAccountUses()
  const findFeed = createFeeds(settings.feedOf)
  // Kept while an account is held or subscribed to: each login may bring another grant.
  const accountsOf = oncePer<Grant, Map<number, WeakRef<Account>>>(() => new Map())

  const client: Client = {
    connection$: lines.connection$,
    appAuth$: usableLinks(session$, 'appAuthenticated'),
    message$: lines.onEveryLink(link => link.message$),
    on: (payloadType, ...symbolId) => lines.onEveryLink(link => link.on(payloadType, ...symbolId)),
    rejected$: lines.rejected$,
    drift$: drift$.asObservable(),
    health$: lines.health$,
    request,
    retried$,
    logout: lines.logOut,
    retry: () => {
      lines.forgive()
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
      const feed = findFeed(accountId)
      const route = lines.routeOf(grant)
      route.add()
      const account = createAccount(route.session$, accountId, grant, {
        pause,
        retries,
        stableAfter,
        untilLogin,
        clientRequest: route.request,
        environment,
        isServedAlone: !('connect' in options),
        uses,
        feed,
        orderStep$,
        linger,
        log,
        requestTimeout,
        trouble: route.trouble,
      })
      accounts.set(accountId, new WeakRef(account))
      return account
    },
  }
  // A recording is that of one line.
  if (isAlone) exposeWire(client, wire)
  exposeActivity(client, {
    lines: created,
    requestStep$,
    orderStep$,
    accountUse$: uses.use$,
    eachMessage: messages.listen,
  })
  return client
}
