import { asyncScheduler } from 'rxjs'
import { DAY } from '../../time/constants'

/** How far a server time may be ahead of our clock, in ms. Clocks differ, and may be set wrong. */
const TOLERANCE = DAY

/**
 * The latest of several server times, in ms since the epoch, to ask for what came after it. A time more than a day
 * ahead of our clock does not count: after the year 9999 nothing would be found. But if earlier times were as far
 * ahead, our clock is wrong and the time counts.
 */
export const latestTime = () => {
  let latest: number | undefined
  /** When the time was noted, by our clock. */
  let at = 0
  return {
    /** Starts with this time, without a check. */
    begin: (time: number): void => {
      latest = time
      at = asyncScheduler.now()
    },
    note: (time: number): void => {
      const now = asyncScheduler.now()
      const elapsed = Math.max(0, now - at)
      const bound = Math.max(now, (latest ?? -Infinity) + elapsed) + TOLERANCE
      if (!(time <= bound) || time <= (latest ?? -Infinity)) return
      latest = time
      at = now
    },
    /** `undefined` before the first time. */
    time: (): number | undefined => latest,
  }
}

const YEAR = 365 * DAY

/**
 * The latest plausible time of a list. If our clock rejects all of them, the clock is wrong: then every time counts
 * that is less than a year after most of them. `undefined` for an empty list.
 */
export const latestPlausible = (times: readonly number[]): number | undefined => {
  const sorted = [...times].sort((a, b) => a - b)
  const bound = asyncScheduler.now() + TOLERANCE
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  return sorted.filter(time => time <= bound).at(-1) ?? sorted.filter(time => time <= median + YEAR).at(-1)
}
