import {
  BehaviorSubject,
  Subject,
  concat,
  defer,
  finalize,
  map,
  merge,
  switchMap,
  takeWhile,
  tap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { SendRequest } from '../connection/requests/request'
import type { OnMessage } from '../connection/router'
import { isCommand } from '../protocol/table'
import type {
  AccountMessageType,
  AccountRequestType,
  Answer,
  Payload,
  RequestPayload,
} from '../protocol/table'
import { createAuthentications } from './authentication/authentications'
import { accountSessions } from './authentication/accountSessions'
import type { AccountPersistence } from './authentication/accountSessions'
import { createPermits, requireTrading } from './authentication/environmentCheck'
import type { Surroundings } from './authentication/environmentCheck'
import type { Grant } from './authentication/grants/grant'
import { usableLinks, requestSender } from './links'
import { logState } from './logging/log'
import type { Log } from './logging/log'
import type { AccountUses } from './accountUses'
import type { OrderStep } from './activity'
import type { Feed } from './feeds'
import { exposeObserved } from './observed'
import { loggedOut } from './reconnecting/login'
import { accountMessages } from './state/accountMessages'
import { observeGaps } from './state/gap'
import type { Gap } from './state/gap'
import { shareState } from './state/shareState'
import type { AccountSession, AuthState, Session } from './state/state'

/**
 * One trading account on the client's line. Cold and shared: any number of subscribers use one authentication. It
 * is logged out (2162) `linger` after the last subscriber has left, if others keep the line.
 */
export interface Account {
  readonly accountId: number

  /**
   * The link on which this account is authenticated (2102 → 2103): the current one at once, and a new one after
   * every reconnect. Errors with the cause when authentication has failed; never completes.
   *
   * ```ts
   * account.accountAuth$.pipe(switchMap(link => link.on(PayloadType.PROTO_OA_SPOT_EVENT)))
   * ```
   */
  readonly accountAuth$: Observable<Link>

  /**
   * The state of the authentication: the current state at once, then every change, over all lines. Never errors;
   * completes after `failed`. A later subscriber gets a new attempt, if the application itself has not failed.
   *
   * ```ts
   * combineLatest([account.authenticated$, quote$]).pipe(filter(([state]) => state.status === 'authenticated'))
   * ```
   */
  readonly authenticated$: Observable<AuthState>

  /**
   * The gaps in which this account may have missed something. Emits when one begins (`resumed: false`) and again
   * when the account is authenticated again (`resumed: true`, with `to`).
   *
   * If a frame that may belong to this account could not be read (`client.rejected$`) while the line is fine, it
   * emits both at once, with `unreadable`. The streams then request again what the frame may have changed. Times
   * are in ms since the epoch. Completes after `failed`.
   *
   * ```ts
   * account.gap$.pipe(filter(({ resumed }) => resumed)).subscribe(({ from, to }) => console.log(`nothing is known of ${from} to ${to}`))
   * ```
   */
  readonly gap$: Observable<Gap>

  /**
   * Whether orders may be sent with this account's access token. Emits once and completes: `false` if the token
   * permits viewing only. Asked once (`ProtoOAGetAccountListByAccessTokenReq`). Errors with `WrongEnvironment` if the
   * account is of the other environment than the client.
   *
   * ```ts
   * account.canTrade$.subscribe(canTrade => console.log(canTrade ? 'may trade' : 'may look only'))
   * ```
   */
  readonly canTrade$: Observable<boolean>

  /**
   * Completes if orders may be sent with this account's access token (`ProtoOAGetAccountListByAccessTokenReq`,
   * requested once). An order waits for it only while something else must be requested too. Errors with
   * `WrongEnvironment` if the account is of the other environment than the client. Errors with `InvalidOrder`,
   * `rule: 'permissionScope'`, if the token permits viewing only.
   *
   * ```ts
   * account.mayTrade$.subscribe({ complete: () => console.log('may trade'), error: console.error })
   * ```
   * @deprecated It is `canTrade$`, which says it with a value.
   */
  readonly mayTrade$: Observable<never>

  /**
   * Like `client.request`, with `ctidTraderAccountId` filled in, once this account is authenticated.
   *
   * ```ts
   * account.request(PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ, {})
   * ```
   */
  readonly request: <T extends AccountRequestType>(
    payloadType: T,
    payload: RequestPayload<Omit<Payload<T>, 'ctidTraderAccountId'>>,
  ) => Observable<Answer<T>>

  /**
   * Logs the account out (2162 → 2163). Cold: it happens when you subscribe. Emits nothing, and completes when the
   * server has confirmed it, or when there is nothing to end. Errors with `Refused` or `Timeout` like a request.
   *
   * Before that, `authenticated$` is `failed` and completes, and all streams of the account error with `SessionEnded`.
   * The next subscriber logs in again. The server keeps the session if another object of the account is in use.
   *
   * ```ts
   * account.logout().subscribe({ complete: () => console.log('logged out'), error: console.error })
   * ```
   */
  readonly logout: () => Observable<never>

  /**
   * This account's messages of one payload type, over all lines. If they name a symbol, also those of one symbol.
   * Errors when the session has failed.
   *
   * ```ts
   * account.on(PayloadType.PROTO_OA_SPOT_EVENT, 1).subscribe(({ payload }) => console.log(payload.bid))
   * ```
   */
  readonly on: OnMessage<AccountMessageType>
}

export interface AccountTuning extends Omit<AccountPersistence, 'onToken'>, Surroundings {
  readonly requestTimeout: number
  /** Why there may be no line at the moment. */
  readonly trouble: () => string | undefined
  readonly clientRequest: SendRequest
  readonly log: Log
  readonly uses: AccountUses
  readonly orderStep$: Subject<OrderStep>
  readonly feed: Feed | undefined
}

const authStateOf = (session: AccountSession): AuthState =>
  session.status === 'authenticated' ? { status: session.status, accountId: session.accountId } : session

export const createAccount = (
  session$: Observable<Session>,
  accountId: number,
  grant: Grant,
  tuning: AccountTuning,
): Account => {
  const { clientRequest, feed, log, orderStep$, uses } = tuning
  const link$ = new BehaviorSubject<Link | undefined>(undefined)
  const permits = createPermits(tuning, accountId, grant, clientRequest)
  const authentications = createAuthentications(accountId, tuning.linger)
  const leave$ = new Subject<void>()
  const sessions$ = merge(
    accountSessions(session$, accountId, grant, authentications, { ...tuning, onToken: permits.accepted }),
    leave$.pipe(map(() => ({ status: 'failed', cause: loggedOut() }) as const)),
  ).pipe(takeWhile(({ status }) => status !== 'failed', true))
  const account$ = defer(() => sessions$.pipe(uses.note(account))).pipe(
    tap(session => {
      logState(log, 'account', authStateOf(session), { accountId })
      link$.next(session.status === 'authenticated' ? session.link : undefined)
    }),
    finalize(() => {
      link$.next(undefined)
    }),
    shareState(),
  )
  const accountAuth$ = usableLinks(account$, 'authenticated')
  const request = requestSender(accountAuth$, tuning)
  const { canTrade$, isHere$ } = permits

  const account: Account = {
    accountId,
    accountAuth$,
    authenticated$: account$.pipe(map(authStateOf)),
    gap$: observeGaps(account$, accountId),
    canTrade$,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- It stays until 1.0.
    mayTrade$: requireTrading(permits),
    request: (payloadType, payload) => {
      const answer$ = request(payloadType, { ...payload, ctidTraderAccountId: accountId })
      return isCommand(payloadType) ? concat(isHere$, answer$) : answer$
    },
    logout: () =>
      defer(() => {
        leave$.next()
        grant.release()
        return authentications.logOut
      }),
    on: (payloadType, ...symbolId) =>
      accountAuth$.pipe(switchMap(link => accountMessages(link, accountId, payloadType, ...symbolId))),
  }
  return exposeObserved(account, { link$, log, orderStep$, permits, feed })
}
