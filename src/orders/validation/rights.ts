import {
  AsyncSubject,
  EMPTY,
  asapScheduler,
  asyncScheduler,
  catchError,
  concat,
  defer,
  endWith,
  finalize,
  forkJoin,
  map,
  merge,
  of,
  subscribeOn,
  take,
  takeUntil,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOATrader } from '../../protocol/messages/account'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { requireTrading } from '../../session/authentication/environmentCheck'
import { getObserved } from '../../session/observed'
import { accountMessages } from '../../session/state/accountMessages'
import { unreadByKind } from '../../session/state/unread'
import { currentState, followState } from '../../streams/account/sessionState'
import { cachedRequest } from '../../streams/sharing/cachedRequest'
import { acrossSessions, perSession } from '../../streams/sharing/perSession'

/** The rights of an account, as far as they are known. */
export interface Rights {
  /** The account's entity. Absent if the server did not tell, or was not asked yet. */
  readonly trader?: ProtoOATrader | undefined
  readonly isAsked: boolean
}

/** What a command needs, and the account's rights. */
export interface Entitled<T> {
  readonly needed: T
  readonly rights: Rights
}

const tradersOn = perSession((link, ctidTraderAccountId, over$) =>
  cachedRequest<'trader', ProtoOATrader>(
    () =>
      link
        .request(PayloadType.PROTO_OA_TRADER_REQ, { ctidTraderAccountId })
        .pipe(map(({ trader }) => trader)),
    merge(
      over$,
      accountMessages(link, ctidTraderAccountId, PayloadType.PROTO_OA_TRADER_UPDATE_EVENT),
      unreadByKind(link, ctidTraderAccountId, 'account'),
    ),
  ),
)

/**
 * The account's entity. Requested once per session and again after a change, but not while a stream of the account
 * knows it. `undefined` if the server does not answer now: that does not stop an order.
 */
const traderOf = (account: Account): Observable<ProtoOATrader | undefined> =>
  defer(() => {
    const known = currentState(account)?.trader
    if (known) return of(known)
    return acrossSessions(account, tradersOn, traders =>
      traders.of('trader').pipe(catchError(() => of(undefined))),
    ).pipe(take(1))
  })

/** Our clock, if it can be right. A time before the account was opened, as in virtual time, cannot judge orders. */
export const plausibleClock = (trader: ProtoOATrader | undefined): number | undefined => {
  const now = asyncScheduler.now()
  return now >= (trader?.registrationTimestamp ?? 0) ? now : undefined
}

/** Whether the account is of the client's environment. The server cannot check that. */
const isHere = (account: Account): Observable<true> =>
  (getObserved(account)?.permits.isHere$ ?? requireTrading(account)).pipe(endWith(true as const))

/** The rights that are known without a request. */
const knownRights = (account: Account, link: Link): Observable<Rights> =>
  concat(
    getObserved(account)?.permits.isKnown() === true ? requireTrading(account) : EMPTY,
    defer(() => {
      const trader = currentState(account)?.trader ?? tradersOn(account, link).known('trader')
      return of({ trader, isAsked: trader !== undefined })
    }),
  )

/** Requests the rights that are not known. Errors if trading is not permitted. */
export const requestRights = (account: Account): Observable<Rights> =>
  forkJoin({ permitted: requireTrading(account).pipe(endWith(true)), trader: traderOf(account) }).pipe(
    map(({ trader }) => ({ trader, isAsked: true })),
  )

/**
 * What a command needs, if the account may trade as far as is known. If everything it needs is known, it does not
 * wait: the server checks unknown rights. If something must be requested, the rights are requested at the same time
 * and awaited. Errors if trading is not permitted, and with the error of `needed$`.
 */
export const withRights = <T>(
  account: Account,
  link: Link,
  needed$: Observable<T>,
): Observable<Entitled<T>> =>
  defer(() => {
    const answer$ = new AsyncSubject<T>()
    const asking = forkJoin([needed$, isHere(account)])
      .pipe(map(([needed]) => needed))
      .subscribe(answer$)
    // What is here now was known before.
    const rights$ = asking.closed ? knownRights(account, link) : requestRights(account)
    return forkJoin({ needed: answer$, rights: rights$ }).pipe(
      finalize(() => {
        asking.unsubscribe()
      }),
    )
  })

const lookUpLater = (link: Link, rights$: Observable<unknown>): void => {
  rights$.pipe(subscribeOn(asapScheduler), takeUntil(link.closed$)).subscribe({ error: () => undefined })
}

/** Requests unknown rights after a command has left, for the next one. */
export const lookUpRights = (account: Account, link: Link): void => {
  lookUpLater(link, requestRights(account))
}

/** The same, and all of the account's state: who has changed a position or an order may change another. */
export const lookUpAccount = (account: Account, link: Link): void => {
  lookUpLater(
    link,
    defer(() => {
      followState(account, link)
      return requireTrading(account)
    }),
  )
}
