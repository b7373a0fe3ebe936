import { ProtoOAExecutionType, ProtoOAOrderStatus } from '../../protocol/messages/enums'
import type { ProtoOAAmendOrderReq, ProtoOAOrder } from '../../protocol/messages/orders'
import { toWirePrice } from '../../protocol/units'
import { ignoreAfterEnd } from './tracker'
import type { Tracker } from './tracker'
import { rejectionCode } from './executionReport'
import type { ExecutionReport } from './executionReport'
import { applyReport, toOrderDetails, initialOrderState } from './orderState'
import { isSameKind, isSamePrice, orderProtections } from './protectionMatch'

/** Which order is changed, and the `clientMsgId` of the request. */
export interface ChangedOrder {
  readonly orderId: number
  readonly clientMsgId: string
}

/** The new terms of an order, as they were sent. */
export interface AmendTerms extends ChangedOrder {
  readonly asked: Omit<ProtoOAAmendOrderReq, 'ctidTraderAccountId' | 'orderId'>
}

/**
 * Tracks a request to change an order. Over with `replaced` when `isDone` says so, when the request is rejected, or
 * when the order ends.
 */
const trackChange = (
  { orderId, clientMsgId }: ChangedOrder,
  isDone: (report: ExecutionReport, order: ProtoOAOrder) => boolean,
): Tracker => {
  let state = initialOrderState

  return ignoreAfterEnd(report => {
    const { order, position } = report
    if (order?.orderId !== orderId) return { updates: [], isOver: false }
    const errorCode = report.clientMsgId === clientMsgId ? rejectionCode(report) : undefined
    if (errorCode !== undefined)
      return { updates: [{ status: 'rejected', orderId, errorCode }], isOver: true }
    if (isDone(report, order))
      return { updates: [{ status: 'replaced', ...toOrderDetails(order, position) }], isOver: true }
    // Fills from before the request are complete: there is nothing to wait for.
    const [after, news] = applyReport(state, { ...report, isAll: true })
    state = after
    return {
      // The order's earlier state and the changes of others are not the outcome of this request.
      updates: news.filter(({ status }) => status !== 'accepted' && status !== 'replaced'),
      isOver: state.told?.isEnded === true,
    }
  })
}

/** For `cancelOrder`: over with `cancelled`, `rejected`, or another end of the order. */
export const trackCancel = (terms: ChangedOrder): Tracker => trackChange(terms, () => false)

/** A term that was not sent stays. */
const stays = <T>(
  asked: T | undefined,
  value: T | undefined,
  isSame: (asked: T, value: T | undefined) => boolean = Object.is,
): boolean => asked === undefined || isSame(asked, value)

/** A protection that is sent as a price comes back as a distance. One that is not sent is removed. */
const isSameDistance = (
  { limitPrice, stopPrice = limitPrice }: ProtoOAOrder,
  { price, distance }: { readonly price: number | undefined; readonly distance: number | undefined },
  known: number | undefined,
): boolean => {
  if (price === undefined || stopPrice === undefined) return distance === known
  return Math.abs(toWirePrice(stopPrice) - toWirePrice(price)) === known
}

/** Whether an order has the requested terms. */
const hasTerms = (asked: AmendTerms['asked'], order: ProtoOAOrder): boolean =>
  stays(asked.volume, order.tradeData.volume) &&
  stays(asked.limitPrice, order.limitPrice, isSamePrice) &&
  stays(asked.stopPrice, order.stopPrice, isSamePrice) &&
  stays(asked.expirationTimestamp, order.expirationTimestamp) &&
  stays(asked.slippageInPoints, order.slippageInPoints) &&
  isSameKind({ ...asked, stopLossTriggerMethod: asked.stopTriggerMethod }, orderProtections(order)) &&
  isSameDistance(
    order,
    { price: asked.stopLoss, distance: asked.relativeStopLoss },
    order.relativeStopLoss,
  ) &&
  isSameDistance(
    order,
    { price: asked.takeProfit, distance: asked.relativeTakeProfit },
    order.relativeTakeProfit,
  )

const isWaiting = ({ orderStatus }: ProtoOAOrder): boolean =>
  orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED

/**
 * For `amendOrder`: over with `replaced`, `rejected`, or the end of the order. An order that was read back is
 * replaced if it is pending with the requested terms. For an ended order it is unknown whether it was amended
 * first.
 */
export const trackAmend = ({ asked, ...terms }: AmendTerms): Tracker =>
  trackChange(terms, ({ executionType, clientMsgId }, order) =>
    executionType === undefined
      ? isWaiting(order) && hasTerms(asked, order)
      : executionType === ProtoOAExecutionType.ORDER_REPLACED && clientMsgId === terms.clientMsgId,
  )
