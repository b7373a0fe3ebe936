import { map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { ProtoOAOrderStatus } from '../protocol/enums'
import type { ProtoOANewOrderReq } from '../protocol/orders'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { checked } from './checked'
import { command } from './command'
import type { Found, Kind, Question } from './finding'
import { followNewOrder } from './follow'
import type { NewOrder } from './newOrder'
import type { OrderOptions } from './options'
import { noSign, openPosition, orderAskedFor } from './outcome'
import type { Shown } from './outcome'
import type { OrderUpdate } from './update'

type NewOrderType = typeof PayloadType.PROTO_OA_NEW_ORDER_REQ

const nameOf = (id: string, { clientOrderId = id }: ProtoOANewOrderReq): string => clientOrderId

const wantsProtection = (asked: ProtoOANewOrderReq): boolean =>
  [asked.stopLoss, asked.takeProfit, asked.relativeStopLoss, asked.relativeTakeProfit].some(
    one => one !== undefined,
  )

/** Which protections came is only seen on the position, which is asked for last: by then it is there, or closed. */
const withPosition = (
  { account, link, intended }: Question<NewOrderType>,
  shown: Shown,
): Observable<Found> => {
  const { executedVolume = 0, orderStatus, positionId } = shown.order
  const isEnded = orderStatus !== ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED && executedVolume > 0
  return !isEnded || positionId === undefined || !wantsProtection(intended.payload)
    ? of({ state: 'underway', heard: [shown] })
    : openPosition(link, account.accountId, positionId).pipe(
        map(position =>
          position ? { state: 'late', heard: [{ ...shown, position }] } : { state: 'over', heard: [shown] },
        ),
      )
}

export const newOrders: Kind<NewOrderType> = {
  payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
  follow: ({ id, payload }) =>
    followNewOrder({
      clientMsgId: id,
      clientOrderId: nameOf(id, payload),
      wantsProtection: wantsProtection(payload),
    }),
  look: question =>
    orderAskedFor(question, nameOf(question.intended.id, question.intended.payload)).pipe(
      switchMap(shown => (shown ? withPosition(question, shown) : of(noSign(question)))),
    ),
}

/**
 * Places an order (`ProtoOANewOrderReq`) and tells what becomes of it: `sent`, `accepted`, `filled` … Each subscription
 * places one, once: it is checked, written into the journal, sent, and never sent again.
 */
export const placeOrder = (
  account: Account,
  order: NewOrder,
  options: OrderOptions = {},
): Observable<OrderUpdate> =>
  command(
    account,
    newOrders,
    (_, id) =>
      checked(account, order).pipe(
        map(frame => ({
          ...frame,
          ctidTraderAccountId: account.accountId,
          clientOrderId: order.clientOrderId ?? id,
        })),
      ),
    options,
  )
