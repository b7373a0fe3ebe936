import fc from 'fast-check'
import { concatMap, filter } from 'rxjs'
import { candles, closeAll, pips, placeOrder, units } from 'rx-ctrader'
import type { HistoryBar, Statistics, Strategy } from 'rx-ctrader/backtest'
import { MINUTE, START, eurusd, resultOf } from '../support'
import { sweepOf } from './support'

/** The runs of each property; more by hand. */
const numRuns = Number(process.env['BACKTEST_RUNS'] ?? 2)

jest.setTimeout(60_000 + 4_000 * numRuns)

interface Whims {
  readonly every: number
  readonly stop: number
}

/** Trades by the last digit of closed bars. */
const whimsical: Strategy<Whims> = (account, { every, stop }) =>
  candles(account, 'EURUSD', 'M1').pipe(
    filter(({ closed }) => closed),
    concatMap(({ close }) => {
      const turn = Math.round(close * 100_000) % every
      if (turn > 1) return []
      if (turn === 1) return closeAll(account)
      return placeOrder(account, {
        type: 'market',
        symbol: 'EURUSD',
        side: Math.round(close * 100_000) % 2 === 0 ? 'buy' : 'sell',
        volume: units(10_000),
        stopLoss: pips(stop),
      })
    }),
  )

const barsArb: fc.Arbitrary<readonly HistoryBar[]> = fc
  .array(fc.integer({ min: -60, max: 60 }), { minLength: 130, maxLength: 240 })
  .map(moves => {
    let points = 110_000
    return moves.map((move, i): HistoryBar => {
      const [open, close] = [points, points + move]
      points = close
      const [high, low] = [Math.max(open, close) + 5, Math.min(open, close) - 5]
      const price = (at: number): number => Number((at / 100_000).toFixed(5))
      return {
        timestamp: START + i * MINUTE,
        open: price(open),
        high: price(high),
        low: price(low),
        close: price(close),
      }
    })
  })

const uniqueInts = (min: number, max: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 2 })
const paramsArb = fc.record({ every: uniqueInts(2, 6), stop: uniqueInts(3, 20) })

describe('over random histories and parameters', () => {
  it('has for all parameters, and each window, what single backtests have', async () => {
    await fc.assert(
      fc.asyncProperty(
        barsArb,
        paramsArb,
        fc.constantFrom<keyof Statistics>('net', 'maxDrawdown', 'profitFactor'),
        async (bars, params, by) => {
          const history = eurusd(bars)
          const hour = 60 * MINUTE
          const walkForward = { train: hour, test: hour }
          const result = await sweepOf(whimsical, { history, params, by, walkForward })

          // Each combination once, by another order of the loops.
          const all = params.stop.flatMap(stop => params.every.map(every => ({ every, stop })))
          expect(result.runs).toHaveLength(all.length)
          for (const one of all) {
            const run = result.runs.find(
              ({ params: { every, stop } }) => every === one.every && stop === one.stop,
            )
            expect(run?.statistics).toEqual((await resultOf(whimsical, { history, params: one })).statistics)
          }

          const { windows = [], statistics, equity = [], trades = [] } = result.walkForward ?? {}
          let balance = 10_000
          let net = 0
          for (const { train, test } of windows) {
            const { from, to } = test
            expect(from).toBe(train.to)
            const account = { balance }
            const single = await resultOf(whimsical, { history, params: train.params, from, to, account })
            expect(test.statistics).toEqual(single.statistics)
            balance = single.equity.at(-1)?.equity ?? 0
            net += single.statistics.net
            // No other parameters were better in the time before.
            for (const other of all) {
              const rival = await resultOf(whimsical, {
                history,
                params: other,
                from: train.from,
                to: train.to,
              })
              const [best, value] = [train.value ?? -Infinity, rival.statistics[by] ?? -Infinity]
              expect(by === 'maxDrawdown' ? best <= value : best >= value).toBe(true)
            }
          }
          expect(windows.at(-1)?.test.to).toBe(equity.at(-1)?.time)
          expect(equity.at(-1)?.equity).toBe(balance)
          expect(statistics?.net).toBeCloseTo(net, 6)
          expect(statistics?.trades).toBe(trades.length)
        },
      ),
      { numRuns },
    )
  })
})
