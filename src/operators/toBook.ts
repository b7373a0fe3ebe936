import { defer, map } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import type { ProtoOADepthEvent, ProtoOADepthQuote } from '../protocol/messages/quotes'
import { toPrice } from '../protocol/units'
import { forEachLevel, lowest, resizeLevel } from '../util/ladder'
import type { Ladder } from '../util/ladder'

/** All bids, or all asks, at one price. Sizes are in units of the base asset: euros for EURUSD. */
export interface PriceLevel {
  readonly price: number
  readonly size: number
  /** The sizes from the best price to this one together. */
  readonly cumulative: number
}

/** An immutable order book at one moment. */
export interface OrderBook {
  readonly symbolId: number
  /** Best first: the highest price. */
  readonly bids: readonly PriceLevel[]
  /** Best first: the lowest price. */
  readonly asks: readonly PriceLevel[]
  readonly bestBid: PriceLevel | undefined
  readonly bestAsk: PriceLevel | undefined
  /** Halfway between the best prices. Absent if a side is empty, like `spread` and `imbalance`. */
  readonly mid: number | undefined
  readonly spread: number | undefined
  /** (bid − ask) / (bid + ask) of the sizes at the best prices: from −1, only asks, to 1, only bids. */
  readonly imbalance: number | undefined
  /**
   * Present only if the best bid is above the best ask. The server can send this for a moment, and no one trades at
   * such prices. `filter(({ crossed }) => !crossed)` removes them.
   */
  readonly crossed?: true
}

/** A change of an order book, as `depthEvents` emits it. */
export interface DepthEvent extends ProtoOADepthEvent {
  /** The event is not a change but the whole book, and replaces everything before. */
  readonly whole?: true
}

/** A quote for the ladders. Bid prices are negated there, so that the best price of either side is the lowest. */
interface Rung {
  readonly price: number
  readonly size: number
}

const rungOf = ({ bid, ask, size }: ProtoOADepthQuote): Rung | undefined =>
  bid ? { price: -bid, size } : ask ? { price: ask, size } : undefined

const CENTS = 100

const levelOf = (price: number, size: number, cumulative: number): PriceLevel => ({
  price: toPrice(Math.abs(price)),
  size: size / CENTS,
  cumulative: cumulative / CENTS,
})

/** The levels of a side, best first. Made when they are first read. */
const levelsOf = (ladder: Ladder | undefined): (() => readonly PriceLevel[]) => {
  let made: PriceLevel[] | undefined
  const make = (): PriceLevel[] => {
    const levels: PriceLevel[] = []
    let cumulative = 0
    forEachLevel(ladder, (price, size) => {
      cumulative += size
      levels.push(levelOf(price, size, cumulative))
    })
    return levels
  }
  return () => (made ??= make())
}

const bookOf = (symbolId: number, bids: Ladder | undefined, asks: Ladder | undefined): OrderBook => {
  const bid = bids && lowest(bids)
  const ask = asks && lowest(asks)
  const bidLevels = levelsOf(bids)
  const askLevels = levelsOf(asks)
  return {
    symbolId,
    get bids() {
      return bidLevels()
    },
    get asks() {
      return askLevels()
    },
    bestBid: bid && levelOf(bid.price, bid.size, bid.size),
    bestAsk: ask && levelOf(ask.price, ask.size, ask.size),
    mid: bid && ask && toPrice((ask.price - bid.price) / 2),
    spread: bid && ask && toPrice(ask.price + bid.price),
    imbalance: bid && ask && (bid.size - ask.size) / (bid.size + ask.size),
    ...(bid && ask && -bid.price > ask.price && { crossed: true as const }),
  }
}

/** A book that is updated event by event. */
export const keepBook = () => {
  const rungs = new Map<number, Rung>()
  let bids: Ladder | undefined
  let asks: Ladder | undefined
  const resize = (price: number, by: number): void => {
    if (price < 0) bids = resizeLevel(bids, price, by)
    else asks = resizeLevel(asks, price, by)
  }
  const remove = (id: number): void => {
    const known = rungs.get(id)
    if (!known) return
    rungs.delete(id)
    resize(known.price, -known.size)
  }
  const put = (quote: ProtoOADepthQuote): void => {
    const rung = rungOf(quote)
    if (!rung) return
    const known = rungs.get(quote.id)
    rungs.set(quote.id, rung)
    if (known?.price === rung.price) {
      resize(rung.price, rung.size - known.size)
      return
    }
    if (known) resize(known.price, -known.size)
    resize(rung.price, rung.size)
  }
  return {
    /** The book after an event. */
    after: ({ symbolId, newQuotes = [], deletedQuotes = [], whole }: DepthEvent): OrderBook => {
      if (whole) {
        rungs.clear()
        bids = undefined
        asks = undefined
      }
      deletedQuotes.forEach(remove)
      for (const quote of newQuotes)
        if (quote.size > 0) put(quote)
        else remove(quote.id)
      return bookOf(symbolId, bids, asks)
    },
    /** All quotes in it. */
    quotes: (): ProtoOADepthQuote[] =>
      [...rungs].map(([id, { price, size }]) => ({
        id,
        size,
        ...(price < 0 ? { bid: -price } : { ask: price }),
      })),
  }
}

/**
 * Order books from the depth events of one symbol (`ProtoOADepthEvent`). Emits the current book after each event.
 * Errors and completes with the source.
 *
 * - Events of `depthEvents` say where a whole book begins (`whole`), for example after a lost line. Of other
 *   events, the first must have the whole book, and a new whole book needs a new `toBook`.
 * - Quotes at one price are one level. A quote without a size is deleted, and one without a price is ignored. Sums
 *   are exact.
 *
 * A book is immutable: keep as many as you like. A new one costs only what changed, and its lists are made when
 * they are first read.
 *
 * ```ts
 * depthEvents(account, 1).pipe(toBook()).subscribe(({ bestBid, bestAsk, spread }) => console.log(bestBid, bestAsk, spread))
 * ```
 */
export const toBook = (): OperatorFunction<DepthEvent, OrderBook> => event$ =>
  defer(() => event$.pipe(map(keepBook().after)))
