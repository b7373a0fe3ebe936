import { of } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { runChange } from './runCommand'
import type { OrderOptions } from './model/orderOptions'
import type { OrderUpdate } from './model/orderUpdate'

/** Which order to cancel. */
export interface CancelOrderInput {
  readonly orderId: number
}

/**
 * Cancels a pending order (`ProtoOACancelOrderReq`). Emits `sent`, then at the end `cancelled`, `rejected`, or
 * `filled` or `expired` if that came first. Survives lost lines as `placeOrder` does, and completes at the end.
 * Errors with `NotSent`, or with `NotFound` if the server showed no sign of it.
 *
 * ```ts
 * cancelOrder(account, { orderId }).subscribe(({ status }) => console.log(status))
 * ```
 */
export const cancelOrder = (
  account: Account,
  { orderId }: CancelOrderInput,
  options: OrderOptions = {},
): Observable<OrderUpdate> =>
  runChange(account, PayloadType.PROTO_OA_CANCEL_ORDER_REQ, () => of({ orderId }), options)
