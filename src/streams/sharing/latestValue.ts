import { Observable, Subject } from 'rxjs'

/** The latest value, and all values after it. */
export interface LatestValue<T> {
  readonly next: (value: T) => void
  /** Forgets the value: a subscriber waits for the next one. */
  readonly forget: () => void
  /** Emits the latest value at once if there is one, then each new one. Never completes. */
  readonly value$: Observable<T>
}

/** Like `ReplaySubject(1)`, but it can forget its value. Every price passes through here, so it uses no operator. */
export const createLatestValue = <T extends object>(): LatestValue<T> => {
  const value$ = new Subject<T>()
  let last: T | undefined
  return {
    next: value => {
      last = value
      value$.next(value)
    },
    forget: () => {
      last = undefined
    },
    value$: new Observable(subscriber => {
      if (last) subscriber.next(last)
      return value$.subscribe(subscriber)
    }),
  }
}
