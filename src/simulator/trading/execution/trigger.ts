import { ProtoOAOrderType, ProtoOATradeSide } from '../../../protocol/messages/enums'
import { PayloadType } from '../../../protocol/payloadType'
import { toPrice } from '../../../protocol/units'
import { announceEvent, getSymbol, serverCause } from '../state/exchangeAccount'
import type { Cause, ExchangeAccount } from '../state/exchangeAccount'
import { exitPrice } from '../accounting/equity'
import { execute } from './execute'
import { sideSign } from '../state/money'
import { findProtection } from './protect'
import type { Order, Position } from '../state/records'
import { decisiveMark, entryBarExit, markPrice, slipPrice } from './prices'
import { HORIZON, isReached, orderMarks, pointSize } from '../state/watch'
import type { Mark } from '../state/watch'

/** Executes an order whose price is reached. Otherwise searches further. */
export const trigger = (
  account: ExchangeAccount,
  order: Order,
  at: number,
  cause: Cause = serverCause,
): void => {
  const exit = entryBarExit(account, order, at)
  if (exit) {
    order.watch = { from: exit.until, due: undefined }
    if (!exit.stop) return
    const { asked } = exit.stop
    const price = order.protections.guaranteed ? asked : slipPrice(account, order, asked, at)
    execute(account, order, at, cause, { whole: true, price })
    return
  }
  const symbol = getSymbol(account, order.symbolId)
  const quote = account.market.quoteAt(order.symbolId, at)
  const isThere = (one: Mark): boolean => isReached(one, quote)
  const mark = orderMarks(order, symbol, account.fills).find(isThere)
  if (!mark) {
    order.watch = { from: at, due: undefined }
  } else if (order.orderType === ProtoOAOrderType.STOP_LIMIT && !order.triggered) {
    order.triggered = true
    order.watch = { from: at, due: undefined }
    const limit = orderMarks(order, symbol, account.fills).find(isThere)
    if (limit) execute(account, order, at, cause, { price: markPrice(account, order, mark, at) })
  } else if (order.orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT) {
    const decisive = decisiveMark(account, order, mark, at)
    const isGuaranteed = order.protections.guaranteed && decisive.isStop
    const price = isGuaranteed ? decisive.asked : markPrice(account, order, decisive, at)
    execute(account, order, at, cause, { whole: true, price })
  } else execute(account, order, at, cause, { price: markPrice(account, order, mark, at) })
}

/** When the stop of a position must next follow the market, or more of the future must be searched. */
export const nextTrailTime = (account: ExchangeAccount, position: Position): number | undefined => {
  const { trail, stopLoss, tradeSide, symbolId } = position
  if (trail === undefined || stopLoss === undefined) return undefined
  if (position.trailDue !== undefined) return position.trailDue
  const symbol = getSymbol(account, symbolId)
  const better = stopLoss + sideSign(tradeSide) * (trail + pointSize(symbol))
  const until = position.trailFrom + HORIZON
  const isBuy = tradeSide === ProtoOATradeSide.BUY
  position.trailDue =
    account.market.firstReach(
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
export const followMarket = (account: ExchangeAccount, position: Position, at: number): void => {
  const { trail, stopLoss, tradeSide, symbolId, positionId } = position
  const order = findProtection(account, position)
  position.trailFrom = at
  position.trailDue = undefined
  if (trail === undefined || stopLoss === undefined || !order) return
  const sign = sideSign(tradeSide)
  const stopPrice = exitPrice(tradeSide, account.market.quoteAt(symbolId, at)) - sign * trail
  if (sign * (stopPrice - stopLoss) <= 0) return
  position.stopLoss = stopPrice
  order.stopPrice = stopPrice
  order.watch = { from: at, due: undefined }
  announceEvent(account, PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT, {
    ctidTraderAccountId: account.book.terms.accountId,
    positionId,
    orderId: order.orderId,
    stopPrice: toPrice(stopPrice),
    utcLastUpdateTimestamp: at,
  })
}
