import { asyncScheduler } from 'rxjs'
// RxJS has this clock in `animationFrames` and exports it nowhere else. `TestScheduler.run` replaces it as it does `Date`.
// eslint-disable-next-line rxjs-x/no-internal
import { performanceTimestampProvider } from 'rxjs/internal/scheduler/performanceTimestampProvider'

/**
 * The monotonic clock, in ms from some moment: for durations. Only the difference of two values has a meaning.
 *
 * No user can set it. It counts while the event loop is blocked; while the machine sleeps, it depends on the
 * platform. In `TestScheduler.run` it is virtual time. To compare with a time of the server or of the user, such as
 * the end of a maintenance, use the wall clock: `asyncScheduler.now()`.
 */
export const monotonicNow = (): number => performanceTimestampProvider.now()

/**
 * Takes the wall clock for the monotonic one, and gives what undoes that. For tests: some fake clocks, such as those of
 * Jasmine and of zone.js, have no other. In `TestScheduler.run`, both are virtual already.
 */
export const followWallClock = (): (() => void) => {
  if (performanceTimestampProvider.delegate) return () => undefined
  performanceTimestampProvider.delegate = asyncScheduler
  return () => {
    performanceTimestampProvider.delegate = undefined
  }
}

/**
 * The time since this call, in ms: the larger one of the monotonic clock and the wall clock. For deadlines that must
 * hold when the machine sleeps or a clock is set: such a deadline may come too early, but never too late.
 */
export const stopwatch = (): (() => number) => {
  const monotonic = monotonicNow()
  const wall = asyncScheduler.now()
  return () => Math.max(monotonicNow() - monotonic, asyncScheduler.now() - wall)
}
