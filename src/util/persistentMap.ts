/**
 * A map that does not change: what is changed makes the next version of it. The newest version has all the entries; an
 * older one has what the next one changed, and is told from that. So a change costs what it changes, however many
 * entries there are, and to look up costs nothing but in older versions.
 */
export interface PersistentMap<K, V> {
  size: number
  /** Where its entries are: of interest to the functions here alone. */
  state: Newest<K, V> | Older<K, V>
}

interface Newest<K, V> {
  /** What was removed has `undefined`, so that an older version has it in its place again. */
  readonly entries: Map<K, V | undefined>
  /** How often one of them was changed. */
  changes: number
  /** What they were before this version; none where no older version wants to know. */
  log: Log<K, V> | undefined
}

interface Older<K, V> {
  readonly log: Log<K, V>
  readonly next: PersistentMap<K, V>
}

/** What keys had, in the order in which they were changed. */
interface Log<K, V> {
  readonly keys: K[]
  readonly values: (V | undefined)[]
}

/** Fewer changes than these are not worth a copy. */
const FEW = 32
/** And not fewer than so many for each entry. */
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

/** What holds the entries of a version: a copy, where it is not the newest. */
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
    // The first of several changes of a key tells what it had.
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

/** A `Map` of its own. One that was removed and came again may be in its former place. */
export const toMap = <K, V>(map: PersistentMap<K, V>): Map<K, V> => presentIn(heldBy(map))

/** All values, in the same order. */
export const valuesOf = <K, V>(map: PersistentMap<K, V>): V[] => {
  const list: V[] = []
  heldBy(map).forEach(value => {
    if (value !== undefined) list.push(value)
  })
  return list
}

/**
 * The next version, for `put`, which may change it until somebody else has it. After some changes for each entry there
 * is it begins with a copy: so what an old version that somebody keeps has to know of later ones does not grow for ever.
 * An empty one knows nothing of them, and can be what many others begin with.
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

/** Gives a key of the newest version a value, or with `undefined` none. */
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

/** The next version with what is changed: each key with its value, or `undefined` for none. The same where that is nothing. */
export const updated = <K, V>(
  map: PersistentMap<K, V>,
  updates: readonly (readonly [key: K, value: V | undefined])[],
): PersistentMap<K, V> => {
  if (updates.every(([key, value]) => lookup(map, key) === value)) return map
  const next = nextVersion(map)
  for (const [key, value] of updates) put(next, key, value)
  return next
}

/** One key that has not the same value in two versions. */
export interface Difference<K, V> {
  readonly key: K
  readonly before: V | undefined
  readonly after: V | undefined
}

/** What the keys had that were changed since; nothing where the later version was not made of the earlier one. */
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
 * In what two versions differ, by identity. Costs no more than was changed where the one was made of the other a short
 * while ago, and as much as there is otherwise; then what the later one does not have any more comes last.
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
