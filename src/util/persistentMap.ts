/**
 * An immutable map with cheap changes. A change makes the next version. The newest version holds all entries; an
 * older one holds only what the next one changed, and reads the rest from it. So a change costs what it changes,
 * for any number of entries. A look-up is only slower in older versions.
 */
export interface PersistentMap<K, V> {
  size: number
  /** Internal: where the entries are. */
  state: Newest<K, V> | Older<K, V>
}

interface Newest<K, V> {
  /** A removed key has `undefined`, so that an older version finds it in its old place. */
  readonly entries: Map<K, V | undefined>
  /** How often an entry was changed. */
  changes: number
  /** The values before this version; `undefined` if no older version needs them. */
  log: Log<K, V> | undefined
}

interface Older<K, V> {
  readonly log: Log<K, V>
  readonly next: PersistentMap<K, V>
}

/** The former values of keys, in the order of the changes. */
interface Log<K, V> {
  readonly keys: K[]
  readonly values: (V | undefined)[]
}

/** Fewer changes are not worth a copy. */
const FEW = 32
/** Nor are fewer changes than this share of the entries. */
const SHARE = 4

export const persistentMap = <K, V>(entries: Iterable<readonly [K, V]> = []): PersistentMap<K, V> => {
  const made = new Map<K, V | undefined>(entries)
  return { size: made.size, state: { entries: made, changes: 0, log: undefined } }
}

/** The value of a key. */
export const lookup = <K, V>(map: PersistentMap<K, V>, key: K): V | undefined => {
  let { state } = map
  while ('next' in state) {
    const { keys, values } = state.log
    const at = keys.indexOf(key)
    if (at >= 0) return values[at]
    ;({ state } = state.next)
  }
  return state.entries.get(key)
}

/** The entries of a version; a copy if it is not the newest. */
const heldBy = <K, V>({ state }: PersistentMap<K, V>): Map<K, V | undefined> => {
  if ('entries' in state) return state.entries
  const logs: Log<K, V>[] = []
  let at: PersistentMap<K, V>['state'] = state
  while ('next' in at) {
    logs.push(at.log)
    ;({ state: at } = at.next)
  }
  const entries = new Map(at.entries)
  for (const { keys, values } of logs.reverse())
    // Of several changes of a key, the first one has its old value.
    for (let n = keys.length - 1; n >= 0; n--) entries.set(keys[n] as K, values[n])
  return entries
}

const presentIn = <K, V>(entries: Map<K, V | undefined>): Map<K, V> => {
  const present = new Map<K, V>()
  entries.forEach((value, key) => {
    if (value !== undefined) present.set(key, value)
  })
  return present
}

/** A `Map` of its own. A key that was removed and added again may be in its former place. */
export const toMap = <K, V>(map: PersistentMap<K, V>): Map<K, V> => presentIn(heldBy(map))

/** All values, in the same order. */
export const toValues = <K, V>(map: PersistentMap<K, V>): V[] => {
  const list: V[] = []
  heldBy(map).forEach(value => {
    if (value !== undefined) list.push(value)
  })
  return list
}

/**
 * The next version, to be changed with `put` until another part of the program has it. After some changes per entry
 * it begins with a copy, so that the log for an old version does not grow for ever. An empty map keeps no log, so
 * many maps can begin with it.
 */
export const nextVersion = <K, V>(map: PersistentMap<K, V>): PersistentMap<K, V> => {
  const { size, state } = map
  if ('next' in state || size === 0 || state.changes > Math.max(FEW, SHARE * size))
    return { size, state: { entries: toMap(map), changes: 0, log: undefined } }
  const log = { keys: [], values: [] }
  const next = { size, state: { entries: state.entries, changes: state.changes, log } }
  map.state = { log, next }
  return next
}

/** Sets a key of the newest version. `undefined` removes it. */
export const put = <K, V>(newest: PersistentMap<K, V>, key: K, value: V | undefined): void => {
  const { state } = newest
  if ('next' in state) throw new Error('this version is not the newest')
  const { entries, log } = state
  const known = entries.get(key)
  if (known === value) return
  log?.keys.push(key)
  log?.values.push(known)
  entries.set(key, value)
  state.changes += 1
  if (known === undefined) newest.size += 1
  else if (value === undefined) newest.size -= 1
}

/**
 * The next version with these changes: each key with its value, or `undefined` to remove it. Without changes it
 * is the same version.
 */
export const update = <K, V>(
  map: PersistentMap<K, V>,
  updates: readonly (readonly [key: K, value: V | undefined])[],
): PersistentMap<K, V> => {
  if (updates.every(([key, value]) => lookup(map, key) === value)) return map
  const next = nextVersion(map)
  for (const [key, value] of updates) put(next, key, value)
  return next
}

/** One key whose value differs between two versions. */
export interface Difference<K, V> {
  readonly key: K
  readonly before: V | undefined
  readonly after: V | undefined
}

/**
 * The old values of the keys that changed since; `undefined` if the later version was not made from the earlier
 * one.
 */
const changedSince = <K, V>(
  before: PersistentMap<K, V>,
  after: PersistentMap<K, V>,
): Map<K, V | undefined> | undefined => {
  const known = new Map<K, V | undefined>()
  for (let version = before; version !== after;) {
    const { state } = version
    if (!('next' in state)) return undefined
    const { keys, values } = state.log
    keys.forEach((key, n) => {
      if (!known.has(key)) known.set(key, values[n])
    })
    version = state.next
  }
  return known
}

/**
 * The differences of two versions, by identity. If one was made from the other recently, the cost is that of the
 * changes. Otherwise it is that of all entries; then removed keys come last.
 */
export const differences = <K, V>(
  before: PersistentMap<K, V>,
  after: PersistentMap<K, V>,
): readonly Difference<K, V>[] => {
  const found: Difference<K, V>[] = []
  const compare = (key: K, known: V | undefined, now: V | undefined): void => {
    if (known !== now) found.push({ key, before: known, after: now })
  }
  const changed = changedSince(before, after)
  if (changed) for (const [key, known] of changed) compare(key, known, lookup(after, key))
  else {
    const [known, now] = [heldBy(before), heldBy(after)]
    for (const [key, value] of now) if (value !== undefined) compare(key, known.get(key), value)
    for (const [key, value] of known) if (now.get(key) === undefined) compare(key, value, undefined)
  }
  return found
}
