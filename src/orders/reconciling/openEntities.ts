import { defer, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { CTraderError } from '../../errors'
import { lookup } from '../../util/persistentMap'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { Account } from '../../session/account'
import { currentState } from '../../streams/account/accountSnapshot'
import { checkRights } from '../validation/checkNewOrder'
import { ifComplete, reconciled } from './orderLists'
import { withRights } from '../validation/rights'
import { invalidOrder } from '../model/invalidOrder'

const notThere = (rule: 'order' | 'position', value: number): CTraderError =>
  invalidOrder({
    rule,
    field: `${rule}Id`,
    value,
    detail:
      rule === 'order' ? 'is not a pending order of the account' : 'is not an open position of the account',
  })

/**
 * An open position: from `positions` if that has a subscriber, otherwise from the server. Only the server's answer
 * can lead to `InvalidOrder`.
 */
export const findOpenPosition = (
  account: Account,
  link: Link,
  positionId: number,
): Observable<ProtoOAPosition> =>
  defer(() => {
    const state = currentState(account)
    const known = state && lookup(state.positions, positionId)
    if (known) return of(known)
    return reconciled(link, account.accountId).pipe(
      map(answer => {
        const listed = answer.position?.find(one => one.positionId === positionId)
        const found = ifComplete(listed, answer, 'position')
        if (!found) throw notThere('position', positionId)
        return found
      }),
    )
  })

/** A pending order, found in the same way. */
export const findPendingOrder = (account: Account, link: Link, orderId: number): Observable<ProtoOAOrder> =>
  defer(() => {
    const state = currentState(account)
    const known = state && lookup(state.orders, orderId)
    if (known) return of(known)
    return reconciled(link, account.accountId).pipe(
      map(answer => {
        const listed = answer.order?.find(one => one.orderId === orderId)
        const found = ifComplete(listed, answer, 'order')
        if (!found) throw notThere('order', orderId)
        return found
      }),
    )
  })

/** A request that changes an open position or a pending order, if the account may trade. */
export const changeRequest = <P extends object>(
  account: Account,
  link: Link,
  payload$: Observable<P>,
): Observable<P & { readonly ctidTraderAccountId: number }> =>
  withRights(account, link, payload$).pipe(
    map(({ needed, rights: { trader } }) => {
      if (trader) checkRights(trader, true)
      return { ...needed, ctidTraderAccountId: account.accountId }
    }),
  )
