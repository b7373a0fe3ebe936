import { ProtoOAExecutionType, ProtoOAPositionStatus } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { toValues } from '../../util/persistentMap'
import type { ExecutionReport } from './executionReport'
import { fillProgress } from './fills'
import { isPending } from './isResting'
import { concernsOrder, isOfOrder } from './orderIdentity'
import type { NewOrderTerms } from './orderIdentity'
import { newer } from './orderState'
import type { OrderState } from './orderState'
import { hasAsked, isBare, isProtection } from './protectionMatch'
import type { AskedProtections } from './protectionMatch'

const { POSITION_STATUS_CLOSED, POSITION_STATUS_OPEN } = ProtoOAPositionStatus

/** What is known of a position that an order may have opened or changed. */
interface KnownPosition {
  /** As last reported with protections. */
  readonly guarded?: ProtoOAPosition
  /** As it was when the server made the order behind its protections, for this request. */
  readonly made?: ProtoOAPosition
  readonly isClosed?: boolean
}

/** What is known of the protections that an order asked for. */
export interface ProtectionState {
  readonly positions: ReadonlyMap<number, KnownPosition>
  /** The order, as last reported while it was pending. */
  readonly pending: ProtoOAOrder | undefined
}

export const noProtections: ProtectionState = { positions: new Map(), pending: undefined }

/** The server creates an order behind protections where there was none. */
const isMade = ({ executionType, order }: ExecutionReport): boolean =>
  executionType === ProtoOAExecutionType.ORDER_ACCEPTED && order !== undefined && isProtection(order)

const positionAfter = (
  known: KnownPosition,
  position: ProtoOAPosition,
  { isMadeNow, isOnItsWay }: { readonly isMadeNow: boolean; readonly isOnItsWay: boolean },
): KnownPosition => {
  const { positionStatus, stopLoss, takeProfit } = position
  if (positionStatus === POSITION_STATUS_OPEN && (stopLoss ?? takeProfit) !== undefined)
    return {
      ...known,
      guarded: newer(known.guarded, position),
      ...(isMadeNow && { made: position }),
    }
  // When an order reverses a position, it first closes the old one. The new position may get the same id.
  return positionStatus === POSITION_STATUS_CLOSED && !isOnItsWay ? { ...known, isClosed: true } : known
}

/** Applies a report. `state` is the state of the order after it. */
export const afterReport = (
  { positions, pending }: ProtectionState,
  report: ExecutionReport,
  state: OrderState,
  terms: NewOrderTerms,
): ProtectionState => {
  const { executionType, order, position } = report
  const isOwn = isOfOrder(report, state, terms)
  const isNamed = concernsOrder(report, terms)
  const after = new Map(positions)
  if (position && (isNamed || position.positionId === state.order?.positionId))
    after.set(
      position.positionId,
      positionAfter(positions.get(position.positionId) ?? {}, position, {
        isMadeNow: isNamed && isMade(report),
        isOnItsWay: isOwn && executionType !== undefined,
      }),
    )
  return { positions: after, pending: isOwn && order && isPending(order) ? newer(pending, order) : pending }
}

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
    ...toValues(deals.byId).map(({ executionPrice }) => executionPrice),
  ].filter(isDefined)
  const amended = { ...order, guaranteedStopLoss: order.tradeData.guaranteedStopLoss ?? false }
  return [asked, amended].some(one => !isBare(one) && hasAsked(one, entries, order, position))
}

/** The position that has the protections of an order that has ended, or whether they are still to come. */
export const findProtectedPosition = (
  { positions, pending }: ProtectionState,
  { order, deals }: OrderState,
  { asked }: NewOrderTerms,
): ProtoOAPosition | 'awaited' | 'never' => {
  if (!order || isBare(asked)) return 'never'
  const filling = fillProgress(order, deals)
  const volume = filling?.fill.volume ?? order.executedVolume ?? 0
  const deal = filling?.isComplete === true ? filling.fill.deal : undefined
  // If it only closed, or filled nothing, there is nothing to protect.
  if (volume === 0 || deal?.closePositionDetail) return 'never'
  const { made, guarded, isClosed } = positions.get(deal?.positionId ?? order.positionId ?? NaN) ?? {}
  if (made) return made
  if (guarded && isAsAsked(guarded, asked, order, deals)) return guarded
  // They may count from the price of a deal that has not come yet.
  const isCertain = guarded === undefined || deal !== undefined
  const isVain = isClosed === true || (pending !== undefined && isBare(pending))
  return isVain && isCertain ? 'never' : 'awaited'
}
