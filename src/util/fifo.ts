/** Do not compact a queue with fewer free places. */
const FEW = 32

/**
 * A queue. Adding, taking and removing from the middle have the same cost for any length. Not a `Set`: finding its first item passes over all
 * deleted ones before it.
 */
export const createFifo = <T extends object>() => {
  const present = new Set<T>()
  let list: T[] = []
  let head = 0

  return {
    add: (item: T): void => {
      present.add(item)
      list.push(item)
    },
    first: (): T | undefined => {
      for (let item = list[head]; item; item = list[(head += 1)]) if (present.has(item)) return item
      return undefined
    },
    /** Removes an item anywhere in the queue. Returns whether it was there. */
    remove: (item: T): boolean => {
      const isThere = present.delete(item)
      if (list.length > FEW + 2 * present.size) {
        list = list.slice(head).filter(one => present.has(one))
        head = 0
      }
      return isThere
    },
    size: (): number => present.size,
  }
}

export type Fifo<T extends object> = ReturnType<typeof createFifo<T>>
