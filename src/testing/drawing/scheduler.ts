import { asapScheduler, asyncScheduler } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { SchedulerAction, Subscription } from 'rxjs'

const NOTHING_DUE = 'Expected a due immediate or interval'

/** Runs something around each action of a scheduler. */
export const wrapActions = (scheduler: TestScheduler, around: (act: () => void) => void): void => {
  const schedule = scheduler.schedule.bind(scheduler)
  scheduler.schedule = <T>(
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay?: number,
    state?: T,
  ): Subscription =>
    schedule(
      function (this: SchedulerAction<T>, given?: T): void {
        around(() => {
          work.call(this, given)
        })
      },
      delay,
      state,
    )
}

/**
 * RxJS's test scheduler, corrected. The original runs one action per timer, but always for the timer that is due
 * first. If a timer stops another one of the same time, an action without a timer remains, and the original throws.
 * Here the action does nothing.
 */
export const patientScheduler = (
  assertEqual: (actual: unknown, expected: unknown) => void,
): TestScheduler => {
  const scheduler = new TestScheduler(assertEqual)
  wrapActions(scheduler, act => {
    try {
      act()
    } catch (error) {
      if (!(error instanceof Error && error.message === NOTHING_DUE)) throw error
    }
  })
  return scheduler
}

/**
 * Flushes what RxJS has scheduled in real time for this turn. Otherwise everything that is scheduled later would
 * wait behind it for ever. Throws inside a timer of real time, for the same reason.
 */
export const leaveRealTime = (): void => {
  if ((asyncScheduler as { readonly _active?: boolean })._active === true)
    throw new Error('marbles must not be called inside an RxJS timer: call it from the test itself')
  while (asapScheduler.actions.length > 0) asapScheduler.flush()
}

let isPlaying = false

/** Runs something alone in virtual time: RxJS has only one virtual time. */
export const runAlone = <T>(play: () => T): T => {
  if (isPlaying) throw new Error('marbles must not be called inside another marbles')
  isPlaying = true
  try {
    return play()
  } finally {
    isPlaying = false
  }
}
