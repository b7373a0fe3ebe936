import * as fc from 'fast-check'
import { ProtoOATrendbarPeriod } from '../../../../src/protocol/messages/enums'
import type { Market } from '../../../../src/simulator/market/model/market'
import {
  AAPL,
  BTCUSD,
  DAY,
  EURUSD,
  HOUR,
  MINUTE,
  WEDNESDAY_NOON,
  barOf,
  marketOf,
  periods,
  seeds,
  symbolIds,
  ticksOf,
  times,
  utc,
} from '../support'

const { M1, M5, M30, H1, H4, H12, D1, W1, MN1 } = ProtoOATrendbarPeriod

const iso = (at: number): string => new Date(at).toISOString().slice(0, 16)

/** When the bar after that of an opening opens. */
const endOf = (market: Market, symbolId: number, period: ProtoOATrendbarPeriod, opening: number): number => {
  let end = opening
  while (market.barOpening(symbolId, period, end) === opening) end += period <= H1 ? MINUTE : HOUR
  return end
}

const shortPeriods = fc.constantFrom(...Object.values(ProtoOATrendbarPeriod).filter(period => period <= H4))

describe('bars', () => {
  it('of short periods are made of the ticks within', () => {
    fc.assert(
      fc.property(seeds, symbolIds, shortPeriods, times, (seed, symbolId, period, at) => {
        const market = marketOf(seed)
        const opening = market.barOpening(symbolId, period, at)
        const end = endOf(market, symbolId, period, opening)
        const made = barOf(ticksOf(market, symbolId, opening, end - 1), opening)
        const served = market.barsBetween(symbolId, period, { from: opening, to: end - 1, now: end })
        expect(served).toEqual(made ? [made] : [])
      }),
      { numRuns: 40 },
    )
  })

  it.each([
    ['H12', H12, EURUSD, '2026-01-07T12:00'],
    ['D1', D1, EURUSD, '2026-01-07T12:00'],
    ['D1 when summer time begins', D1, BTCUSD, '2026-03-08T12:00'],
    ['H12 when it ends', H12, BTCUSD, '2026-11-01T07:00'],
    ['D1 of an exchange', D1, AAPL, '2026-01-07T12:00'],
    ['W1 of an exchange', W1, AAPL, '2026-01-07T12:00'],
  ])('%s are made of the ticks within', (_, period, symbolId, time) => {
    const market = marketOf(42)
    const opening = market.barOpening(symbolId, period, utc(time))
    const end = endOf(market, symbolId, period, opening)
    const [bar] = market.barsBetween(symbolId, period, { from: opening, to: opening, now: end })
    expect(bar).toEqual(barOf(ticksOf(market, symbolId, opening, end - 1), opening))
  })

  it('in the making are made of the ticks so far', () => {
    fc.assert(
      fc.property(seeds, symbolIds, shortPeriods, times, (seed, symbolId, period, at) => {
        const market = marketOf(seed)
        const opening = market.barOpening(symbolId, period, at)
        expect(opening).toBeLessThanOrEqual(at)
        const made = barOf(ticksOf(market, symbolId, opening, at), opening)
        expect(market.formingBar(symbolId, period, at)).toEqual(made)
        const [last] = market.barsBetween(symbolId, period, { from: opening, to: at, now: at })
        expect(last).toEqual(made)
      }),
      { numRuns: 40 },
    )
  })

  it('in the making may be asked for at any time after any other', () => {
    const moments = fc.array(fc.integer({ min: -90 * MINUTE, max: 90 * MINUTE }), {
      minLength: 2,
      maxLength: 8,
    })
    const any = fc.oneof(
      moments,
      moments.map(times => [...times].sort((a, b) => a - b)),
    )
    fc.assert(
      fc.property(symbolIds, fc.constantFrom(M5, M30, H1, H4), any, (symbolId, period, moments) => {
        const market = marketOf(1)
        const wrong = moments.filter(away => {
          const at = WEDNESDAY_NOON + 3 * HOUR + away
          const opening = market.barOpening(symbolId, period, at)
          const made = barOf(ticksOf(market, symbolId, opening, at), opening)
          return JSON.stringify(market.formingBar(symbolId, period, at)) !== JSON.stringify(made)
        })
        expect(wrong).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('in the making become the bars of history', () => {
    fc.assert(
      fc.property(seeds, symbolIds, periods, times, (seed, symbolId, period, at) => {
        const market = marketOf(seed)
        const opening = market.barOpening(symbolId, period, at)
        const end = endOf(market, symbolId, period, opening)
        const [bar] = market.barsBetween(symbolId, period, { from: opening, to: opening, now: end })
        expect(market.formingBar(symbolId, period, end - 1)).toEqual(bar)
      }),
      { numRuns: 40 },
    )
  })

  it('of long periods are made of those of shorter ones, in the making too', () => {
    fc.assert(
      fc.property(
        seeds,
        symbolIds,
        fc.constantFrom<[ProtoOATrendbarPeriod, ProtoOATrendbarPeriod]>(
          [M5, M1],
          [M30, M5],
          [H1, M30],
          [H4, H1],
          [H12, H4],
          [D1, H12],
          [D1, H4],
          [D1, H1],
          [W1, D1],
          [MN1, D1],
        ),
        times,
        (seed, symbolId, [long, short], now) => {
          const market = marketOf(seed)
          const opening = market.barOpening(symbolId, long, now)
          const parts = market.barsBetween(symbolId, short, { from: opening, to: now, now })
          const whole = market.formingBar(symbolId, long, now)
          expect(whole?.open).toBe(parts[0]?.open)
          expect(whole?.close).toBe(parts.at(-1)?.close)
          expect(whole?.high).toBe(parts.length ? Math.max(...parts.map(({ high }) => high)) : undefined)
          expect(whole?.low).toBe(parts.length ? Math.min(...parts.map(({ low }) => low)) : undefined)
          expect(whole?.volume ?? 0).toBe(parts.reduce((sum, { volume }) => sum + volume, 0))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('come as many as asked for, the last ones, none from the future', () => {
    fc.assert(
      fc.property(
        seeds,
        symbolIds,
        periods,
        times,
        fc.integer({ min: 0, max: 30 }),
        (seed, symbolId, period, now, count) => {
          const market = marketOf(seed)
          const from = now - (period <= M30 ? 2 * HOUR : period <= H12 ? 4 * DAY : 90 * DAY)
          const all = market.barsBetween(symbolId, period, { from, to: now + DAY, now })
          const last = market.barsBetween(symbolId, period, { from, to: now + DAY, now, count })
          expect(last).toEqual(count === 0 ? [] : all.slice(-count))
          const wrong = all.filter(
            ({ openedAt, open, high, low, close, volume }, i) =>
              market.barOpening(symbolId, period, openedAt) !== openedAt ||
              openedAt <= (all[i - 1]?.openedAt ?? -Infinity) ||
              openedAt < from ||
              openedAt > now ||
              volume <= 0 ||
              low <= 0 ||
              low > Math.min(open, close) ||
              high < Math.max(open, close),
          )
          expect(wrong).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })

  it('opened at the very ends of the range are part of it', () => {
    const market = marketOf(1)
    const openings = (from: number, to: number): number[] =>
      market.barsBetween(EURUSD, M5, { from, to, now: WEDNESDAY_NOON + HOUR }).map(bar => bar.openedAt)
    const next = WEDNESDAY_NOON + 5 * MINUTE
    expect(openings(WEDNESDAY_NOON, next)).toEqual([WEDNESDAY_NOON, next])
    expect(openings(WEDNESDAY_NOON + 1, next - 1)).toEqual([])
  })

  it('begin with the year 2000', () => {
    const years = marketOf(1).barsBetween(EURUSD, MN1, {
      from: -Infinity,
      to: utc('2001-01-15T00:00'),
      now: Infinity,
    })
    expect(years).toHaveLength(12)
  })

  it('of a day reach as far as those of the live market', () => {
    const days = marketOf(1).barsBetween(EURUSD, D1, {
      from: 0,
      to: WEDNESDAY_NOON,
      now: WEDNESDAY_NOON,
      count: 250,
    })
    const pips = days.map(({ high, low }) => (high - low) / 10)
    const average = pips.reduce((sum, n) => sum + n, 0) / pips.length
    expect(average).toBeGreaterThan(60)
    expect(average).toBeLessThan(100)
  })

  it('are missing where there was no tick', () => {
    const night = utc('2026-01-07T22:00')
    const minutes = marketOf(1).barsBetween(10, M1, {
      from: night,
      to: night + 3 * HOUR - 1,
      now: night + DAY,
    })
    expect(minutes.length).toBeGreaterThan(100)
    expect(minutes.length).toBeLessThan(180)
  })
})

describe('openings', () => {
  const opening = (period: ProtoOATrendbarPeriod, time: string, symbolId = EURUSD): string =>
    iso(marketOf(1).barOpening(symbolId, period, utc(time)))

  it('of a day are at 17:00 New York', () => {
    expect(opening(D1, '2026-01-07T21:59')).toBe('2026-01-06T22:00')
    expect(opening(D1, '2026-01-07T22:00')).toBe('2026-01-07T22:00')
    expect(opening(D1, '2026-07-07T20:59')).toBe('2026-07-06T21:00')
    expect(opening(D1, '2026-07-07T21:00')).toBe('2026-07-07T21:00')
  })

  it('follow summer time as it is, and as it was before 2007', () => {
    expect(opening(D1, '2026-03-08T12:00')).toBe('2026-03-07T22:00')
    expect(opening(D1, '2026-03-09T12:00')).toBe('2026-03-08T21:00')
    expect(opening(D1, '2026-11-01T12:00')).toBe('2026-10-31T21:00')
    expect(opening(D1, '2026-11-02T12:00')).toBe('2026-11-01T22:00')
    expect(opening(D1, '2006-03-20T12:00')).toBe('2006-03-19T22:00')
    expect(opening(D1, '2006-04-03T12:00')).toBe('2006-04-02T21:00')
    expect(opening(D1, '2006-10-30T12:00')).toBe('2006-10-29T22:00')
  })

  it('of hours carry that offset, on the days the clocks change as well', () => {
    expect(opening(H4, '2026-01-07T12:00')).toBe('2026-01-07T10:00')
    expect(opening(H12, '2026-01-07T12:00')).toBe('2026-01-07T10:00')
    expect(opening(H12, '2026-01-07T09:59')).toBe('2026-01-06T22:00')
    expect(opening(H4, '2026-03-08T08:59')).toBe('2026-03-08T06:00')
    expect(opening(H4, '2026-03-08T09:00')).toBe('2026-03-08T09:00')
    expect(opening(H4, '2026-11-01T09:59')).toBe('2026-11-01T05:00')
    expect(opening(H4, '2026-11-01T10:00')).toBe('2026-11-01T10:00')
    expect(opening(H12, '2026-11-01T09:59')).toBe('2026-10-31T21:00')
  })

  it('of a week are on Sunday, of a month on the eve of the first', () => {
    expect(opening(W1, '2026-01-07T12:00')).toBe('2026-01-04T22:00')
    expect(opening(W1, '2026-01-11T21:59')).toBe('2026-01-04T22:00')
    expect(opening(W1, '2026-01-11T22:00')).toBe('2026-01-11T22:00')
    expect(opening(MN1, '2026-01-31T21:59')).toBe('2025-12-31T22:00')
    expect(opening(MN1, '2026-01-31T22:00')).toBe('2026-01-31T22:00')
  })

  it('of minutes are those of the clock', () => {
    expect(opening(M1, '2026-01-07T12:34:56')).toBe('2026-01-07T12:34')
    expect(opening(M30, '2026-01-07T12:34:56')).toBe('2026-01-07T12:30')
    expect(opening(H1, '2026-01-07T12:34:56')).toBe('2026-01-07T12:00')
    expect(opening(ProtoOATrendbarPeriod.M3, '2026-01-07T12:34:56')).toBe('2026-01-07T12:33')
  })
})
