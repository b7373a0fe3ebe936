import { asyncScheduler } from 'rxjs'
import { DAY } from '../../time/constants'

/** Nothing the server says of now is later than our clock by more than that, in ms: clocks differ, and are set wrong. */
const TOLERANCE = DAY

/**
 * The latest of some times of the server's, in ms since the epoch, for asking what came after it. A time that cannot be
 * does not count, as one of the year 9999, after which nothing would be found: one that is a day later than our clock
 * says, unless our clock is wrong, and the times before were already later than that.
 */
export interface LatestTime {
  /** The time to begin with, whatever it is. */
  readonly begin: (time: number) => void
  readonly note: (time: number) => void
  /** Nothing, if there was none. */
  readonly time: () => number | undefined
}

export const latestTime = (): LatestTime => {
  let latest: number | undefined
  /** When that was noted, by our clock. */
  let at = 0
  return {
    begin: time => {
      latest = time
      at = asyncScheduler.now()
    },
    note: time => {
      const now = asyncScheduler.now()
      const elapsed = Math.max(0, now - at)
      const bound = Math.max(now, (latest ?? -Infinity) + elapsed) + TOLERANCE
      if (!(time <= bound) || time <= (latest ?? -Infinity)) return
      latest = time
      at = now
    },
    time: () => latest,
  }
}

const YEAR = 365 * DAY

/**
 * The latest of a list of them that can be. Where our clock says of all that they cannot, the clock is wrong: then those
 * count which are not a year later than most. Nothing of none.
 */
export const latestOf = (times: readonly number[]): number | undefined => {
  const sorted = [...times].sort((a, b) => a - b)
  const bound = asyncScheduler.now() + TOLERANCE
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  return sorted.filter(time => time <= bound).at(-1) ?? sorted.filter(time => time <= median + YEAR).at(-1)
}
