import { Subscription, timer } from 'rxjs'
import { monotonicNow } from '../../clock'

// The longest a timer can wait. The difference of two times may be a little more than what was added.
const LONGEST_DELAY = 2_147_483_647

/** Lets things happen in their order, each when its delay is over. */
export interface Delivery {
  readonly pass: (happen: () => void) => void
  readonly delayBy: (ms: number) => void
  readonly delay: () => number
  /** Forgets what is on its way. */
  readonly stop: () => void
}

export const createDelivery = (): Delivery => {
  const onTheWay = new Subscription()
  let delay = 0
  let waiting = 0
  let lastDue = -Infinity

  return {
    pass: happen => {
      if (onTheWay.closed) return
      if (delay === 0 && waiting === 0) {
        happen()
        return
      }
      const now = monotonicNow()
      lastDue = Math.max(lastDue, now + delay)
      waiting += 1
      onTheWay.add(
        timer(Math.min(lastDue - now, LONGEST_DELAY)).subscribe(() => {
          waiting -= 1
          happen()
        }),
      )
    },
    delayBy: ms => {
      delay = ms
    },
    delay: () => delay,
    stop: () => {
      onTheWay.unsubscribe()
    },
  }
}
