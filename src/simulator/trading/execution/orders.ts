import { ProtoOAOrderStatus } from '../../../protocol/messages/enums'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { unprotected } from '../state/records'
import type { Order } from '../state/records'

type Asked = Pick<
  Order,
  | 'orderType'
  | 'tradeSide'
  | 'symbolId'
  | 'closing'
  | 'joins'
  | 'timeInForce'
  | 'label'
  | 'comment'
  | 'clientOrderId'
  | 'positionId'
  | 'volume'
>

/** Adds a new order to the book. */
export const createOrder = (
  { ids, book }: ExchangeAccount,
  asked: Asked & Partial<Order>,
  at: number,
): Order => {
  const order: Order = {
    isStopOut: false,
    baseSlippagePrice: undefined,
    executedVolume: 0,
    executedValue: 0,
    limitPrice: undefined,
    stopPrice: undefined,
    slippageInPoints: undefined,
    expiresAt: undefined,
    protections: unprotected,
    closedAt: undefined,
    triggered: false,
    watch: undefined,
    ...asked,
    orderId: ids.next('order'),
    status: ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED,
    openedAt: at,
    updatedAt: at,
  }
  book.orders.set(order.orderId, order)
  book.working.add(order)
  return order
}
