/** Values by key, up to a size of all together. What has not been used for the longest time goes first. */
export const createCache = <T>(capacity: number, sizeOf: (value: T, key: string) => number) => {
  const entries = new Map<string, { readonly value: T; readonly size: number }>()
  let total = 0

  const drop = (key: string): void => {
    total -= entries.get(key)?.size ?? 0
    entries.delete(key)
  }
  return {
    get: (key: string): T | undefined => {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set: (key: string, value: T): void => {
      const size = sizeOf(value, key)
      if (size > capacity) return
      drop(key)
      entries.set(key, { value, size })
      total += size
      for (const [oldest] of entries) {
        if (total <= capacity) return
        drop(oldest)
      }
    },
    clear: (): void => {
      entries.clear()
      total = 0
    },
    size: (): number => total,
  }
}

/** Texts by key, up to so many characters. */
export const createTextCache = (capacity: number) => createCache<string>(capacity, ({ length }) => length)

export type TextCache = ReturnType<typeof createTextCache>
