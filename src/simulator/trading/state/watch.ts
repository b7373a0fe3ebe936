import type { QuoteSide } from '../../../protocol/side'
import {
  ProtoOAOrderTriggerMethod,
  ProtoOAOrderType,
  ProtoOATradeSide,
} from '../../../protocol/messages/enums'
import { DAY } from '../../../time/constants'
import type { Market, Quote } from '../../market/model/market'
import type { ListedSymbol } from '../../market/model/market'
import type { FillModel } from '../../model/fills'
import type { Order } from './records'

/** How far ahead prices are searched at a time, in ms. What is not reached by then is searched again. */
export const HORIZON = DAY

/** Where a side of the market must be. */
export interface Mark {
  readonly side: QuoteSide
  readonly beyond: 'atOrBelow' | 'atOrAbove'
  readonly price: number
  /** The price of the order, at which it is filled if the market comes there through all prices. */
  readonly asked: number
  readonly isStop: boolean
  /** Whether two ticks in a row must be there. */
  readonly twice: boolean
}

const stopMark = ({ tradeSide, protections: { triggerMethod } }: Order, price: number): Mark => {
  const isBuy = tradeSide === ProtoOATradeSide.BUY
  const isOpposite =
    triggerMethod === ProtoOAOrderTriggerMethod.OPPOSITE ||
    triggerMethod === ProtoOAOrderTriggerMethod.DOUBLE_OPPOSITE
  return {
    side: isBuy === isOpposite ? 'bid' : 'ask',
    beyond: isBuy ? 'atOrAbove' : 'atOrBelow',
    price,
    asked: price,
    isStop: true,
    twice:
      triggerMethod === ProtoOAOrderTriggerMethod.DOUBLE_TRADE ||
      triggerMethod === ProtoOAOrderTriggerMethod.DOUBLE_OPPOSITE,
  }
}

/** `beyond` is how far the market must go through the price. */
const limitMark = ({ tradeSide }: Order, asked: number, beyond: number): Mark => {
  const isBuy = tradeSide === ProtoOATradeSide.BUY
  return {
    side: isBuy ? 'ask' : 'bid',
    beyond: isBuy ? 'atOrBelow' : 'atOrAbove',
    price: isBuy ? asked - beyond : asked + beyond,
    asked,
    isStop: false,
    twice: false,
  }
}

/** A point of a symbol in 1/100000. */
export const pointSize = ({ terms: { digits } }: ListedSymbol): number => 10 ** (5 - digits)

/** The worst fill price of an order with a range. */
export const rangeEnd = (order: Order, from: number, symbol: ListedSymbol): number => {
  const range = (order.slippageInPoints ?? 0) * pointSize(symbol)
  return order.tradeSide === ProtoOATradeSide.BUY ? from + range : from - range
}

/** The marks that an order waits for. The first one that is reached counts. */
export const orderMarks = (order: Order, symbol: ListedSymbol, { limits }: FillModel): Mark[] => {
  const beyond = limits === 'through' ? pointSize(symbol) : 0
  const { orderType, limitPrice, stopPrice, triggered } = order
  if (orderType === ProtoOAOrderType.STOP_LIMIT && triggered && stopPrice !== undefined)
    return [limitMark(order, rangeEnd(order, stopPrice, symbol), beyond)]
  return [
    ...(limitPrice === undefined ? [] : [limitMark(order, limitPrice, beyond)]),
    ...(stopPrice === undefined ? [] : [stopMark(order, stopPrice)]),
  ]
}

export const isReached = ({ side, beyond, price }: Mark, quote: Quote): boolean =>
  beyond === 'atOrBelow' ? quote[side] <= price : quote[side] >= price

/** When a mark is next reached after a time; `undefined` if not by the end of the search. */
const reach = (
  market: Market,
  symbolId: number,
  mark: Mark,
  from: number,
  until: number,
): number | undefined =>
  isReached(mark, market.quoteAt(symbolId, from))
    ? from
    : market.firstReach(symbolId, mark.side, mark.beyond, mark.price, from, until)

const nextTickOf = (
  market: Market,
  symbolId: number,
  side: QuoteSide,
  after: number,
  until: number,
): number => {
  let tick = market.nextTick(symbolId, after)
  while (tick[side] === undefined && tick.at <= until) tick = market.nextTick(symbolId, tick.at)
  return tick.at
}

/** The same for a mark that the side's next tick must confirm. */
const reachTwice = (
  market: Market,
  symbolId: number,
  mark: Mark,
  from: number,
  until: number,
): number | undefined => {
  for (let at = reach(market, symbolId, mark, from, until); at !== undefined;) {
    const next = nextTickOf(market, symbolId, mark.side, at, until)
    if (next > until) return undefined
    if (isReached(mark, market.quoteAt(symbolId, next))) return next
    at = reach(market, symbolId, mark, next, until)
  }
  return undefined
}

/** When to check an order next: it is reached then, or the search ends there. */
export const nextCheckTime = (
  market: Market,
  order: Order,
  symbol: ListedSymbol,
  fills: FillModel,
): number | undefined => {
  const { watch, symbolId } = order
  if (!watch) return undefined
  if (watch.due !== undefined) return watch.due
  // It waits for the first price of a session, at any price.
  if (order.orderType === ProtoOAOrderType.MARKET) return watch.from
  const until = watch.from + HORIZON
  const reached = orderMarks(order, symbol, fills).flatMap(mark => {
    const at = (mark.twice ? reachTwice : reach)(market, symbolId, mark, watch.from, until)
    return at === undefined ? [] : [at]
  })
  watch.due = Math.min(until, ...reached)
  return watch.due
}
