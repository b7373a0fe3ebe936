import { asapScheduler, catchError, defer, finalize, map, mergeMap, share, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError } from '../errors'

const isRefused = (error: unknown): boolean => error instanceof CTraderError && error.reason === 'Refused'

interface Batch<K, V> {
  readonly keys: Set<K>
  readonly answer$: Observable<ReadonlyMap<K, V>>
}

/**
 * Puts questions that are asked in the same turn into one. Each emits what the answer has for its key, `undefined`
 * where it has nothing. Where several together are refused each is asked by itself, so that none spoils the others.
 *
 * ```ts
 * const double = batched((keys: readonly number[]) => of(new Map(keys.map(key => [key, 2 * key]))))
 * merge(double(1), double(2)) // asks once, with [1, 2]
 * ```
 */
export const batched = <K, V>(
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
      const { answer$, keys } = (open ??= openBatch())
      keys.add(key)
      return answer$.pipe(
        catchError((error: unknown) =>
          keys.size > 1 && isRefused(error) ? ask([key]) : throwError(() => error),
        ),
        map(answers => answers.get(key)),
      )
    })
}
