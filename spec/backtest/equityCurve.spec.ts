import fc from 'fast-check'
import { EMPTY, catchError, concatMap, withLatestFrom } from 'rxjs'
import type { Observable } from 'rxjs'
import { closePosition, pips, placeOrder, positions, spots, units } from 'rx-ctrader'
import type { HistoryTick, Strategy, Trade } from 'rx-ctrader/backtest'
import type { ProtoOAPosition } from 'rx-ctrader/protocol'
import { MINUTE, resultOf } from './support'

/** The runs of the property; more by hand. */
const numRuns = Number(process.env['BACKTEST_RUNS'] ?? 6)

jest.setTimeout(10_000 + 2_000 * numRuns)

const POINT = 0.00001
const BALANCE = 10_000
const HOUR = 60 * MINUTE
/** Tuesday, 7 January 2025, 19:00 UTC: the rollovers of Tuesday and of Wednesday follow, the latter for three nights. */
const START = Date.UTC(2025, 0, 7, 19)
const ROLLOVERS = [
  { at: Date.UTC(2025, 0, 7, 21), nights: 1 },
  { at: Date.UTC(2025, 0, 8, 21), nights: 3 },
]
/** For 10,000 units: 3 USD for a lot are 0.30 on each side, and a pip of swap is 1.00. So all money is whole cents. */
const STEP = 10_000
const COMMISSION = -0.3
const SWAP = { buy: -6, sell: 1 }
const symbols = [
  { name: 'EURUSD', commission: { usdPerLot: 3 }, swap: { long: SWAP.buy, short: SWAP.sell } },
] as const

const round = (value: number): number => Number(value.toFixed(5))

/** Random ticks over some thirty hours. None is at a full minute, so none is at the ms of a rollover. */
const ticksArb = fc
  .array(
    fc.record({
      pause: fc.integer({ min: 1, max: 40 }),
      move: fc.integer({ min: -120, max: 120 }),
      spread: fc.integer({ min: 0, max: 20 }),
    }),
    { minLength: 40, maxLength: 120 },
  )
  .map(moves => {
    let [points, timestamp] = [110_000, START + 7]
    return moves.map(({ pause, move, spread }): HistoryTick => {
      points += move
      timestamp += pause * MINUTE
      return { timestamp, bid: round(points * POINT), ask: round((points + spread) * POINT) }
    })
  })

interface Whims {
  readonly every: number
  readonly stop: number
}
const whimsArb: fc.Arbitrary<Whims> = fc.record({
  every: fc.integer({ min: 3, max: 7 }),
  stop: fc.integer({ min: 20, max: 60 }),
})

/** Opens by the last digits of the price, with protections, and closes positions by halves. */
const whimsical: Strategy<Whims> = (account, { every, stop }) => {
  const act = (bid: number, oldest: ProtoOAPosition | undefined): Observable<unknown> => {
    const last = Math.round(bid / POINT)
    if (last % every === 1 && oldest) {
      const steps = Math.ceil(oldest.tradeData.volume / 100 / STEP / 2)
      return closePosition(account, { positionId: oldest.positionId, volume: units(steps * STEP) })
    }
    if (last % every !== 0) return EMPTY
    return placeOrder(account, {
      type: 'market',
      symbol: 'EURUSD',
      side: last % 2 === 0 ? 'buy' : 'sell',
      volume: units(STEP * (1 + (last % 3))),
      stopLoss: pips(stop),
      takeProfit: pips(stop),
    })
  }
  return spots(account, 'EURUSD').pipe(
    withLatestFrom(positions(account)),
    // A market that is closed for some minutes is not the end of the strategy.
    concatMap(([{ bid }, { all }]) => act(bid, all[0]).pipe(catchError(() => EMPTY))),
  )
}

type Held = Pick<Trade, 'side' | 'volume' | 'entryTime' | 'entryPrice'>

/** The profit of a volume at a price, with costs, in cents: from prices, times and terms alone. */
const worth = ({ side, volume, entryTime, entryPrice }: Held, price: number, at: number, sides: 1 | 2) => {
  const moved = (side === 'buy' ? 1 : -1) * (Math.round(price / POINT) - Math.round(entryPrice / POINT))
  const nights = ROLLOVERS.filter(rollover => entryTime < rollover.at && rollover.at <= at)
  const swap = SWAP[side] * nights.reduce((sum, rollover) => sum + rollover.nights, 0)
  return Math.round((volume / STEP) * (10 * moved + 100 * sides * COMMISSION + 100 * swap))
}

describe('the equity curve, over random histories and strategies', () => {
  it('is at every point the balance and what closing everything would bring', async () => {
    const seen = { points: 0, held: 0, parts: 0, nights: 0 }
    await fc.assert(
      fc.asyncProperty(ticksArb, whimsArb, async (ticks, params) => {
        const { trades, open, equity } = await resultOf(whimsical, {
          history: [{ symbol: 'EURUSD', ticks }],
          symbols,
          params,
          account: { balance: BALANCE },
        })
        const priceAt = (side: Trade['side'], at: number): number => {
          const tick = ticks.filter(({ timestamp }) => timestamp <= at).at(-1)
          return (side === 'buy' ? tick?.bid : tick?.ask) ?? NaN
        }
        const expected = equity.map(({ time }) => {
          const closed = trades.filter(({ exitTime }) => exitTime <= time)
          const held = [...trades.filter(({ exitTime }) => exitTime > time), ...open].filter(
            ({ entryTime }) => entryTime <= time,
          )
          const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
          const balance =
            100 * BALANCE + sum(closed.map(trade => worth(trade, trade.exitPrice, trade.exitTime, 2)))
          const unrealised = sum(held.map(one => worth(one, priceAt(one.side, time), time, 1)))
          if (held.length > 0) seen.held += 1
          return { time, balance: balance / 100, equity: (balance + unrealised) / 100 }
        })
        expect(equity).toEqual(expected)
        // Points at the end of each hour with prices, at each deal, and at both ends.
        const deals = [...trades, ...open].flatMap(one =>
          'exitTime' in one ? [one.entryTime, one.exitTime] : [one.entryTime],
        )
        const last = ticks.at(-1)?.timestamp ?? 0
        const hours = ticks
          .map(({ timestamp }) => (Math.floor(timestamp / HOUR) + 1) * HOUR)
          .filter(at => at < last)
        const times = [...new Set([ticks[0]?.timestamp ?? 0, ...deals, ...hours, last])]
        expect(equity.map(({ time }) => time)).toEqual(times.sort((a, b) => a - b))
        seen.points += equity.length
        seen.parts += trades.length - new Set(trades.map(({ positionId }) => positionId)).size
        seen.nights += trades.filter(({ swap }) => swap !== 0).length
      }),
      { numRuns, endOnFailure: true },
    )
    // Otherwise it would compare nothing with nothing.
    expect(seen.held).toBeGreaterThan(10 * numRuns)
    expect(seen.points).toBeGreaterThan(seen.held)
    expect(seen.parts).toBeGreaterThan(0)
    expect(seen.nights).toBeGreaterThan(0)
  })
})
