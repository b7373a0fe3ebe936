import { map, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { changeTerms } from './validation/changeTerms'
import { amendOrderFrame } from './validation/amendOrderRequest'
import type { OrderChanges } from './model/changes'
import { lookUpAccount } from './validation/rights'
import { runChange } from './runCommand'
import type { OrderOptions } from './model/orderOptions'
import { findPendingOrder } from './reconciling/openEntities'
import type { OrderUpdate } from './model/orderUpdate'

/** Which order to change, and its new terms. */
export interface AmendOrderInput extends OrderChanges {
  readonly orderId: number
}

/**
 * Changes a pending order (`ProtoOAAmendOrderReq`). Terms that are left out stay. A protection that is `null` is
 * removed.
 *
 * Emits `sent`, then at the end `replaced`, `rejected`, or the end of the order if that came first. Survives lost
 * lines as `placeOrder` does, and completes at the end. Errors with `NotSent`, `InvalidOrder`, or `NotFound` if the
 * server showed no sign of it.
 *
 * ```ts
 * amendOrder(account, { orderId, price: price(1.0825), takeProfit: null }).subscribe(({ status }) => console.log(status))
 * ```
 */
export const amendOrder = (
  account: Account,
  { orderId, ...changes }: AmendOrderInput,
  options: OrderOptions = {},
): Observable<OrderUpdate> =>
  runChange(
    account,
    PayloadType.PROTO_OA_AMEND_ORDER_REQ,
    link =>
      findPendingOrder(account, link, orderId).pipe(
        switchMap(order =>
          changeTerms(account, order.tradeData.symbolId).pipe(
            map(terms => amendOrderFrame(order, changes, terms)),
          ),
        ),
      ),
    options,
    lookUpAccount,
  )
