/** What the scripts of the page get. Times are in seconds since the epoch, as the charts have them. */
export interface PageData {
  /** Time, equity, and the fall from the highest equity so far in percent. */
  readonly equity: readonly (readonly [time: number, equity: number, drawdown: number])[]
  readonly symbols: readonly PageSymbol[]
}

/** A symbol with bars: the chart of its prices. */
export interface PageSymbol {
  readonly name: string
  readonly digits: number
  readonly bars: readonly (readonly [time: number, open: number, high: number, low: number, close: number])[]
  readonly trades: readonly PageTrade[]
}

/** A trade as it is drawn: its times are those of bars. */
export interface PageTrade {
  readonly isBuy: boolean
  readonly isGain: boolean
  readonly entry: readonly [time: number, price: number]
  readonly exit: readonly [time: number, price: number]
  readonly stopLoss?: number
  readonly takeProfit?: number
}
