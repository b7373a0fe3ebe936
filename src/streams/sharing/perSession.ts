import { NEVER, endWith, filter, merge, switchMap, takeUntil } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { CTraderError } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { sessionEnds } from '../../session/state/accountMessages'
import { isAccountLost } from '../../session/authentication/auth'
import { accountLinks } from './accountLinks'
import { oncePer } from '../../util/oncePer'

/** A refusal that says that an account is no longer authenticated, without saying which one. */
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

/**
 * From now on the server may not report changes of an account, because the account is no longer authenticated, or
 * may not be.
 */
const sessionOver = (link: Link, accountId: number): Observable<unknown> =>
  merge(sessionEnds(link, accountId), forgets(link)).pipe(takeUntil(link.closed$), endWith(undefined))

/** A value per account and link. */
export type PerSession<T> = (account: Account, link: Link) => T

/**
 * Per-link cache for an account, valid while it stays authenticated there, because the server pushes changes.
 * `over$` clears all of it. It only listens on the link, so it does not keep the link open.
 */
export const perSession = <T extends object>(
  make: (link: Link, accountId: number, over$: Observable<unknown>) => T,
): PerSession<T> => {
  // Each account has its own link objects, also on a shared line.
  const kept = oncePer((link: Link, accountId: number) => make(link, accountId, sessionOver(link, accountId)))
  return ({ accountId }, link) => kept(link, accountId)
}

/** Reads from each new session. Emits nothing while there is none. */
export const acrossSessions = <S, T>(
  account: Account,
  sessionOf: PerSession<S>,
  read: (session: S) => Observable<T>,
): Observable<T> =>
  accountLinks(account).pipe(switchMap(link => (link ? read(sessionOf(account, link)) : NEVER)))
