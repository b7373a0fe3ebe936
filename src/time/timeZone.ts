import { DAY, HOUR } from './constants'

/** The wall clock of a place. Its reading is written as if it were UTC, in ms since the epoch. */
export interface WallClock {
  /** Its reading at a time. */
  readonly shownAt: (at: number) => number
  /**
   * When it has a reading. If it is set back and has the reading twice: the first time. If it is set forward and
   * never has the reading: as if it had not been set yet.
   */
  readonly showing: (shown: number) => number
}

/** How many hours are remembered for each clock. */
const MOST_HOURS = 1_000

type Fields = [month: number, day: number, year: number, hour: number, minute: number, second: number]

const clockIn = (timeZone: string): WallClock | undefined => {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
  const read = (at: number): number => {
    // Such as 1/7/2026, 07:00:00.
    const fields = format.format(at).split(/\D+/).map(Number) as Fields
    const [month, day, year, hour, minute, second] = fields
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1_000) + 1_000) % 1_000)
  }
  const readAhead = (at: number): number => read(at) - at
  /** By the begin of each hour; `undefined` if it is set within. */
  const leads = new Map<number, number | undefined>()
  const leadIn = (hour: number): number | undefined => {
    if (leads.has(hour)) return leads.get(hour)
    const lead = readAhead(hour)
    const steady = lead === readAhead(hour + HOUR) ? lead : undefined
    if (leads.size >= MOST_HOURS) leads.clear()
    leads.set(hour, steady)
    return steady
  }
  /** How far it is ahead of UTC. Reading it is slow, and in an hour that begins and ends alike it is not set. */
  const ahead = (at: number): number => leadIn(Math.floor(at / HOUR) * HOUR) ?? readAhead(at)
  return {
    shownAt: at => at + ahead(at),
    showing: shown => {
      // Try the UTC offsets a day before and after; keep the one that round-trips.
      const [before, after] = [ahead(shown - DAY), ahead(shown + DAY)]
      const [early, late] = [shown - before, shown - after]
      return ahead(early) !== before && ahead(late) === after ? late : early
    },
  }
}

const clocks = new Map<string, WallClock>()

/**
 * The clock of a time zone; `undefined` for an unknown one. Cached, because making it takes a hundred times as long
 * as reading it.
 */
export const wallClock = (timeZone: string): WallClock | undefined => {
  const clock = clocks.get(timeZone) ?? clockIn(timeZone)
  if (clock) clocks.set(timeZone, clock)
  return clock
}
