import * as fc from 'fast-check'
import { createMarket } from '../../../../src/simulator/market/createMarket'
import type { Market } from '../../../../src/simulator/market/model/market'
import {
  AAPL,
  BTCUSD,
  DAY,
  EURUSD,
  HOUR,
  MINUTE,
  SECOND,
  WEDNESDAY_NOON,
  marketOf,
  seeds,
  symbolIds,
  ticksOf,
  times,
  utc,
} from '../support'

const spans = fc.integer({ min: 0, max: 10 * MINUTE })
const stretches = fc.record({ seed: seeds, symbolId: symbolIds, from: times, span: spans })

const stepOf = (market: Market, symbolId: number): number =>
  10 ** (5 - (market.symbol(symbolId)?.terms.digits ?? NaN))

describe('ticks', () => {
  it('come at rising times, in open hours, on the grid, and each changes what it carries', () => {
    fc.assert(
      fc.property(stretches, ({ seed, symbolId, from, span }) => {
        const market = marketOf(seed)
        const step = stepOf(market, symbolId)
        let { bid, ask } = market.quoteAt(symbolId, from - 1)
        let last = from - 1
        const wrong = ticksOf(market, symbolId, from, from + span).filter(tick => {
          const isRight =
            tick.at > last &&
            tick.at <= from + span &&
            market.isOpen(symbolId, tick.at) &&
            ('bid' in tick || 'ask' in tick) &&
            tick.bid !== bid &&
            tick.ask !== ask
          last = tick.at
          bid = tick.bid ?? bid
          ask = tick.ask ?? ask
          return !(isRight && bid > 0 && ask > bid && bid % step === 0 && ask % step === 0)
        })
        expect(wrong).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('change what they carry from hour to hour and day to day as well', () => {
    const from = utc('2026-01-05T00:00')
    const market = marketOf(1)
    let { bid, ask } = market.quoteAt(AAPL, from)
    const still = ticksOf(market, AAPL, from, from + 26 * DAY).filter(tick => {
      const isStill = tick.bid === bid || tick.ask === ask
      bid = tick.bid ?? bid
      ask = tick.ask ?? ask
      return isStill
    })
    expect(still).toEqual([])
  })

  it('are the same in any order of questions', () => {
    fc.assert(
      fc.property(fc.array(stretches, { minLength: 2, maxLength: 4 }), asked => {
        const answers = asked.map(({ symbolId, from, span, seed }) =>
          ticksOf(marketOf(seed), symbolId, from, from + span),
        )
        const fresh = new Map<number, Market>()
        const again = [...asked].reverse().map(({ symbolId, from, span, seed }) => {
          const market = fresh.get(seed) ?? createMarket(seed)
          fresh.set(seed, market)
          return ticksOf(market, symbolId, from, from + span)
        })
        expect(again.reverse()).toEqual(answers)
      }),
      { numRuns: 10 },
    )
  })

  it('are others with another seed, and with another symbol', () => {
    const of = (seed: number, symbolId: number) =>
      ticksOf(marketOf(seed), symbolId, WEDNESDAY_NOON, WEDNESDAY_NOON + MINUTE).map(({ at }) => at)
    expect(of(1, EURUSD)).not.toEqual(of(42, EURUSD))
    expect(of(0.5, EURUSD)).not.toEqual(of(42, EURUSD))
    expect(of(1, EURUSD)).not.toEqual(of(1, 2))
  })

  it('are found one by one as they are found together', () => {
    fc.assert(
      fc.property(seeds, symbolIds, times, (seed, symbolId, from) => {
        const market = marketOf(seed)
        let after = from
        const found = Array.from({ length: 30 }, () => {
          const tick = market.nextTick(symbolId, after)
          after = tick.at
          return tick
        })
        expect(found).toEqual(ticksOf(market, symbolId, from + 1, after))
      }),
      { numRuns: 40 },
    )
  })

  it('come backwards as they come forwards', () => {
    fc.assert(
      fc.property(stretches, ({ seed, symbolId, from, span }) => {
        const market = marketOf(seed)
        const back = [...market.ticksBack(symbolId, from, from + span)]
        expect(back.reverse()).toEqual(ticksOf(market, symbolId, from, from + span))
      }),
      { numRuns: 40 },
    )
  })

  it('include both ends of the time asked for', () => {
    const market = marketOf(1)
    const { at } = market.nextTick(EURUSD, WEDNESDAY_NOON)
    expect(ticksOf(market, EURUSD, at, at).map(tick => tick.at)).toEqual([at])
    expect(ticksOf(market, EURUSD, at + 1, at)).toEqual([])
    expect([...market.ticksBack(EURUSD, at, at)].map(tick => tick.at)).toEqual([at])
  })

  it('go on across a weekend', () => {
    const market = marketOf(1)
    const friday = utc('2026-01-09T21:29:25')
    const sunday = utc('2026-01-11T22:00:05')
    const around = ticksOf(market, EURUSD, friday, sunday + MINUTE).map(({ at }) => at)
    expect(around.some(at => at < friday + 30 * SECOND)).toBe(true)
    expect(around.filter(at => at >= friday + 30 * SECOND && at < sunday)).toEqual([])
    expect(market.nextTick(EURUSD, friday + DAY).at).toBe(around.find(at => at >= sunday))
  })

  it('begin with the year 2000, and end when the reader has enough', () => {
    const market = marketOf(1)
    const [first] = market.ticksBetween(BTCUSD, -Infinity, Infinity)
    expect(first?.at).toBeGreaterThan(utc('2000-01-01T00:00'))
    expect(first?.at).toBeLessThan(utc('2000-01-03T00:00'))
    const all = [...market.ticksBack(AAPL, -Infinity, utc('2000-01-04T15:00'))]
    expect(all.at(-1)?.at).toBeGreaterThan(utc('2000-01-03T14:29'))
  })

  it('are often one-sided, and about one a second when London and New York are open', () => {
    const ticks = ticksOf(marketOf(1), EURUSD, WEDNESDAY_NOON, WEDNESDAY_NOON + HOUR)
    const oneSided = ticks.filter(({ bid, ask }) => bid === undefined || ask === undefined)
    expect(ticks.length).toBeGreaterThan(1800)
    expect(ticks.length).toBeLessThan(5400)
    expect(oneSided.length / ticks.length).toBeGreaterThan(0.5)
    expect(oneSided.length / ticks.length).toBeLessThan(0.9)
  })

  it('are small steps', () => {
    const bids = ticksOf(marketOf(1), EURUSD, WEDNESDAY_NOON - DAY, WEDNESDAY_NOON).flatMap(({ bid }) =>
      bid === undefined ? [] : [bid],
    )
    const steps = bids.slice(1).map((bid, i) => Math.abs(bid - (bids[i] ?? NaN)))
    expect(steps.reduce((a, b) => Math.max(a, b))).toBeLessThan(40)
    expect(steps.reduce((sum, step) => sum + step, 0) / steps.length).toBeLessThan(4)
  })
})

describe('the quote', () => {
  it('is that of the last tick of each side', () => {
    fc.assert(
      fc.property(seeds, symbolIds, times, (seed, symbolId, at) => {
        const market = marketOf(seed)
        const found: { bid?: number; ask?: number; at?: number } = {}
        for (const tick of market.ticksBack(symbolId, at - 14 * DAY, at)) {
          found.at ??= tick.at
          if (tick.bid !== undefined) found.bid ??= tick.bid
          if (tick.ask !== undefined) found.ask ??= tick.ask
          if (found.bid !== undefined && found.ask !== undefined) break
        }
        expect(market.quoteAt(symbolId, at)).toEqual(found)
      }),
      { numRuns: 60 },
    )
  })

  it('is known when the market is closed', () => {
    const market = marketOf(1)
    const saturday = utc('2026-01-10T12:00')
    expect(market.isOpen(EURUSD, saturday)).toBe(false)
    expect(market.quoteAt(EURUSD, saturday).at).toBeLessThan(utc('2026-01-09T22:00'))
    expect(market.quoteAt(EURUSD, saturday)).toEqual(market.quoteAt(EURUSD, saturday + DAY))
  })

  it('closes the session for the next trading day', () => {
    fc.assert(
      fc.property(seeds, symbolIds, times, (seed, symbolId, at) => {
        const market = marketOf(seed)
        const opening = market.barOpening(symbolId, 12, at)
        expect(market.sessionClose(symbolId, at)).toBe(market.quoteAt(symbolId, opening - 1).bid)
      }),
      { numRuns: 20 },
    )
    const market = marketOf(1)
    const [friday] = market.barsBetween(EURUSD, 12, {
      from: 0,
      to: utc('2026-01-09T12:00'),
      now: Infinity,
      count: 1,
    })
    expect(market.sessionClose(EURUSD, utc('2026-01-12T12:00'))).toBe(friday?.close)
    expect(market.sessionClose(EURUSD, utc('2026-01-10T12:00'))).toBe(friday?.close)
  })

  it('of symbols that share currencies agrees over the years', () => {
    const market = marketOf(1)
    const differences = Array.from({ length: 10 }, (_, year) => {
      const bid = (symbolId: number) =>
        market.quoteAt(symbolId, WEDNESDAY_NOON + year * 700 * DAY).bid / 100_000
      return Math.abs((bid(1) * bid(4)) / bid(3) - 1)
    })
    expect(Math.max(...differences)).toBeLessThan(0.02)
  })
})

it('an unknown symbol is a mistake', () => {
  expect(() => marketOf(1).quoteAt(999, 0)).toThrow('999')
  expect(() => marketOf(1).barOpening(999, 1, 0)).toThrow('999')
  expect(marketOf(1).symbol(999)).toBeUndefined()
})
