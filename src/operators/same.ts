const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Whether two values of the wire say the same, whatever the order of their fields. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (!isRecord(a) || !isRecord(b)) return false
  const fields = Object.keys(a)
  return fields.length === Object.keys(b).length && fields.every(field => isSame(a[field], b[field]))
}

/** The value from before where the new one says the same, so that who compares by identity sees no change. */
export const keep = <T>(before: T | undefined, after: T): T =>
  before !== undefined && isSame(before, after) ? before : after

/** The same for the entries of a map, and the map itself. */
export const keepAll = <K, T>(
  before: ReadonlyMap<K, T> | undefined,
  after: ReadonlyMap<K, T>,
): ReadonlyMap<K, T> => {
  if (before === undefined || before === after) return after
  let isKept = before.size === after.size
  const kept = new Map<K, T>()
  for (const [key, entry] of after) {
    const known = before.get(key)
    const next = keep(known, entry)
    isKept &&= next === known
    kept.set(key, next)
  }
  return isKept ? before : kept
}
