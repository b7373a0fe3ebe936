import { hasReason, invalidOption } from '../errors'
import { checkNames } from '../options'
import type { Fault } from '../simulator/faults/fault'
import { parseFault } from '../simulator/faults/parse'
import type { SymbolOptions } from '../simulator/market/catalogue/ownSymbols'
import type { History } from '../simulator/market/history/history'
import type { Fills } from '../simulator/model/fills'
import type { TradingAccount } from '../simulator/model/identity'

/** The account of a backtest. Other fields are those of an account of the simulator. */
export interface BacktestAccount extends Omit<
  Partial<TradingAccount>,
  'accountId' | 'isLive' | 'balance' | 'traderLogin' | 'brokerTitleShort' | 'symbols'
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
  /** The end, in ms since the epoch. Default, and at the latest: the last price. */
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

/** The names of the settings. */
export const backtestNames: Readonly<Record<keyof BacktestOptions<unknown>, true>> = {
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

const checkTime = (option: string, at: unknown): void => {
  if (!Number.isFinite(at)) throw invalidOption(option, 'must be a time in ms since the epoch')
}

const checkFault = (option: string, { at, fault, ...others }: TimedFault): void => {
  checkNames(others, { at: true, fault: true }, `${option}.`)
  checkTime(`${option}.at`, at)
  const parsed = parseFault(fault)
  if ('mistake' in parsed)
    throw invalidOption(`${option}.fault.${parsed.mistake.field}`, parsed.mistake.detail)
}

/** Throws `InvalidOption`. What the simulator checks itself is left to it. */
export const checkSettings = (options: BacktestOptions<unknown>): void => {
  const { history, from, to, faults = [], account: { balance = 0 } = {} } = options
  if (!Array.isArray(history) || history.length === 0)
    throw invalidOption('history', 'must have the bars or ticks of at least one symbol')
  if (from !== undefined) checkTime('from', from)
  if (to !== undefined) checkTime('to', to)
  if (!Number.isFinite(balance)) throw invalidOption('account.balance', 'must be a number')
  faults.forEach((fault, i) => {
    checkFault(`faults.${i}`, fault)
  })
}

/** Throws `InvalidOption` for what is not a backtest. */
export const checkBacktest = (strategy: unknown, options: BacktestOptions<unknown>): void => {
  if (typeof strategy !== 'function') throw invalidOption('strategy', 'must be a function')
  checkNames(options, backtestNames)
  checkSettings(options)
}

/** The end of a run. After the last price nothing is known of the market, so positions would only pay swaps. */
export const lastTime = (
  history: readonly { readonly to: number }[],
  { to = Infinity }: Pick<BacktestOptions<unknown>, 'to'>,
): number => Math.min(to, Math.max(...history.map(last => last.to)))

/** Throws `InvalidOption` if nothing is between the start and the end of a run. */
export const checkRange = (
  start: number,
  end: number,
  { to }: Pick<BacktestOptions<unknown>, 'to'>,
): void => {
  if (start < end) return
  throw to === undefined || to > start
    ? invalidOption('from', 'must be before the last price of the history')
    : invalidOption('to', `must be after the start, ${new Date(start).toISOString()}`)
}

/** An error of the simulator, by the names that a backtest has for its options. */
export const asBacktestError = (error: unknown): unknown => {
  if (!hasReason(error, 'InvalidOption')) return error
  const option = error.option === 'start' ? 'from' : error.option.replace(/^accounts\.0\./, 'account.')
  return option === error.option ? error : invalidOption(option, error.detail)
}
