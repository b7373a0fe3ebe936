import * as fc from 'fast-check'
import { ProtoOATrendbarPeriod } from '../../../../src/protocol/messages/enums'
import { createMarket } from '../../../../src/simulator/market/createMarket'
import type { Market } from '../../../../src/simulator/market/model/market'
import { DAY, EURUSD, HOUR, MINUTE, WEDNESDAY_NOON, barOf, ticksOf, utc } from '../support'

const { M1, H1, H4, D1, W1 } = ProtoOATrendbarPeriod

describe('a shift', () => {
  it('moves all prices after it and none before', () => {
    const plain = createMarket(1)
    const market = createMarket(1)
    market.shift(EURUSD, -1000, WEDNESDAY_NOON)
    const from = WEDNESDAY_NOON - MINUTE
    const to = WEDNESDAY_NOON + MINUTE
    expect(ticksOf(market, EURUSD, from, WEDNESDAY_NOON)).toEqual(
      ticksOf(plain, EURUSD, from, WEDNESDAY_NOON),
    )
    const [first, ...others] = ticksOf(plain, EURUSD, WEDNESDAY_NOON + 1, to)
    const { bid, ask } = plain.quoteAt(EURUSD, first?.at ?? NaN)
    expect(ticksOf(market, EURUSD, WEDNESDAY_NOON + 1, to)).toEqual([
      { at: first?.at, bid: bid - 1000, ask: ask - 1000 }, // both, or the other side would stay behind
      ...others.map(tick => ({
        at: tick.at,
        ...(tick.bid !== undefined && { bid: tick.bid - 1000 }),
        ...(tick.ask !== undefined && { ask: tick.ask - 1000 }),
      })),
    ])
    const later = plain.quoteAt(EURUSD, WEDNESDAY_NOON + 100 * DAY)
    expect(market.quoteAt(EURUSD, WEDNESDAY_NOON + 100 * DAY).ask).toBe(later.ask - 1000)
    expect(market.quoteAt(EURUSD, WEDNESDAY_NOON)).toEqual(plain.quoteAt(EURUSD, WEDNESDAY_NOON))
    expect(market.quoteAt(2, to)).toEqual(plain.quoteAt(2, to))
  })

  it('leaves a tick of its own time where it is', () => {
    const plain = createMarket(1)
    const { at } = plain.nextTick(EURUSD, WEDNESDAY_NOON)
    const market = createMarket(1)
    market.shift(EURUSD, 500, at)
    expect(market.quoteAt(EURUSD, at)).toEqual(plain.quoteAt(EURUSD, at))
    const { at: next } = plain.nextTick(EURUSD, at)
    expect(market.quoteAt(EURUSD, next).bid).toBe(plain.quoteAt(EURUSD, next).bid + 500)
  })

  it('is seen by those that asked before', () => {
    const at = WEDNESDAY_NOON + HOUR + MINUTE - 1
    const next = WEDNESDAY_NOON + 2 * HOUR
    const ask = (market: Market) => ({
      quote: market.quoteAt(EURUSD, at),
      forming: [M1, H1, D1, W1].map(period => market.formingBar(EURUSD, period, at)),
      days: market.barsBetween(EURUSD, D1, { from: at - DAY, to: at + DAY, now: at + 2 * DAY }),
      hours: market.barsBetween(EURUSD, H1, { from: next, to: next, now: at + DAY }),
      minutes: market.barsBetween(EURUSD, M1, { from: next, to: next, now: at + DAY }),
    })
    const asked = createMarket(1)
    const before = ask(asked)
    asked.shift(EURUSD, 2500, WEDNESDAY_NOON)
    const fresh = createMarket(1)
    fresh.shift(EURUSD, 2500, WEDNESDAY_NOON)
    expect(ask(asked)).toEqual(ask(fresh))
    expect(ask(asked).quote.bid).toBe(before.quote.bid + 2500)
    expect(ask(asked).minutes[0]?.open).toBe((before.minutes[0]?.open ?? NaN) + 2500)
  })

  it('leaves bars, ticks and searches in agreement, wherever it falls', () => {
    const start = utc('2026-01-05T00:00')
    const span = fc.integer({ min: 0, max: 8 * DAY })
    fc.assert(
      fc.property(
        fc.array(fc.record({ by: fc.integer({ min: -3000, max: 3000 }), away: span }), {
          minLength: 1,
          maxLength: 3,
        }),
        span,
        fc.constantFrom(M1, H1, H4),
        fc.integer({ min: -2000, max: 2000 }),
        fc.constantFrom<'bid' | 'ask'>('bid', 'ask'),
        (shifts, away, period, distance, side) => {
          const market = createMarket(7)
          for (const { by, away } of shifts) market.shift(EURUSD, by, start + away)
          const moments = [...shifts.map(shift => shift.away), away].map(offset => start + offset)
          const bars = moments.map(at => {
            const from = market.barOpening(EURUSD, period, at)
            return market.barsBetween(EURUSD, period, { from, to: from, now: from + 5 * HOUR })[0]
          })
          expect(bars).toEqual(
            moments.map(at => {
              const from = market.barOpening(EURUSD, period, at)
              const end = market.barOpening(
                EURUSD,
                period,
                from + (period === H4 ? 4 : 1) * (period === M1 ? MINUTE : HOUR),
              )
              return barOf(ticksOf(market, EURUSD, from, end - 1), from)
            }),
          )
          const at = start + away
          const price = market.quoteAt(EURUSD, at)[side] + distance
          const beyond = distance < 0 ? 'atOrBelow' : 'atOrAbove'
          const isThere = (n: number) => (distance < 0 ? n <= price : n >= price)
          let standing = market.quoteAt(EURUSD, at)[side]
          const reached = ticksOf(market, EURUSD, at + 1, at + 4 * HOUR).find(tick => {
            standing = tick[side] ?? standing
            return isThere(standing)
          })
          expect(market.firstReach(EURUSD, side, beyond, price, at, at + 4 * HOUR)).toBe(reached?.at)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('adds up with others, made in any order', () => {
    const one = createMarket(1)
    const other = createMarket(1)
    one.shift(EURUSD, 100, WEDNESDAY_NOON)
    one.shift(EURUSD, -30, WEDNESDAY_NOON - HOUR)
    other.shift(EURUSD, -30, WEDNESDAY_NOON - HOUR)
    other.shift(EURUSD, 100, WEDNESDAY_NOON)
    const at = WEDNESDAY_NOON + HOUR
    expect(one.quoteAt(EURUSD, at)).toEqual(other.quoteAt(EURUSD, at))
    expect(one.quoteAt(EURUSD, at).bid).toBe(createMarket(1).quoteAt(EURUSD, at).bid + 70)
    expect(one.formingBar(EURUSD, W1, at)).toEqual(other.formingBar(EURUSD, W1, at))
  })

  it('at a weekend is a gap at the opening', () => {
    const market = createMarket(1)
    const saturday = utc('2026-01-10T12:00')
    const friday = market.quoteAt(EURUSD, saturday)
    market.shift(EURUSD, 2000, saturday)
    expect(market.quoteAt(EURUSD, saturday + HOUR)).toEqual(friday)
    expect(market.sessionClose(EURUSD, saturday + 2 * DAY)).toBe(friday.bid)
    expect(market.nextTick(EURUSD, saturday).bid).toBe(
      (createMarket(1).nextTick(EURUSD, saturday).bid ?? NaN) + 2000,
    )
  })

  it('keeps to the grid of the symbol', () => {
    const market = createMarket(1)
    market.shift(41, 1499, WEDNESDAY_NOON)
    const at = WEDNESDAY_NOON + HOUR
    expect(market.quoteAt(41, at).bid).toBe(createMarket(1).quoteAt(41, at).bid + 1000)
  })

  it('may not take a price to nothing', () => {
    const market = createMarket(1)
    expect(() => market.shift(EURUSD, -110_000, WEDNESDAY_NOON)).toThrow(RangeError)
    expect(() => market.shift(EURUSD, NaN, WEDNESDAY_NOON)).toThrow(RangeError)
    market.shift(EURUSD, -60_000, WEDNESDAY_NOON)
    expect(() => market.shift(EURUSD, -60_000, WEDNESDAY_NOON)).toThrow(RangeError)
    const at = WEDNESDAY_NOON + HOUR
    expect(market.quoteAt(EURUSD, at).bid).toBe(createMarket(1).quoteAt(EURUSD, at).bid - 60_000)
  })
})
