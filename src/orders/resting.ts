import { ProtoOAOrderStatus, ProtoOAOrderType } from '../protocol/enums'
import type { OrderUpdate } from './update'

const waiting: ReadonlySet<ProtoOAOrderType> = new Set([
  ProtoOAOrderType.LIMIT,
  ProtoOAOrderType.STOP,
  ProtoOAOrderType.STOP_LIMIT,
])

/** An order may wait for its price for days, and there is no doubt about it. */
export const isResting = (update: OrderUpdate): boolean =>
  'order' in update &&
  update.order.orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
  waiting.has(update.order.orderType)
