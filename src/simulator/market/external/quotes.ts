import type { QuoteSide } from '../../../protocol/side'
import type { Market, Quote, Tick } from '../model/market'

/** The latest quotes of one symbol. */
export interface Quotes {
  /** Adds a change of price. Its time is not before that of the last one. */
  readonly add: (tick: Tick) => void
  /** The quote at a time: before the first one that is known, the first; `undefined` while a side has no price. */
  readonly at: (at: number) => Quote | undefined
  /** The first change after a time, with the sides that changed. */
  readonly after: (at: number) => Tick | undefined
  /** As `firstReach` of the market, as far as prices are known. */
  readonly firstReach: (
    side: QuoteSide,
    beyond: Parameters<Market['firstReach']>[2],
    price: number,
    after: number,
    until: number,
  ) => number | undefined
}

interface Known extends Quote {
  readonly tick: Tick
}

/**
 * How many quotes are known. The exchange looks at each as soon as it comes. It looks back only for stops that two
 * quotes in a row must reach.
 */
const KNOWN = 64

export const createQuotes = (): Quotes => {
  let quotes: Known[] = []
  let sides: { readonly bid: number | undefined; readonly ask: number | undefined } = {
    bid: undefined,
    ask: undefined,
  }

  const lastUpTo = (at: number): Known | undefined => {
    for (let i = quotes.length - 1; i >= 0; i -= 1) {
      const quote = quotes[i]
      if (quote && quote.at <= at) return quote
    }
    return undefined
  }

  return {
    add: tick => {
      const { at, bid = sides.bid, ask = sides.ask } = tick
      sides = { bid, ask }
      if (bid === undefined || ask === undefined) return
      quotes.push({ at, bid, ask, tick })
      if (quotes.length >= 2 * KNOWN) quotes = quotes.slice(-KNOWN)
    },
    at: at => lastUpTo(at) ?? quotes[0],
    after: at => quotes.find(quote => quote.at > at)?.tick,
    firstReach: (side, beyond, price, after, until) =>
      quotes.find(
        quote =>
          quote.at > after &&
          quote.at <= until &&
          (beyond === 'atOrBelow' ? quote[side] <= price : quote[side] >= price),
      )?.at,
  }
}
