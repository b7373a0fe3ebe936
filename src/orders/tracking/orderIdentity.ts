import type { ExecutionReport } from './executionReport'
import type { OrderState } from './orderState'
import { isProtection } from './protectionMatch'
import type { AskedProtections } from './protectionMatch'

/** How to recognise an order, and the protections that its position shall have. */
export interface NewOrderTerms {
  readonly clientOrderId: string
  /** Of the request. */
  readonly clientMsgId: string
  /** If set, the command is over when the position has them, or never will. */
  readonly asked: AskedProtections
}

/** Whether a report concerns this order, or one that was made for it. */
export const concernsOrder = (
  { clientMsgId, order }: ExecutionReport,
  terms: Pick<NewOrderTerms, 'clientMsgId' | 'clientOrderId'>,
): boolean => clientMsgId === terms.clientMsgId || order?.clientOrderId === terms.clientOrderId

/** An order is recognised by its id. Before that is known, by the ids it was sent with. */
export const isOfOrder = (
  report: ExecutionReport,
  { order: known }: OrderState,
  terms: NewOrderTerms,
): boolean => {
  const { order } = report
  if (!order || isProtection(order)) return false
  return known ? order.orderId === known.orderId : concernsOrder(report, terms)
}
