import { asapScheduler, catchError, defer, finalize, map, mergeMap, share, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { hasReason } from '../../errors'

/** Whether a request with fewer keys may succeed. */
const isForOthers = (error: unknown): boolean => hasReason(error, 'Refused', 'TooLarge')

/**
 * The maximal number of keys in one request. A symbol takes about 3 kB of an answer, and a frame holds 15 MiB:
 * enough even for symbols ten times as large.
 */
const MOST = 500

interface Batch<K, V> {
  readonly keys: Set<K>
  readonly answer$: Observable<ReadonlyMap<K, V>>
}

/**
 * Joins the requests of one turn into one. Each caller gets the answer's entry for its key, `undefined` if there is
 * none. If the joint request is refused, each key is requested alone, so that none spoils the others.
 *
 * ```ts
 * const double = batchByTurn((keys: readonly number[]) => of(new Map(keys.map(key => [key, 2 * key]))))
 * merge(double(1), double(2)) // asks once, with [1, 2]
 * ```
 */
export const batchByTurn = <K, V>(
  ask: (keys: readonly K[]) => Observable<ReadonlyMap<K, V>>,
): ((key: K) => Observable<V | undefined>) => {
  let open: Batch<K, V> | undefined

  const openBatch = (): Batch<K, V> => {
    const keys = new Set<K>()
    const close = (): void => {
      if (open === batch) open = undefined
    }
    const batch: Batch<K, V> = {
      keys,
      answer$: timer(0, asapScheduler).pipe(
        mergeMap(() => {
          close()
          return ask([...keys])
        }),
        // Also when all callers have left before the turn is over.
        finalize(close),
        share(),
      ),
    }
    return batch
  }

  return key =>
    defer(() => {
      if (open === undefined || open.keys.size >= MOST) open = openBatch()
      const { answer$, keys } = open
      keys.add(key)
      return answer$.pipe(
        catchError((error: unknown) =>
          keys.size > 1 && isForOthers(error) ? ask([key]) : throwError(() => error),
        ),
        map(answers => answers.get(key)),
      )
    })
}
