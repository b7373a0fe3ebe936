import type { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'

/** A bar of bid prices in decimals. `timestamp` is when it opens, in ms since the epoch. */
export interface HistoryBar {
  readonly timestamp: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** How many changes of price it had. Default: those of its path. */
  readonly volume?: number
  /** Its distance from bid to ask, in decimals of price. Default: the spread of the history. */
  readonly spread?: number
}

/** Both prices at a time, in decimals. `timestamp` is in ms since the epoch. */
export interface HistoryTick {
  readonly timestamp: number
  readonly bid: number
  readonly ask: number
}

/** The past of one symbol as bars. */
export interface HistoryOfBars {
  /** The name of the symbol. */
  readonly symbol: string
  /** The period of the bars, such as `'M1'`. */
  readonly period: keyof typeof ProtoOATrendbarPeriod | ProtoOATrendbarPeriod
  /** Oldest first. */
  readonly bars: Iterable<HistoryBar>
  /** From bid to ask, in decimals of price: for all bars, or for each of them. Default 0. */
  readonly spread?: number | ((bar: HistoryBar) => number)
}

/** The past of one symbol as ticks. */
export interface HistoryOfTicks {
  /** The name of the symbol. */
  readonly symbol: string
  /** Oldest first. */
  readonly ticks: Iterable<HistoryTick>
}

/** The past of one symbol, as bars or as ticks. */
export type History = HistoryOfBars | HistoryOfTicks

/** A time without prices, in ms since the epoch: from the last price before it to the first price after it. */
export interface HistoryGap {
  readonly from: number
  readonly to: number
}

/** What was read of a history. */
export interface HistoryReport {
  readonly symbol: string
  /** The times of the first and the last price, in ms since the epoch. */
  readonly from: number
  readonly to: number
  /** How many bars or ticks it has. */
  readonly count: number
  /** Bars or ticks that came twice with the same values, and ticks that another one of the same ms replaced. */
  readonly duplicates: number
  /** Where the symbol trades by its schedule, and there is no price for more than an hour and more than a bar. */
  readonly gaps: readonly HistoryGap[]
  /** How many prices are at times at which the symbol does not trade by its schedule. */
  readonly outsideSchedule: number
}
