import { asapScheduler, defer, share, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { latest } from '../../session/state/latest'

/** Whoever leaves and comes again in the same turn finds what was there: nothing is given back and asked for anew. */
export const oneTurn = (): Observable<unknown> => timer(0, asapScheduler)

/**
 * One upstream for all who ask for the same of the same owner, as long as there is one; late ones get the latest
 * value at once. What an owner shares goes with it. It ends with the last consumer, or `linger` after.
 *
 * ```ts
 * const quotes = shareByKey<Quote>()
 * quotes(account, 'EURUSD', () => quote$) // the same stream for every caller
 * ```
 */
export const shareByKey = <T>(
  linger?: () => Observable<unknown>,
): ((owner: object, key: string, make: () => Observable<T>) => Observable<T>) => {
  const byOwner = new WeakMap<object, Map<string, Observable<T>>>()
  const made = (owner: object, key: string, make: () => Observable<T>): Observable<T> => {
    const known = byOwner.get(owner) ?? new Map<string, Observable<T>>()
    byOwner.set(owner, known)
    const forget = (): void => {
      known.delete(key)
    }
    const stream$ =
      known.get(key) ??
      make().pipe(
        // What is asked for may be what somebody types: of what there is not nothing is kept. The rest is: what its
        // last consumer left may still be to be given back, and must know of the next one.
        tap({ error: forget }),
        share({ connector: () => latest<T>(), resetOnRefCountZero: linger ?? true }),
      )
    known.set(key, stream$)
    return stream$
  }
  // Found anew by each consumer: whoever asked before it was forgotten shares the one that is there now.
  return (owner, key, make) => defer(() => made(owner, key, make))
}
