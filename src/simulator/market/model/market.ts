import type { QuoteSide } from '../../../protocol/side'
import type { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import type {
  ProtoOAAsset,
  ProtoOAAssetClass,
  ProtoOADynamicLeverage,
  ProtoOALightSymbol,
  ProtoOASymbol,
  ProtoOASymbolCategory,
} from '../../../protocol/messages/symbols'

/**
 * Times here are ms since the epoch. Prices are whole numbers of 1/100000, on the symbol's grid. Volumes are cents
 * of a unit.
 */

/** The broker's offer, as its answers have it. */
export interface Catalogue {
  readonly assets: readonly ProtoOAAsset[]
  readonly assetClasses: readonly ProtoOAAssetClass[]
  readonly categories: readonly ProtoOASymbolCategory[]
  readonly symbols: readonly ListedSymbol[]
  readonly leverages: readonly ProtoOADynamicLeverage[]
}

/** A symbol in both forms: as in the list, and with all its terms. */
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

/** Both current sides, and when the last of them changed. */
export interface Quote {
  readonly bid: number
  readonly ask: number
  readonly at: number
}

/** One change of price, with the sides that changed; at least one. */
export interface Tick {
  readonly at: number
  readonly bid?: number
  readonly ask?: number
  /** What it adds to the volume of bars. Default: its sides. */
  readonly volume?: number
}

/** A bar of bid prices. Its volume counts the changes of both sides. */
export interface Bar {
  readonly openedAt: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** One level of the book. An id stands for one price on one side. It stays when the size changes. */
export interface Level {
  readonly id: number
  readonly side: QuoteSide
  readonly price: number
  readonly size: number
}

/**
 * The market: its symbols and their prices at any time. Everything is a function of the seed, the symbol and the
 * time, and of the `shift`s. So it can be read for any time in any order, and history and live prices agree. An
 * unknown symbol is a caller's mistake and throws. History begins on the first Sunday evening of 2000.
 *
 * A trading day opens at 17:00 New York and has the date on which it ends. H4, H12 and D1 open by the clocks of New
 * York, W1 on Sunday at 17:00, MN1 at 17:00 on the evening before the first. This does not depend on the symbol's
 * trading hours.
 */
export interface Market {
  readonly catalogue: Catalogue
  /** A symbol by its id. */
  readonly symbol: (symbolId: number) => ListedSymbol | undefined
  /** Whether it trades at a time, in ms since the epoch. */
  readonly isOpen: (symbolId: number, at: number) => boolean
  /** After the last tick at or before `at`; also when the market is closed. */
  readonly quoteAt: (symbolId: number, at: number) => Quote
  /** The first tick after `after`, if needed beyond closed hours. */
  readonly nextTick: (symbolId: number, after: number) => Tick
  /** Oldest first, both ends included. */
  readonly ticksBetween: (symbolId: number, from: number, to: number) => Iterable<Tick>
  /** Newest first, both ends included. Lazy, for lists that are cut off. */
  readonly ticksBack: (symbolId: number, from: number, to: number) => Iterable<Tick>
  /** When the bar of that period that holds `at` opens. */
  readonly barOpening: (symbolId: number, period: ProtoOATrendbarPeriod, at: number) => number
  /** The bar that holds `at`, from the ticks up to and including `at`; `undefined` before its first tick. */
  readonly formingBar: (symbolId: number, period: ProtoOATrendbarPeriod, at: number) => Bar | undefined
  /**
   * Bars that opened from `from` to `to`, both included, oldest first, as seen at `now`. The last may be forming.
   * There are no bars in the future, and no empty ones. With `count`, only the last ones.
   */
  readonly barsBetween: (
    symbolId: number,
    period: ProtoOATrendbarPeriod,
    range: { readonly from: number; readonly to: number; readonly now: number; readonly count?: number },
  ) => readonly Bar[]
  /**
   * When a side first is at or beyond a price, after `after` and up to `until`. It is the time of the first tick
   * after which this holds, even if only the other side changed. Found without reading every tick; `until` may be
   * Infinity.
   */
  readonly firstReach: (
    symbolId: number,
    side: QuoteSide,
    beyond: 'atOrBelow' | 'atOrAbove',
    price: number,
    after: number,
    until: number,
  ) => number | undefined
  /**
   * In a market made of bars: the first and the last tick of the bar inside which the price came to the tick of a time.
   * The price went through all prices since the tick before it. Otherwise `undefined`.
   */
  readonly barAround?: (
    symbolId: number,
    at: number,
  ) => { readonly from: number; readonly until: number } | undefined
  /** In a market made of a history: the lowest and the highest price of a side from one time to another. */
  readonly range?: (
    symbolId: number,
    side: QuoteSide,
    from: number,
    to: number,
  ) => { readonly lowest: number; readonly highest: number }
  /** First all bids, then all asks, each best first. The best ones are the quote at that time. */
  readonly bookAt: (symbolId: number, at: number) => readonly Level[]
  /** The last bid of the trading day before that of `at`. */
  readonly sessionClose: (symbolId: number, at: number) => number
  /**
   * The symbols whose prices convert one asset into the other, in the order of the chain; `undefined` if there is
   * no way.
   */
  readonly conversionChain: (fromAssetId: number, toAssetId: number) => readonly ListedSymbol[] | undefined
  /** The value of one unit of an asset in the other, at the mid prices of the chain. */
  readonly rate: (fromAssetId: number, toAssetId: number, at: number) => number
  /**
   * Moves all prices of a symbol after `at` by a number of 1/100000, rounded to its grid, as by news or a crash.
   * The next tick shows it, with both sides.
   *
   * @throws RangeError if the price could ever fall to zero.
   */
  readonly shift: (symbolId: number, by: number, at: number) => void
}
