/** What the measurements of a backtest have in common: a history, and strategies. */
import { EMPTY, catchError, concatMap, filter, lastValueFrom, map, scan } from 'rxjs'
import { candles, pips, placeOrder, units } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { backtest } from 'rx-ctrader/backtest'
import type { BacktestResult, HistoryBar, Strategy } from 'rx-ctrader/backtest'

const MINUTE = 60_000
/** Monday, 6 January 2025, 10:00 UTC. */
export const START = Date.UTC(2025, 0, 6, 10)
const POINT = 0.000_01

/** Bars of a minute that go up and down by a wave and a bit of chance, always the same. */
export const minutesOf = (count: number): HistoryBar[] => {
  let state = 7
  const chance = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  let price = 110_000
  const at = (points: number): number => Number((points * POINT).toFixed(5))
  return Array.from({ length: count }, (_, i) => {
    const open = price
    const close = open + Math.round(12 * Math.sin(i / 90) + 30 * (chance() - 0.5))
    price = close
    return {
      timestamp: START + i * MINUTE,
      open: at(open),
      high: at(Math.max(open, close) + Math.round(8 * chance())),
      low: at(Math.min(open, close) - Math.round(8 * chance())),
      close: at(close),
    }
  })
}

const closes = (account: Account, count: number) =>
  candles(account, 'EURUSD', 'M1', { history: count }).pipe(
    filter(({ closed }) => closed),
    scan((last, { close }) => [...last.slice(1 - count), close], new Array<number>()),
    filter(({ length }) => length === count),
  )

/** Follows two averages, and trades nothing. */
export const watching: Strategy = account => closes(account, 20)

/** An average that trades at each so many bars, to its side, with a stop loss and a take profit. */
export const trading: Strategy<{ readonly every: number }> = (account, { every }) =>
  closes(account, 20).pipe(
    filter((_, i) => i % every === 0),
    map(last => (last[19] ?? 0) > last.reduce((sum, close) => sum + close) / 20),
    concatMap(isAbove =>
      placeOrder(account, {
        type: 'market',
        symbol: 'EURUSD',
        side: isAbove ? 'buy' : 'sell',
        volume: units(1_000),
        stopLoss: pips(10),
        takeProfit: pips(10),
      }).pipe(catchError(() => EMPTY)),
    ),
  )

/** How long something takes, in ms. */
export const msOf = async (act: () => Promise<unknown>): Promise<number> => {
  const begin = process.hrtime.bigint()
  await act()
  return Number(process.hrtime.bigint() - begin) / 1e6
}

/** Runs a strategy to its end. */
export const run = async <P extends object>(
  strategy: Strategy<P>,
  bars: readonly HistoryBar[],
  params?: P,
): Promise<{ readonly result: BacktestResult; readonly ms: number }> => {
  const begin = process.hrtime.bigint()
  const history = [{ symbol: 'EURUSD', period: 'M1' as const, bars, spread: 0.0001 }]
  const account = { balance: 1_000_000 }
  const result = await lastValueFrom(
    backtest(strategy, { history, account, ...(params && { params }) }).pipe(
      filter((event): event is BacktestResult => event.kind === 'result'),
    ),
  )
  return { result, ms: Number(process.hrtime.bigint() - begin) / 1e6 }
}
