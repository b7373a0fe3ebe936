import { ProtoOAExecutionType, ProtoOAOrderStatus } from '../../protocol/messages/enums'
import type { ProtoOAAmendOrderReq, ProtoOAOrder } from '../../protocol/messages/orders'
import { toWirePrice } from '../../protocol/units'
import type { Tracker } from './trackNewOrder'
import { rejectionIn } from './executionReport'
import type { ExecutionReport } from './executionReport'
import { applyReport, subject, initialOrderState } from './orderState'
import { isSameKind, isSamePrice, protectionsBy } from './protectionMatch'
import type { OrderUpdate } from '../model/orderUpdate'

/** Which order is changed, and the `clientMsgId` of the request. */
export interface ChangeTerms {
  readonly orderId: number
  readonly clientMsgId: string
}

/** The new terms of an order, as they were sent. */
export interface AmendTerms extends ChangeTerms {
  readonly asked: Omit<ProtoOAAmendOrderReq, 'ctidTraderAccountId' | 'orderId'>
}

type Done = (report: ExecutionReport, order: ProtoOAOrder) => OrderUpdate | undefined

/**
 * Tracks a request to change an order. Over when `done` says so, when the request is rejected, or when the order
 * ends.
 */
const followChange = ({ orderId, clientMsgId }: ChangeTerms, done: Done): Tracker => {
  let progress = initialOrderState
  let isOver = false

  const newsOf = (report: ExecutionReport): readonly OrderUpdate[] => {
    const { order } = report
    if (order?.orderId !== orderId) return []
    const errorCode = report.clientMsgId === clientMsgId ? rejectionIn(report) : undefined
    if (errorCode !== undefined) {
      isOver = true
      return [{ status: 'rejected', orderId, errorCode }]
    }
    const update = done(report, order)
    if (update) {
      isOver = true
      return [update]
    }
    // Fills from before the request are complete: there is nothing to wait for.
    const [after, news] = applyReport(progress, { ...report, isAll: true })
    progress = after
    isOver = progress.told?.isEnded === true
    // The order's earlier state and the changes of others are not the outcome of this request.
    return news.filter(({ status }) => status !== 'accepted' && status !== 'replaced')
  }

  return report => ({ updates: isOver ? [] : newsOf(report), isOver })
}

/** For `cancelOrder`: over with `cancelled`, `rejected`, or another end of the order. */
export const trackCancel = (terms: ChangeTerms): Tracker => followChange(terms, () => undefined)

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
  isSameKind({ ...asked, stopLossTriggerMethod: asked.stopTriggerMethod }, protectionsBy(order)) &&
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
  followChange(terms, ({ executionType, clientMsgId, position }, order) => {
    const isDone =
      executionType === undefined
        ? isWaiting(order) && hasTerms(asked, order)
        : executionType === ProtoOAExecutionType.ORDER_REPLACED && clientMsgId === terms.clientMsgId
    return isDone ? { status: 'replaced', ...subject(order, position) } : undefined
  })
