import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { validateForDispatch } from './validation/validateNewOrder'
import { runCommand } from './runCommand'
import type { NewOrder } from './model/newOrder'
import type { OrderOptions } from './model/orderOptions'
import type { OrderUpdate } from './model/orderUpdate'

/**
 * Places an order (`ProtoOANewOrderReq`) and emits its updates to its end: `sent`, `accepted`, `filled` … The order
 * is checked, written into the journal, and sent. Each subscription places one order, and sends it only once.
 *
 * Completes with `filled`, `cancelled`, `expired` or `rejected`, or with `protected` if protections were requested.
 * If the order adds to a position that keeps its own protections, it completes with `filled`.
 *
 * If the line is lost after the order has left, or no answer comes, it emits `outcomeUnknown`. Then it listens on
 * every later line, asks the server with growing pauses, and continues with the real outcome. A pending order is
 * followed over as many lines as it takes.
 *
 * Unsubscribing before the order has left withdraws it. Unsubscribing later does not cancel it: use `cancelOrder`.
 * Its later reports are still written into the journal, and `recoverOrders` finds out the rest.
 *
 * The order leaves at once if the terms of its symbol are known. It is then checked as far as its account is known.
 * Otherwise the account's rights are requested at the same time as the terms.
 *
 * Errors with `InvalidOrder`, `UnknownSymbol` or `WrongEnvironment` before anything is sent. Errors with `NotSent`
 * if it certainly was not sent:
 *
 * - there is no line, and `whenDisconnected` is not `'wait'`
 * - it could not leave within the `timeout`
 * - the journal cannot be read or written
 *
 * After it has left, it errors with `NotFound` if the server showed no sign of it for the `horizon`. That proves
 * nothing: it may still appear. It errors with the account's cause if the account has failed for good. In both
 * cases the journal entry stays open.
 *
 * ```ts
 * placeOrder(account, {
 *   symbol: 'EURUSD',
 *   side: 'buy',
 *   type: 'market',
 *   volume: lots(0.1),
 *   stopLoss: pips(20),
 * }).subscribe(update => {
 *   if (update.status === 'filled') console.log(update.price)
 * })
 * ```
 */
export const placeOrder = (
  account: Account,
  order: NewOrder,
  options: OrderOptions = {},
): Observable<OrderUpdate> =>
  runCommand(
    account,
    PayloadType.PROTO_OA_NEW_ORDER_REQ,
    (link, id) =>
      validateForDispatch(account, link, order).pipe(
        map(frame => ({
          ...frame,
          ctidTraderAccountId: account.accountId,
          clientOrderId: order.clientOrderId ?? id,
        })),
      ),
    options,
  )
