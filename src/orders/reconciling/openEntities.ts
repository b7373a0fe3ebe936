import { defer, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { Account } from '../../session/account'
import type { AccountState } from '../../streams/account/accountReducer'
import { currentState } from '../../streams/account/sessionState'
import { lookup } from '../../util/persistentMap'
import { invalidOrder } from '../model/invalidOrder'
import { ifComplete, reconcileAtOnce } from './orderLists'
import type { OpenEntities } from './orderLists'

const missing = {
  position: 'is not an open position of the account',
  order: 'is not a pending order of the account',
}

/**
 * What a stream of the account knows, or what the server lists. Only the server's answer can lead to
 * `InvalidOrder`.
 */
const find = <T>(
  account: Account,
  link: Link,
  rule: 'order' | 'position',
  id: number,
  known: (state: AccountState) => T | undefined,
  listed: (answer: OpenEntities) => T | undefined,
): Observable<T> =>
  defer(() => {
    const state = currentState(account)
    const one = state && known(state)
    if (one) return of(one)
    return reconcileAtOnce(link, account.accountId).pipe(
      map(answer => {
        const found = ifComplete(listed(answer), answer, rule)
        if (found === undefined)
          throw invalidOrder({ rule, field: `${rule}Id`, value: id, detail: missing[rule] })
        return found
      }),
    )
  })

/** An open position: from `positions` if that has a subscriber, otherwise from the server. */
export const findOpenPosition = (account: Account, link: Link, id: number): Observable<ProtoOAPosition> =>
  find(
    account,
    link,
    'position',
    id,
    ({ positions }) => lookup(positions, id),
    ({ position }) => position?.find(({ positionId }) => positionId === id),
  )

/** A pending order, found in the same way. */
export const findPendingOrder = (account: Account, link: Link, id: number): Observable<ProtoOAOrder> =>
  find(
    account,
    link,
    'order',
    id,
    ({ orders }) => lookup(orders, id),
    ({ order }) => order?.find(({ orderId }) => orderId === id),
  )
