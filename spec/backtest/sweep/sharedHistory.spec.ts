import { lastValueFrom } from 'rxjs'
import { sweep } from 'rx-ctrader/backtest'
import type { HistoryBar, SweepOptions } from 'rx-ctrader/backtest'
import { MINUTE, START, minutes, resultOf, withoutCosts } from '../support'
import { bet, hours, sweepOf } from './support'
import type { Bet } from './support'

const HOUR = 60 * MINUTE
const EURUSD = 1

/** Three hours of rising prices, which count how often they are read. */
const counted = () => {
  const reads = { bars: 0, spreads: 0 }
  const bars = minutes(hours([1, 1, 1]))
  const history = {
    symbol: 'EURUSD',
    period: 'M1' as const,
    bars: {
      [Symbol.iterator]: (): Iterator<HistoryBar> => {
        reads.bars += 1
        return bars[Symbol.iterator]()
      },
    },
    spread: () => {
      reads.spreads += 1
      return 0
    },
  }
  return { reads, history: [history] }
}

const options = (history: SweepOptions<Bet>['history']): SweepOptions<Bet> => ({
  history,
  symbols: withoutCosts,
  fills: { latency: 0 },
  params: { side: ['sell', 'buy'], volume: [10_000, 20_000] },
  by: 'net',
})

jest.setTimeout(30_000)

describe('the history of a sweep', () => {
  it('is read once for all runs, all windows and all subscriptions', async () => {
    const { reads, history } = counted()
    const sweep$ = sweep(bet, { ...options(history), walkForward: { train: HOUR, test: HOUR } })
    expect(reads).toEqual({ bars: 0, spreads: 0 })
    const first = await lastValueFrom(sweep$)
    expect(first).toMatchObject({
      kind: 'result',
      runs: { length: 4 },
      walkForward: { windows: { length: 2 } },
    })
    expect(await lastValueFrom(sweep$)).toEqual(first)
    expect(reads).toEqual({ bars: 1, spreads: 180 })
  })

  it('is reported as by a backtest: gaps, duplicates, prices outside of the schedule', async () => {
    // 10:00, twice, and three hours later; then a Saturday.
    const times = [0, 0, 3 * HOUR, 5 * 24 * HOUR]
    const price = { open: 1.1, high: 1.1, low: 1.1, close: 1.1 }
    const bars = times.map(after => ({ timestamp: START + after, ...price }))
    const history = [{ symbol: 'EURUSD', period: 'M1' as const, bars, spread: 0 }]
    const { history: reports } = await sweepOf(bet, options(history))
    expect(reports).toMatchObject([{ symbol: 'EURUSD', count: 3, duplicates: 1, gaps: { length: 2 } }])
    expect(reports[0]?.outsideSchedule).toBeGreaterThan(0)
    const single = { history, symbols: withoutCosts, fills: { latency: 0 } }
    const { history: same } = await resultOf(bet, { ...single, params: { side: 'buy', volume: 10_000 } })
    expect(reports).toEqual(same)
  })

  it('is not changed by a run whose prices jump', async () => {
    // The jump is in each run, and only once: ten pips of 10,000 are 10.00 beside the 55.00 of the rise.
    const faults = [{ at: START + 30 * MINUTE, fault: { kind: 'gap', symbolId: EURUSD, by: 100 } }] as const
    const { runs } = await sweepOf(bet, { ...options(counted().history), faults })
    expect(runs.map(run => run.statistics.net)).toEqual([130, 65, -65, -130])
    for (const { params, statistics } of runs) {
      const single = { history: counted().history, symbols: withoutCosts, fills: { latency: 0 } }
      expect((await resultOf(bet, { ...single, faults, params })).statistics).toEqual(statistics)
    }
  })
})
