import fc from 'fast-check'
import { EMPTY, concatMap, filter, ignoreElements, merge, tap } from 'rxjs'
import { candles, closeAll, pips, placeOrder, spots, units } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import type { BacktestResult, HistoryBar, Strategy } from 'rx-ctrader/backtest'
import { MINUTE, START, eurusd, resultOf } from './support'

/** The runs of each property; more by hand. */
const numRuns = Number(process.env['BACKTEST_RUNS'] ?? 12)

jest.setTimeout(10_000 + 2_000 * numRuns)

const POINT = 0.00001
const round = (value: number): number => Number(value.toFixed(5))

/** Random bars of a minute, with gaps between them and wide ranges, so that protections are reached. */
const historyArb = fc
  .array(
    fc.record({
      gap: fc.integer({ min: -60, max: 60 }),
      body: fc.integer({ min: -200, max: 200 }),
      above: fc.integer({ min: 0, max: 150 }),
      below: fc.integer({ min: 0, max: 150 }),
      pause: fc.constantFrom(0, 0, 0, 0, 1, 5),
    }),
    { minLength: 10, maxLength: 60 },
  )
  .map(moves => {
    let points = 110_000
    let timestamp = START
    return moves.map(({ gap, body, above, below, pause }): HistoryBar => {
      const open = points + gap
      const close = open + body
      points = close
      timestamp += (1 + pause) * MINUTE
      return {
        timestamp,
        open: round(open * POINT),
        high: round((Math.max(open, close) + above) * POINT),
        low: round((Math.min(open, close) - below) * POINT),
        close: round(close * POINT),
      }
    })
  })

/** A strategy that trades by the last digits of closed bars. */
interface Whims {
  readonly every: number
  readonly stop: number
  readonly target: number
}
const whimsArb: fc.Arbitrary<Whims> = fc.record({
  every: fc.integer({ min: 2, max: 5 }),
  stop: fc.integer({ min: 3, max: 30 }),
  target: fc.integer({ min: 3, max: 30 }),
})

const whimsical =
  (seen: (what: string) => void): Strategy<Whims> =>
  (account: Account, { every, stop, target }) =>
    merge(
      spots(account, 'EURUSD').pipe(
        tap(quote => {
          seen(JSON.stringify(quote))
        }),
        ignoreElements(),
      ),
      candles(account, 'EURUSD', 'M1').pipe(
        filter(({ closed }) => closed),
        concatMap(({ close, timestamp }) => {
          const turn = Math.round(close / POINT) % every
          seen(`${timestamp} ${close} ${turn}`)
          if (turn === 1) return closeAll(account)
          if (turn !== 0) return EMPTY
          return placeOrder(account, {
            type: 'market',
            symbol: 'EURUSD',
            side: Math.round(close / POINT) % 2 === 0 ? 'buy' : 'sell',
            volume: units(10_000),
            stopLoss: pips(stop),
            takeProfit: pips(target),
          })
        }),
        tap(update => {
          seen(JSON.stringify(update))
        }),
      ),
    )

const run = async (
  bars: readonly HistoryBar[],
  params: Whims,
  to?: number,
): Promise<[BacktestResult, string[]]> => {
  const seen: string[] = []
  const result = await resultOf(
    whimsical(what => seen.push(what)),
    { history: eurusd(bars), params, ...(to !== undefined && { to }) },
  )
  return [result, seen]
}

describe('over random histories and strategies', () => {
  it('shows nothing of what comes later', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyArb,
        whimsArb,
        fc.nat(),
        fc.integer({ min: 1, max: 300 }),
        async (bars, whims, n, by) => {
          const cut = 1 + (n % (bars.length - 1))
          const until = bars[cut]?.timestamp ?? 0
          const changed = bars.map((bar, i) =>
            i < cut
              ? bar
              : {
                  timestamp: bar.timestamp,
                  open: round(bar.open + by * POINT),
                  high: round(bar.high + 2 * by * POINT),
                  low: round(bar.low - by * POINT),
                  close: round(bar.close + by * POINT),
                },
          )
          // Up to the ms before the first changed bar.
          const [one, seenInOne] = await run(bars, whims, until - 1)
          const [other, seenInOther] = await run(changed, whims, until - 1)
          expect(seenInOther).toEqual(seenInOne)
          expect(other.trades).toEqual(one.trades)
          expect(other.equity).toEqual(one.equity)
        },
      ),
      { numRuns },
    )
  })

  it('conserves money', async () => {
    await fc.assert(
      fc.asyncProperty(historyArb, whimsArb, async (bars, whims) => {
        const [{ trades, open, equity, statistics }] = await run(bars, whims)
        const nets = trades.reduce((sum, { net }) => sum + net, 0)
        const unrealised = open.reduce((sum, position) => sum + position.unrealised, 0)
        const last = equity.at(-1)
        expect(last?.balance).toBeCloseTo(10_000 + nets, 6)
        expect(last?.equity).toBeCloseTo(10_000 + nets + unrealised, 6)
        expect(statistics.net).toBeCloseTo(nets, 6)
        for (const { gross, commission, swap, conversionFee, net, mae, mfe } of trades) {
          expect(net).toBeCloseTo(gross + commission + swap + conversionFee, 6)
          expect(mae).toBeLessThanOrEqual(Math.min(0, gross))
          expect(mfe).toBeGreaterThanOrEqual(Math.max(0, gross))
        }
      }),
      { numRuns },
    )
  })

  it('has the figures of an independent computation', async () => {
    await fc.assert(
      fc.asyncProperty(historyArb, whimsArb, async (bars, whims) => {
        const [{ trades, equity, statistics }] = await run(bars, whims)
        const won = trades.filter(({ net }) => net > 0)
        const lost = trades.filter(({ net }) => net < 0)
        const total = (list: typeof trades) => list.reduce((sum, { net }) => sum + Math.abs(net), 0)
        expect(statistics.trades).toBe(trades.length)
        const some = (value: number): number | undefined => (trades.length > 0 ? value : undefined)
        const rounded = (value: number | undefined): number | undefined =>
          value === undefined ? undefined : Number(value.toFixed(6))
        const { winRate, expectancy, profitFactor } = statistics
        expect([winRate, expectancy, profitFactor].map(rounded)).toEqual(
          [
            some(won.length / trades.length),
            some((total(won) - total(lost)) / trades.length),
            won.length + lost.length > 0 ? total(won) / total(lost) : undefined,
          ].map(rounded),
        )
        // Each pair of points, the earlier one first.
        const falls = equity.flatMap((from, i) => equity.slice(i).map(to => from.equity - to.equity))
        expect(statistics.maxDrawdown).toBeCloseTo(Math.max(...falls), 6)
      }),
      { numRuns },
    )
  })
})
