import { differences, update } from './persistentMap'
import type { PersistentMap } from './persistentMap'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Whether two wire values are equal, with fields in any order. */
export const deepEqual = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (!isRecord(a) || !isRecord(b)) return false
  const fields = Object.keys(a)
  return fields.length === Object.keys(b).length && fields.every(field => deepEqual(a[field], b[field]))
}

/** The old value if the new one is equal, so that comparisons by identity see no change. */
export const keepIfEqual = <T>(before: T | undefined, after: T): T =>
  before !== undefined && deepEqual(before, after) ? before : after

/** The same for the entries of a map, and the map itself. */
export const keepEqualEntries = <K, T>(
  before: PersistentMap<K, T> | undefined,
  after: PersistentMap<K, T>,
): PersistentMap<K, T> => {
  if (before === undefined || before === after) return after
  const found = differences(before, after)
  const same = found.filter(
    one => one.before !== undefined && one.after !== undefined && deepEqual(one.before, one.after),
  )
  return same.length === found.length
    ? before
    : update(
        after,
        same.map(({ key, before: known }) => [key, known]),
      )
}
