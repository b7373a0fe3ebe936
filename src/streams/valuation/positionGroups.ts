import type { ProtoOAPosition } from '../../protocol/messages/positions'

type Group = Map<number, ProtoOAPosition>

const none: ReadonlyMap<number, never> = new Map<number, never>()

/** The open positions, grouped by symbol and updated position by position. */
export const createPositionGroups = () => {
  const bySymbol = new Map<number, Group>()
  let symbolIds: ReadonlySet<number> | undefined

  const removeFrom = (symbolId: number, positionId: number): void => {
    const group = bySymbol.get(symbolId)
    group?.delete(positionId)
    if (group?.size !== 0) return
    bySymbol.delete(symbolId)
    symbolIds = undefined
  }

  const newGroup = (symbolId: number): Group => {
    const group: Group = new Map()
    bySymbol.set(symbolId, group)
    symbolIds = undefined
    return group
  }

  return {
    /** A position has changed. `undefined` stands for a position that does not exist now, or did not before. */
    replace: (before: ProtoOAPosition | undefined, after: ProtoOAPosition | undefined): void => {
      const [from, to] = [before?.tradeData.symbolId, after?.tradeData.symbolId]
      // A position that changes keeps its place.
      if (before && from !== undefined && from !== to) removeFrom(from, before.positionId)
      if (after && to !== undefined) (bySymbol.get(to) ?? newGroup(to)).set(after.positionId, after)
    },
    /** The positions of a symbol, by id. */
    of: (symbolId: number): ReadonlyMap<number, ProtoOAPosition> => bySymbol.get(symbolId) ?? none,
    /** The symbols that have positions: the same set object until they change. */
    symbolIds: (): ReadonlySet<number> => (symbolIds ??= new Set(bySymbol.keys())),
  }
}
