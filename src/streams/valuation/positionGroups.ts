import type { ProtoOAPosition } from '../../protocol/messages/positions'

/** The open positions, grouped by symbol and updated position by position. */
export interface PositionGroups {
  /** A position has changed. `undefined` stands for a position that does not exist now, or did not exist before. */
  readonly replace: (before: ProtoOAPosition | undefined, after: ProtoOAPosition | undefined) => void
  /** The positions of a symbol, by id. */
  readonly of: (symbolId: number) => ReadonlyMap<number, ProtoOAPosition>
  /** The symbols that have positions: the same set object until they change. */
  readonly symbolIds: () => ReadonlySet<number>
}

const none: ReadonlyMap<number, never> = new Map<number, never>()

export const createPositionGroups = (): PositionGroups => {
  const bySymbol = new Map<number, Map<number, ProtoOAPosition>>()
  let symbolIds: ReadonlySet<number> | undefined

  const remove = ({ positionId, tradeData: { symbolId } }: ProtoOAPosition): void => {
    const group = bySymbol.get(symbolId)
    group?.delete(positionId)
    if (group?.size !== 0) return
    bySymbol.delete(symbolId)
    symbolIds = undefined
  }

  const put = (position: ProtoOAPosition): void => {
    const { positionId, tradeData } = position
    const group = bySymbol.get(tradeData.symbolId)
    if (group) {
      group.set(positionId, position)
      return
    }
    bySymbol.set(tradeData.symbolId, new Map([[positionId, position]]))
    symbolIds = undefined
  }

  return {
    replace: (before, after) => {
      // A position that changes keeps its place.
      if (before && before.tradeData.symbolId !== after?.tradeData.symbolId) remove(before)
      if (after) put(after)
    },
    of: symbolId => bySymbol.get(symbolId) ?? none,
    symbolIds: () => (symbolIds ??= new Set(bySymbol.keys())),
  }
}
