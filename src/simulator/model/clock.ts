import { asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'

/** The market's time, in ms since the epoch. */
export interface Clock {
  /** The time up to which everything has happened; where the server keeps up, what it is. */
  readonly now: () => number
  /** The time up to which everything is due: later than `now` while the server is behind. */
  readonly due: () => number
  /** Keeps `now` at a time beyond which not everything has happened yet; `undefined` lets it go on. */
  readonly hold: (at: number | undefined) => void
  /** How long the scheduler has to wait for a time of the market, in ms; if that is more than a timer takes, so much of it. */
  readonly delayUntil: (at: number) => number
}

// Virtual time starts at 0, when there was no market: a Wednesday at noon UTC does for it.
const YEAR_2000 = Date.UTC(2000, 0)
const VIRTUAL_START = Date.UTC(2026, 0, 7, 12)

// The longest a timer can wait: one that is given more rings at once.
const LONGEST_DELAY = 2_147_483_647

/** The scheduler's time, `speed` times as fast since the start. A wall clock that is set does not move the market. */
export const createClock = (start: number | undefined, speed: number): Clock => {
  const wall = asyncScheduler.now()
  const opening = start ?? (wall < YEAR_2000 ? VIRTUAL_START + wall : wall)
  const startedAt = monotonicNow()
  let held: number | undefined
  const due = (): number => Math.floor(opening + (monotonicNow() - startedAt) * speed)

  return {
    now: () => held ?? due(),
    due,
    hold: at => {
      held = at
    },
    delayUntil: at => {
      const delay = Math.ceil((at - opening) / speed + startedAt - monotonicNow())
      return Math.min(Math.max(0, delay), LONGEST_DELAY)
    },
  }
}
