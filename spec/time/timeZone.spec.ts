import * as fc from 'fast-check'
import { wallClock } from '../../src/time/timeZone'
import { DAY, HOUR, MINUTE } from '../../src/time/constants'

/** What `Intl` says, asked anew each time. */
const shownBy = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at)

const asText = (shown: number): string => new Date(shown).toISOString().slice(0, 19).replace('T', ' ')

const zones = [
  'UTC',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Europe/Kyiv',
  'Pacific/Apia',
]

describe('a wall clock', () => {
  it('shows what the calendar of its zone shows, also shortly before and after it is set', () => {
    const day = fc.integer({ min: Date.UTC(1972, 0) / DAY, max: Date.UTC(2039, 0) / DAY })
    // New York is set at 06:00 and 07:00 UTC, St. John’s until 2011 at 02:31 and 03:31.
    const time = fc.constantFrom(0, 2.5 * HOUR, 3.5 * HOUR, 6 * HOUR, 7 * HOUR, 15 * HOUR)
    const steps = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(fc.constantFrom(...zones), day, time, steps, (zone, days, ms, minutes) => {
        const clock = wallClock(zone)
        for (const step of minutes) {
          const at = days * DAY + ms + step * MINUTE + 999
          expect(asText(clock?.shownAt(at) ?? NaN)).toBe(shownBy(zone, at))
        }
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['America/New_York', '2025-03-09T07:00:00Z'],
    ['America/New_York', '2025-11-02T06:00:00Z'],
    ['America/St_Johns', '2010-03-14T03:31:00Z'],
    ['Australia/Lord_Howe', '2025-04-05T15:00:00Z'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ])('of %s is set at %s', (zone, text) => {
    const clock = wallClock(zone)
    const set = Date.parse(text)
    for (const at of [set - 1_000, set, set - 1, set + 14 * MINUTE, set - 14 * MINUTE])
      expect(asText(clock?.shownAt(at) ?? NaN)).toBe(shownBy(zone, at))
    expect(clock?.shownAt(set)).not.toBe((clock?.shownAt(set - MINUTE) ?? NaN) + MINUTE)
  })
})
