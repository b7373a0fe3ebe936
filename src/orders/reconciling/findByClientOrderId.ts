import { EMPTY, catchError, concat, defer, mergeMap, of, take, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { ProtoOAOrderType } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import type { OutcomeQuery } from './outcomeQuery'
import { indexBy } from '../../util/indexBy'
import type { OrderIntent } from '../model/journal'
import { allOrders, lastOrders, isIncompleteList, pendingOrders } from './orderLists'
import type { Orders } from './orderLists'
import { isProtection } from '../tracking/protectionMatch'
import { DAY } from '../../time/constants'

const isAtOnce = (orderType: ProtoOAOrderType): boolean =>
  orderType === ProtoOAOrderType.MARKET || orderType === ProtoOAOrderType.MARKET_RANGE

/**
 * Whether an order has the terms of the intent: its name may have been used before. The volume of a pending order
 * may have been amended since.
 */
const isAsAsked = ({ orderType, tradeData }: ProtoOAOrder, { payloadType, payload }: OrderIntent): boolean =>
  payloadType !== PayloadType.PROTO_OA_NEW_ORDER_REQ ||
  (payload.symbolId === tradeData.symbolId &&
    payload.tradeSide === tradeData.tradeSide &&
    payload.orderType === orderType &&
    (!isAtOnce(orderType) || payload.volume === tradeData.volume))

const byName = indexBy(({ clientOrderId }: ProtoOAOrder) => clientOrderId)

/**
 * The order with a name, in any state. Asks for the last changed orders and for the pending ones, because a server
 * may have an order in only one of the lists. If there are more, asks for all that changed since a day before the
 * intent, by our clock. Errors if a list cannot be had completely: then the order may be in the missing part.
 */
export const findByClientOrderId = (
  { account: { accountId }, link, intent }: Pick<OutcomeQuery, 'account' | 'intent' | 'link'>,
  clientOrderId: string,
): Observable<ProtoOAOrder | undefined> =>
  defer(() => {
    // The same start for all orders of a day, so that one answer serves all of them.
    const since = Math.max(0, (Math.floor(intent.at / DAY) - 1) * DAY)
    const isIt = (order: ProtoOAOrder): boolean => !isProtection(order) && isAsAsked(order, intent)
    let isMore = false
    let doubt: unknown

    const foundIn = (
      orders$: Observable<Orders>,
      onPart: () => void = () => {
        doubt = isIncompleteList('order', PayloadType.PROTO_OA_ORDER_LIST_REQ)
      },
    ): Observable<ProtoOAOrder> =>
      orders$.pipe(
        mergeMap(({ rows, isAll }) => {
          const found = byName(rows, clientOrderId).find(isIt)
          if (!found && !isAll) onPart()
          return found ? of(found) : EMPTY
        }),
        catchError((error: unknown) => {
          doubt = error
          return EMPTY
        }),
      )

    return concat(
      foundIn(lastOrders(link, accountId), () => {
        isMore = true
      }),
      defer(() => foundIn(pendingOrders(link, accountId))),
      defer(() => (isMore ? foundIn(allOrders(link, accountId, since > 0 ? since : undefined)) : EMPTY)),
      defer(() => (doubt === undefined ? of(undefined) : throwError(() => doubt))),
    ).pipe(take(1))
  })
