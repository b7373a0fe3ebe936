import { asapScheduler, catchError, defer, finalize, map, mergeMap, share, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { hasReason } from '../../errors'

/** Whether fewer keys may be answered. */
const isForOthers = (error: unknown): boolean => hasReason(error, 'Refused', 'TooLarge')

/**
 * So many keys are asked for at once at most. A symbol takes some 3 kB of an answer, and a frame has room for 15 MiB:
 * there is room for symbols of ten times that size.
 */
const MOST = 500

interface Batch<K, V> {
  readonly keys: Set<K>
  readonly answer$: Observable<ReadonlyMap<K, V>>
}

/**
 * Puts questions that are asked in the same turn into one. Each emits what the answer has for its key, `undefined`
 * where it has nothing. Where several together are refused each is asked by itself, so that none spoils the others.
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
        // Where all have left before its turn, too.
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
