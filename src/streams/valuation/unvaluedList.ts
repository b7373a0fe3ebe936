import type { Unvalued } from './unvalued'

/** The positions without a value, kept up to date. */
export interface UnvaluedList {
  /** Checks a position again after a change. */
  readonly doubt: (positionId: number) => void
  /** The list: the same object until it changes. */
  readonly take: () => readonly Unvalued[]
}

/** `of` says why a position has no value; `undefined` if it has one. */
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
