import { DAY } from './constants'

/** The clock on the wall somewhere. What it shows is written as if it were UTC, in ms since the epoch. */
export interface WallClock {
  /** What it shows at a time. */
  readonly shownAt: (at: number) => number
  /**
   * When it shows a time: the first time, where it is set back and shows it twice; as if it had not been set yet,
   * where it is set forward and never does.
   */
  readonly showing: (shown: number) => number
}

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
  const shownAt = (at: number): number => {
    // Such as 1/7/2026, 07:00:00.
    const fields = format.format(at).split(/\D+/).map(Number) as Fields
    const [month, day, year, hour, minute, second] = fields
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1_000) + 1_000) % 1_000)
  }
  const ahead = (at: number): number => shownAt(at) - at
  return {
    shownAt,
    showing: shown => {
      // Of what the clock is ahead on either side of the time, the one that leads back to it.
      const [before, after] = [ahead(shown - DAY), ahead(shown + DAY)]
      const [early, late] = [shown - before, shown - after]
      return ahead(early) !== before && ahead(late) === after ? late : early
    },
  }
}

const clocks = new Map<string, WallClock>()

/** The clock of a time zone, if anybody knows it. It is kept: to make one takes a hundred times as long as to read it. */
export const wallClock = (timeZone: string): WallClock | undefined => {
  const clock = clocks.get(timeZone) ?? clockIn(timeZone)
  if (clock) clocks.set(timeZone, clock)
  return clock
}
