import type { ProtoOAMarginCall } from '../../../protocol/messages/account'
import { ProtoOAOrderTriggerMethod, ProtoOAPositionStatus } from '../../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../../protocol/messages/orders'
import type { ProtoOAPosition, ProtoOATradeData } from '../../../protocol/messages/positions'
import { toPrice } from '../../../protocol/units'
import type { ListedSymbol } from '../../market/model/market'
import type { MarginCall, Order, Position } from './records'
import type { Terms } from './terms'

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Removes the fields that are not set. */
const present = <T extends object>(fields: T): Present<T> => {
  const set: Record<string, unknown> = {}
  for (const key in fields) if (fields[key] !== undefined) set[key] = fields[key]
  return set as Present<T>
}

const priceOf = (price: number | undefined): number | undefined =>
  price === undefined ? undefined : toPrice(price)

interface Traded {
  readonly symbolId: number
  readonly volume: number
  readonly tradeSide: ProtoOATradeData['tradeSide']
  readonly openedAt: number | undefined
  readonly closedAt: number | undefined
  readonly label: string | undefined
  readonly comment: string | undefined
}

const tradeDataOf = (
  { symbolId, volume, tradeSide, openedAt, closedAt, label, comment }: Traded,
  guaranteedStopLoss: boolean,
  { terms: { measurementUnits } }: ListedSymbol,
): ProtoOATradeData =>
  present({
    symbolId,
    volume,
    tradeSide,
    openTimestamp: openedAt,
    label,
    guaranteedStopLoss,
    comment,
    measurementUnits,
    closeTimestamp: closedAt,
  })

/** An order as the server sends it. A pending one has its protections as distances. */
export const wireOrder = (order: Order, symbol: ListedSymbol): ProtoOAOrder => {
  const { protections, limitPrice, stopPrice, executedVolume } = order
  const entry = order.stopPrice ?? order.limitPrice
  const distance = (price: number | undefined): number | undefined =>
    price === undefined || entry === undefined ? undefined : Math.abs(entry - price)
  return present({
    orderId: order.orderId,
    tradeData: tradeDataOf(order, protections.guaranteed, symbol),
    orderType: order.orderType,
    orderStatus: order.status,
    expirationTimestamp: order.expiresAt,
    executionPrice: executedVolume === 0 ? undefined : toPrice(order.executedValue / executedVolume),
    executedVolume,
    utcLastUpdateTimestamp: order.updatedAt,
    baseSlippagePrice: priceOf(order.baseSlippagePrice),
    slippageInPoints: order.slippageInPoints,
    closingOrder: order.closing,
    limitPrice: priceOf(limitPrice),
    stopPrice: priceOf(stopPrice),
    clientOrderId: order.clientOrderId,
    timeInForce: order.timeInForce,
    positionId: order.positionId,
    relativeStopLoss: protections.relativeStopLoss ?? distance(protections.stopLoss),
    relativeTakeProfit: protections.relativeTakeProfit ?? distance(protections.takeProfit),
    isStopOut: order.isStopOut ? true : undefined,
    trailingStopLoss: protections.trailing,
    stopTriggerMethod:
      protections.triggerMethod ??
      (order.stopPrice === undefined ? undefined : ProtoOAOrderTriggerMethod.TRADE),
  })
}

const statusOf = ({ state, protectionOrderId, volume }: Position): ProtoOAPosition['positionStatus'] => {
  if (state === 'closed') return ProtoOAPositionStatus.POSITION_STATUS_CLOSED
  if (state === 'created') return ProtoOAPositionStatus.POSITION_STATUS_CREATED
  // Closed, except for its protection order, which is about to be cancelled.
  return volume === 0 && protectionOrderId !== undefined
    ? ProtoOAPositionStatus.POSITION_STATUS_CREATED
    : ProtoOAPositionStatus.POSITION_STATUS_OPEN
}

/** A position as the server sends it: with zeros before its first fill and after its end. */
export const wirePosition = (
  position: Position,
  symbol: ListedSymbol,
  { moneyDigits }: Terms,
): ProtoOAPosition => {
  const { stopLoss, takeProfit, guaranteed, volume, openedAt } = position
  const isProtected = stopLoss !== undefined || takeProfit !== undefined
  return present({
    positionId: position.positionId,
    tradeData: tradeDataOf(position, guaranteed, symbol),
    positionStatus: statusOf(position),
    swap: position.swap,
    price: volume === 0 ? 0 : toPrice(position.entry),
    stopLoss: priceOf(stopLoss),
    takeProfit: priceOf(takeProfit),
    utcLastUpdateTimestamp: openedAt === undefined ? undefined : position.updatedAt,
    commission: position.commission,
    marginRate: volume === 0 ? 0 : position.marginRate,
    mirroringCommission: 0,
    guaranteedStopLoss: guaranteed,
    usedMargin: position.usedMargin,
    stopLossTriggerMethod: isProtected
      ? (position.triggerMethod ?? ProtoOAOrderTriggerMethod.TRADE)
      : undefined,
    moneyDigits,
    trailingStopLoss: position.trailing,
  })
}

export const wireMarginCall = ({
  marginCallType,
  marginLevelThreshold,
  utcLastUpdateTimestamp,
}: MarginCall): ProtoOAMarginCall => ({ marginCallType, marginLevelThreshold, utcLastUpdateTimestamp })
