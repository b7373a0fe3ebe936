import { concatMap, ignoreElements, lastValueFrom, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { backtest } from 'rx-ctrader/backtest'
import type { BacktestOptions, BacktestResult, HistoryBar, Strategy } from 'rx-ctrader/backtest'

/** Monday, 6 January 2025, 10:00 UTC: the market is open. */
export const START = Date.UTC(2025, 0, 6, 10)
export const MINUTE = 60_000

/** The prices of a bar: open, high, low, close. */
export type Prices = readonly [open: number, high: number, low: number, close: number]

/** Bars of a minute, one after the other. */
export const minutes = (prices: readonly Prices[], from = START): HistoryBar[] =>
  prices.map(([open, high, low, close], i) => ({ timestamp: from + i * MINUTE, open, high, low, close }))

/** Bars in which nothing moves. */
export const still = (price: number, count: number): Prices[] =>
  Array.from({ length: count }, () => [price, price, price, price])

/** EURUSD without costs, so that a result can be worked out by hand. */
export const withoutCosts = [{ name: 'EURUSD', commission: 0, swap: 0 }] as const

/** EURUSD in bars of a minute with a spread of a pip. */
export const eurusd = (bars: readonly HistoryBar[], spread = 0.0001) => [
  { symbol: 'EURUSD', period: 'M1' as const, bars, spread },
]

/** Runs a backtest to its end. */
export const resultOf = async <P extends object>(
  strategy: Strategy<P>,
  options: BacktestOptions<P>,
): Promise<BacktestResult> => {
  const last = await lastValueFrom(backtest(strategy, options))
  if (last.kind !== 'result') throw new Error('a backtest ended without a result')
  return last
}

/** Does something at a time, in ms from the start, and goes on. */
export const at = (ms: number, act: () => Observable<unknown>): Observable<never> =>
  timer(new Date(START + ms)).pipe(concatMap(act), ignoreElements())
