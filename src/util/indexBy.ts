import { oncePer } from './oncePer'

/**
 * The items of a list with a given key. A list is indexed once for any number of look-ups, for example by all
 * orders of a journal after a restart.
 */
export const indexBy = <T, K>(keyOf: (item: T) => K): ((list: readonly T[], key: K) => readonly T[]) => {
  const indexOf = oncePer((list: readonly T[]): ReadonlyMap<K, readonly T[]> => {
    const index = new Map<K, T[]>()
    for (const item of list) {
      const known = index.get(keyOf(item))
      if (known) known.push(item)
      else index.set(keyOf(item), [item])
    }
    return index
  })
  return (list, key) => indexOf(list).get(key) ?? []
}
