import { distinctUntilChanged, map, pairwise, startWith } from 'rxjs'
import type { OperatorFunction } from 'rxjs'
import { differences, persistentMap, toValues } from '../util/persistentMap'
import type { PersistentMap } from '../util/persistentMap'

/** A list, and its differences from the one before. The first value has everything in `added`. */
export interface Changes<T> {
  /** A new list each time. A long list is made when it is first read. */
  readonly all: readonly T[]
  readonly added: readonly T[]
  /** As they are now. */
  readonly changed: readonly T[]
  /** As they were last. */
  readonly removed: readonly T[]
}

/** Up to this length the list is made at once: that is cheap, and a log can show it. */
const FEW = 100

const between = <K, T extends object>(
  before: PersistentMap<K, T>,
  after: PersistentMap<K, T>,
): Changes<T> => {
  const added: T[] = []
  const changed: T[] = []
  const removed: T[] = []
  for (const { before: known, after: entry } of differences(before, after))
    if (entry && known) changed.push(entry)
    else if (entry) added.push(entry)
    else if (known) removed.push(known)
  let all: readonly T[] | undefined
  const found: Changes<T> = {
    get all() {
      return (all ??= toValues(after))
    },
    added,
    changed,
    removed,
  }
  // A copy has the list itself.
  return after.size <= FEW ? { ...found } : found
}

/**
 * Like `changes`, for versions of one map. The cost depends on what changed only. A long list is made when it is
 * first read.
 */
export const changesOfVersions =
  <K, T extends object>(): OperatorFunction<PersistentMap<K, T>, Changes<T>> =>
  map$ =>
    map$.pipe(
      distinctUntilChanged(),
      startWith(persistentMap<K, T>()),
      pairwise(),
      map(([before, after]) => between(before, after)),
    )

/**
 * The changes from each map to the next. Values are compared by identity. Emits nothing if nothing changed. Errors
 * and completes with the source.
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
      map(entries => persistentMap(entries)),
      changesOfVersions(),
    )
