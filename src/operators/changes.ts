import { distinctUntilChanged, map, pairwise, startWith } from 'rxjs'
import type { OperatorFunction } from 'rxjs'

/** A list, and in which entries it differs from the one before: the first has everything in `added`. */
export interface Changes<T> {
  readonly all: readonly T[]
  readonly added: readonly T[]
  /** As they are now. */
  readonly changed: readonly T[]
  /** As they were last. */
  readonly removed: readonly T[]
}

const between = <K, T>(before: ReadonlyMap<K, T>, after: ReadonlyMap<K, T>): Changes<T> => {
  const added: T[] = []
  const changed: T[] = []
  for (const [key, entry] of after) {
    const known = before.get(key)
    if (known === undefined) added.push(entry)
    else if (known !== entry) changed.push(entry)
  }
  const removed = [...before].flatMap(([key, entry]) => (after.has(key) ? [] : [entry]))
  return { all: [...after.values()], added, changed, removed }
}

/**
 * What has changed from each map to the next, told by the identity of its values. Silent where that is nothing.
 * Errors and completes with the source.
 *
 * ```ts
 * const positions$ = of(new Map([[1, { volume: 100 }]]))
 * positions$.pipe(changes()).subscribe(({ added, removed }) => console.log(added, removed))
 * ```
 */
export const changes =
  <K, T extends object>(): OperatorFunction<ReadonlyMap<K, T>, Changes<T>> =>
  map$ =>
    map$.pipe(
      distinctUntilChanged(),
      startWith(new Map<K, T>()),
      pairwise(),
      map(([before, after]) => between(before, after)),
    )
