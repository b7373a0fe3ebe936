import { ProtoOAOrderType, ProtoOATradeSide } from '../../../protocol/messages/enums'
import { PayloadType } from '../../../protocol/payloadType'
import { toPrice } from '../../../protocol/units'
import { announceTo, symbolOf, theServer } from '../state/desk'
import type { Cause, ExchangeAccount } from '../state/desk'
import { exitPrice } from '../accounting/equity'
import { execute } from './execute'
import { signOf } from '../state/money'
import { protectionOf } from './protect'
import type { Order, Position } from '../state/records'
import { HORIZON, isReached, marksOf, pointOf } from '../state/watch'

/** Executes an order whose price is reached. Otherwise searches further. */
export const trigger = (desk: ExchangeAccount, order: Order, at: number, cause: Cause = theServer): void => {
  const symbol = symbolOf(desk, order.symbolId)
  const quote = desk.market.quoteAt(order.symbolId, at)
  const [mark] = marksOf(order, symbol).filter(one => isReached(one, quote))
  if (!mark) {
    order.watch = { from: at, due: undefined }
    return
  }
  if (order.orderType === ProtoOAOrderType.STOP_LIMIT && !order.triggered) {
    order.triggered = true
    order.watch = { from: at, due: undefined }
    if (marksOf(order, symbol).some(one => isReached(one, quote))) execute(desk, order, at, cause)
  } else if (order.orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT) {
    const isGuaranteed = order.protections.guaranteed && mark.price === order.stopPrice
    execute(desk, order, at, cause, { whole: true, ...(isGuaranteed && { price: mark.price }) })
  } else execute(desk, order, at, cause)
}

/** When the stop of a position must next follow the market, or more of the future must be searched. */
export const trailDueOf = ({ market, ...desk }: ExchangeAccount, position: Position): number | undefined => {
  const { trail, stopLoss, tradeSide, symbolId } = position
  if (trail === undefined || stopLoss === undefined) return undefined
  if (position.trailDue !== undefined) return position.trailDue
  const symbol = symbolOf({ market, ...desk }, symbolId)
  const better = stopLoss + signOf(tradeSide) * (trail + pointOf(symbol))
  const until = position.trailFrom + HORIZON
  const isBuy = tradeSide === ProtoOATradeSide.BUY
  position.trailDue =
    market.firstReach(
      symbolId,
      isBuy ? 'bid' : 'ask',
      isBuy ? 'atOrAbove' : 'atOrBelow',
      better,
      position.trailFrom,
      until,
    ) ?? until
  return position.trailDue
}

/**
 * Moves a trailing stop after the market. There is no execution event, and the position's last update does not
 * change.
 */
export const followMarket = (desk: ExchangeAccount, position: Position, at: number): void => {
  const { trail, stopLoss, tradeSide, symbolId, positionId } = position
  const order = protectionOf(desk, position)
  position.trailFrom = at
  position.trailDue = undefined
  if (trail === undefined || stopLoss === undefined || !order) return
  const sign = signOf(tradeSide)
  const stopPrice = exitPrice(tradeSide, desk.market.quoteAt(symbolId, at)) - sign * trail
  if (sign * (stopPrice - stopLoss) <= 0) return
  position.stopLoss = stopPrice
  order.stopPrice = stopPrice
  order.watch = { from: at, due: undefined }
  announceTo(desk, PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT, {
    ctidTraderAccountId: desk.book.terms.accountId,
    positionId,
    orderId: order.orderId,
    stopPrice: toPrice(stopPrice),
    utcLastUpdateTimestamp: at,
  })
}
