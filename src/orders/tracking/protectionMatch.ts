import { ProtoOAOrderTriggerMethod, ProtoOAOrderType, ProtoOATradeSide } from '../../protocol/messages/enums'
import type { ProtoOANewOrderReq, ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAAmendPositionSLTPReq, ProtoOAPosition } from '../../protocol/messages/positions'
import { toPrice, toWirePrice } from '../../protocol/units'

/** What guards a position, as it is asked for and as a position has it: prices, and the kind of its stop loss. */
export type Protections = {
  readonly [K in keyof Omit<ProtoOAAmendPositionSLTPReq, 'ctidTraderAccountId' | 'positionId'>]?:
    ProtoOAAmendPositionSLTPReq[K] | undefined
}

/** What a new order asks for: prices, or distances from the price it is filled at, in 1/100000. */
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

/** The order behind protections has the `clientOrderId` of the order that asked for them, and its `clientMsgId`. */
export const isProtection = ({ orderType }: ProtoOAOrder): boolean =>
  orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT

/** Neither a stop loss nor a take profit, be it a price or a distance. */
export const isBare = ({
  relativeStopLoss,
  relativeTakeProfit,
  stopLoss,
  takeProfit,
}: AskedProtections): boolean =>
  (relativeStopLoss ?? relativeTakeProfit ?? stopLoss ?? takeProfit) === undefined

export const isSamePrice = (a: number | undefined, b: number | undefined): boolean =>
  a === undefined || b === undefined ? a === b : toWirePrice(a) === toWirePrice(b)

/** Whether a stop loss is of the kind that was asked for. Where no trigger was, any will do: the server keeps its own. */
export const isSameKind = (asked: Protections, has: Protections): boolean =>
  (asked.trailingStopLoss ?? false) === (has.trailingStopLoss ?? false) &&
  (asked.guaranteedStopLoss ?? false) === (has.guaranteedStopLoss ?? false) &&
  (asked.stopLossTriggerMethod === undefined ||
    asked.stopLossTriggerMethod === (has.stopLossTriggerMethod ?? ProtoOAOrderTriggerMethod.TRADE))

/** Which way prices are good for a position. */
const signOf = (side: ProtoOATradeSide): 1 | -1 => (side === ProtoOATradeSide.BUY ? 1 : -1)

/** A stop that trails may have moved since, but only with the market. */
const isStopThere = (
  { stopLoss: asked, trailingStopLoss }: Protections,
  has: number | undefined,
  side: ProtoOATradeSide,
): boolean =>
  trailingStopLoss === true && asked !== undefined && has !== undefined
    ? signOf(side) * (toWirePrice(has) - toWirePrice(asked)) >= 0
    : isSamePrice(asked, has)

/** Whether these are the protections that were asked for, on a position of this side. */
export const hasProtections = (asked: Protections, has: Protections, side: ProtoOATradeSide): boolean =>
  isSamePrice(asked.takeProfit, has.takeProfit) &&
  isStopThere(asked, has.stopLoss, side) &&
  isSameKind(asked, has)

/** The protections that an order is behind, or the kind of those that a pending order is to have. */
export const protectionsBy = (order: ProtoOAOrder): Protections => ({
  stopLoss: order.stopPrice,
  takeProfit: order.limitPrice,
  trailingStopLoss: order.trailingStopLoss,
  guaranteedStopLoss: order.tradeData.guaranteedStopLoss,
  stopLossTriggerMethod: order.stopTriggerMethod,
})

/** Whether an order is behind what was asked for, or was at the end. It is of the other side than its position. */
export const isBehind = (asked: Protections, order: ProtoOAOrder): boolean =>
  isProtection(order) &&
  hasProtections(
    asked,
    protectionsBy(order),
    order.tradeData.tradeSide === ProtoOATradeSide.BUY ? ProtoOATradeSide.SELL : ProtoOATradeSide.BUY,
  )

/** What a position would have if its order was filled at this price: of a leg that was not asked for, what it has. */
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

/** Whether a position has what an order asked for, counted from any of the prices it can be counted from. */
export const hasAsked = (
  asked: AskedProtections,
  entries: readonly number[],
  { tradeData: { tradeSide } }: ProtoOAOrder,
  position: ProtoOAPosition,
): boolean =>
  entries.some(entry => hasProtections(asPrices(asked, entry, tradeSide, position), position, tradeSide))
