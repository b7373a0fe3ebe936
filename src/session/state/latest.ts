import { Observable } from 'rxjs'
import type { SubjectLike } from 'rxjs'
import { createConsumers } from '../../util/consumers'

/**
 * What shares one upstream, as `share({ connector: () => latest() })`: gives late subscribers the latest value at once,
 * and how it ended. A `ReplaySubject` of one that lets a subscriber go at the same cost however many there are: it looks
 * for it in a list, which is slow where thousands of requests wait and are given up.
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
