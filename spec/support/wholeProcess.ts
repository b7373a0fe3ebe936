import { Observable, Subject, asapScheduler, asyncScheduler } from 'rxjs'
import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs'
// eslint-disable-next-line rxjs-x/no-internal
import { performanceTimestampProvider } from 'rxjs/internal/scheduler/performanceTimestampProvider'
import { inVirtualTime } from './virtualTime'
import type { VirtualTime } from './virtualTime'

/**
 * A process in virtual time, with all that runs in it. Its timers go by a clock of its own. While it is paused, they wait,
 * as what comes in does. So a pause can be at any moment between two turns.
 */
export interface WholeProcess {
  /** Acts in the process: at once, or in its turn after a pause. What is left when it dies is never done. */
  readonly enter: (act: () => void) => void
  /** What comes from outside, as the process gets it. */
  readonly into: <T>(source$: Observable<T>) => Observable<T>
  /** Looks at something in the process, also while it is paused: by its clock. */
  readonly look: <T>(read: () => T) => T
  readonly pause: () => void
  readonly resume: () => void
  readonly kill: () => void
  readonly isPaused: () => boolean
  readonly isDead: () => boolean
  /** Emits when it is killed. */
  readonly killed$: Observable<void>
}

interface Place {
  readonly rate: number
  readonly enter: (act: () => void) => void
}

/** The process whose turn it is, if it is that of one. */
let here: Place | undefined

const inPlace = <T>(place: Place | undefined, act: () => T): T => {
  const before = here
  here = place
  try {
    return act()
  } finally {
    here = before
  }
}

/** Acts outside of all processes: on the network, or at the server. */
export const outside = <T>(act: () => T): T => inPlace(undefined, act)

/** Something outside, for a process: what it sends back is not in the process before it enters. */
export const subscribeOutside = <T>(source$: Observable<T>): Observable<T> =>
  new Observable(subscriber => {
    const subscription = outside(() =>
      source$.subscribe({
        next: value => {
          subscriber.next(value)
        },
        error: (error: unknown) => {
          subscriber.error(error)
        },
        complete: () => {
          subscriber.complete()
        },
      }),
    )
    return () => {
      outside(() => {
        subscription.unsubscribe()
      })
    }
  })

/** A process whose clock goes at a rate: at 1.1 it is ahead. */
export const wholeProcess = (rate: number): WholeProcess => {
  const waiting: (() => void)[] = []
  const killed$ = new Subject<void>()
  let isPaused = false
  let isDead = false
  let isCatchingUp = false

  const enter = (act: () => void): void => {
    if (isDead) return
    if (isPaused || isCatchingUp) waiting.push(act)
    else inPlace(place, act)
  }
  const place: Place = { rate, enter }
  return {
    enter,
    into: source$ =>
      new Observable(subscriber =>
        subscribeOutside(source$).subscribe({
          next: value => {
            enter(() => {
              subscriber.next(value)
            })
          },
          error: (error: unknown) => {
            enter(() => {
              subscriber.error(error)
            })
          },
          complete: () => {
            enter(() => {
              subscriber.complete()
            })
          },
        }),
      ),
    look: read => inPlace(place, read),
    pause: () => {
      isPaused = true
    },
    resume: () => {
      isPaused = false
      isCatchingUp = true
      // What was due first comes first.
      for (let next = waiting.shift(); next; next = waiting.shift()) if (!isDead) inPlace(place, next)
      isCatchingUp = false
    },
    kill: () => {
      isDead = true
      waiting.length = 0
      outside(() => {
        killed$.next()
      })
    },
    isPaused: () => isPaused,
    isDead: () => isDead,
    killed$,
  }
}

/** Whole ms: with fractions, what waits until a time would wait for no time again and again. */
const onClock = ({ rate }: Place, ms: number): number => Math.ceil(ms / rate)

/** Timers that are set in a process are those of the process. Gives what undoes that. */
const divideTimers = (scheduler: SchedulerLike): (() => void) => {
  const schedule = scheduler.schedule.bind(scheduler)
  const divided: SchedulerLike['schedule'] = <T>(
    work: (this: SchedulerAction<T>, state: T) => void,
    delay = 0,
    state?: T,
  ): Subscription => {
    const place = here
    if (!place) return schedule(work, delay, state as T)
    let isKnown = false
    return schedule(
      function (this: SchedulerAction<T>, given: T): void {
        if (!isKnown) {
          isKnown = true
          const again = this.schedule.bind(this)
          this.schedule = (next, ms = 0) => again(next, onClock(place, ms))
        }
        place.enter(() => {
          if (!this.closed) work.call(this, given)
        })
      },
      onClock(place, delay),
      state as T,
    )
  }
  Object.assign(scheduler, { schedule: divided })
  return () => {
    Reflect.deleteProperty(scheduler, 'schedule')
  }
}

/** Plays a scenario of several processes in virtual time. The wall clock is the same for all of them. */
export const playProcesses = (scenario: (time: VirtualTime) => void): void => {
  const undo = [asyncScheduler, asapScheduler].map(divideTimers)
  try {
    inVirtualTime(time => {
      const clock = performanceTimestampProvider.delegate
      performanceTimestampProvider.delegate = {
        now: () => {
          const now = clock?.now() ?? 0
          return here ? Math.floor(now * here.rate) : now
        },
      }
      scenario(time)
    })
  } finally {
    for (const one of undo) one()
    here = undefined
  }
}
