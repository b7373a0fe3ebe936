import type { Subscriber } from 'rxjs'

/**
 * Does what a Subject does, without its closure and checks for each value: those cost as much as validating a
 * quote. A consumer that joins or leaves during a delivery does so from the next one on. Subscribers catch their
 * own errors, so that none harms another.
 */
export const createConsumers = <T>(onEmpty: () => void) => {
  const members = new Set<Subscriber<T>>()
  let count = 0
  let seen = 0
  let lastAt: number | undefined
  // Cached: it rarely changes between deliveries, and an array is faster to walk than a set.
  let list: readonly Subscriber<T>[] | undefined
  const present = (): readonly Subscriber<T>[] => (list ??= [...members])

  return {
    /** Gives it every value from now on, until it unsubscribes. */
    join: (subscriber: Subscriber<T>): void => {
      members.add(subscriber)
      list = undefined
      subscriber.add(() => {
        members.delete(subscriber)
        list = undefined
        if (members.size === 0) onEmpty()
      })
    },
    next: (value: T): void => {
      count += 1
      for (const subscriber of present()) subscriber.next(value)
    },
    error: (error: unknown): void => {
      for (const subscriber of present()) subscriber.error(error)
    },
    complete: (): void => {
      for (const subscriber of present()) subscriber.complete()
    },
    /** Time of the last value, to the resolution of the sampling. */
    lastAt: (): number | undefined => lastAt,
    /**
     * Notes the time if values have come since the last call. So a value only increments a counter and reads no
     * clock.
     */
    look: (now: number): void => {
      if (count !== seen) lastAt = now
      seen = count
    },
  }
}

/** The consumers of the same values. */
export type Consumers<T> = ReturnType<typeof createConsumers<T>>
