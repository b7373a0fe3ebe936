import type { Subscriber } from 'rxjs'

/** Those who want the same values. */
export interface Consumers<T> {
  /** Gives it every value from now on, until it has unsubscribed. */
  readonly join: (subscriber: Subscriber<T>) => void
  readonly next: (value: T) => void
  readonly error: (error: unknown) => void
  readonly complete: () => void
  /** When values last came, as the looks have it. */
  readonly lastAt: () => number | undefined
  /** Notes the time if values have come since the last look: a value costs a count and no clock. */
  readonly look: (now: number) => void
}

/**
 * What a Subject does, without the closure and the checks it makes for each value, which cost as much as validating a
 * quote. Whoever joins or leaves during a delivery does so from the next one on. Subscribers keep the errors of their
 * consumers to themselves, so that none harms another.
 */
export const createConsumers = <T>(onEmpty: () => void): Consumers<T> => {
  const members = new Set<Subscriber<T>>()
  let count = 0
  let seen = 0
  let lastAt: number | undefined
  // Nothing changes between most deliveries, and a list is walked faster than a set.
  let list: readonly Subscriber<T>[] | undefined
  const present = (): readonly Subscriber<T>[] => (list ??= [...members])

  return {
    join: subscriber => {
      members.add(subscriber)
      list = undefined
      subscriber.add(() => {
        members.delete(subscriber)
        list = undefined
        if (members.size === 0) onEmpty()
      })
    },
    next: value => {
      count += 1
      for (const subscriber of present()) subscriber.next(value)
    },
    error: error => {
      for (const subscriber of present()) subscriber.error(error)
    },
    complete: () => {
      for (const subscriber of present()) subscriber.complete()
    },
    lastAt: () => lastAt,
    look: now => {
      if (count !== seen) lastAt = now
      seen = count
    },
  }
}
