import { asyncScheduler } from 'rxjs'

/** The market's time, in ms since the epoch. */
export interface Clock {
  readonly now: () => number
  /** How long the scheduler has to wait for a time of the market, in ms. */
  readonly delayUntil: (at: number) => number
}

// Virtual time starts at 0, when there was no market: a Wednesday at noon UTC does for it.
const YEAR_2000 = Date.UTC(2000, 0)
const VIRTUAL_START = Date.UTC(2026, 0, 7, 12)

/** The scheduler's time, `speed` times as fast since the start. */
export const createClock = (start: number | undefined, speed: number): Clock => {
  const startedAt = asyncScheduler.now()
  const opening = start ?? (startedAt < YEAR_2000 ? VIRTUAL_START + startedAt : startedAt)
  return {
    now: () => Math.floor(opening + (asyncScheduler.now() - startedAt) * speed),
    delayUntil: at => Math.max(0, Math.ceil((at - opening) / speed + startedAt - asyncScheduler.now())),
  }
}
