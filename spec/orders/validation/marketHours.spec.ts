import * as fc from 'fast-check'
import { isSurelyClosed, isTrading, nextOpening } from '../../../src/orders/validation/marketHours'
import type { ScheduleTerms } from '../../../src/orders/validation/marketHours'
import { wallClock } from '../../../src/time/timeZone'
import type { WallClock } from '../../../src/time/timeZone'
import { createMarket } from '../../../src/simulator/market/createMarket'

const numRuns = Number(process.env['SCHEDULE_RUNS'] ?? 300)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NEW_YORK = 'America/New_York'

const atDay = (day: number, hour: number): number => day * 86_400 + hour * 3_600

const fx: ScheduleTerms = {
  scheduleTimeZone: NEW_YORK,
  schedule: [{ startSecond: atDay(0, 17), endSecond: atDay(5, 17) }],
}
const shares: ScheduleTerms = {
  scheduleTimeZone: NEW_YORK,
  schedule: [1, 2, 3, 4, 5].map(day => ({ startSecond: atDay(day, 9.5), endSecond: atDay(day, 16) })),
}
const always: ScheduleTerms = { scheduleTimeZone: 'UTC', schedule: [{ startSecond: 0, endSecond: 604_800 }] }

const times = fc.integer({ min: Date.UTC(2001, 0), max: Date.UTC(2099, 0) })

/** Around when clocks are set, too. */
const nearChange = fc
  .tuple(
    fc.integer({ min: 2001, max: 2098 }),
    fc.constantFrom(2, 9, 10),
    fc.integer({ min: 0, max: 30 * DAY }),
  )
  .map(([year, month, within]) => Date.UTC(year, month) + within)

describe('the schedule of a symbol', () => {
  it('is in the time of its zone', () => {
    // 17:00 of New York, in winter and in summer.
    expect(isTrading(fx, Date.UTC(2026, 0, 9, 21, 59))).toBe(true)
    expect(isTrading(fx, Date.UTC(2026, 0, 9, 22))).toBe(false)
    expect(isTrading(fx, Date.UTC(2026, 6, 10, 20, 59, 59, 999))).toBe(true)
    expect(isTrading(fx, Date.UTC(2026, 6, 10, 21))).toBe(false)
    expect(isTrading(shares, Date.UTC(2026, 0, 7, 14, 29, 59, 999))).toBe(false)
    expect(isTrading(shares, Date.UTC(2026, 0, 7, 14, 30))).toBe(true)
    const india = {
      scheduleTimeZone: 'Asia/Kolkata',
      schedule: [{ startSecond: atDay(1, 0), endSecond: atDay(2, 0) }],
    }
    expect(isTrading(india, Date.UTC(2026, 0, 4, 18, 29))).toBe(false)
    expect(isTrading(india, Date.UTC(2026, 0, 4, 18, 30))).toBe(true)
  })

  it('may go on beyond Saturday', () => {
    const over = {
      scheduleTimeZone: 'UTC',
      schedule: [{ startSecond: atDay(6, 12), endSecond: atDay(8, 0) }],
    }
    expect(isTrading(over, Date.UTC(2026, 0, 10, 12))).toBe(true)
    expect(isTrading(over, Date.UTC(2026, 0, 11, 23))).toBe(true)
    expect(isTrading(over, Date.UTC(2026, 0, 12))).toBe(false)
  })

  it('may end with the week, written as 0, or begin anew before that (A3)', () => {
    const until = (endSecond: number) => ({
      scheduleTimeZone: 'UTC',
      schedule: [{ startSecond: atDay(6, 12), endSecond }],
    })
    expect(isTrading(until(0), Date.UTC(2026, 0, 10, 23))).toBe(true)
    expect(isTrading(until(0), Date.UTC(2026, 0, 11))).toBe(false)
    expect(isTrading(until(atDay(1, 0)), Date.UTC(2026, 0, 11, 23))).toBe(true)
    expect(isTrading(until(atDay(1, 0)), Date.UTC(2026, 0, 12))).toBe(false)
    const whole = { scheduleTimeZone: 'UTC', schedule: [{ startSecond: 0, endSecond: 0 }] }
    expect(isTrading(whole, Date.UTC(2026, 0, 10, 23))).toBe(true)
  })

  it('is not judged where it is unknown', () => {
    const saturday = Date.UTC(2026, 0, 10, 12)
    expect(isTrading({ ...fx, scheduleTimeZone: 'Europe/Atlantis' }, saturday)).toBe(true)
    expect(isTrading({ scheduleTimeZone: NEW_YORK, schedule: [] }, saturday)).toBe(true)
    expect(isTrading({ scheduleTimeZone: NEW_YORK }, saturday)).toBe(true)
    expect(isTrading({ schedule: [{ startSecond: 0, endSecond: 1 }] }, saturday)).toBe(true)
    expect(nextOpening({ scheduleTimeZone: NEW_YORK }, saturday)).toBe(saturday)
    expect(isTrading({ ...fx, holiday: [] }, saturday)).toBe(false)
  })

  it('is that of the market, at any time', () => {
    const market = createMarket(1)
    const symbol = fc.constantFrom(...market.catalogue.symbols)
    fc.assert(
      fc.property(symbol, fc.oneof(times, nearChange), ({ light: { symbolId }, terms }, at) => {
        expect(isTrading(terms, at)).toBe(market.isOpen(symbolId, at))
      }),
      { numRuns },
    )
  })
})

describe('a holiday', () => {
  const christmas = { holidayId: 1, name: 'Christmas', scheduleTimeZone: NEW_YORK, isRecurring: false }
  const day = Date.UTC(2025, 11, 25) / DAY
  const closedOn = (holiday: object) => ({ ...fx, holiday: [{ ...christmas, holidayDate: day, ...holiday }] })

  it('is a day without trade, in the time of its zone', () => {
    const terms = closedOn({})
    expect(isTrading(terms, Date.UTC(2025, 11, 25, 4, 59))).toBe(true)
    expect(isTrading(terms, Date.UTC(2025, 11, 25, 5))).toBe(false)
    expect(isTrading(terms, Date.UTC(2025, 11, 26, 4, 59))).toBe(false)
    expect(isTrading(terms, Date.UTC(2025, 11, 26, 5))).toBe(true)
    expect(isTrading(terms, Date.UTC(2026, 11, 25, 12))).toBe(true)
    // Of an unknown place.
    expect(isTrading(closedOn({ scheduleTimeZone: 'North/Pole' }), Date.UTC(2025, 11, 25, 12))).toBe(true)
  })

  it('may be a part of the day', () => {
    const terms = closedOn({ startSecond: 13 * 3_600, endSecond: 17 * 3_600 })
    expect(isTrading(terms, Date.UTC(2025, 11, 25, 17, 59))).toBe(true)
    expect(isTrading(terms, Date.UTC(2025, 11, 25, 18))).toBe(false)
    expect(isTrading(terms, Date.UTC(2025, 11, 25, 22))).toBe(true)
    expect(nextOpening(terms, Date.UTC(2025, 11, 25, 18))).toBe(Date.UTC(2025, 11, 25, 22))
  })

  it('that says no end, or 0, ends with its day (A3)', () => {
    for (const end of [{}, { endSecond: 0 }]) {
      const terms = closedOn({ startSecond: 0, ...end })
      expect(isTrading(terms, Date.UTC(2025, 11, 25, 4, 59))).toBe(true)
      expect(isTrading(terms, Date.UTC(2025, 11, 25, 5))).toBe(false)
      expect(isTrading(terms, Date.UTC(2025, 11, 26, 4, 59))).toBe(false)
      expect(isSurelyClosed(terms, Date.UTC(2025, 11, 25, 12))).toBe(true)
      const afternoon = closedOn({ startSecond: 12 * 3_600, ...end })
      expect(isTrading(afternoon, Date.UTC(2025, 11, 25, 16))).toBe(true)
      expect(isTrading(afternoon, Date.UTC(2025, 11, 25, 18))).toBe(false)
    }
  })

  it('may go on beyond midnight (A3)', () => {
    const terms = { ...always, holiday: [{ ...christmas, scheduleTimeZone: 'UTC', holidayDate: day }] }
    const night = {
      ...terms,
      holiday: [{ ...terms.holiday[0], startSecond: 20 * 3_600, endSecond: 30 * 3_600 }],
    } as ScheduleTerms
    expect(isTrading(night, Date.UTC(2025, 11, 26, 5, 59))).toBe(false)
    expect(nextOpening(night, Date.UTC(2025, 11, 25, 21))).toBe(Date.UTC(2025, 11, 26, 6))
    expect(isTrading(night, Date.UTC(2025, 11, 27, 5))).toBe(true)
  })

  it.each([1e9, 1e300, -1e300])('of an invalid date, %d, is no holiday (G19)', holidayDate => {
    for (const isRecurring of [true, false]) {
      const terms = closedOn({ holidayDate, isRecurring })
      expect(isTrading(terms, Date.UTC(2025, 11, 25, 18))).toBe(true)
    }
  })

  it('that ends in no time a clock can show ends nothing (G19)', () => {
    const terms = closedOn({ startSecond: 1e300, endSecond: 1e300 })
    expect(isTrading(terms, Date.UTC(2025, 11, 25, 18))).toBe(true)
    expect(nextOpening(closedOn({ startSecond: 0, endSecond: 1e300 }), Date.UTC(2025, 11, 25, 18))).toBe(
      Date.UTC(2025, 11, 28, 22),
    )
  })

  it('may come every year', () => {
    const terms = closedOn({ isRecurring: true })
    expect(isTrading(terms, Date.UTC(2028, 11, 25, 12))).toBe(false)
    expect(isTrading(terms, Date.UTC(2028, 11, 26, 12))).toBe(true)
  })
})

describe('the next opening', () => {
  it('is when the symbol trades first', () => {
    expect(nextOpening(fx, Date.UTC(2026, 0, 10, 12))).toBe(Date.UTC(2026, 0, 11, 22))
    expect(nextOpening(shares, Date.UTC(2026, 0, 7, 22))).toBe(Date.UTC(2026, 0, 8, 14, 30))
    // The clocks of New York are set forward between Friday and Monday.
    expect(nextOpening(fx, Date.UTC(2026, 2, 7, 12))).toBe(Date.UTC(2026, 2, 8, 21))
    expect(nextOpening(shares, Date.UTC(2026, 2, 7, 12))).toBe(Date.UTC(2026, 2, 9, 13, 30))
    const monday = Date.UTC(2026, 0, 5) / DAY
    const holiday = [0, 1].map(days => ({
      holidayId: days,
      name: '',
      scheduleTimeZone: NEW_YORK,
      holidayDate: monday + days,
      isRecurring: false,
    }))
    expect(nextOpening({ ...shares, holiday }, Date.UTC(2026, 0, 4))).toBe(Date.UTC(2026, 0, 7, 14, 30))
  })

  it('is after the hour that the clocks leave out, where it falls into it', () => {
    const early = {
      scheduleTimeZone: NEW_YORK,
      schedule: [{ startSecond: atDay(0, 2.5), endSecond: atDay(0, 9) }],
    }
    expect(nextOpening(early, Date.UTC(2026, 2, 8, 6))).toBe(Date.UTC(2026, 2, 8, 7, 30))
  })

  it('does not exist where the symbol never trades', () => {
    expect(nextOpening({ ...fx, schedule: [{ startSecond: 7, endSecond: 7 }] }, 0)).toBeUndefined()
    const holiday = Array.from({ length: 60 }, (_, days) => ({
      holidayId: days,
      name: '',
      scheduleTimeZone: 'UTC',
      holidayDate: days,
      isRecurring: false,
    }))
    expect(nextOpening({ ...always, holiday }, HOUR)).toBeUndefined()
  })

  it('is after all that is closed, and at once where nothing is', () => {
    const market = createMarket(1)
    const symbol = fc.constantFrom(...market.catalogue.symbols)
    fc.assert(
      fc.property(symbol, fc.oneof(times, nearChange), ({ light: { symbolId }, terms }, at) => {
        const opening = nextOpening(terms, at) ?? NaN
        expect(market.isOpen(symbolId, opening)).toBe(true)
        expect(opening === at || !market.isOpen(symbolId, opening - 1)).toBe(true)
        for (let time = at; time < opening; time += 30 * MINUTE)
          expect(market.isOpen(symbolId, time)).toBe(false)
      }),
      { numRuns },
    )
  })

  it('is found fast enough to be asked at each order', () => {
    const asked = Array.from({ length: 1_000 }, (_, i) =>
      isSurelyClosed(fx, Date.UTC(2026, 0, 10) + i * HOUR),
    )
    expect(asked.filter(isClosed => isClosed).length).toBeGreaterThan(200)
  })
})

describe('a schedule that does not end', () => {
  /** The least time of three: what else runs on the machine only adds to it. */
  const timed = (act: () => unknown): number => {
    const times = Array.from({ length: 3 }, () => {
      const began = performance.now()
      act()
      return performance.now() - began
    })
    return Math.min(...times)
  }

  it.each([
    ['empty stretches', 400, 0],
    ['short stretches', 10_000, 1],
  ])('of %s blocks nothing (G12)', (_, count, seconds) => {
    const schedule = Array.from({ length: count }, (__, i) => ({
      startSecond: (i + 1) * 40,
      endSecond: (i + 1) * 40 + seconds,
    }))
    const terms = { scheduleTimeZone: NEW_YORK, schedule }
    const saturday = Date.UTC(2026, 0, 10, 12)
    expect(timed(() => isSurelyClosed(terms, saturday) && nextOpening(terms, saturday))).toBeLessThan(500)
  })

  it('of holidays blocks nothing (G12)', () => {
    const holiday = Array.from({ length: 4_000 }, (_, i) => ({
      holidayId: i,
      name: '',
      scheduleTimeZone: 'UTC',
      holidayDate: Date.UTC(2026, 0, 1) / DAY + (i % 365),
      isRecurring: true,
      startSecond: i,
      endSecond: 86_390,
    }))
    const terms = { ...always, holiday }
    const noon = Date.UTC(2026, 0, 10, 12)
    expect(timed(() => isSurelyClosed(terms, noon) && nextOpening(terms, noon))).toBeLessThan(1_000)
  })
})

describe('the clock of a zone', () => {
  const zones = fc.constantFrom('UTC', NEW_YORK, 'Europe/London', 'Australia/Lord_Howe', 'Asia/Kathmandu')
  const createZoneClock = (zone: string): WallClock => {
    const clock = wallClock(zone)
    if (!clock) throw new Error(`no zone ${zone}`)
    return clock
  }

  it('shows each time as what leads back to it', () => {
    fc.assert(
      fc.property(zones, fc.oneof(times, nearChange), (zone, at) => {
        const { shownAt, showing } = createZoneClock(zone)
        const shown = shownAt(at)
        expect(shownAt(showing(shown))).toBe(shown)
        // An hour may be shown twice.
        expect([0, HOUR, HOUR / 2]).toContain(at - showing(shown))
      }),
      { numRuns },
    )
  })

  it('shows the time before the epoch, and to the millisecond', () => {
    expect(createZoneClock('UTC').shownAt(-1)).toBe(-1)
    expect(createZoneClock(NEW_YORK).shownAt(1)).toBe(1 - 5 * HOUR)
    expect(wallClock('Nowhere')).toBeUndefined()
  })

  it('that is set forward goes on as if it were not where it never shows a time', () => {
    // At 02:00 it is 03:00 on 8 March 2026.
    const never = Date.UTC(2026, 2, 8, 2, 30)
    const { shownAt, showing } = createZoneClock(NEW_YORK)
    expect(shownAt(showing(never))).toBe(never + HOUR)
  })
})
