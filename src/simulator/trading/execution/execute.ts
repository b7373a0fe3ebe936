import {
  ProtoOAExecutionType,
  ProtoOAOrderStatus,
  ProtoOATimeInForce,
} from '../../../protocol/messages/enums'
import { closingDeal, openingDeal } from './deals'
import { purseOf, symbolOf, tell } from '../state/desk'
import type { Cause, ExchangeAccount } from '../state/desk'
import { fillPrice, freeMargin } from '../accounting/equity'
import { cancelled, notEnoughMoney, settle, tellFill } from './fills'
import type { Ending } from './fills'
import { cancel, end, reject } from './finish'
import { baseRate, usdRate } from '../state/money'
import { createPosition, isNetted, targetOf } from './positions'
import { close, guardOf, isGuarding, protect, protectionOf, resize } from './protect'
import type { Order, Position } from '../state/records'
import { extraMargin, remargin } from '../accounting/remargin'

/** How an order is filled, if it does not take from the book at the quote. */
export interface Terms {
  readonly price?: number
  /** Independent of the book: protections and stop-outs close the whole position. */
  readonly whole?: boolean
}

const isPassing = ({ timeInForce }: Order): boolean =>
  timeInForce !== ProtoOATimeInForce.GOOD_TILL_CANCEL && timeInForce !== ProtoOATimeInForce.GOOD_TILL_DATE

/** The size of the book on the side that the order takes from, in whole steps. */
const depthFor = (desk: ExchangeAccount, { symbolId, tradeSide }: Order, at: number): number => {
  const side = fillPrice(tradeSide, { bid: 0, ask: 1, at }) === 1 ? 'ask' : 'bid'
  const size = desk.market
    .bookAt(symbolId, at)
    .reduce((total, level) => (level.side === side ? total + level.size : total), 0)
  const { stepVolume } = symbolOf(desk, symbolId).terms
  return Math.floor(size / stepVolume) * stepVolume
}

/** Closes a part of a position, and what depends on it. */
const closePart = (
  desk: ExchangeAccount,
  order: Order,
  position: Position,
  volume: number,
  price: number,
  at: number,
  cause: Cause,
  /** Called after the position is closed, because that frees money. */
  endingOf: () => Ending | undefined,
): void => {
  const deal = closingDeal(desk, order, position, volume, price, at)
  const isOwnProtection = order.orderId === position.protectionOrderId
  const outlived = position.volume === 0 && !isOwnProtection && protectionOf(desk, position) !== undefined
  if (position.volume === 0) {
    position.usedMargin = 0
    desk.book.open.delete(position)
    if (!outlived) close(desk, position, at)
  }
  const tellMargins = remargin(desk, position.symbolId)
  const ending = endingOf()
  settle(desk, order, at, ending)
  tellFill(desk, order, { position, deal }, cause, ending)
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

/** Whether there is the money to open so much, or to add it to a position. */
const canAfford = (
  desk: ExchangeAccount,
  { symbolId, tradeSide }: Order,
  volume: number,
  grown: Position | undefined,
  at: number,
): boolean => {
  const symbol = symbolOf(desk, symbolId)
  const leg = {
    tradeSide,
    volume: volume + (grown?.volume ?? 0),
    marginRate: baseRate(purseOf(desk), symbol, at),
    usdRate: usdRate(desk.market, symbol, at),
  }
  const extra = extraMargin(desk, symbolId, leg, grown)
  return extra <= 0 || extra <= freeMargin(desk, at)
}

/** Whether it is known before the execution that there is not enough money. */
export const lacksMoney = (desk: ExchangeAccount, order: Order, at: number): boolean => {
  const own = desk.book.positions.get(order.positionId)
  const grown = own?.state === 'open' ? own : undefined
  if (grown && grown.tradeSide !== order.tradeSide) return false
  const volume = Math.min(order.volume, depthFor(desk, order, at))
  return volume > 0 && !canAfford(desk, order, volume, grown, at)
}

/** Opens a position or adds to it. */
const openPart = (
  desk: ExchangeAccount,
  order: Order,
  position: Position,
  volume: number,
  price: number,
  at: number,
  cause: Cause,
  ending: Ending | undefined,
): void => {
  const grown = position.state === 'open' ? position : undefined
  const deal = openingDeal(desk, order, position, volume, price, at)
  settle(desk, order, at, ending)
  const tellMargins = remargin(desk, order.symbolId)
  tellFill(desk, order, { position, deal }, cause, ending)
  tellMargins(position)
  const set = guardOf(order.protections, position.tradeSide, price)
  const followUp = { ...cause, server: true }
  if (grown && protectionOf(desk, position)) resize(desk, position, at, followUp)
  else if (isGuarding(set))
    desk.tasks.add(at + 1 + desk.ids.scatter(order.orderId, 4), placedAt => {
      if (position.state !== 'open' || protectionOf(desk, position)) return
      protect(desk, position, set, order.clientOrderId, placedAt, followUp)
    })
}

/** The rest of an order waits for the next tick, or ends. */
const leave = (desk: ExchangeAccount, order: Order, at: number, cause: Cause): void => {
  if (isPassing(order)) cancel(desk, order, at, cause)
  else order.watch = { from: desk.market.nextTick(order.symbolId, at).at, due: undefined }
}

/** Executes an order as far as the book goes. It closes, enlarges or opens a position. */
export const execute = (
  desk: ExchangeAccount,
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
  const ending = volume < left && isPassing(order) ? cancelled : undefined
  const grown = closed === 0 && target.state === 'open' ? target : undefined
  const isShort = (): boolean => volume > closed && !canAfford(desk, order, volume - closed, grown, at)
  if (closed > 0) {
    closePart(desk, order, target, closed, price, at, cause, () =>
      volume > closed ? (isShort() ? notEnoughMoney : undefined) : ending,
    )
    if (!desk.book.working.has(order)) return
    if (volume > closed) {
      const { positionId } = target
      target = createPosition(desk, order, at, desk.nettedReversal === 'same' ? positionId : undefined)
      order.positionId = target.positionId
    }
  }
  if (isShort()) {
    if (order.executedVolume === 0) reject(desk, order, 'NOT_ENOUGH_MONEY', at, cause)
    else cancel(desk, order, at, cause, 'NOT_ENOUGH_MONEY')
    return
  }
  if (volume > closed) openPart(desk, order, target, volume - closed, price, at, cause, ending)
  if (desk.book.working.has(order)) leave(desk, order, at, cause)
}
