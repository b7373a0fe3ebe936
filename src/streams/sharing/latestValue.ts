import { Observable, Subject } from 'rxjs'

/** Like `ReplaySubject(1)`, but it can forget its value, and never completes. Every price passes through here, so it uses no operator. */
export const createLatestValue = <T extends object>() => {
  const value$ = new Subject<T>()
  let last: T | undefined
  return {
    next: (value: T): void => {
      last = value
      value$.next(value)
    },
    /** A subscriber waits for the next value. */
    forget: (): void => {
      last = undefined
    },
    /** Emits the latest value at once if there is one, then each new one. */
    value$: new Observable<T>(subscriber => {
      if (last) subscriber.next(last)
      return value$.subscribe(subscriber)
    }),
  }
}
