import type { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import type {
  ProtoOAAsset,
  ProtoOAAssetClass,
  ProtoOADynamicLeverage,
  ProtoOALightSymbol,
  ProtoOASymbol,
  ProtoOASymbolCategory,
} from '../../../protocol/messages/symbols'

/** Times here are ms since the epoch; prices are whole numbers of 1/100000, on the symbol's grid; volumes cents of a unit. */

/** What the broker offers, as its answers have it. */
export interface Catalogue {
  readonly assets: readonly ProtoOAAsset[]
  readonly assetClasses: readonly ProtoOAAssetClass[]
  readonly categories: readonly ProtoOASymbolCategory[]
  readonly symbols: readonly ListedSymbol[]
  readonly leverages: readonly ProtoOADynamicLeverage[]
}

/** A symbol in both of its forms: as the list has it, and with all its terms. */
export interface ListedSymbol {
  readonly light: ProtoOALightSymbol & {
    readonly symbolName: string
    readonly baseAssetId: number
    readonly quoteAssetId: number
  }
  readonly terms: ProtoOASymbol & {
    readonly lotSize: number
    readonly minVolume: number
    readonly stepVolume: number
    readonly maxVolume: number
    readonly leverageId: number
  }
}

/** Both sides as they stand, and when the last of them changed. */
export interface Quote {
  readonly bid: number
  readonly ask: number
  readonly at: number
}

/** One change of price. Of the two sides, those that changed; at least one. */
export interface Tick {
  readonly at: number
  readonly bid?: number
  readonly ask?: number
}

/** A side of the prices. */
export type Side = 'bid' | 'ask'

/** A bar of bid prices. Its volume counts the changes of both sides. */
export interface Bar {
  readonly openedAt: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** One level of the book. An id stands for one price on one side; a changed size keeps it. */
export interface Level {
  readonly id: number
  readonly side: Side
  readonly price: number
  readonly size: number
}

/**
 * The market: what is traded, and at what price when. Everything is a function of the seed, the symbol and the time
 * (and of the `shift`s made), so that it can be asked for any time in any order, and history and live prices tell one story.
 * An unknown symbol is a mistake of the caller and throws. History begins on the first Sunday evening of 2000.
 *
 * A trading day opens at 17:00 New York and is called by the date on which it ends. H4, H12 and D1 open by the clocks of New
 * York, W1 on Sunday at 17:00, MN1 at 17:00 on the eve of the first, whether the symbol trades then or not.
 */
export interface Market {
  readonly catalogue: Catalogue
  /** A symbol by its id. */
  readonly symbol: (symbolId: number) => ListedSymbol | undefined
  /** Whether it trades at a time, in ms since the epoch. */
  readonly isOpen: (symbolId: number, at: number) => boolean
  /** As of the last tick at or before `at`; also when the market is closed. */
  readonly quoteAt: (symbolId: number, at: number) => Quote
  /** The first tick after `after`, across closed hours if need be. */
  readonly nextTick: (symbolId: number, after: number) => Tick
  /** Oldest first, both ends included. */
  readonly ticksBetween: (symbolId: number, from: number, to: number) => Iterable<Tick>
  /** Newest first, both ends included; lazy, for lists that are cut off. */
  readonly ticksBack: (symbolId: number, from: number, to: number) => Iterable<Tick>
  /** When the bar of that period that holds `at` opens. */
  readonly barOpening: (symbolId: number, period: ProtoOATrendbarPeriod, at: number) => number
  /** The bar that holds `at`, formed of the ticks up to and including `at`; none before its first tick. */
  readonly formingBar: (symbolId: number, period: ProtoOATrendbarPeriod, at: number) => Bar | undefined
  /**
   * Bars that opened from `from` to `to`, both included, oldest first, seen at `now`: the last may be forming, none is in the
   * future, none is empty. With `count` only the last so many.
   */
  readonly barsBetween: (
    symbolId: number,
    period: ProtoOATrendbarPeriod,
    range: { readonly from: number; readonly to: number; readonly now: number; readonly count?: number },
  ) => readonly Bar[]
  /**
   * When a side first stands at or beyond a price, after `after` and until `until`, both as of a tick: that of the first tick
   * with which it does, though it may be the other side that changed. Found without looking at every tick; `until` may be Infinity.
   */
  readonly firstReach: (
    symbolId: number,
    side: Side,
    beyond: 'atOrBelow' | 'atOrAbove',
    price: number,
    after: number,
    until: number,
  ) => number | undefined
  /** Best first on each side: first all bids, then all asks. The best ones are the quote at that time. */
  readonly bookAt: (symbolId: number, at: number) => readonly Level[]
  /** The last bid of the trading day before that of `at`. */
  readonly sessionClose: (symbolId: number, at: number) => number
  /** The symbols whose prices lead from one asset to the other, in the order of the chain; none where there is no way. */
  readonly conversionChain: (fromAssetId: number, toAssetId: number) => readonly ListedSymbol[] | undefined
  /** What one unit of the one asset is worth in the other, at the mid prices of the chain. */
  readonly rate: (fromAssetId: number, toAssetId: number, at: number) => number
  /**
   * Moves all prices of a symbol after `at` by so many 1/100000, or what is nearest on its grid: news, a gap, a crash. It shows
   * with the next tick, which has both sides.
   * @throws RangeError if the price could then ever fall to nothing.
   */
  readonly shift: (symbolId: number, by: number, at: number) => void
}
