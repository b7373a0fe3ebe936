import { computeStatistics } from '../../src/backtest/statistics'
import type { EquityPoint, Trade } from 'rx-ctrader/backtest'

const DAY = 86_400_000
/** Monday, 6 January 2025, 12:00 UTC. */
const NOON = Date.UTC(2025, 0, 6, 12)

const curve = (...equity: readonly number[]): EquityPoint[] =>
  equity.map((value, i) => ({ time: NOON + i * DAY, balance: value, equity: value }))

const trade = (net: number): Trade => ({
  positionId: 1,
  symbol: 'EURUSD',
  side: 'buy',
  volume: 1000,
  entryTime: NOON,
  entryPrice: 1,
  exitTime: NOON,
  exitPrice: 1,
  gross: net,
  commission: 0,
  swap: 0,
  conversionFee: 0,
  net,
  mae: 0,
  mfe: 0,
  reason: 'closed',
})

const none = { timeInMarket: 0, unclearExits: 0 }

describe('the figures of a backtest', () => {
  it('measures the drawdown from the peak, and until it is reached again', () => {
    // The peak is 120. It falls to 90, and is reached again on the sixth day: 4 days after the peak.
    expect(computeStatistics([], curve(100, 120, 100, 90, 110, 120, 130), none)).toMatchObject({
      maxDrawdown: 30,
      maxDrawdownPart: 0.25,
      maxDrawdownDuration: 4 * DAY,
    })
    expect(computeStatistics([], curve(100, 110, 120), none)).toMatchObject({
      maxDrawdown: 0,
      maxDrawdownPart: 0,
      maxDrawdownDuration: 0,
    })
    // It is not reached again.
    expect(computeStatistics([], curve(100, 90, 95), none).maxDrawdownDuration).toBe(2 * DAY)
  })

  it('takes the root of 252 for a year of daily returns', () => {
    // Returns of the days: 0 (the first point), 10 %, −10 %. Mean 0. A standard deviation of 10 %.
    expect(computeStatistics([], curve(100, 110, 99), none).sharpe).toBeCloseTo(0, 9)
    // Returns 0, 2 %, −1 %: mean 1/3 %. Deviations −1/3, 5/3, −4/3: the sum of squares is 42/9, by 2 is 7/3.
    const { sharpe, sortino } = computeStatistics([], curve(100, 102, 100.98), none)
    expect(sharpe).toBeCloseTo((1 / 3 / Math.sqrt(7 / 3)) * Math.sqrt(252), 6)
    // The only loss is 1 %: the root of 1/3.
    expect(sortino).toBeCloseTo((1 / 3 / Math.sqrt(1 / 3)) * Math.sqrt(252), 6)
  })

  it('has no figure that cannot be computed', () => {
    expect(computeStatistics([], curve(100), none)).toEqual({
      net: 0,
      costs: 0,
      cagr: undefined,
      maxDrawdown: 0,
      maxDrawdownPart: 0,
      maxDrawdownDuration: 0,
      sharpe: undefined,
      sortino: undefined,
      trades: 0,
      winRate: undefined,
      profitFactor: undefined,
      expectancy: undefined,
      exposure: 0,
      tradesPerDay: 0,
      unclearExits: 0,
    })
  })

  it('counts the trades', () => {
    const statistics = computeStatistics(
      [trade(30), trade(-10), trade(0.1), trade(0.2)],
      curve(100, 120, 120.3),
      {
        timeInMarket: DAY / 2,
        unclearExits: 1,
      },
    )
    expect(statistics).toMatchObject({
      net: 20.3,
      trades: 4,
      winRate: 0.75,
      expectancy: 5.075,
      exposure: 0.25,
      tradesPerDay: 4 / 3,
      unclearExits: 1,
    })
    expect(statistics.profitFactor).toBeCloseTo(3.03, 9)
    // 20.3 % in two days.
    expect(statistics.cagr).toBeCloseTo(1.203 ** (365.25 / 2) - 1, 3)
  })
})
