import { defer, map } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import type { ProtoOADepthEvent, ProtoOADepthQuote } from '../protocol/messages/quotes'
import { toPrice } from '../protocol/units'
import { forEachLevel, lowest, resized } from '../util/ladder'
import type { Ladder } from '../util/ladder'

/** All that is bid, or asked, at one price. Sizes are in units of the base asset: euros of EURUSD. */
export interface PriceLevel {
  readonly price: number
  readonly size: number
  /** From the best price to this one. */
  readonly cumulative: number
}

/** An order book at one moment; it stays as it is. */
export interface OrderBook {
  readonly symbolId: number
  /** The best, which is the highest, first. */
  readonly bids: readonly PriceLevel[]
  /** The best, which is the lowest, first. */
  readonly asks: readonly PriceLevel[]
  readonly bestBid: PriceLevel | undefined
  readonly bestAsk: PriceLevel | undefined
  /** Half way between the best prices; like `spread` and `imbalance` absent where a side is empty. */
  readonly mid: number | undefined
  readonly spread: number | undefined
  /** Of the sizes at the best prices, (bid − ask) / (bid + ask): from −1, all is asked, to 1, all is bid. */
  readonly imbalance: number | undefined
  /**
   * Only there where the best bid is above the best ask, as the server itself can send it for a moment: nobody trades at
   * such prices. `filter(({ crossed }) => !crossed)` leaves them out.
   */
  readonly crossed?: true
}

/** A change of an order book, as `depthEvents` emits it. */
export interface DepthEvent extends ProtoOADepthEvent {
  /** It is no change but the whole book, which begins anew: what came before is no more. */
  readonly whole?: true
}

/** A quote as the ladders have it: there a bid is negative, so that the best of either side is the lowest. */
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

/** The levels of a side, best first: made when they are first looked at. */
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

/** A book that is kept. */
export interface KeptBook {
  /** The book after an event. */
  readonly after: (event: DepthEvent) => OrderBook
  /** All that is in it. */
  readonly quotes: () => ProtoOADepthQuote[]
}

export const keepBook = (): KeptBook => {
  const rungs = new Map<number, Rung>()
  let bids: Ladder | undefined
  let asks: Ladder | undefined
  const resize = (price: number, by: number): void => {
    if (price < 0) bids = resized(bids, price, by)
    else asks = resized(asks, price, by)
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
    after: ({ symbolId, newQuotes = [], deletedQuotes = [], whole }) => {
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
    quotes: () =>
      [...rungs].map(([id, { price, size }]) => ({
        id,
        size,
        ...(price < 0 ? { bid: -price } : { ask: price }),
      })),
  }
}

/**
 * Order books of the depth events of one symbol (`ProtoOADepthEvent`): one after each, as it then stands. Those of
 * `depthEvents` say where a whole book begins (`whole`), as it does after a lost line; of others the first must have
 * the whole book, and a book that begins anew needs a `toBook` of its own. Quotes at one price are one level; one
 * without a size is one deleted, since there is nothing to trade, and one without a price is none. Sums are exact.
 * Errors and completes with the source.
 *
 * A book never changes: keep as many as you like. It costs as much as what changed, and its lists are made when they
 * are first read.
 *
 * ```ts
 * depthEvents(account, 1).pipe(toBook()).subscribe(({ bestBid, bestAsk, spread }) => console.log(bestBid, bestAsk, spread))
 * ```
 */
export const toBook = (): OperatorFunction<DepthEvent, OrderBook> => event$ =>
  defer(() => event$.pipe(map(keepBook().after)))
