import { toSide } from '../../protocol/side'
import {
  ProtoOAExecutionType,
  ProtoOAOrderStatus,
  ProtoOAOrderTriggerMethod,
} from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { fillProgress, noDeals, withDeals } from './fills'
import type { Deals, Filling } from './fills'
import type { ExecutionReport } from './executionReport'
import type { OrderUpdate } from '../model/orderUpdate'
import { omitUndefined } from '../../util/omitUndefined'

type End = 'filled' | 'cancelled' | 'expired' | 'rejected'

/** What was emitted last. */
interface Told {
  readonly terms: string
  readonly volume: number
  /** The deals that it includes. */
  readonly deals: Deals
  readonly isEnded: boolean
}

/** What is known of one order, and what was emitted about it. */
export interface OrderState {
  /** As the server last reported it. */
  readonly order?: ProtoOAOrder
  readonly position?: ProtoOAPosition
  readonly deals: Deals
  readonly end?: End
  readonly errorCode?: string
  readonly told?: Told
}

export const initialOrderState: OrderState = { deals: noDeals }

const byStatus: ReadonlyMap<number, End> = new Map([
  [ProtoOAOrderStatus.ORDER_STATUS_FILLED, 'filled'],
  [ProtoOAOrderStatus.ORDER_STATUS_CANCELLED, 'cancelled'],
  [ProtoOAOrderStatus.ORDER_STATUS_EXPIRED, 'expired'],
  [ProtoOAOrderStatus.ORDER_STATUS_REJECTED, 'rejected'],
])

const byType: ReadonlyMap<number | undefined, End> = new Map([
  [ProtoOAExecutionType.ORDER_FILLED, 'filled'],
  [ProtoOAExecutionType.ORDER_CANCELLED, 'cancelled'],
  [ProtoOAExecutionType.ORDER_EXPIRED, 'expired'],
  [ProtoOAExecutionType.ORDER_REJECTED, 'rejected'],
])

/** An event of a partial fill may already call the order filled: then more will come. */
const isPart = (
  { executedVolume, tradeData: { volume } }: ProtoOAOrder,
  { executionType }: ExecutionReport,
): boolean => executionType !== undefined && executedVolume !== undefined && executedVolume < volume

/**
 * The status decides; for a status that is not known to this release, the event does. If an amendment or
 * cancellation is rejected, the order itself goes on.
 */
const endIn = (order: ProtoOAOrder, report: ExecutionReport): End | undefined => {
  if (order.orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED) return undefined
  const end = byStatus.get(order.orderStatus) ?? byType.get(report.executionType)
  return end === 'filled' && isPart(order, report) ? undefined : end
}

/** Of two versions of an entity the later one; with equal times, the one that came last. */
export const newer = <T extends { readonly utcLastUpdateTimestamp?: number }>(
  known: T | undefined,
  said: T,
): T =>
  (known?.utcLastUpdateTimestamp ?? -Infinity) > (said.utcLastUpdateTimestamp ?? Infinity) && known
    ? known
    : said

/** A finished order stays finished, in any sequence of its reports. */
const newerOrder = ({ order: known, end }: OrderState, said: ProtoOAOrder, itsEnd?: End): ProtoOAOrder => {
  if (end && !itsEnd) return known ?? said
  return itsEnd && !end ? said : newer(known, said)
}

const positionAfter = (
  { position: known }: OrderState,
  { positionId }: ProtoOAOrder,
  said: ProtoOAPosition | undefined,
): ProtoOAPosition | undefined => {
  if (!said || (positionId !== undefined && said.positionId !== positionId)) return known
  return known?.positionId === said.positionId ? newer(known, said) : said
}

/** Applies a report to this order. */
const withReport = (before: OrderState, said: ProtoOAOrder, report: ExecutionReport): OrderState => {
  const end = endIn(said, report)
  const order = newerOrder(before, said, end)
  const position = positionAfter(before, order, report.position)
  const errorCode = end === 'rejected' ? report.errorCode : undefined
  return {
    ...before,
    order,
    deals: withDeals(before.deals, report.deals ?? []),
    ...omitUndefined({ position, end: end && (before.end ?? end), errorCode }),
  }
}

/** The terms that can be amended, to compare them. */
const termsOf = ({ tradeData, ...order }: ProtoOAOrder): string =>
  JSON.stringify([
    tradeData.volume,
    order.limitPrice,
    order.stopPrice,
    order.expirationTimestamp,
    order.slippageInPoints,
    order.stopLoss,
    order.takeProfit,
    order.relativeStopLoss,
    order.relativeTakeProfit,
    tradeData.guaranteedStopLoss ?? false,
    order.trailingStopLoss ?? false,
    order.stopTriggerMethod ?? ProtoOAOrderTriggerMethod.TRADE,
  ])

/** The ids of an order, for its updates. */
export const toOrderIds = ({ clientOrderId, orderId, positionId }: ProtoOAOrder) => ({
  orderId,
  ...omitUndefined({ clientOrderId, positionId }),
})

export const toOrderDetails = (order: ProtoOAOrder, position: ProtoOAPosition | undefined) => ({
  ...toOrderIds(order),
  side: toSide(order.tradeData.tradeSide),
  order,
  ...omitUndefined({ position }),
})

type Subject = ReturnType<typeof toOrderDetails>

const endOf = (end: Exclude<End, 'filled'>, of: Subject, errorCode = 'ORDER_REJECTED'): OrderUpdate =>
  end === 'rejected' ? { status: end, ...toOrderIds(of.order), errorCode } : { status: end, ...of }

/** Whether the server has filled more of an order than its known deals. */
const lacksDeals = ({ executedVolume = 0 }: ProtoOAOrder, filling: Filling | undefined): boolean =>
  executedVolume > 0 && filling?.isComplete !== true

/** The updates that a report adds, in the order of an order's life: fills, then the end or the amended terms. */
const newsOf = (
  { told, end, errorCode, position }: OrderState,
  order: ProtoOAOrder,
  filling: Filling | undefined,
  { executionType, isAll = false }: ExecutionReport,
): OrderUpdate[] => {
  const of = toOrderDetails(order, position)
  const isNewFill = filling?.isNew === true
  if (end === 'filled')
    // A fill is reported when its deal has come.
    return isNewFill || filling?.isComplete === true ? [{ status: end, ...of, ...filling.fill }] : []
  const part: OrderUpdate[] =
    isNewFill && filling.fill.volume > (told?.volume ?? 0)
      ? [{ status: 'partiallyFilled', ...of, ...filling.fill }]
      : []
  // Fills are reported before the end, so the end waits for their deals.
  if (end) return lacksDeals(order, filling) && !isAll ? part : [...part, endOf(end, of, errorCode)]
  if (part.length > 0 || told?.terms === termsOf(order)) return part
  const isReplaced = told !== undefined || executionType === ProtoOAExecutionType.ORDER_REPLACED
  return [{ status: isReplaced ? 'replaced' : 'accepted', ...of }]
}

/** Whether an order has changes that could not be reported yet: they must be requested. */
export const isIncomplete = ({ order, deals, told }: OrderState): boolean =>
  order !== undefined && told?.isEnded !== true && lacksDeals(order, fillProgress(order, deals))

/**
 * Applies one execution report to an order's state; returns the updates to emit. Idempotent and independent of
 * order: a deal counts once, and no status comes after a later one.
 */
export const applyReport = (
  before: OrderState,
  report: ExecutionReport,
): readonly [OrderState, readonly OrderUpdate[]] => {
  if (!report.order) return [before, []]
  const after = withReport(before, report.order, report)
  const { order = report.order, told, end, deals } = after
  if (told?.isEnded) return [after, []]
  const filling = fillProgress(order, deals, told?.deals)
  const updates = newsOf(after, order, filling, report)
  const fill = updates.some(update => 'deal' in update) ? filling?.fill : undefined
  const isEnded = end !== undefined && updates.some(({ status }) => status === end)
  const filled = fill ? { volume: fill.volume, deals } : (told ?? { volume: 0, deals: noDeals })
  return [{ ...after, told: { ...filled, terms: termsOf(order), isEnded } }, updates]
}
