import { ReplaySubject, share } from 'rxjs'
import type { Observable } from 'rxjs'

/**
 * One upstream for all who ask for the same of the same owner, as long as there is one; late ones get the latest
 * value at once. What an owner shares goes with it.
 *
 * ```ts
 * const spots$ = sharedBy<Link>()
 * spots$(account, '1', () => …) // the same stream for every caller
 * ```
 */
export const sharedBy = <T>(): ((owner: object, key: string, make: () => Observable<T>) => Observable<T>) => {
  const byOwner = new WeakMap<object, Map<string, Observable<T>>>()
  return (owner, key, make) => {
    const known = byOwner.get(owner) ?? new Map<string, Observable<T>>()
    byOwner.set(owner, known)
    const stream$ = known.get(key) ?? make().pipe(share({ connector: () => new ReplaySubject<T>(1) }))
    known.set(key, stream$)
    return stream$
  }
}
