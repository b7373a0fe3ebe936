export interface Cache<A> {
  readonly get: (key: number, make: (key: number) => A) => A
  readonly clear: () => void
}

/** Caches the most recently used values, up to a number. A dropped value is made again, and is the same. */
export const createCache = <A>(capacity: number): Cache<A> => {
  const kept = new Map<number, { readonly value: A }>()
  let latest: { readonly key: number; readonly value: A } | undefined

  const forgetOldest = (): void => {
    for (const key of kept.keys()) {
      kept.delete(key)
      return
    }
  }

  return {
    get: (key, make) => {
      if (latest?.key === key) return latest.value
      const entry = kept.get(key) ?? { value: make(key) }
      kept.delete(key)
      kept.set(key, entry)
      if (kept.size > capacity) forgetOldest()
      latest = { key, value: entry.value }
      return entry.value
    },
    clear: () => {
      kept.clear()
      latest = undefined
    },
  }
}
