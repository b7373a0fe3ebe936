import { latestTime } from './latestTime'

/**
 * So much earlier is asked for than what is known last, in ms: not all that is told of the same moment comes at once, and
 * a list may be behind. What is known already is no news then.
 */
export const OVERLAP = 20_000

/** What could not be read in so many answers in a row is not waited for. */
const MOST_UNREADABLE = 3

/** Since when a list is asked for what was missed, by the server's own times. */
export interface CatchUp {
  /** All up to this time is known, whatever it is. */
  readonly begin: (time: number) => void
  /** Something of this time is known. */
  readonly note: (time: number) => void
  /**
   * Since when is to be asked now: what is missed is not much older than what was known at the last time but one.
   * Nothing before it has begun.
   */
  readonly since: () => number | undefined
  /** That was answered. Where something of it could not be read, it is asked for once more. */
  readonly answered: (isWhole: boolean) => void
}

export const createCatchUp = (): CatchUp => {
  const latest = latestTime()
  let reached: readonly number[] = []
  let next: number | undefined
  let unreadable = 0
  return {
    begin: time => {
      latest.begin(time)
      reached = [time]
    },
    note: latest.note,
    since: () => {
      next = latest.time()
      return reached[0]
    },
    answered: isWhole => {
      unreadable = isWhole ? 0 : unreadable + 1
      if (next === undefined || (unreadable > 0 && unreadable < MOST_UNREADABLE)) return
      unreadable = 0
      reached = [...reached, next].slice(-2)
    },
  }
}
