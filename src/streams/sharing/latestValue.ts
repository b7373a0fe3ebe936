import { Observable, Subject } from 'rxjs'

/** The last of some values, and what comes after it. */
export interface LatestValue<T> {
  readonly next: (value: T) => void
  /** There is none until the next. */
  readonly forget: () => void
  /** The last at once, if there is one, then each. Never completes. */
  readonly value$: Observable<T>
}

/** As a `ReplaySubject` of one that can forget it. Every price goes through one, so there is no operator in it. */
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
