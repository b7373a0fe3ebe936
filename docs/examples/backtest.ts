import { concatMap, filter, map, pairwise, scan } from 'rxjs'
import { candles, pips, placeOrder, units } from 'rx-ctrader'
import { backtest } from 'rx-ctrader/backtest'
import type { BacktestEvent, HistoryBar, Strategy } from 'rx-ctrader/backtest'

// #region strategy
/** Buys when the fast average of the closes rises above the slow one, and sells when it falls below. */
export const cross: Strategy<{ fast: number; slow: number }> = (account, { fast, slow }) => {
  const mean = (closes: readonly number[]): number => closes.reduce((sum, n) => sum + n, 0) / closes.length
  return candles(account, 'EURUSD', 'M5', { history: slow }).pipe(
    filter(({ closed }) => closed),
    scan((closes, { close }) => [...closes, close].slice(-slow), new Array<number>()),
    filter(({ length }) => length === slow),
    map(closes => mean(closes.slice(-fast)) > mean(closes)),
    pairwise(),
    filter(([before, now]) => before !== now),
    concatMap(([, isAbove]) =>
      placeOrder(account, {
        type: 'market',
        symbol: 'EURUSD',
        side: isAbove ? 'buy' : 'sell',
        volume: units(10_000),
        stopLoss: pips(15),
        takeProfit: pips(30),
      }),
    ),
  )
}
// #endregion

/** Two days of made-up bars of a minute: waves of some hours and a little noise. */
const bars = (): HistoryBar[] => {
  const start = Date.UTC(2025, 0, 7)
  const round = (price: number): number => Number(price.toFixed(5))
  const priceAt = (minute: number): number =>
    round(
      1.1 + 0.003 * Math.sin(minute / 55) + 0.001 * Math.sin(minute / 7) + 0.0002 * Math.sin(minute * 2.3),
    )
  // EURUSD has a break each day, from 16:30 to 17:00 New York.
  const isBreak = (minute: number): boolean => minute % 1440 >= 1289 && minute % 1440 <= 1320
  return Array.from({ length: 2 * 1440 }, (_, minute) => minute)
    .filter(minute => !isBreak(minute))
    .map(minute => {
      const [open, close] = [priceAt(minute), priceAt(minute + 1)]
      return {
        timestamp: start + minute * 60_000,
        open,
        high: round(Math.max(open, close) + 0.0001),
        low: round(Math.min(open, close) - 0.0001),
        close,
      }
    })
}

// #region run
const history = [{ symbol: 'EURUSD', period: 'M1' as const, bars: bars(), spread: 0.0001 }]

/** Runs the strategy, and prints what came of it. */
export const run$ = backtest(cross, { history, params: { fast: 5, slow: 20 } })
// #endregion

// #region show
const show = (event: BacktestEvent): void => {
  if (event.kind === 'progress') return
  const { trades, open, statistics } = event
  console.log(`${statistics.trades} trades, ${open.length} still open`)
  console.log(`net ${statistics.net.toFixed(2)}, of it costs ${statistics.costs.toFixed(2)}`)
  console.log(`greatest drawdown ${statistics.maxDrawdown.toFixed(2)}`)
  for (const { side, entryPrice, exitPrice, net, reason } of trades.slice(0, 2))
    console.log(`${side} at ${entryPrice}, ${reason} at ${exitPrice}: ${net}`)
}
// #endregion

run$.subscribe(show)
