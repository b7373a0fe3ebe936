import { asapScheduler, asyncScheduler } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { SchedulerAction, Subscription } from 'rxjs'

const NOTHING_DUE = 'Expected a due immediate or interval'

/** Does something around each action of a scheduler. */
export const aroundActions = (scheduler: TestScheduler, around: (act: () => void) => void): void => {
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
 * RxJS's scheduler for tests. Its own runs an action for each timer, and then the timer that is due first; where that
 * one stops another of the same time, an action is left for which there is no timer, and it throws. Here there is
 * just nothing to do then.
 */
export const patientScheduler = (
  assertEqual: (actual: unknown, expected: unknown) => void,
): TestScheduler => {
  const scheduler = new TestScheduler(assertEqual)
  aroundActions(scheduler, act => {
    try {
      act()
    } catch (error) {
      if (!(error instanceof Error && error.message === NOTHING_DUE)) throw error
    }
  })
  return scheduler
}

/**
 * Ends what RxJS has begun in real time and would go on with after this turn, since what is scheduled then would wait
 * behind it for ever. Throws where a timer of real time is what we are called by, for the same reason.
 */
export const leaveRealTime = (): void => {
  if ((asyncScheduler as { readonly _active?: boolean })._active === true)
    throw new Error('marbles must not be called inside an RxJS timer: call it from the test itself')
  while (asapScheduler.actions.length > 0) asapScheduler.flush()
}

let isPlaying = false

/** Plays what has virtual time to itself: RxJS has one for all. */
export const alone = <T>(play: () => T): T => {
  if (isPlaying) throw new Error('marbles must not be called inside another marbles')
  isPlaying = true
  try {
    return play()
  } finally {
    isPlaying = false
  }
}
