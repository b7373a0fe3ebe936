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
import { observedOf } from '../../session/observed'
import { knownTerms, mayTrade, termsOfAccount } from './permissions'

/** The rights of an account, as far as they could be known. */
export interface Rights {
  /** Absent where the server would not tell, or was not asked yet. */
  readonly trader?: ProtoOATrader | undefined
  readonly isAsked: boolean
}

/** What a command needs, and the rights to do it. */
export interface Entitled<T> {
  readonly needed: T
  readonly rights: Rights
}

/** That it is of the client's environment, which is not for the server to judge. */
const isHere = (account: Account): Observable<true> =>
  (observedOf(account)?.permits.isHere$ ?? account.mayTrade$).pipe(endWith(true as const))

const knownRights = (account: Account, link: Link): Observable<Rights> =>
  concat(
    observedOf(account)?.permits.isKnown() === true ? account.mayTrade$ : EMPTY,
    defer(() => {
      const trader = knownTerms(account, link)
      return of({ trader, isAsked: trader !== undefined })
    }),
  )

/** Asked for where they are not known. */
export const rightsOf = (account: Account): Observable<Rights> =>
  forkJoin({ trader: termsOfAccount(account), permitted: account.mayTrade$.pipe(endWith(true)) }).pipe(
    map(({ trader }) => ({ trader, isAsked: true })),
  )

/**
 * What a command needs, if that is permitted as far as one knows. Where all that it needs is known, it does not wait: what
 * is not known of the rights is the server's to judge. Where something has to be asked for, the rights are asked for at
 * the same time, and waited for. Errors with what speaks against it, and with what the needed errors.
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
    // What has come by now was there already.
    const rights$ = asking.closed ? knownRights(account, link) : rightsOf(account)
    return forkJoin({ needed: answer$, rights: rights$ }).pipe(
      finalize(() => {
        asking.unsubscribe()
      }),
    )
  })

/** Has the rights of an account asked for where they are not known: for the next command, when this one has left. */
export const lookUpRights = (account: Account, link: Link): void => {
  mayTrade(account)
    .pipe(subscribeOn(asapScheduler), takeUntil(link.closed$))
    .subscribe({ error: () => undefined })
}
