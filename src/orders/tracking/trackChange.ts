import { ProtoOAExecutionType, ProtoOAOrderStatus } from '../../protocol/messages/enums'
import type { ProtoOAAmendOrderReq, ProtoOAOrder } from '../../protocol/messages/orders'
import { toWirePrice } from '../../protocol/units'
import type { Tracker } from './trackNewOrder'
import { rejectionIn } from './executionReport'
import type { ExecutionReport } from './executionReport'
import { applyReport, subject, initialOrderState } from './orderState'
import { isSameKind, isSamePrice, protectionsBy } from './protectionMatch'
import type { OrderUpdate } from '../model/orderUpdate'

/** Which order is to be changed, and the `clientMsgId` of the request. */
export interface ChangeTerms {
  readonly orderId: number
  readonly clientMsgId: string
}

/** What an order is to become, as it was sent. */
export interface AmendTerms extends ChangeTerms {
  readonly asked: Omit<ProtoOAAmendOrderReq, 'ctidTraderAccountId' | 'orderId'>
}

type Done = (report: ExecutionReport, order: ProtoOAOrder) => OrderUpdate | undefined

/** Of a request to an order: over when it is `done` or rejected, or when the order has come to another end. */
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
    // What was filled before the request is nothing that it waits for.
    const [after, news] = applyReport(progress, { ...report, isAll: true })
    progress = after
    isOver = progress.told?.isEnded === true
    // What it was, and what others make of it, is not what became of this request.
    return news.filter(({ status }) => status !== 'accepted' && status !== 'replaced')
  }

  return report => ({ updates: isOver ? [] : newsOf(report), isOver })
}

/** Of `cancelOrder`: over with `cancelled`, `rejected`, or another end of the order. */
export const trackCancel = (terms: ChangeTerms): Tracker => followChange(terms, () => undefined)

/** What is not sent stays. */
const stays = <T>(
  asked: T | undefined,
  value: T | undefined,
  isSame: (asked: T, value: T | undefined) => boolean = Object.is,
): boolean => asked === undefined || isSame(asked, value)

/** A protection that is sent as a price comes back as a distance; one that is not sent is no more. */
const isSameDistance = (
  { limitPrice, stopPrice = limitPrice }: ProtoOAOrder,
  { price, distance }: { readonly price: number | undefined; readonly distance: number | undefined },
  known: number | undefined,
): boolean => {
  if (price === undefined || stopPrice === undefined) return distance === known
  return Math.abs(toWirePrice(stopPrice) - toWirePrice(price)) === known
}

/** Whether an order has the terms that were asked for. */
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
 * Of `amendOrder`: over with `replaced`, `rejected`, or the end of the order. An order that was found out is replaced
 * if it waits with the terms asked for. Whether one that has ended was amended before, or had those terms, nobody knows.
 */
export const trackAmend = ({ asked, ...terms }: AmendTerms): Tracker =>
  followChange(terms, ({ executionType, clientMsgId, position }, order) => {
    const isDone =
      executionType === undefined
        ? isWaiting(order) && hasTerms(asked, order)
        : executionType === ProtoOAExecutionType.ORDER_REPLACED && clientMsgId === terms.clientMsgId
    return isDone ? { status: 'replaced', ...subject(order, position) } : undefined
  })
