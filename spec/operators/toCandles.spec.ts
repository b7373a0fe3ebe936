import * as fc from 'fast-check'
import { from, map } from 'rxjs'
import { ProtoOATrendbarPeriod, toCandles, toPrice } from 'rx-ctrader'
import type { Candle, Tick } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { barTimeFinder } from '../../src/time/barPeriods'
import { inVirtualTime } from '../support/virtualTime'

const RUNS = Number(process.env['CANDLES_OF_TICKS_RUNS'] ?? 40)
const OPENING_RUNS = Number(process.env['OPENING_RUNS'] ?? 400)

const EURUSD = 1
const { M1, M15, H4, H12, D1, W1, MN1 } = ProtoOATrendbarPeriod
const periods = Object.entries(ProtoOATrendbarPeriod)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const { market } = createSimulator({ seed: 42 })
const utc = (time: string): number => Date.parse(`${time}Z`)
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16)

const candlesOf = (period: ProtoOATrendbarPeriod, ticks: readonly Tick[]): Candle[] => {
  const candles: Candle[] = []
  from(ticks)
    .pipe(toCandles(period))
    .subscribe(candle => candles.push(candle))
  return candles
}

describe('toCandles', () => {
  it('emits the forming bar with each tick, and a closed one just before the next bar', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const ticks = {
        a: { timestamp: 60_000, price: 3 },
        b: { timestamp: 90_000, price: 5 },
        c: { timestamp: 119_999, price: 2 },
        d: { timestamp: 120_000, price: 4 },
      }
      const tick$ = hot('   -a-b--c-(d|)', ticks)
      const expected = '    -1-2--3-(45|)'
      const bar = { period: M1, timestamp: 60_000, open: 3, closed: false }
      expectObservable(tick$.pipe(toCandles(M1))).toBe(expected, {
        1: { ...bar, high: 3, low: 3, close: 3, volume: 1 },
        2: { ...bar, high: 5, low: 3, close: 5, volume: 2 },
        3: { ...bar, high: 5, low: 2, close: 2, volume: 3 },
        4: { ...bar, high: 5, low: 2, close: 2, volume: 3, closed: true },
        5: { period: M1, timestamp: 120_000, open: 4, high: 4, low: 4, close: 4, volume: 1, closed: false },
      })
    })
  })

  it('makes no bar of a time without ticks', () => {
    const candles = candlesOf(M1, [
      { timestamp: 30_000, price: 1 },
      { timestamp: 10 * MINUTE, price: 2 },
    ])
    expect(candles.map(({ timestamp, closed }) => [timestamp, closed])).toEqual([
      [0, false],
      [0, true],
      [10 * MINUTE, false],
    ])
  })

  it('leaves out a tick of a bar that is closed', () => {
    const inTime = [
      { timestamp: 30_000, price: 1 },
      { timestamp: 60_000, price: 2 },
    ]
    expect(candlesOf(M1, [...inTime, { timestamp: 59_999, price: 9 }])).toEqual(candlesOf(M1, inTime))
  })

  it('takes ticks of the forming bar in the order in which they come', () => {
    const [, last] = candlesOf(M1, [
      { timestamp: 30_000, price: 1 },
      { timestamp: 20_000, price: 2 },
    ])
    expect(last).toMatchObject({ timestamp: 0, open: 1, high: 2, close: 2, volume: 2 })
  })

  it('errors with the ticks', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const tick$ = cold<Tick>('--#')
      const expected = '        --#'
      expectObservable(tick$.pipe(toCandles(H4))).toBe(expected)
    })
  })

  it('begins anew with each subscriber', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const candle$ = cold('-a|', { a: { timestamp: 0, price: 1 } }).pipe(
        toCandles(M1),
        map(({ volume }) => volume),
      )
      const expected = '    -1|'
      expectObservable(candle$).toBe(expected, { 1: 1 })
      expectObservable(candle$).toBe(expected, { 1: 1 })
    })
  })

  it('refuses a period there is not', () => {
    expect(() => toCandles(4711 as ProtoOATrendbarPeriod)).toThrow('period must be one of M1, M2')
  })

  // The bars of the market are made of the bids as of each of its ticks, also of those that changed the ask alone.
  const bidsBetween = (begin: number, end: number): Tick[] =>
    [...market.ticksBetween(EURUSD, begin, end)].map(({ at }) => ({
      timestamp: at,
      price: toPrice(market.quoteAt(EURUSD, at).bid),
    }))

  const countedBy = (
    period: ProtoOATrendbarPeriod,
    ticks: readonly Tick[],
  ): [opening: number, ticks: number][] => {
    const counts = new Map<number, number>()
    for (const { timestamp } of ticks) {
      const opening = market.barOpening(EURUSD, period, timestamp)
      counts.set(opening, (counts.get(opening) ?? 0) + 1)
    }
    return [...counts]
  }

  const expectTheMarkets = (
    period: ProtoOATrendbarPeriod,
    begin: number,
    end: number,
    ticks = bidsBetween(begin, end),
  ): void => {
    const candles = candlesOf(period, ticks)
    const made = candles.filter(({ closed }, index) => closed || index === candles.length - 1)
    expect(made.map(({ timestamp, volume }) => [timestamp, volume])).toEqual(countedBy(period, ticks))
    expect(candles).toHaveLength(ticks.length + Math.max(0, made.length - 1))
    const bars = market.barsBetween(EURUSD, period, { from: begin, to: end, now: end })
    // The first may have begun before.
    expect(made.slice(made.length - bars.length)).toMatchObject(
      bars.map(({ openedAt, open, high, low, close }) => ({
        period,
        timestamp: openedAt,
        open: toPrice(open),
        high: toPrice(high),
        low: toPrice(low),
        close: toPrice(close),
      })),
    )
  }

  it('makes of the ticks of any stretch of time the bars the market has', () => {
    const monday = utc('2026-01-05T00:00')
    fc.assert(
      fc.property(
        fc.constantFrom(...periods),
        fc.integer({ min: 0, max: 5 * 24 * 60 }),
        fc.integer({ min: 1, max: 90 }),
        ([, period], begin, minutes) => {
          const start = monday + begin * MINUTE
          expectTheMarkets(period, start, start + minutes * MINUTE - 1)
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('makes the long ones of the market over the end of a month, of a week and of the winter', () => {
    for (const [begin, end] of [
      [utc('2026-02-27T20:00'), utc('2026-03-02T02:00')],
      [utc('2026-03-06T16:00'), utc('2026-03-09T02:00')],
    ] as const) {
      const ticks = bidsBetween(begin, end)
      for (const period of [H4, H12, D1, W1, MN1]) expectTheMarkets(period, begin, end, ticks)
    }
  })
})

describe('the time of a bar', () => {
  it.each([
    [H4, '2026-01-07T12:00', '2026-01-07T10:00', '2026-01-07T14:00'],
    [H4, '2026-07-08T12:00', '2026-07-08T09:00', '2026-07-08T13:00'],
    [H12, '2026-01-07T09:59', '2026-01-06T22:00', '2026-01-07T10:00'],
    [D1, '2026-01-07T21:59', '2026-01-06T22:00', '2026-01-07T22:00'],
    [D1, '2026-01-07T22:00', '2026-01-07T22:00', '2026-01-08T22:00'],
    [W1, '2026-01-07T12:00', '2026-01-04T22:00', '2026-01-11T22:00'],
    [MN1, '2026-01-07T12:00', '2025-12-31T22:00', '2026-01-31T22:00'],
    [M15, '2026-01-07T12:14', '2026-01-07T12:00', '2026-01-07T12:15'],
    // In March the clocks of New York are set forward in the night to Sunday the 8th, in November back on the 1st.
    [D1, '2026-03-08T12:00', '2026-03-07T22:00', '2026-03-08T21:00'],
    [H4, '2026-03-08T07:30', '2026-03-08T06:00', '2026-03-08T09:00'],
    [W1, '2026-03-05T12:00', '2026-03-01T22:00', '2026-03-08T21:00'],
    [MN1, '2026-03-20T12:00', '2026-02-28T22:00', '2026-03-31T21:00'],
    [D1, '2026-11-01T12:00', '2026-10-31T21:00', '2026-11-01T22:00'],
    [H4, '2026-11-01T06:30', '2026-11-01T05:00', '2026-11-01T10:00'],
    [H12, '2026-11-01T06:30', '2026-10-31T21:00', '2026-11-01T10:00'],
    [MN1, '2026-11-20T12:00', '2026-10-31T21:00', '2026-11-30T22:00'],
  ])('of period %d at %s is from %s until %s', (period, at, begin, end) => {
    const time = barTimeFinder(period)(utc(at))
    expect([iso(time.from), iso(time.until)]).toEqual([begin, end])
  })

  /** Anywhere in fifty years, and often near where the clocks of New York change. */
  const times = fc.oneof(
    fc.integer({ min: utc('2000-01-03T00:00'), max: utc('2049-12-31T00:00') }),
    fc
      .tuple(
        fc.integer({ min: 2000, max: 2049 }),
        fc.constantFrom('03-08', '03-11', '04-01', '10-25', '10-29', '11-01'),
        fc.integer({ min: -24 * HOUR, max: 8 * 24 * HOUR }),
      )
      .map(([year, day, after]) => utc(`${year}-${day}T06:00`) + after),
  )

  it.each(periods)('of period %s begins when the market says, and ends when the next begins', (_, period) => {
    const timeAt = barTimeFinder(period)
    fc.assert(
      fc.property(times, at => {
        const { from: begin, until } = timeAt(at)
        expect(iso(begin)).toBe(iso(market.barOpening(EURUSD, period, at)))
        expect(market.barOpening(EURUSD, period, until - 1)).toBe(begin)
        expect(market.barOpening(EURUSD, period, until)).toBe(until)
      }),
      { numRuns: OPENING_RUNS },
    )
  })
})
