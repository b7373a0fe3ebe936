import { ProtoOAExecutionType } from '../protocol/enums'
import type { ProtoOAAmendOrderReq, ProtoOAOrder } from '../protocol/orders'
import { toWirePrice } from '../protocol/units'
import type { Follow } from './follow'
import type { Heard } from './heard'
import { advance, subject, unheard } from './progress'
import type { OrderUpdate } from './update'

/** Which order is to be changed, and the `clientMsgId` of the request. */
export interface ChangeTerms {
  readonly orderId: number
  readonly clientMsgId: string
}

/** What an order is to become, as it was sent. */
export interface AmendTerms extends ChangeTerms {
  readonly asked: Omit<ProtoOAAmendOrderReq, 'ctidTraderAccountId' | 'orderId'>
}

type Done = (heard: Heard, order: ProtoOAOrder) => OrderUpdate | undefined

/** Of a request to an order: over when it is `done` or rejected, or when the order has come to another end. */
const followChange = ({ orderId, clientMsgId }: ChangeTerms, done: Done): Follow => {
  let progress = unheard
  let isOver = false

  const newsOf = (heard: Heard): readonly OrderUpdate[] => {
    const { executionType, order, errorCode } = heard
    if (order?.orderId !== orderId) return []
    const isRejected =
      executionType === ProtoOAExecutionType.ORDER_REJECTED ||
      executionType === ProtoOAExecutionType.ORDER_CANCEL_REJECTED
    const isOurs = heard.clientMsgId === clientMsgId
    if (isRejected && isOurs) {
      isOver = true
      return [{ status: 'rejected', orderId, errorCode: errorCode ?? 'ORDER_REJECTED' }]
    }
    const update = done(heard, order)
    if (update) {
      isOver = true
      return [update]
    }
    const [after, news] = advance(progress, heard)
    progress = after
    isOver = progress.told?.isEnded === true
    // What it was, and what others make of it, is not what became of this request.
    return news.filter(({ status }) => status !== 'accepted' && status !== 'replaced')
  }

  return heard => ({ updates: isOver ? [] : newsOf(heard), isOver })
}

/** Of `cancelOrder`: over with `cancelled`, `rejected`, or another end of the order. */
export const followCancel = (terms: ChangeTerms): Follow => followChange(terms, () => undefined)

const isSamePrice = (asked: number | undefined, price: number | undefined): boolean =>
  asked === undefined || (price !== undefined && toWirePrice(asked) === toWirePrice(price))

const isSame = <T>(asked: T | undefined, value: T | undefined): boolean =>
  asked === undefined || asked === value

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
export const isAsAsked = (asked: AmendTerms['asked'], order: ProtoOAOrder): boolean =>
  isSame(asked.volume, order.tradeData.volume) &&
  isSamePrice(asked.limitPrice, order.limitPrice) &&
  isSamePrice(asked.stopPrice, order.stopPrice) &&
  isSame(asked.expirationTimestamp, order.expirationTimestamp) &&
  isSame(asked.slippageInPoints, order.slippageInPoints) &&
  isSame(asked.trailingStopLoss, order.trailingStopLoss) &&
  isSame(asked.stopTriggerMethod, order.stopTriggerMethod) &&
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

/**
 * Of `amendOrder`: over with `replaced`, `rejected`, or the end of the order. An order that was found out is replaced
 * if it has the terms asked for.
 */
export const followAmend = ({ asked, ...terms }: AmendTerms): Follow =>
  followChange(terms, ({ executionType, clientMsgId, position }, order) => {
    const isDone =
      executionType === undefined
        ? isAsAsked(asked, order)
        : executionType === ProtoOAExecutionType.ORDER_REPLACED && clientMsgId === terms.clientMsgId
    return isDone ? { status: 'replaced', ...subject(order, position) } : undefined
  })
