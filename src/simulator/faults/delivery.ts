import { Subscription, timer } from 'rxjs'
import { monotonicNow } from '../../clock'

// The longest delay of a timer. The difference of two times may be slightly more than the delay that was added.
const LONGEST_DELAY = 2_147_483_647

/** Delays things and keeps their order. */
export interface Delivery {
  readonly pass: (happen: () => void) => void
  readonly delayBy: (ms: number) => void
  readonly delay: () => number
  /** Drops everything that is on its way. */
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
