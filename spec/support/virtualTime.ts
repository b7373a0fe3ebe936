import { Subscription, asyncScheduler } from 'rxjs'
import type { Observable } from 'rxjs'
import type { TestScheduler } from 'rxjs/testing'
// eslint-disable-next-line rxjs-x/no-internal
import { dateTimestampProvider } from 'rxjs/internal/scheduler/dateTimestampProvider'
import { wrapActions, patientScheduler } from '../../src/testing/drawing/scheduler'

type RunHelpers = Parameters<Parameters<TestScheduler['run']>[0]>[0]

export interface VirtualTime extends RunHelpers {
  /** Acts, or asserts, at a time from the start, in ms. */
  readonly at: (ms: number, act: () => void) => void
  /** Sets the wall clock forward, or back, by so many ms: durations go on as before. */
  readonly setWallClock: (by: number) => void
  /** Subscribes from now until a time, in ms from now, and notes what comes. */
  readonly watch: <T>(source$: Observable<T>, until?: number) => Seen<T>
}

export interface Seen<T> {
  readonly values: T[]
  /** The values with the time, in ms from the start, at which each came. */
  readonly timed: [ms: number, value: T][]
  readonly unsubscribe: () => void
  error: unknown
  completed: boolean
}

/** Of the longest scenario, of days of heartbeats, it is the half: what does more has no end, and would hang. */
const MAX_ACTIONS = 200_000
/** Where scenarios are expected to go wrong, what is slow is given up sooner. */
const MAX_MS = Number(process.env['SCENARIO_MS'] ?? Infinity)

const limit = (scheduler: TestScheduler): void => {
  const began = performance.now()
  let done = 0
  wrapActions(scheduler, act => {
    done += 1
    if (done > MAX_ACTIONS || performance.now() - began > MAX_MS)
      throw new Error(`the scenario has not ended after ${done} actions`)
    act()
  })
}

/**
 * Plays a scenario in virtual time, all of it before it returns. A timer that is left when all subscriptions are
 * over fails the scenario: in a real program it would keep the process alive.
 */
export const inVirtualTime = (scenario: (time: VirtualTime) => void): void => {
  const scheduler = patientScheduler((actual, expected) => {
    expect(actual).toEqual(expected)
  })
  limit(scheduler)
  scheduler.run(helpers => {
    // A day after the start nothing of a scenario may be left.
    scheduler.maxFrames = 86_400_000
    scenario({
      ...helpers,
      at: (ms, act) => {
        asyncScheduler.schedule(act, ms)
      },
      setWallClock: by => {
        const now = dateTimestampProvider.now()
        const setAt = scheduler.now()
        dateTimestampProvider.delegate = { now: () => now + by + scheduler.now() - setAt }
      },
      watch: <T>(source$: Observable<T>, until = 600_000) => {
        const subscription = new Subscription()
        const seen: Seen<T> = {
          values: [],
          timed: [],
          unsubscribe: () => {
            subscription.unsubscribe()
          },
          error: undefined,
          completed: false,
        }
        subscription.add(
          source$.subscribe({
            next: value => {
              seen.values.push(value)
              seen.timed.push([scheduler.now(), value])
            },
            error: (error: unknown) => {
              seen.error = error
            },
            complete: () => {
              seen.completed = true
            },
          }),
        )
        asyncScheduler.schedule(seen.unsubscribe, until)
        return seen
      },
    })
  })
  expect(scheduler.actions).toEqual([])
}
