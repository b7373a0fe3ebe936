import type { BacktestResult, Statistics, SweepResult, Trade } from 'rx-ctrader/backtest'

const HOUR = 3_600_000
const START = Date.UTC(2025, 0, 6, 10)

export const statistics: Statistics = {
  net: 1_234.5,
  costs: -12.3,
  cagr: 0.1,
  maxDrawdown: 250,
  maxDrawdownPart: 0.125,
  maxDrawdownDuration: 48 * HOUR,
  sharpe: undefined,
  sortino: 1.5,
  trades: 2,
  winRate: 0.5,
  profitFactor: Infinity,
  expectancy: 20,
  exposure: 0.4,
  tradesPerDay: 1.2,
  unclearExits: 0,
}

const unprotected: Trade = {
  positionId: 1,
  symbol: 'EURUSD',
  side: 'buy',
  volume: 10_000,
  entryTime: START,
  entryPrice: 1.1,
  exitTime: START + HOUR,
  exitPrice: 1.105,
  gross: 50,
  commission: 0,
  swap: 0,
  conversionFee: 0,
  net: 50,
  mae: -1,
  mfe: 51,
  reason: 'takeProfit',
}

export const trade: Trade = { ...unprotected, stopLoss: 1.098, takeProfit: 1.105 }

export const result: BacktestResult = {
  kind: 'result',
  trades: [
    trade,
    {
      ...unprotected,
      side: 'sell',
      entryTime: START + 2 * HOUR,
      entryPrice: 1.105,
      exitTime: START + 3 * HOUR,
      exitPrice: 1.106,
      gross: -10,
      net: -10,
      mae: -10,
      mfe: 0,
      reason: 'closed',
    },
  ],
  open: [],
  equity: [0, 1, 2, 3].map(hour => ({
    time: START + hour * HOUR,
    balance: 10_000,
    equity: 10_000 + 10 * hour,
  })),
  statistics,
  history: [],
}

const run = (fast: number, slow: number, value: number) => ({ params: { fast, slow }, statistics, value })
const best = run(3, 20, 30)

export const sweepResult: SweepResult<object> = {
  kind: 'result',
  params: { fast: [3, 5], slow: [20, 50] },
  by: 'net',
  runs: [best, run(5, 20, 20), run(3, 50, 10)],
  best,
  failures: [{ params: { fast: 5, slow: 50 }, error: 'too slow' }],
  history: [],
}

/** Tries to become a part of the page, in a text, an attribute and a script. */
export const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="alert(1)' x=`
