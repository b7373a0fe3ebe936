import { Subscription, asyncScheduler } from 'rxjs'
import { createFifo } from '../../util/fifo'

/** Something that may have to wait for its turn. */
export interface Turn {
  readonly start: () => void
  /** How long it has to wait apart from that, in ms. */
  readonly clearIn: () => number
}

export interface Turns {
  /** Starts it, or does so when its turn comes. It is over, or withdrawn, with the subscription. */
  readonly enter: (turn: Turn) => Subscription
}

/** All at once, or one at a time as long as that is wanted. */
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
