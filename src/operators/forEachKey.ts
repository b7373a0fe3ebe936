import { Observable, Subscription } from 'rxjs'
import type { OperatorFunction } from 'rxjs'

/**
 * One stream for each key of the latest set. It starts when the key is added, ends when the key is removed, and
 * continues while the key stays. Errors with the source and with any of the streams. Never completes.
 *
 * ```ts
 * of(new Set([1, 2])).pipe(forEachKey(symbolId => spots(account, symbolId)))
 * ```
 */
export const forEachKey =
  <K, T>(make: (key: K) => Observable<T>): OperatorFunction<ReadonlySet<K>, T> =>
  keys$ =>
    new Observable(subscriber => {
      const running = new Map<K, Subscription>()
      subscriber.add(() => {
        running.forEach(subscription => {
          subscription.unsubscribe()
        })
      })
      const notify = {
        next: (value: T) => {
          subscriber.next(value)
        },
        error: (error: unknown) => {
          subscriber.error(error)
        },
      }
      const begin = (key: K): void => {
        const subscription = new Subscription()
        running.set(key, subscription)
        subscription.add(make(key).subscribe(notify))
      }
      subscriber.add(
        keys$.subscribe({
          ...notify,
          next: keys => {
            for (const [key, subscription] of running)
              if (!keys.has(key)) {
                running.delete(key)
                subscription.unsubscribe()
              }
            for (const key of keys) if (!running.has(key)) begin(key)
          },
        }),
      )
    })
