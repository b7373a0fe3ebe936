import type { Unvalued } from './unvalued'

/** The positions that are not valued, kept as that changes. */
export interface UnvaluedList {
  /** Whether one is valued, or why not, may be another than before. */
  readonly doubt: (positionId: number) => void
  /** The same list as long as it says the same. */
  readonly take: () => readonly Unvalued[]
}

/** `of` says of a position that it is not valued, and why. */
export const createUnvaluedList = (of: (positionId: number) => Unvalued | undefined): UnvaluedList => {
  const known = new Map<number, Unvalued>()
  const doubted = new Set<number>()
  let list: readonly Unvalued[] = []
  return {
    doubt: positionId => doubted.add(positionId),
    take: () => {
      let isOther = false
      for (const positionId of doubted) {
        const now = of(positionId)
        if (known.get(positionId)?.why === now?.why) continue
        isOther = true
        if (now) known.set(positionId, now)
        else known.delete(positionId)
      }
      doubted.clear()
      if (isOther) list = [...known.values()]
      return list
    },
  }
}
