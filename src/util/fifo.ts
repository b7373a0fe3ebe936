/** What waits in its order. Whatever enters, leaves or is taken out of the middle costs the same, however many wait. */
export interface Fifo<T extends object> {
  readonly add: (item: T) => void
  readonly first: () => T | undefined
  /** Takes one out, wherever it is. Says whether it was there. */
  readonly remove: (item: T) => boolean
  readonly size: () => number
}

/** Fewer than these are not worth making a list anew. */
const FEW = 32

/** A `Set` would do, if its first item were not found by passing all that have been deleted before it. */
export const createFifo = <T extends object>(): Fifo<T> => {
  const present = new Set<T>()
  let list: T[] = []
  let head = 0

  return {
    add: item => {
      present.add(item)
      list.push(item)
    },
    first: () => {
      for (let item = list[head]; item; item = list[(head += 1)]) if (present.has(item)) return item
      return undefined
    },
    remove: item => {
      const isThere = present.delete(item)
      if (list.length > FEW + 2 * present.size) {
        list = list.slice(head).filter(one => present.has(one))
        head = 0
      }
      return isThere
    },
    size: () => present.size,
  }
}
