import {
  ProtoOAExecutionType,
  ProtoOAOrderStatus,
  ProtoOATimeInForce,
} from '../../../protocol/messages/enums'
import { closingDeal, openingDeal } from './deals'
import { addTask, getPurse, getSymbol, reportChange } from '../state/exchangeAccount'
import type { Cause, ExchangeAccount } from '../state/exchangeAccount'
import { fillPrice, freeMargin } from '../accounting/equity'
import { slipPrice } from './prices'
import { cancelled, notEnoughMoney, settle, reportFill } from './fills'
import type { Ending } from './fills'
import { cancel, end, reject } from './finish'
import { baseRate, usdRate } from '../state/money'
import { createPosition, isNetted, targetPosition } from './positions'
import { close, guardPrices, isGuarding, findProtection, resize } from './protect'
import type { Order, Position } from '../state/records'
import { extraMargin, remargin } from '../accounting/remargin'

/** How an order is filled, if not at the market. */
export interface Terms {
  readonly price?: number
  /** Independent of the book: protections and stop-outs close the whole position. */
  readonly whole?: boolean
  /** It is decided from outside: this much of it is filled, or all that is left. The rest waits for a decision. */
  readonly decided?: { readonly volume: number | undefined }
}

const isPassing = ({ timeInForce }: Order): boolean =>
  timeInForce !== ProtoOATimeInForce.GOOD_TILL_CANCEL && timeInForce !== ProtoOATimeInForce.GOOD_TILL_DATE

/** The size of the book on the side that the order takes from, in whole steps. */
const depthFor = (account: ExchangeAccount, { symbolId, tradeSide }: Order, at: number): number => {
  if (account.fills.whole) return Infinity
  const side = fillPrice(tradeSide, { bid: 0, ask: 1, at }) === 1 ? 'ask' : 'bid'
  const size = account.market
    .bookAt(symbolId, at)
    .reduce((total, level) => (level.side === side ? total + level.size : total), 0)
  const { stepVolume } = getSymbol(account, symbolId).terms
  return Math.floor(size / stepVolume) * stepVolume
}

/** Closes a part of a position, and what depends on it. */
const closePart = (
  account: ExchangeAccount,
  order: Order,
  position: Position,
  volume: number,
  price: number,
  at: number,
  cause: Cause,
  /** Called after the position is closed, because that frees money. */
  endingOf: () => Ending | undefined,
): void => {
  const deal = closingDeal(account, order, position, volume, price, at)
  const isOwnProtection = order.orderId === position.protectionOrderId
  const outlived =
    position.volume === 0 && !isOwnProtection && findProtection(account, position) !== undefined
  if (position.volume === 0) {
    position.usedMargin = 0
    account.book.open.delete(position)
    if (!outlived) close(account, position, at)
  }
  const tellMargins = remargin(account, position.symbolId)
  const ending = endingOf()
  settle(account, order, at, ending)
  reportFill(account, order, { position, deal }, cause, ending)
  const followUp = { ...cause, server: true }
  if (outlived) {
    const protection = findProtection(account, position)
    if (protection) end(account, protection, ProtoOAOrderStatus.ORDER_STATUS_CANCELLED, at)
    close(account, position, at)
    reportChange(
      account,
      ProtoOAExecutionType.ORDER_CANCELLED,
      { position, ...(protection && { order: protection }) },
      followUp,
    )
  } else if (position.volume > 0) resize(account, position, at, followUp)
  tellMargins(position)
}

/** Whether there is the money to open so much, or to add it to a position. */
const canAfford = (
  account: ExchangeAccount,
  { symbolId, tradeSide }: Order,
  volume: number,
  grown: Position | undefined,
  at: number,
): boolean => {
  const symbol = getSymbol(account, symbolId)
  const leg = {
    tradeSide,
    volume: volume + (grown?.volume ?? 0),
    marginRate: baseRate(getPurse(account), symbol, at),
    usdRate: usdRate(account.market, symbol, at),
  }
  const extra = extraMargin(account, symbolId, leg, grown)
  return extra <= 0 || extra <= freeMargin(account, at)
}

/** Whether it is known before the execution that there is not enough money. */
export const lacksMoney = (account: ExchangeAccount, order: Order, at: number): boolean => {
  const own = account.book.positions.get(order.positionId)
  const grown = own?.state === 'open' ? own : undefined
  if (grown && grown.tradeSide !== order.tradeSide) return false
  const volume = Math.min(order.volume, depthFor(account, order, at))
  return volume > 0 && !canAfford(account, order, volume, grown, at)
}

/** Opens a position or adds to it. */
const openPart = (
  account: ExchangeAccount,
  order: Order,
  position: Position,
  volume: number,
  price: number,
  at: number,
  cause: Cause,
  ending: Ending | undefined,
): void => {
  const grown = position.state === 'open' ? position : undefined
  const deal = openingDeal(account, order, position, volume, price, at)
  settle(account, order, at, ending)
  const tellMargins = remargin(account, order.symbolId)
  reportFill(account, order, { position, deal }, cause, ending)
  tellMargins(position)
  const set = guardPrices(order.protections, position.tradeSide, price)
  const followUp = { ...cause, server: true }
  if (grown && findProtection(account, position)) resize(account, position, at, followUp)
  else if (isGuarding(set))
    addTask(
      account,
      order,
      at + 1 + account.ids.scatter(order.orderId, 4),
      { kind: 'protect', positionId: position.positionId, price },
      cause.clientMsgId,
    )
}

/** The rest of an order waits for the next decision or tick, or ends. */
const leave = (account: ExchangeAccount, order: Order, at: number, cause: Cause): void => {
  if (account.held.isOn) order.watch = undefined
  else if (isPassing(order)) cancel(account, order, at, cause)
  else order.watch = { from: account.market.nextTick(order.symbolId, at).at, due: undefined }
}

/** Executes an order as far as the book goes. It closes, enlarges or opens a position. */
export const execute = (
  account: ExchangeAccount,
  order: Order,
  at: number,
  cause: Cause,
  { price: given, whole = false, decided }: Terms = {},
): void => {
  const { market, held } = account
  if (held.isOn && !whole && !decided) {
    held.causes.set(order, cause)
    order.watch = undefined
    return
  }
  const price =
    given ?? slipPrice(account, order, fillPrice(order.tradeSide, market.quoteAt(order.symbolId, at)), at)
  let target = targetPosition(account, order, at)
  if (order.joins && target.state !== 'open') {
    reject(account, order, 'POSITION_NOT_FOUND', at, cause)
    return
  }
  const closes = target.state === 'open' && target.tradeSide !== order.tradeSide
  const left = order.volume - order.executedVolume
  const wanted = closes && (order.joins || !isNetted(account)) ? Math.min(left, target.volume) : left
  const volume =
    whole || decided
      ? Math.min(wanted, decided?.volume ?? wanted)
      : Math.min(wanted, depthFor(account, order, at))
  if (order.timeInForce === ProtoOATimeInForce.FILL_OR_KILL && volume < left) {
    cancel(account, order, at, cause)
    return
  }
  const closed = closes ? Math.min(volume, target.volume) : 0
  const ending = volume < left && isPassing(order) && !decided ? cancelled : undefined
  const grown = closed === 0 && target.state === 'open' ? target : undefined
  const isShort = (): boolean => volume > closed && !canAfford(account, order, volume - closed, grown, at)
  if (closed > 0) {
    closePart(account, order, target, closed, price, at, cause, () =>
      volume > closed ? (isShort() ? notEnoughMoney : undefined) : ending,
    )
    if (!account.book.working.has(order)) return
    if (volume > closed) {
      const { positionId } = target
      target = createPosition(account, order, at, account.nettedReversal === 'same' ? positionId : undefined)
      order.positionId = target.positionId
    }
  }
  if (isShort()) {
    if (order.executedVolume === 0) reject(account, order, 'NOT_ENOUGH_MONEY', at, cause)
    else cancel(account, order, at, cause, 'NOT_ENOUGH_MONEY')
    return
  }
  if (volume > closed) openPart(account, order, target, volume - closed, price, at, cause, ending)
  if (account.book.working.has(order)) leave(account, order, at, cause)
}
