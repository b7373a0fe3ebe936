import { EMPTY, filter, map, merge, switchMap, take, takeUntil, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import { getObserved } from '../../session/observed'

/** How long an account is kept alive for what is to be given back, in ms. */
const MAX_WAIT = 30_000

/**
 * When a subscription may be given back: while the account is authenticated, or once it is again. Before that, a
 * refusal would end the session that is about to begin.
 *
 * The account is kept alive for this only for a while, because nothing else may need it. If another consumer keeps
 * it, the subscription is given back however late that is.
 */
export const whenAuthenticated = (account: Account): Observable<unknown> => {
  const { authenticated$ } = account
  const kept$ = authenticated$.pipe(
    filter(({ status }) => status === 'authenticated'),
    // Subscribed where the account emits, so that a consumer in Angular's zone leaves no timer there.
    takeUntil(
      authenticated$.pipe(
        take(1),
        filter(({ status }) => status !== 'authenticated'),
        switchMap(() => timer(MAX_WAIT)),
      ),
    ),
  )
  const link$ = getObserved(account)?.link$ ?? EMPTY
  return merge(kept$, link$.pipe(filter(link => link !== undefined))).pipe(take(1))
}

/** Subscribed where the account emits, so that a component in Angular's zone leaves no timer there. */
export const inAccountZone = <T>({ authenticated$ }: Account, source$: Observable<T>): Observable<T> =>
  authenticated$.pipe(
    take(1),
    switchMap(() => source$),
  )

/** The links on which an account is authenticated; `undefined` while there is none. */
export const accountLinks = ({ accountAuth$, authenticated$ }: Account): Observable<Link | undefined> =>
  merge(
    accountAuth$,
    authenticated$.pipe(
      filter(({ status }) => status !== 'authenticated'),
      map(() => undefined),
    ),
  )
