import { Subscription, asyncScheduler } from 'rxjs'
import type { SchedulerAction } from 'rxjs'
import { monotonicNow } from '../../clock'
import type { Clock } from './clock'

/** A part of the server in which things happen by themselves: prices move, orders are filled. */
export interface Actor {
  /** When something happens next, as far as is known now. */
  readonly nextAt: () => number | undefined
  /** Makes everything happen that is due up to that time. */
  readonly advanceTo: (at: number) => void
}

export interface Agenda {
  /**
   * Makes everything happen that is due by now, in the order of time. While the server is behind, its timer does
   * that.
   */
  readonly catchUp: () => void
  /** Waits for the next event. Call this after anything that may have changed it. */
  readonly plan: () => void
  /** Stops waiting. */
  readonly rest: () => void
}

/** How long the server may process due events before it listens to its clients again, in ms. */
const TURN = 10
/** How many events to process between two looks at the clock: a look costs about as much as a tick. */
const GLANCE = 16

/**
 * Makes things happen in the order of time, with one timer for all. Without clients there is no timer. What was due
 * then happens when a client comes, with its own time, so no client can see a difference.
 *
 * If more is due than the machine can do, at high speed or after a sleep, it is done in turns. Between two turns,
 * clients are served and heartbeats are sent. The market's time is as far as the server has come: it goes more
 * slowly, but nothing is left out. In virtual time a turn takes no time, so it never ends early.
 */
export const createAgenda = (
  clock: Clock,
  actors: readonly Actor[],
  onDefect: (error: unknown) => void,
): Agenda => {
  let timer = Subscription.EMPTY
  let plannedFor: number | undefined
  let isResting = true
  let isBehind = false

  const nextAt = (): number => {
    let first = Infinity
    for (const actor of actors) first = Math.min(first, actor.nextAt() ?? Infinity)
    return first
  }

  const reached = (at: number | undefined): void => {
    isBehind = at !== undefined
    clock.hold(at)
  }

  const advance = (turn: number): void => {
    const due = clock.due()
    const end = monotonicNow() + turn
    let happened = 0
    for (let at = nextAt(); at <= due; at = nextAt()) {
      for (const actor of actors) if ((actor.nextAt() ?? Infinity) <= at) actor.advanceTo(at)
      happened += 1
      if (happened % GLANCE === 0 && monotonicNow() >= end) {
        reached(at)
        return
      }
    }
    reached(undefined)
  }

  const cancel = (): void => {
    timer.unsubscribe()
    plannedFor = undefined
  }

  /**
   * Goes on with an action that is running, because a new one for each event would cost as much as a tick. Not
   * without a delay: jest's timers would repeat such an action for ever.
   */
  const plan = (running?: SchedulerAction<unknown>): void => {
    isResting = false
    const next = nextAt()
    if (next === plannedFor) return
    const delay = clock.delayUntil(next)
    const goesOn = running?.closed === false && plannedFor === undefined && delay >= 1
    if (!goesOn) cancel()
    if (next === Infinity) return
    plannedFor = next
    if (goesOn) running.schedule(undefined, delay)
    else timer = asyncScheduler.schedule(wake, delay)
  }

  function wake(this: SchedulerAction<unknown>): void {
    plannedFor = undefined
    try {
      advance(TURN)
      plan(this)
    } catch (error) {
      // An immediate retry would go on for ever: wait until a client sends something.
      reached(undefined)
      onDefect(error)
    }
  }

  return {
    // A request that comes while the server is behind must not wait until it no longer is, and must not delay
    // others.
    catchUp: () => {
      if (!isBehind) advance(isResting ? Infinity : TURN)
    },
    plan: () => {
      plan()
    },
    rest: () => {
      isResting = true
      reached(undefined)
      cancel()
    },
  }
}
