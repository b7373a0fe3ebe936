import { NEVER, concatWith, connect, filter, mergeMap, pairwise, startWith, takeUntil } from 'rxjs'
import type { Observable, OperatorFunction } from 'rxjs'

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
    keys$.pipe(
      concatWith(NEVER),
      connect(now$ =>
        now$.pipe(
          startWith(new Set<K>()),
          pairwise(),
          mergeMap(([before, now]) => [...now].filter(key => !before.has(key))),
          mergeMap(key => make(key).pipe(takeUntil(now$.pipe(filter(now => !now.has(key)))))),
        ),
      ),
    )
