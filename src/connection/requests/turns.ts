import { Subscription, asyncScheduler } from 'rxjs'
import { createFifo } from '../../util/fifo'

/** Something that may have to wait for its turn. */
export interface Turn {
  readonly start: () => void
  /** How long it must wait for other reasons, in ms. */
  readonly clearIn: () => number
}

export interface Turns {
  /** Starts it now or when its turn comes. Unsubscribing ends or withdraws it. */
  readonly enter: (turn: Turn) => Subscription
}

/** Starts all at once, or one at a time while `isOneAtATime` says so. */
export const createTurns = (isOneAtATime: () => boolean): Turns => {
  const active = new Set<Turn>()
  const queue = createFifo<Turn>()
  let timer = Subscription.EMPTY

  const start = (turn: Turn): void => {
    active.add(turn)
    turn.start()
  }

  const next = (): void => {
    timer.unsubscribe()
    const first = queue.first()
    if (first === undefined || active.size > 0) return
    const wait = first.clearIn()
    if (wait > 0) {
      timer = asyncScheduler.schedule(next, wait)
      return
    }
    queue.remove(first)
    start(first)
  }

  return {
    enter: turn => {
      if (isOneAtATime()) {
        queue.add(turn)
        next()
      } else start(turn)
      return new Subscription(() => {
        queue.remove(turn)
        active.delete(turn)
        next()
      })
    },
  }
}
