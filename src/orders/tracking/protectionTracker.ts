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

/** What is known of the positions an order may have come to: which protections they have, and which are no more. */
interface ProtectionTracker {
  readonly look: (report: ExecutionReport, progress: OrderState) => void
  readonly protectedBy: (progress: OrderState) => ProtoOAPosition | 'awaited' | 'never'
}

const isPending = ({ orderType, orderStatus }: ProtoOAOrder): boolean =>
  orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
  orderType !== ProtoOAOrderType.MARKET &&
  orderType !== ProtoOAOrderType.MARKET_RANGE

/** The server puts an order behind protections where there were none. */
const isMade = ({ executionType, order }: ExecutionReport): boolean =>
  executionType === ProtoOAExecutionType.ORDER_ACCEPTED && order !== undefined && isProtection(order)

const isDefined = (price: number | undefined): price is number => price !== undefined

/**
 * Whether a position has what was asked for, and not what it had before: by the request, or as the order was amended.
 * From which price a distance was counted nobody says.
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

/** Watches over the positions of a new order. */
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
      // On the way to the other side the order itself closes a position, which may get the same id again.
      const isOnItsWay = report.executionType !== undefined && isOfOrder(report, progress, terms)
      if (isClosed(position) && !isOnItsWay) closed.add(positionId)
    },
    protectedBy: ({ order, deals }) => {
      if (!order || isBare(terms.asked)) return 'never'
      const filling = fillingOf(order, deals)
      const volume = filling?.fill.volume ?? order.executedVolume ?? 0
      const deal = filling?.isComplete === true ? filling.fill.deal : undefined
      // Where it only closed, or nothing, there is nothing to protect.
      if (volume === 0 || deal?.closePositionDetail) return 'never'
      const positionId = deal?.positionId ?? order.positionId ?? NaN
      const own = made.get(positionId)
      if (own) return own
      const position = guarded.get(positionId)
      if (position && isAsAsked(position, terms.asked, order, deals)) return position
      // They may be counted from the price of a deal that has not come yet.
      const isCertain = position === undefined || deal !== undefined
      const isVain = closed.has(positionId) || (pending !== undefined && isBare(pending))
      return isVain && isCertain ? 'never' : 'awaited'
    },
  }
}
