import { NEVER, endWith, filter, merge, switchMap, takeUntil } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { CTraderError } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { sessionEnds } from '../../session/state/accountMessages'
import { isAccountLost } from '../../session/authentication/auth'
import { accountLinks } from './live'

/** The server has forgotten an account and says so to whoever asks, without saying which account it is. */
const forgets = (link: Link): Observable<unknown> =>
  merge(
    link.on(PayloadType.PROTO_OA_ERROR_RES),
    link.on(PayloadType.ERROR_RES),
    link.on(PayloadType.PROTO_OA_ORDER_ERROR_EVENT),
  ).pipe(
    filter(({ payloadType, payload: { errorCode, description = '' } }) =>
      isAccountLost(new CTraderError({ reason: 'Refused', payloadType, errorCode, description })),
    ),
  )

/** From now on the server may not tell an account what changes: it is, or may be, not authenticated any more. */
const sessionOver = (link: Link, accountId: number): Observable<unknown> =>
  merge(sessionEnds(link, accountId), forgets(link)).pipe(takeUntil(link.closed$), endWith(undefined))

/** What is known of an account on a link. */
export type PerSession<T> = (account: Account, link: Link) => T

/**
 * What was learnt of an account on a link, kept whoever wants it: for as long as the account stays authenticated
 * there the server tells what changes. `over$` says when all of it is to be forgotten. Only listens on the link, and
 * so does not keep it open.
 */
export const perSession = <T extends object>(
  make: (link: Link, accountId: number, over$: Observable<unknown>) => T,
): PerSession<T> => {
  // The links of an account are its own: for another one the same line is another link.
  const kept = new WeakMap<Link, T>()
  return ({ accountId }, link) => {
    const known = kept.get(link) ?? make(link, accountId, sessionOver(link, accountId))
    kept.set(link, known)
    return known
  }
}

/** What is read of each session that comes, and nothing new while there is none. */
export const acrossSessions = <S, T>(
  account: Account,
  sessionOf: PerSession<S>,
  read: (session: S) => Observable<T>,
): Observable<T> =>
  accountLinks(account).pipe(switchMap(link => (link ? read(sessionOf(account, link)) : NEVER)))
