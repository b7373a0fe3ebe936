import { filter, map } from 'rxjs'
import { PayloadType, ProtoOATrendbarPeriod, ticks, toCandles, toPrice } from 'rx-ctrader'
import type { SymbolTick } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'
import { marbles } from 'rx-ctrader/testing'
import { scene } from '../../support/accountScene'
import { containing, sent } from '../../support/drawn'

const EURUSD = 1
const SATURDAY = Date.UTC(2026, 0, 10, 12)
const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ

const sides = ['bid', 'ask'] as const

/** Both sides as they stand. */
const standing = ({ market }: Simulator, at: number): SymbolTick[] => {
  const quote = market.quoteAt(EURUSD, at)
  return sides.map(side => ({ symbolId: EURUSD, side, price: toPrice(quote[side]), timestamp: quote.at }))
}

/** What changed in the market after a time, and what changed then. */
const changes = ({ market }: Simulator, from: number, to: number): SymbolTick[] =>
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

  it('shares the spots; a late subscriber begins with both sides at once; the last to leave releases them', () => {
    marbles(({ account, expectObservable, expectRequests }) => {
      const side$ = ticks(account, EURUSD).pipe(map(({ side }) => side))
      const both = { b: 'bid', a: 'ask' }
      expectObservable(side$, '^         20s !').toBe('(ba)', both)
      expectObservable(side$, '10s ^     20s !').toBe('10s (ba)', both)
      expectRequests().toBe('s 30s u', { s: sent(SPOTS), u: sent(NO_SPOTS) })
    })
  })

  it('has each side after the gap of a lost line that is another, and none that is not', () => {
    marbles(
      ({ account, broker, expectObservable }) => {
        broker.faults('5s d')
        const [bid, ask] = standing(broker, SATURDAY)
        expectObservable(ticks(account, EURUSD), '^ 30s !').toBe('(ba)', { b: bid, a: ask })
      },
      { simulator: { start: SATURDAY } },
    )
    marbles(({ account, broker, expectObservable }) => {
      broker.faults('5s   d 10s d')
      broker.quotes('5001ms b 10s a', { b: { bid: 1.11, ask: 1.1102 }, a: { ask: 1.1103 } })
      const price$ = ticks(account, EURUSD).pipe(map(({ side, price }) => `${side} ${price}`))
      expectObservable(price$, '^ 30s !').toBe('(ba) 5496ms (cd) 10497ms e', {
        b: 'bid 1.1',
        a: 'ask 1.1002',
        c: 'bid 1.11',
        d: 'ask 1.1102',
        e: 'ask 1.1103',
      })
    })
  })

  it('at the weekend, while the market is closed, has both sides as they stand', () => {
    marbles(
      ({ account, broker, expectObservable }) => {
        const [bid, ask] = standing(broker, SATURDAY)
        expectObservable(ticks(account, 'EURUSD'), '^ 10s !').toBe('(ba)', { b: bid, a: ask })
      },
      { simulator: { start: SATURDAY } },
    )
  })

  it('errors where the symbol is refused', () => {
    marbles(({ account, expectObservable }) => {
      const unknown = containing({ reason: 'UnknownSymbol', nearest: [] })
      expectObservable(ticks(account, 4711), '^ 5s !').toBe('#', {}, unknown)
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
