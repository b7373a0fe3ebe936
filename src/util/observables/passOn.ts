import type { Observer, Subscriber } from 'rxjs'

/** An observer with a `next` of its own, which passes the error and the end on to a subscriber. */
export const passOn = <T>(subscriber: Subscriber<unknown>, next: (value: T) => void): Observer<T> => ({
  next,
  error: (error: unknown) => {
    subscriber.error(error)
  },
  complete: () => {
    subscriber.complete()
  },
})
