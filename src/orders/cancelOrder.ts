import { map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { runCommand } from './runCommand'
import type { CommandKind } from './reconciling/resolveOutcome'
import { trackCancel } from './tracking/trackChange'
import type { OrderOptions } from './model/orderOptions'
import { orderShown } from './reconciling/orderQueries'
import { changeRequest } from './reconciling/openEntities'
import type { OrderUpdate } from './model/orderUpdate'

type CancelType = typeof PayloadType.PROTO_OA_CANCEL_ORDER_REQ

export const cancellations: CommandKind<CancelType> = {
  payloadType: PayloadType.PROTO_OA_CANCEL_ORDER_REQ,
  follow: ({ id, payload: { orderId } }) => trackCancel({ orderId, clientMsgId: id }),
  // An order that is still pending shows no sign of the cancellation.
  look: ({ account, link, intended: { payload } }) =>
    orderShown(link, account.accountId, payload.orderId).pipe(
      map(shown => ({
        state: 'absent',
        reports: shown ? [shown] : [],
        detail: `order ${payload.orderId} is ${shown ? 'still pending' : 'not there'} (2181)`,
      })),
    ),
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
  { orderId }: { readonly orderId: number },
  options: OrderOptions = {},
): Observable<OrderUpdate> =>
  runCommand(account, cancellations, link => changeRequest(account, link, of({ orderId })), options)
