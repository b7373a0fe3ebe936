import { latestTime } from './latestTime'

/**
 * How much earlier than the last known time to ask, in ms. Entries of the same moment may come separately, and a
 * list may be behind. Entries that are known already are ignored.
 */
export const OVERLAP = 20_000

/** After this many unreadable answers in a row, stop waiting for what could not be read. */
const MOST_UNREADABLE = 3

/** From which time to ask for missed entries, by the server's clock. */
export const createCheckpoint = () => {
  const latest = latestTime()
  let reached: readonly number[] = []
  let next: number | undefined
  let unreadable = 0
  return {
    /** Everything up to this time is known. */
    begin: (time: number): void => {
      latest.begin(time)
      reached = [time]
    },
    /** An entry of this time is known. */
    note: latest.note,
    /**
     * The time to ask from. A missed entry is not much older than the newest one known at the time of the request
     * before. `undefined` before `begin`.
     */
    since: (): number | undefined => {
      next = latest.time()
      return reached[0]
    },
    /** The list was answered. When part of it could not be read, ask for the same again. */
    answered: (isWhole: boolean): void => {
      unreadable = isWhole ? 0 : unreadable + 1
      if (next === undefined || (unreadable > 0 && unreadable < MOST_UNREADABLE)) return
      unreadable = 0
      reached = [...reached, next].slice(-2)
    },
  }
}
