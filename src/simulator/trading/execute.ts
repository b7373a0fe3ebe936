import { ProtoOAExecutionType, ProtoOAOrderStatus, ProtoOATimeInForce } from '../../protocol/enums'
import { closingDeal, openingDeal } from './deals'
import { purseOf, symbolOf, tell } from './desk'
import type { Cause, Desk } from './desk'
import { fillPrice, freeMargin } from './equity'
import { cancel, end, reject } from './finish'
import { baseRate, usdRate } from './money'
import { createPosition, isNetted, targetOf } from './positions'
import { close, guardOf, isGuarding, protect, protectionOf, resize } from './protect'
import type { Order, Position } from './records'
import { extraMargin, remargin } from './remargin'

/** How an order is filled when it does not take what the book offers at the quote. */
export interface Terms {
  readonly price?: number
  /** Whatever the book holds: protections and stop-outs close the whole position. */
  readonly whole?: boolean
}

const isPassing = ({ timeInForce }: Order): boolean =>
  timeInForce !== ProtoOATimeInForce.GOOD_TILL_CANCEL && timeInForce !== ProtoOATimeInForce.GOOD_TILL_DATE

/** What the book holds on the side the order takes from, in whole steps. */
const depthFor = (desk: Desk, { symbolId, tradeSide }: Order, at: number): number => {
  const side = fillPrice(tradeSide, { bid: 0, ask: 1, at }) === 1 ? 'ask' : 'bid'
  const size = desk.market
    .bookAt(symbolId, at)
    .reduce((total, level) => (level.side === side ? total + level.size : total), 0)
  const { stepVolume } = symbolOf(desk, symbolId).terms
  return Math.floor(size / stepVolume) * stepVolume
}

/** The fill of an order is told of once it is known whether it is the last. */
const fillType = (order: Order): ProtoOAExecutionType =>
  order.executedVolume === order.volume
    ? ProtoOAExecutionType.ORDER_FILLED
    : ProtoOAExecutionType.ORDER_PARTIAL_FILL

const settleStatus = (desk: Desk, order: Order, at: number): void => {
  if (order.executedVolume === order.volume) end(desk, order, ProtoOAOrderStatus.ORDER_STATUS_FILLED, at)
}

/** Closes so much of a position, and what hangs on it. */
const closePart = (
  desk: Desk,
  order: Order,
  position: Position,
  volume: number,
  price: number,
  at: number,
  cause: Cause,
): void => {
  const deal = closingDeal(desk, order, position, volume, price, at)
  const isOwnProtection = order.orderId === position.protectionOrderId
  const outlived = position.volume === 0 && !isOwnProtection && protectionOf(desk, position) !== undefined
  if (position.volume === 0) {
    position.usedMargin = 0
    desk.book.open.delete(position)
    if (!outlived) close(desk, position, at)
  }
  settleStatus(desk, order, at)
  const tellMargins = remargin(desk, position.symbolId)
  tell(desk, fillType(order), { order, position, deal }, cause)
  const followUp = { ...cause, server: true }
  if (outlived) {
    const protection = protectionOf(desk, position)
    if (protection) end(desk, protection, ProtoOAOrderStatus.ORDER_STATUS_CANCELLED, at)
    close(desk, position, at)
    tell(
      desk,
      ProtoOAExecutionType.ORDER_CANCELLED,
      { position, ...(protection && { order: protection }) },
      followUp,
    )
  } else if (position.volume > 0) resize(desk, position, at, followUp)
  tellMargins(position)
}

/** Opens or adds, if there is the money for it. Gives back whether there was. */
const openPart = (
  desk: Desk,
  order: Order,
  position: Position,
  volume: number,
  price: number,
  at: number,
  cause: Cause,
): boolean => {
  const symbol = symbolOf(desk, order.symbolId)
  const grown = position.state === 'open' ? position : undefined
  const leg = {
    tradeSide: order.tradeSide,
    volume: volume + position.volume,
    marginRate: baseRate(purseOf(desk), symbol, at),
    usdRate: usdRate(desk.market, symbol, at),
  }
  const extra = extraMargin(desk, order.symbolId, leg, grown)
  if (extra > 0 && extra > freeMargin(desk, at)) return false
  const deal = openingDeal(desk, order, position, volume, price, at)
  settleStatus(desk, order, at)
  const tellMargins = remargin(desk, order.symbolId)
  tell(desk, fillType(order), { order, position, deal }, cause)
  tellMargins(position)
  const set = guardOf(order.protections, position.tradeSide, price)
  const followUp = { ...cause, server: true }
  if (grown && protectionOf(desk, position)) resize(desk, position, at, followUp)
  else if (isGuarding(set))
    desk.tasks.add(at + 1 + desk.ids.scatter(order.orderId, 4), placedAt => {
      if (position.state !== 'open' || protectionOf(desk, position)) return
      protect(desk, position, set, order.clientOrderId, placedAt, followUp)
    })
  return true
}

/** What is left of an order waits for the next tick, or ends. */
const leave = (desk: Desk, order: Order, at: number, cause: Cause): void => {
  if (isPassing(order)) cancel(desk, order, at, cause)
  else order.watch = { from: desk.market.nextTick(order.symbolId, at).at, due: undefined }
}

/** Executes an order as far as the book goes, against the position it closes, adds to or opens. */
export const execute = (
  desk: Desk,
  order: Order,
  at: number,
  cause: Cause,
  { price: given, whole = false }: Terms = {},
): void => {
  const { market } = desk
  const price = given ?? fillPrice(order.tradeSide, market.quoteAt(order.symbolId, at))
  let target = targetOf(desk, order, at)
  if (order.joins && target.state !== 'open') {
    reject(desk, order, 'POSITION_NOT_FOUND', at, cause)
    return
  }
  const closes = target.state === 'open' && target.tradeSide !== order.tradeSide
  const left = order.volume - order.executedVolume
  const wanted = closes && (order.joins || !isNetted(desk)) ? Math.min(left, target.volume) : left
  const volume = whole ? wanted : Math.min(wanted, depthFor(desk, order, at))
  if (order.timeInForce === ProtoOATimeInForce.FILL_OR_KILL && volume < left) {
    cancel(desk, order, at, cause)
    return
  }
  const closed = closes ? Math.min(volume, target.volume) : 0
  if (closed > 0) {
    closePart(desk, order, target, closed, price, at, cause)
    if (volume > closed) {
      const { positionId } = target
      target = createPosition(desk, order, at, desk.nettedReversal === 'same' ? positionId : undefined)
      order.positionId = target.positionId
    }
  }
  if (volume > closed && !openPart(desk, order, target, volume - closed, price, at, cause)) {
    if (order.executedVolume === 0) reject(desk, order, 'NOT_ENOUGH_MONEY', at, cause)
    else cancel(desk, order, at, cause, 'NOT_ENOUGH_MONEY')
    return
  }
  if (order.executedVolume < order.volume) leave(desk, order, at, cause)
}
