import { ProtoOAOrderStatus, ProtoOAOrderType } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { OrderUpdate } from '../model/orderUpdate'

const waiting: ReadonlySet<ProtoOAOrderType> = new Set([
  ProtoOAOrderType.LIMIT,
  ProtoOAOrderType.STOP,
  ProtoOAOrderType.STOP_LIMIT,
])

/** Whether an order of a trader waits for its price. Market orders and orders behind protections do not. */
export const isPending = ({ orderStatus, orderType }: ProtoOAOrder): boolean =>
  orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED && waiting.has(orderType)

/** An order may wait for its price for days without being in doubt. */
export const isResting = (update: OrderUpdate): boolean => 'order' in update && isPending(update.order)
