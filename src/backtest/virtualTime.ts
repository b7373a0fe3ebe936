// The timers and clocks of RxJS, which `TestScheduler.run` replaces in the same way. RxJS exports them nowhere else.
/* eslint-disable rxjs-x/no-internal */
import { dateTimestampProvider } from 'rxjs/internal/scheduler/dateTimestampProvider'
import { immediateProvider } from 'rxjs/internal/scheduler/immediateProvider'
import { intervalProvider } from 'rxjs/internal/scheduler/intervalProvider'
import { performanceTimestampProvider } from 'rxjs/internal/scheduler/performanceTimestampProvider'
import { timeoutProvider } from 'rxjs/internal/scheduler/timeoutProvider'
/* eslint-enable rxjs-x/no-internal */
import { asapScheduler, asyncScheduler } from 'rxjs'
import { createTimerQueue } from './timerQueue'
import type { Timer } from './timerQueue'

/** A time of its own for everything that RxJS schedules. It goes as fast as the machine can. */
export interface VirtualTime {
  /** ms since it was made */
  readonly elapsed: () => number
  /** Sets the wall clock, in ms since the epoch. */
  readonly setWallClock: (now: number) => void
  /** When the next timer is due; `undefined` without timers. */
  readonly nextAt: () => number | undefined
  /** Runs all timers that are due next, at one time. */
  readonly step: () => void
  /** Runs something in this time, and the timers that are due at once. Until it returns, no other code sees this time. */
  readonly enter: <T>(act: () => T) => T
  /** Keeps this time in force until the result is called, for code that comes back from an `await`. */
  readonly hold: () => () => void
}

type Handler = (...args: never[]) => void

/** RxJS has its timers for any handler. */
const asHandler = (handler: Handler, args: unknown[]): (() => void) =>
  args.length === 0
    ? handler
    : () => {
        handler(...(args as never[]))
      }

/** What a scheduler of RxJS is doing. */
interface ActionQueue {
  actions: unknown[]
  _active: boolean
  _scheduled: unknown
}

/**
 * The schedulers with a queue. This time has queues of its own, because it may be entered from a timer of real time.
 * In one queue, its timers would wait for that timer to end, and so for ever.
 */
const schedulers = [asyncScheduler, asapScheduler] as unknown as readonly ActionQueue[]

export const createVirtualTime = (): VirtualTime => {
  let now = 0
  let wallClock = 0
  const queue = createTimerQueue()

  const after = (handler: Handler, ms: number | undefined, args: unknown[], repeats: boolean): Timer => {
    const wait = Math.max(0, ms ?? 0)
    return queue.add(now + wait, asHandler(handler, args), repeats ? wait : undefined)
  }
  /** A timer of real time may be cleared in this time. */
  const clear = (timer: unknown): void => {
    if (queue.has(timer)) {
      queue.remove(timer)
      return
    }
    const { delegate } = intervalProvider
    intervalProvider.delegate = undefined
    intervalProvider.clearInterval(timer as Parameters<typeof intervalProvider.clearInterval>[0])
    intervalProvider.delegate = delegate
  }
  const monotonic = { now: () => now }
  const wall = { now: () => wallClock + now }
  const interval = {
    setInterval: (handler: Handler, ms?: number, ...args: unknown[]) => after(handler, ms, args, true),
    clearInterval: clear,
  }
  const timeout = {
    setTimeout: (handler: Handler, ms?: number, ...args: unknown[]) => after(handler, ms, args, false),
    clearTimeout: clear,
  }
  const immediate = {
    setImmediate: (handler: Handler, ...args: unknown[]) => after(handler, 0, args, false),
    clearImmediate: clear,
  }

  const providers: readonly { delegate: unknown }[] = [
    dateTimestampProvider,
    performanceTimestampProvider,
    intervalProvider,
    timeoutProvider,
    immediateProvider,
  ]
  const delegates = [wall, monotonic, interval, timeout, immediate]

  let before: readonly unknown[] = []
  let queuesBefore: readonly ActionQueue[] = []
  let holders = 0
  const release = (): void => {
    holders -= 1
    if (holders > 0) return
    providers.forEach((provider, i) => {
      provider.delegate = before[i]
    })
    schedulers.forEach((scheduler, i) => Object.assign(scheduler, queuesBefore[i]))
  }
  const hold = (): (() => void) => {
    holders += 1
    if (holders === 1) {
      before = providers.map(({ delegate }) => delegate)
      providers.forEach((provider, i) => {
        provider.delegate = delegates[i]
      })
      queuesBefore = schedulers.map(({ actions, _active, _scheduled }) => ({ actions, _active, _scheduled }))
      for (const scheduler of schedulers)
        Object.assign(scheduler, { actions: [], _active: false, _scheduled: undefined })
    }
    return release
  }

  return {
    elapsed: () => now,
    setWallClock: at => {
      wallClock = at - now
    },
    nextAt: queue.nextAt,
    step: () => {
      const at = queue.nextAt()
      if (at === undefined) return
      now = at
      queue.runAt(at)
    },
    enter: act => {
      hold()
      try {
        return act()
      } finally {
        // RxJS has one queue for all that is to be done at once. Nothing of this time may stay in it.
        queue.runAt(now)
        release()
      }
    },
    hold,
  }
}
