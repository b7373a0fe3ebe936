import { asapScheduler, defer, share, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { latest } from '../../session/state/latest'
import { oncePer } from '../../util/oncePer'

/**
 * A consumer that leaves and returns in the same turn keeps the upstream: nothing is unsubscribed and subscribed
 * again.
 */
export const oneTurn = (): Observable<unknown> => timer(0, asapScheduler)

/**
 * One upstream per owner and key, shared while it has consumers. A late consumer gets the latest value at once. The
 * cache of an owner is garbage collected with it. The upstream ends with the last consumer, or `linger` later.
 *
 * ```ts
 * const quotes = shareByKey<Quote>()
 * quotes(account, 'EURUSD', () => quote$) // the same stream for every caller
 * ```
 */
export const shareByKey = <T>(
  linger?: () => Observable<unknown>,
): ((owner: object, key: string, make: () => Observable<T>) => Observable<T>) => {
  const ofOwner = oncePer<object, Map<string, Observable<T>>>(() => new Map())
  const made = (owner: object, key: string, make: () => Observable<T>): Observable<T> => {
    const known = ofOwner(owner)
    const forget = (): void => {
      known.delete(key)
    }
    const stream$ =
      known.get(key) ??
      make().pipe(
        // Drop on error: keys may be user input. Otherwise keep, so a re-subscribe can cancel a pending
        // unsubscribe.
        tap({ error: forget }),
        share({ connector: () => latest<T>(), resetOnRefCountZero: linger ?? true }),
      )
    known.set(key, stream$)
    return stream$
  }
  // Looked up at subscription. Consumers from before a `forget` then share the new upstream too.
  return (owner, key, make) => defer(() => made(owner, key, make))
}
