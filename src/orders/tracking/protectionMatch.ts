import { ProtoOAOrderTriggerMethod, ProtoOAOrderType, ProtoOATradeSide } from '../../protocol/messages/enums'
import type { ProtoOANewOrderReq, ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAAmendPositionSLTPReq, ProtoOAPosition } from '../../protocol/messages/positions'
import { toPrice, toWirePrice } from '../../protocol/units'

/** Protections as requested and as a position has them: prices, and the kind of stop loss. */
export type Protections = {
  readonly [K in keyof Omit<ProtoOAAmendPositionSLTPReq, 'ctidTraderAccountId' | 'positionId'>]?:
    ProtoOAAmendPositionSLTPReq[K] | undefined
}

/** The protections that a new order requests: prices, or distances from its fill price, in 1/100000. */
export type AskedProtections = Pick<
  ProtoOANewOrderReq,
  | 'stopLoss'
  | 'takeProfit'
  | 'relativeStopLoss'
  | 'relativeTakeProfit'
  | 'trailingStopLoss'
  | 'guaranteedStopLoss'
  | 'stopTriggerMethod'
>

/** The order behind protections has the `clientOrderId` and the `clientMsgId` of the order that requested them. */
export const isProtection = ({ orderType }: ProtoOAOrder): boolean =>
  orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT

/** Neither a stop loss nor a take profit, as a price or as a distance. */
export const isBare = ({
  relativeStopLoss,
  relativeTakeProfit,
  stopLoss,
  takeProfit,
}: AskedProtections): boolean =>
  (relativeStopLoss ?? relativeTakeProfit ?? stopLoss ?? takeProfit) === undefined

export const isSamePrice = (a: number | undefined, b: number | undefined): boolean =>
  a === undefined || b === undefined ? a === b : toWirePrice(a) === toWirePrice(b)

/**
 * Whether a stop loss is of the requested kind. If no trigger was requested, the server keeps its own: any will do.
 */
export const isSameKind = (asked: Protections, has: Protections): boolean =>
  (asked.trailingStopLoss ?? false) === (has.trailingStopLoss ?? false) &&
  (asked.guaranteedStopLoss ?? false) === (has.guaranteedStopLoss ?? false) &&
  (asked.stopLossTriggerMethod === undefined ||
    asked.stopLossTriggerMethod === (has.stopLossTriggerMethod ?? ProtoOAOrderTriggerMethod.TRADE))

/** The direction in which prices are good for a position. */
const signOf = (side: ProtoOATradeSide): 1 | -1 => (side === ProtoOATradeSide.BUY ? 1 : -1)

/** A trailing stop may have moved since, but only in the position's favour. */
const isStopThere = (
  { stopLoss: asked, trailingStopLoss }: Protections,
  has: number | undefined,
  side: ProtoOATradeSide,
): boolean =>
  trailingStopLoss === true && asked !== undefined && has !== undefined
    ? signOf(side) * (toWirePrice(has) - toWirePrice(asked)) >= 0
    : isSamePrice(asked, has)

/** Whether a position of this side has the requested protections. */
export const hasProtections = (asked: Protections, has: Protections, side: ProtoOATradeSide): boolean =>
  isSamePrice(asked.takeProfit, has.takeProfit) &&
  isStopThere(asked, has.stopLoss, side) &&
  isSameKind(asked, has)

/** The protections that an order stands for. For a pending order, the kind of those it will have. */
export const orderProtections = (order: ProtoOAOrder): Protections => ({
  stopLoss: order.stopPrice,
  takeProfit: order.limitPrice,
  trailingStopLoss: order.trailingStopLoss,
  guaranteedStopLoss: order.tradeData.guaranteedStopLoss,
  stopLossTriggerMethod: order.stopTriggerMethod,
})

/** Whether an order is or was behind the requested protections. Its side is opposite to its position's. */
export const isBehind = (asked: Protections, order: ProtoOAOrder): boolean =>
  isProtection(order) &&
  hasProtections(
    asked,
    orderProtections(order),
    order.tradeData.tradeSide === ProtoOATradeSide.BUY ? ProtoOATradeSide.SELL : ProtoOATradeSide.BUY,
  )

/**
 * The protections of a position if its order was filled at this price. A leg that was not requested stays as the
 * position has it.
 */
const asPrices = (
  { stopLoss, takeProfit, relativeStopLoss, relativeTakeProfit, ...kind }: AskedProtections,
  entry: number,
  side: ProtoOATradeSide,
  position: Protections,
): Protections => {
  const at = (distance: number | undefined, sign: number): number | undefined =>
    distance === undefined ? undefined : toPrice(toWirePrice(entry) + sign * distance)
  const stop = stopLoss ?? at(relativeStopLoss, -signOf(side))
  const profit = takeProfit ?? at(relativeTakeProfit, signOf(side)) ?? position.takeProfit
  return stop === undefined
    ? { ...position, takeProfit: profit }
    : { ...kind, stopLoss: stop, takeProfit: profit, stopLossTriggerMethod: kind.stopTriggerMethod }
}

/** Whether a position has the protections that an order requested, counted from any possible price. */
export const hasAsked = (
  asked: AskedProtections,
  entries: readonly number[],
  { tradeData: { tradeSide } }: ProtoOAOrder,
  position: ProtoOAPosition,
): boolean =>
  entries.some(entry => hasProtections(asPrices(asked, entry, tradeSide, position), position, tradeSide))
