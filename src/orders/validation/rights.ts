import {
  AsyncSubject,
  EMPTY,
  asapScheduler,
  concat,
  defer,
  endWith,
  finalize,
  forkJoin,
  map,
  of,
  subscribeOn,
  takeUntil,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOATrader } from '../../protocol/messages/account'
import type { Account } from '../../session/account'
import { requireTrading } from '../../session/authentication/environmentCheck'
import { observedOf } from '../../session/observed'
import { knownTerms, mayTrade, termsOfAccount } from './permissions'

/** The rights of an account, as far as they are known. */
export interface Rights {
  /** Absent if the server did not tell, or was not asked yet. */
  readonly trader?: ProtoOATrader | undefined
  readonly isAsked: boolean
}

/** What a command needs, and the account's rights. */
export interface Entitled<T> {
  readonly needed: T
  readonly rights: Rights
}

/** Whether the account is of the client's environment. The server cannot check that. */
const isHere = (account: Account): Observable<true> =>
  (observedOf(account)?.permits.isHere$ ?? requireTrading(account)).pipe(endWith(true as const))

const knownRights = (account: Account, link: Link): Observable<Rights> =>
  concat(
    observedOf(account)?.permits.isKnown() === true ? requireTrading(account) : EMPTY,
    defer(() => {
      const trader = knownTerms(account, link)
      return of({ trader, isAsked: trader !== undefined })
    }),
  )

/** Requests the rights that are not known. */
export const rightsOf = (account: Account): Observable<Rights> =>
  forkJoin({ trader: termsOfAccount(account), permitted: requireTrading(account).pipe(endWith(true)) }).pipe(
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
    const rights$ = asking.closed ? knownRights(account, link) : rightsOf(account)
    return forkJoin({ needed: answer$, rights: rights$ }).pipe(
      finalize(() => {
        asking.unsubscribe()
      }),
    )
  })

/** Requests unknown rights after a command has left, for the next one. */
export const lookUpRights = (account: Account, link: Link): void => {
  mayTrade(account)
    .pipe(subscribeOn(asapScheduler), takeUntil(link.closed$))
    .subscribe({ error: () => undefined })
}
