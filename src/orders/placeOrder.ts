import { catchError, map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { ProtoOANewOrderReq } from '../protocol/messages/orders'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { validateForDispatch } from './validation/validateNewOrder'
import { runCommand } from './runCommand'
import type { QueriedState, CommandKind, OutcomeQuery } from './reconciling/resolveOutcome'
import { trackNewOrder } from './tracking/trackNewOrder'
import type { NewOrder } from './model/newOrder'
import type { OrderOptions } from './model/orderOptions'
import { asFound, noSign, openPosition, orderAskedFor } from './reconciling/orderQueries'
import type { Shown } from './reconciling/orderQueries'
import { isBare } from './tracking/protectionMatch'
import type { OrderUpdate } from './model/orderUpdate'

type NewOrderType = typeof PayloadType.PROTO_OA_NEW_ORDER_REQ

const nameOf = (id: string, { clientOrderId = id }: ProtoOANewOrderReq): string => clientOrderId

/** Which protections came is only seen on the position, which is asked for last: by then it is there, or closed. */
const withPosition = (question: OutcomeQuery<NewOrderType>, shown: Shown): Observable<QueriedState> => {
  const { account, link, intended } = question
  const { executedVolume = 0, positionId } = shown.order
  const found = asFound(question, shown)
  return found.state === 'underway' ||
    executedVolume === 0 ||
    positionId === undefined ||
    isBare(intended.payload)
    ? of(found)
    : openPosition(link, account.accountId, positionId).pipe(
        map(position =>
          position ? { ...found, reports: (found.reports ?? []).map(one => ({ ...one, position })) } : found,
        ),
        // What became of the order is known all the same.
        catchError(() => of<QueriedState>({ ...found, state: 'unanswered' })),
      )
}

export const newOrders: CommandKind<NewOrderType> = {
  payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
  follow: ({ id, payload }) =>
    trackNewOrder({
      clientMsgId: id,
      clientOrderId: nameOf(id, payload),
      asked: payload,
    }),
  look: question =>
    orderAskedFor(question, nameOf(question.intended.id, question.intended.payload)).pipe(
      switchMap(shown => (shown ? withPosition(question, shown) : of(noSign(question)))),
    ),
}

/**
 * Places an order (`ProtoOANewOrderReq`) and tells what becomes of it, to its end: `sent`, `accepted`, `filled` … Each
 * subscription places one, and sends it once, whatever happens: it is checked, written into the journal, and leaves.
 *
 * Completes with `filled`, or `protected` where protections were asked for, with `cancelled`, `expired` or `rejected`. A
 * position that has protections may keep those it has: then it is `filled`.
 * Where the line is lost after the order has left, or no answer comes, it says `outcomeUnknown`, listens on every later
 * line, asks the server with growing pauses, and goes on with what has really happened. An order that waits for its
 * price is followed over as many lines as that takes.
 *
 * Unsubscribing before it has left withdraws it. Unsubscribing after that does not cancel it, as little as closing a
 * window would: `cancelOrder` does. What is heard of it then is still written down; what is not, `recoverOrders` finds
 * out.
 *
 * Where all that it needs is known, the terms of its symbol above all, it leaves at once, checked as far as its account is
 * known; otherwise the account's rights are asked for at the same time.
 *
 * Errors with `InvalidOrder`, `UnknownSymbol` or `WrongEnvironment` before anything is sent, and with `NotSent` where it
 * certainly was not: there is no line at the moment and `whenReconnected` does not say otherwise, it could not leave in
 * time (`timeout`), or the journal cannot be read or written. After it has left it errors with `NotFound` where the
 * server showed no sign of it for the `horizon`, which proves nothing: it may still appear; and with the account's cause
 * where that has failed for good. Then the journal keeps the order open.
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
    newOrders,
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
