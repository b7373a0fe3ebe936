import { filter, map } from 'rxjs'
import { PayloadType, ProtoOATrendbarPeriod, ticks, toCandles, toPrice } from 'rx-ctrader'
import type { SideTick } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'
import { scene } from '../../support/accountScene'

const EURUSD = 1
const SATURDAY = Date.UTC(2026, 0, 10, 12)
const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ

const sides = ['bid', 'ask'] as const

/** Both sides as they stand. */
const standing = ({ market }: Simulator, at: number): SideTick[] => {
  const quote = market.quoteAt(EURUSD, at)
  return sides.map(side => ({ symbolId: EURUSD, side, price: toPrice(quote[side]), timestamp: quote.at }))
}

/** What changed in the market after a time, and what changed then. */
const changes = ({ market }: Simulator, from: number, to: number): SideTick[] =>
  [...market.ticksBetween(EURUSD, from + 1, to)].flatMap(tick => {
    const before = market.quoteAt(EURUSD, tick.at - 1)
    return sides.flatMap(side => {
      const price = tick[side]
      return price === undefined || price === before[side]
        ? []
        : [{ symbolId: EURUSD, side, price: toPrice(price), timestamp: tick.at }]
    })
  })

describe('ticks', () => {
  it('begins with both sides, and has one value for each side that changes in the market', () => {
    scene(
      ({ account, at, broker, watch }) => {
        const start = broker.now()
        const seen = watch(ticks(account, EURUSD), 120_000)
        at(121_000, () => {
          const expected = [...standing(broker, start), ...changes(broker, start, start + 119_999)]
          expect(new Set(expected.map(({ side }) => side)).size).toBe(2)
          expect(seen.values).toEqual(expected)
        })
      },
      { latency: 0 },
    )
  })

  it('shares the spots; a late subscriber begins with both sides at once; they are given back with the last', () => {
    scene(({ account, asked, at, watch }) => {
      watch(ticks(account, EURUSD), 20_000)
      at(10_000, () => {
        const late = watch(ticks(account, EURUSD), 20_000)
        expect(late.values.map(({ side }) => side)).toEqual(['bid', 'ask'])
      })
      at(29_000, () => {
        expect(asked()).toEqual([SPOTS])
      })
      at(31_000, () => {
        expect(asked()).toEqual([NO_SPOTS])
      })
    })
  })

  it('after a lost line and its restore tells of each side that is another, and of none that is not', () => {
    scene(
      ({ account, at, broker, watch }) => {
        const seen = watch(ticks(account, EURUSD), 30_000)
        at(5_000, broker.drop)
        at(29_000, () => {
          expect(seen.values).toEqual(standing(broker, SATURDAY))
          expect(seen.error).toBeUndefined()
        })
      },
      { start: SATURDAY },
    )
    scene(({ account, at, broker, watch }) => {
      const seen = watch(ticks(account, EURUSD), 30_000)
      let before: SideTick[] = []
      at(5_000, () => {
        before = [...seen.values]
        broker.drop()
        broker.shift(EURUSD, 1_000)
      })
      at(29_000, () => {
        const jumps = seen.values.slice(before.length, before.length + 2)
        expect(jumps.map(({ side }) => side)).toEqual(['bid', 'ask'])
        expect(jumps[0]?.price).toBeGreaterThan((before.at(-1)?.price ?? NaN) + 0.005)
      })
    })
  })

  it('at the weekend, while the market is closed, has both sides as they stand', () => {
    scene(
      ({ account, at, broker, watch }) => {
        const seen = watch(ticks(account, 'EURUSD'), 10_000)
        at(9_000, () => {
          expect(seen.values).toEqual(standing(broker, SATURDAY))
        })
      },
      { start: SATURDAY },
    )
  })

  it('errors where the symbol is refused', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(ticks(account, 4711), 5_000)
      at(4_000, () => {
        expect(seen.error).toMatchObject({ reason: 'UnknownSymbol', nearest: [] })
      })
    })
  })

  it('makes candles', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(
        ticks(account, EURUSD).pipe(
          filter(({ side }) => side === 'bid'),
          toCandles(ProtoOATrendbarPeriod.M1),
          filter(({ closed }) => closed),
          map(({ timestamp, open, high, low, close }) => ({ timestamp, open, high, low, close })),
        ),
        300_000,
      )
      at(299_000, () => {
        const now = broker.now()
        const [first] = seen.values
        const bars = broker.market.barsBetween(EURUSD, ProtoOATrendbarPeriod.M1, {
          from: first?.timestamp ?? NaN,
          to: seen.values.at(-1)?.timestamp ?? NaN,
          now,
        })
        // Of the first one the beginning was not seen.
        expect(seen.values.slice(1)).toEqual(
          bars.slice(1).map(({ openedAt, open, high, low, close }) => ({
            timestamp: openedAt,
            open: toPrice(open),
            high: toPrice(high),
            low: toPrice(low),
            close: toPrice(close),
          })),
        )
        expect(seen.values.length).toBeGreaterThan(3)
      })
    })
  })
})
