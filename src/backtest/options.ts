import { invalidOption } from '../errors'
import { checkNames } from '../options'
import type { Fault } from '../simulator/faults/fault'
import type { SymbolOptions } from '../simulator/market/catalogue/ownSymbols'
import type { History } from '../simulator/market/history/history'
import type { Fills } from '../simulator/model/fills'
import type { TradingAccount } from '../simulator/model/identity'

/** The account of a backtest. Other fields are those of an account of the simulator. */
export interface BacktestAccount extends Omit<
  Partial<TradingAccount>,
  'accountId' | 'isLive' | 'balance' | 'traderLogin' | 'brokerTitleShort'
> {
  /** Its money at the start, in its currency. Default 10 000. */
  readonly balance?: number
}

/** Something that goes wrong at a time, in ms since the epoch. */
export interface TimedFault {
  readonly at: number
  readonly fault: Fault
}

/** The settings of a backtest. */
export interface BacktestOptions<P> {
  /** Bars or ticks of each symbol, oldest first. What comes before `from` is the past that a strategy can ask for. */
  readonly history: readonly History[]
  /** The start, in ms since the epoch. Default: the first time at which each symbol has a price. */
  readonly from?: number
  /** The end, in ms since the epoch. Default: the last price. */
  readonly to?: number
  readonly account?: BacktestAccount
  /** What the strategy is given. Default `{}`. */
  readonly params?: P
  /** The same seed and history give the same result. Default 1. */
  readonly seed?: number
  /** Symbols of one's own, or other terms of symbols that are there. */
  readonly symbols?: readonly SymbolOptions[]
  /** Latency, slippage, and when limit orders are filled. */
  readonly fills?: Fills
  /** What goes wrong, and when. Default: nothing. */
  readonly faults?: readonly TimedFault[]
  /**
   * Whether the strategy waits for promises, as with `await`. Then the backtest waits for them at each price, which
   * costs some microseconds. Default: whether the strategy returns a promise.
   */
  readonly promises?: boolean
}

const names: Readonly<Record<keyof BacktestOptions<unknown>, true>> = {
  history: true,
  from: true,
  to: true,
  account: true,
  params: true,
  seed: true,
  symbols: true,
  fills: true,
  faults: true,
  promises: true,
}

/** Throws `InvalidOption`. What the simulator checks itself is left to it. */
export const checkBacktest = ({
  from = -Infinity,
  to = Infinity,
  ...options
}: BacktestOptions<unknown>): void => {
  checkNames(options, names)
  if (!Array.isArray(options.history) || options.history.length === 0)
    throw invalidOption('history', 'must have the bars or ticks of at least one symbol')
  if (!(from < to)) throw invalidOption('to', 'must be after `from`')
}
