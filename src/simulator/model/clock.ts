import { asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'

/** The market's time, in ms since the epoch. */
export interface Clock {
  /** The time up to which everything has happened. If the server is not behind, it is the current time. */
  readonly now: () => number
  /** The time up to which everything is due: later than `now` while the server is behind. */
  readonly due: () => number
  /** Stops `now` at a time after which not everything has happened yet; `undefined` lets it go on. */
  readonly hold: (at: number | undefined) => void
  /** The delay until a time of the market, in ms, up to the longest delay of a timer. */
  readonly delayUntil: (at: number) => number
}

// Virtual time starts at 0. Use a Wednesday at noon UTC instead, when the market is open.
const YEAR_2000 = Date.UTC(2000, 0)
const VIRTUAL_START = Date.UTC(2026, 0, 7, 12)

// The longest delay of a timer: a longer one would fire at once.
const LONGEST_DELAY = 2_147_483_647

/** The scheduler's time, `speed` times as fast since the start. Setting the wall clock does not move the market. */
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
