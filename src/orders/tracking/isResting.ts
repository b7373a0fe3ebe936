import { ProtoOAOrderStatus, ProtoOAOrderType } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { OrderUpdate } from '../model/orderUpdate'

const waiting: ReadonlySet<ProtoOAOrderType> = new Set([
  ProtoOAOrderType.LIMIT,
  ProtoOAOrderType.STOP,
  ProtoOAOrderType.STOP_LIMIT,
])

/** Whether an order waits for its price: one of a trader's own, not executed at once nor behind protections. */
export const isPending = ({ orderStatus, orderType }: ProtoOAOrder): boolean =>
  orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED && waiting.has(orderType)

/** An order may wait for its price for days, and there is no doubt about it. */
export const isResting = (update: OrderUpdate): boolean => 'order' in update && isPending(update.order)
