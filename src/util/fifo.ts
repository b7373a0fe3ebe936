/** A queue. Adding, taking and removing from the middle have the same cost for any length. */
export interface Fifo<T extends object> {
  readonly add: (item: T) => void
  readonly first: () => T | undefined
  /** Removes an item anywhere in the queue. Returns whether it was there. */
  readonly remove: (item: T) => boolean
  readonly size: () => number
}

/** Do not compact a queue with fewer free places. */
const FEW = 32

/** Not a `Set`: finding its first item passes over all deleted ones before it. */
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
