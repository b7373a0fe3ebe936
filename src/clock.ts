import { asyncScheduler } from 'rxjs'
// RxJS has this clock in `animationFrames` and exports it nowhere else. `TestScheduler.run` replaces it as it does `Date`.
// eslint-disable-next-line rxjs-x/no-internal
import { performanceTimestampProvider } from 'rxjs/internal/scheduler/performanceTimestampProvider'

/**
 * The monotonic clock, in ms from some moment: for durations. Only the difference of two values means something.
 *
 * Nobody can set it. It counts while the event loop is blocked; while the machine sleeps, it depends on the platform.
 * In `TestScheduler.run` it is virtual time. Where a time has to be compared with one of the server or of the user, as
 * the end of a maintenance, the wall clock is the one to ask: `asyncScheduler.now()`.
 */
export const monotonicNow = (): number => performanceTimestampProvider.now()

/**
 * How long it has been, in ms, since this was called: by the monotonic clock or by the wall clock, whichever says
 * longer. For deadlines which must hold through the sleep of a machine and through a clock that is set: a deadline
 * may come too early, and never too late.
 */
export const stopwatch = (): (() => number) => {
  const monotonic = monotonicNow()
  const wall = asyncScheduler.now()
  return () => Math.max(monotonicNow() - monotonic, asyncScheduler.now() - wall)
}
