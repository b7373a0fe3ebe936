import { Subscription, asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'
import type { Clock } from './clock'

/** A part of the server in which things happen by themselves: prices move, orders fill. */
export interface Actor {
  /** When something happens next, as far as is known now. */
  readonly nextAt: () => number | undefined
  /** Lets happen whatever is due up to that time. */
  readonly advanceTo: (at: number) => void
}

export interface Agenda {
  /** Lets everything happen that is due by now, in the order of time; while the server is behind, its timer does. */
  readonly catchUp: () => void
  /** Waits for what comes next; to be called after anything that may have changed it. */
  readonly plan: () => void
  /** Waits for nothing any more. */
  readonly rest: () => void
}

/** For how long the server may be busy with what is due before it listens to its clients again, in ms. */
const TURN = 10
/** It looks at the time after so many happenings: to look costs about as much as a tick. */
const GLANCE = 16

/**
 * Makes things happen in the order of time, with one timer for all. While nobody is connected there is no timer at
 * all: what was due meanwhile happens when somebody comes, as of its own time, and nobody can tell the difference.
 *
 * Where more is due than the machine can do, at a high speed or after a sleep, it is done turn by turn, and between
 * two turns clients are heard and heartbeats are sent. The market's time is then as far as the server has come: it goes
 * on more slowly than asked for, and leaves nothing out. In virtual time a turn takes no time, and so never ends early.
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

  const plan = (): void => {
    isResting = false
    const next = nextAt()
    if (next === plannedFor) return
    cancel()
    if (next === Infinity) return
    plannedFor = next
    timer = asyncScheduler.schedule(() => {
      plannedFor = undefined
      try {
        advance(TURN)
        plan()
      } catch (error) {
        // Trying the same at once again would go on for ever: it's left until somebody asks for something.
        reached(undefined)
        onDefect(error)
      }
    }, clock.delayUntil(next))
  }

  return {
    // Whoever asks for something while the server is behind must not wait until it no longer is, nor make others wait.
    catchUp: () => {
      if (!isBehind) advance(isResting ? Infinity : TURN)
    },
    plan,
    rest: () => {
      isResting = true
      reached(undefined)
      cancel()
    },
  }
}
