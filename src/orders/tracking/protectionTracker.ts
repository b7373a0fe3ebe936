import { valuesOf } from '../../util/persistentMap'
import {
  ProtoOAExecutionType,
  ProtoOAOrderStatus,
  ProtoOAOrderType,
  ProtoOAPositionStatus,
} from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { fillingOf } from './fills'
import type { ExecutionReport } from './executionReport'
import { isOfOrder, hasIdsOf } from './orderIdentity'
import type { NewOrderTerms } from './orderIdentity'
import { newer } from './orderState'
import type { OrderState } from './orderState'
import { hasAsked, isBare, isProtection } from './protectionMatch'
import type { AskedProtections } from './protectionMatch'

const isOpen = ({ positionStatus }: ProtoOAPosition): boolean =>
  positionStatus === ProtoOAPositionStatus.POSITION_STATUS_OPEN

const isClosed = ({ positionStatus }: ProtoOAPosition): boolean =>
  positionStatus === ProtoOAPositionStatus.POSITION_STATUS_CLOSED

/** The positions that an order may have opened or changed: their protections, and which positions are closed. */
interface ProtectionTracker {
  readonly look: (report: ExecutionReport, progress: OrderState) => void
  readonly protectedBy: (progress: OrderState) => ProtoOAPosition | 'awaited' | 'never'
}

const isPending = ({ orderType, orderStatus }: ProtoOAOrder): boolean =>
  orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
  orderType !== ProtoOAOrderType.MARKET &&
  orderType !== ProtoOAOrderType.MARKET_RANGE

/** The server creates an order behind protections where there was none. */
const isMade = ({ executionType, order }: ExecutionReport): boolean =>
  executionType === ProtoOAExecutionType.ORDER_ACCEPTED && order !== undefined && isProtection(order)

const isDefined = (price: number | undefined): price is number => price !== undefined

/**
 * Whether a position has the requested protections from this request and not from before. The server may count a
 * distance from one of several prices.
 */
const isAsAsked = (
  position: ProtoOAPosition,
  asked: AskedProtections,
  order: ProtoOAOrder,
  deals: OrderState['deals'],
): boolean => {
  const entries = [
    order.executionPrice,
    order.limitPrice,
    order.stopPrice,
    ...valuesOf(deals.byId).map(({ executionPrice }) => executionPrice),
  ].filter(isDefined)
  const amended = { ...order, guaranteedStopLoss: order.tradeData.guaranteedStopLoss ?? false }
  return [asked, amended].some(one => !isBare(one) && hasAsked(one, entries, order, position))
}

/** Tracks the protections of the positions of a new order. */
export const createProtectionTracker = (terms: NewOrderTerms): ProtectionTracker => {
  const made = new Map<number, ProtoOAPosition>()
  const guarded = new Map<number, ProtoOAPosition>()
  const closed = new Set<number>()
  let pending: ProtoOAOrder | undefined
  return {
    look: (report, progress) => {
      const { order, position } = report
      if (order && isPending(order) && isOfOrder(report, progress, terms)) pending = newer(pending, order)
      const isKnown = position !== undefined && position.positionId === progress.order?.positionId
      if (!position || !(isKnown || hasIdsOf(report, terms))) return
      const { positionId, stopLoss, takeProfit } = position
      if (isOpen(position) && (stopLoss ?? takeProfit) !== undefined) {
        guarded.set(positionId, newer(guarded.get(positionId), position))
        if (isMade(report) && hasIdsOf(report, terms)) made.set(positionId, position)
      }
      // When an order reverses a position, it first closes the old one. The new position may get the same id.
      const isOnItsWay = report.executionType !== undefined && isOfOrder(report, progress, terms)
      if (isClosed(position) && !isOnItsWay) closed.add(positionId)
    },
    protectedBy: ({ order, deals }) => {
      if (!order || isBare(terms.asked)) return 'never'
      const filling = fillingOf(order, deals)
      const volume = filling?.fill.volume ?? order.executedVolume ?? 0
      const deal = filling?.isComplete === true ? filling.fill.deal : undefined
      // If it only closed, or filled nothing, there is nothing to protect.
      if (volume === 0 || deal?.closePositionDetail) return 'never'
      const positionId = deal?.positionId ?? order.positionId ?? NaN
      const own = made.get(positionId)
      if (own) return own
      const position = guarded.get(positionId)
      if (position && isAsAsked(position, terms.asked, order, deals)) return position
      // They may count from the price of a deal that has not come yet.
      const isCertain = position === undefined || deal !== undefined
      const isVain = closed.has(positionId) || (pending !== undefined && isBare(pending))
      return isVain && isCertain ? 'never' : 'awaited'
    },
  }
}
