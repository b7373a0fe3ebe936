import { ProtoOAOrderType, ProtoOATradeSide } from '../../../protocol/messages/enums'
import type { Level } from '../../market/model/market'
import { fillPrice } from '../accounting/equity'
import { getSymbol } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import type { Order } from '../state/records'
import { isReached, orderMarks, pointSize, rangeEnd } from '../state/watch'
import type { Mark } from '../state/watch'

type Bar = Readonly<Record<'from' | 'until', number>>

/** The average price of a volume that goes through the levels of a side, the best first. */
const averageOf = (levels: readonly Level[], volume: number, best: number): number => {
  let left = volume
  let value = 0
  let last = best
  for (const { price, size } of levels) {
    const taken = Math.min(left, size)
    value += price * taken
    left -= taken
    last = price
    if (left === 0) break
  }
  // What is larger than the book pays its last price.
  return (value + last * left) / volume
}

/** The worst price at which an order may be filled; `undefined` if any is good. */
const worstPrice = (account: ExchangeAccount, order: Order): number | undefined => {
  const { orderType, limitPrice, stopPrice, baseSlippagePrice } = order
  const from = orderType === ProtoOAOrderType.STOP_LIMIT ? stopPrice : baseSlippagePrice
  if (from !== undefined) return rangeEnd(order, from, getSymbol(account, order.symbolId))
  return orderType === ProtoOAOrderType.LIMIT ? limitPrice : undefined
}

/** What an order loses at a price, in 1/100000. */
const slippageOf = (account: ExchangeAccount, order: Order, at: number): number => {
  const { market, fills } = account
  const { tradeSide, symbolId, volume, executedVolume } = order
  if (fills.slippage === 'none') return 0
  if (fills.slippage !== 'depth') return fills.slippage * pointSize(getSymbol(account, symbolId))
  const side = tradeSide === ProtoOATradeSide.BUY ? 'ask' : 'bid'
  const levels = market.bookAt(symbolId, at).filter(level => level.side === side)
  const quoted = market.quoteAt(symbolId, at)[side]
  // Away from the quote, inside a bar, the book moves along.
  return Math.abs(averageOf(levels, volume - executedVolume, quoted) - quoted)
}

/** A price after the slippage of a market or stop order, within the limit that the order has. */
export const slipPrice = (account: ExchangeAccount, order: Order, price: number, at: number): number => {
  const lost = slippageOf(account, order, at)
  if (lost === 0) return price
  const worst = worstPrice(account, order)
  if (order.tradeSide === ProtoOATradeSide.BUY) return Math.min(price + lost, worst ?? Infinity)
  return Math.max(price - lost, worst ?? -Infinity)
}

/**
 * The mark that decides where an order is filled. If the stop and the target of a position are in the same bar, that
 * is the stop: which of them came first is unknown, and the worse is assumed.
 */
export const decisiveMark = (account: ExchangeAccount, order: Order, mark: Mark, at: number): Mark => {
  const { market, book, fills } = account
  const bar = market.barAround?.(order.symbolId, at)
  if (!bar) return mark
  const other = orderMarks(order, getSymbol(account, order.symbolId), fills).find(
    ({ isStop }) => isStop !== mark.isStop,
  )
  if (
    !other ||
    market.firstReach(order.symbolId, other.side, other.beyond, other.price, at, bar.until) === undefined
  )
    return mark
  book.unclearExits += 1
  return mark.isStop ? mark : other
}

/** The bar inside which a position was opened, where what came before and after that in it is not known. */
const entryBar = (
  { market, book, fills }: ExchangeAccount,
  { orderType, positionId, symbolId }: Order,
  at: number,
): Bar | undefined => {
  if (fills.path !== 'pessimistic' || orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT) return undefined
  const position = book.positions.get(positionId)
  const bar = position && market.barAround?.(symbolId, position.openedAt ?? at)
  return bar && at < bar.until ? bar : undefined
}

/**
 * What a pessimistic path does to the protection of a position in the bar of its entry. The stop is reached if the bar
 * has its price anywhere. The target is not reached before the close.
 */
export const entryBarExit = (
  account: ExchangeAccount,
  order: Order,
  at: number,
): { readonly until: number; readonly stop: Mark | undefined } | undefined => {
  const { market, book, fills } = account
  const bar = entryBar(account, order, at)
  if (!bar) return undefined
  const stop = orderMarks(order, getSymbol(account, order.symbolId), fills).find(({ isStop }) => isStop)
  const range = stop && market.range?.(order.symbolId, stop.side, bar.from, bar.until)
  if (!stop || !range) return { until: bar.until, stop: undefined }
  const isInBar = stop.beyond === 'atOrBelow' ? range.lowest <= stop.price : range.highest >= stop.price
  if (isInBar) book.unclearExits += 1
  return { until: bar.until, stop: isInBar ? stop : undefined }
}

/**
 * Whether the market went through the price of a mark on the way to its last tick, inside a bar. A protection may be
 * younger than that tick, because its position was opened on the same way.
 */
const wasPassed = (
  { market }: ExchangeAccount,
  { symbolId, orderType }: Order,
  mark: Mark,
  at: number,
): boolean => {
  if (!market.barAround?.(symbolId, at)) return false
  const { at: tick } = market.quoteAt(symbolId, at)
  const isYounger = orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT
  return (tick === at || isYounger) && !isReached(mark, market.quoteAt(symbolId, tick - 1))
}

/**
 * The price of an order whose mark is reached. Inside a bar the market goes through all prices, so an order is filled
 * at its own. Otherwise it is filled at the quote, which may be worse for a stop and better for a limit.
 */
export const markPrice = (account: ExchangeAccount, order: Order, mark: Mark, at: number): number => {
  const price = wasPassed(account, order, mark, at)
    ? mark.asked
    : fillPrice(order.tradeSide, account.market.quoteAt(order.symbolId, at))
  return mark.isStop ? slipPrice(account, order, price, at) : price
}
