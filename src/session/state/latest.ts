import { Observable } from 'rxjs'
import type { SubjectLike } from 'rxjs'
import { createConsumers } from '../../util/observables/consumers'

/**
 * Shares one upstream, as `share({ connector: () => latest() })`: late subscribers get the latest value and the
 * end. Like `ReplaySubject(1)`, but unsubscribing has the same cost for any number of subscribers. A
 * `ReplaySubject` searches a list, which is slow when thousands of requests wait and are given up.
 */
export const latest = <T>(): SubjectLike<T> => {
  const consumers = createConsumers<T>(() => undefined)
  let last: { readonly value: T } | undefined
  let end: { readonly error?: { readonly cause: unknown } } | undefined
  const value$ = new Observable<T>(subscriber => {
    if (!end) consumers.join(subscriber)
    if (last) subscriber.next(last.value)
    if (end?.error) subscriber.error(end.error.cause)
    else if (end) subscriber.complete()
  })
  return {
    next: value => {
      if (end) return
      last = { value }
      consumers.next(value)
    },
    error: (cause: unknown) => {
      end = { error: { cause } }
      consumers.error(cause)
    },
    complete: () => {
      end = {}
      consumers.complete()
    },
    subscribe: observer => value$.subscribe(observer),
  }
}
