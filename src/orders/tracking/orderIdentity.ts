import type { ExecutionReport } from './executionReport'
import type { OrderState } from './orderState'
import { isProtection } from './protectionMatch'
import type { AskedProtections } from './protectionMatch'

/** Which order it is, and which protections its position is to have. */
export interface NewOrderTerms {
  readonly clientOrderId: string
  /** Of the request. */
  readonly clientMsgId: string
  /** Where there is one, it is over when the position has it, or never will. */
  readonly asked: AskedProtections
}

/** Tells of this order, or of one that was made for it. */
export const hasIdsOf = (
  { clientMsgId, order }: ExecutionReport,
  terms: Pick<NewOrderTerms, 'clientMsgId' | 'clientOrderId'>,
): boolean => clientMsgId === terms.clientMsgId || order?.clientOrderId === terms.clientOrderId

/** Told from the others by its id; before that is known, by what it was sent with. */
export const isOfOrder = (
  report: ExecutionReport,
  { order: known }: OrderState,
  terms: NewOrderTerms,
): boolean => {
  const { order } = report
  if (!order || isProtection(order)) return false
  return known ? order.orderId === known.orderId : hasIdsOf(report, terms)
}
