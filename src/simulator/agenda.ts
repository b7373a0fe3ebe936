import { Subscription, asyncScheduler } from 'rxjs'
import type { Clock } from './clock'

/** A part of the server in which things happen by themselves: prices move, orders fill. */
export interface Actor {
  /** When something happens next, as far as is known now. */
  readonly nextAt: () => number | undefined
  /** Lets happen whatever is due up to that time. */
  readonly advanceTo: (at: number) => void
}

export interface Agenda {
  /** Lets everything happen that is due by now, in the order of time. */
  readonly catchUp: () => void
  /** Waits for what comes next; to be called after anything that may have changed it. */
  readonly plan: () => void
  /** Waits for nothing any more. */
  readonly rest: () => void
}

/**
 * Makes things happen in the order of time, with one timer for all. While nobody is connected there is no timer at
 * all: what was due meanwhile happens when somebody comes, as of its own time, and nobody can tell the difference.
 */
export const createAgenda = (
  clock: Clock,
  actors: readonly Actor[],
  onDefect: (error: unknown) => void,
): Agenda => {
  let timer = Subscription.EMPTY
  let plannedFor: number | undefined

  const nextAt = (): number => Math.min(...actors.map(actor => actor.nextAt() ?? Infinity))

  const catchUp = (): void => {
    const now = clock.now()
    for (let due = nextAt(); due <= now; due = nextAt())
      for (const actor of actors) if ((actor.nextAt() ?? Infinity) <= due) actor.advanceTo(due)
  }

  const rest = (): void => {
    timer.unsubscribe()
    plannedFor = undefined
  }

  const plan = (): void => {
    const next = nextAt()
    if (next === plannedFor) return
    rest()
    if (next === Infinity) return
    plannedFor = next
    timer = asyncScheduler.schedule(() => {
      plannedFor = undefined
      try {
        catchUp()
        plan()
      } catch (error) {
        // Trying the same at once again would go on for ever: it's left until somebody asks for something.
        onDefect(error)
      }
    }, clock.delayUntil(next))
  }

  return { catchUp, plan, rest }
}
