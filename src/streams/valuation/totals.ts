import { lookup, nextVersion, persistentMap, put } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import type { PositionPnl } from './profit'
import type { Unquoted } from './unquoted'

/** The sums of the values, and what changed since the last time. */
export interface Sums {
  readonly gross: number
  readonly net: number
  /** The positions whose value changed. */
  readonly changed: readonly PositionPnl[]
  /** All positions with a value. */
  readonly positions: PersistentMap<number, PositionPnl>
  /** Whether any value changed or went away. */
  readonly isNews: boolean
}

/** The values of positions, each and in total. */
export const createTotals = (unquoted: Unquoted) => {
  let gross = 0
  let net = 0
  let isNews = true
  let values = persistentMap<number, PositionPnl>()
  /** Whether another part of the program has this version of the values. */
  let isGiven = false
  const changed = new Map<number, PositionPnl>()

  const write = (positionId: number, value: PositionPnl | undefined): void => {
    const known = lookup(values, positionId)
    gross += (value?.gross ?? 0) - (known?.gross ?? 0)
    net += (value?.net ?? 0) - (known?.net ?? 0)
    if (known || value) isNews = true
    if (isGiven) values = nextVersion(values)
    isGiven = false
    put(values, positionId, value)
    if (value) changed.set(positionId, value)
    else changed.delete(positionId)
  }

  const writeIfNew = (value: PositionPnl): void => {
    const known = lookup(values, value.positionId)
    const isSame = known?.gross === value.gross && known.net === value.net
    if (!isSame || known.fromServer !== value.fromServer) write(value.positionId, value)
  }

  return {
    valueOf: (positionId: number): PositionPnl | undefined => lookup(values, positionId),
    /** Sets a current value from quotes. */
    set: (value: PositionPnl): void => {
      unquoted.settle(value.positionId)
      writeIfNew(value)
    },
    /** Sets a value from the server, for a position that quotes do not value. */
    answer: (value: PositionPnl): void => {
      if (unquoted.answer(value.positionId)) writeIfNew(value)
    },
    /** The value is no longer valid. A position that was given up stays given up. */
    await: (positionId: number): void => {
      if (!unquoted.missing.has(positionId)) unquoted.await(positionId)
    },
    /** The position does not exist any more. */
    remove: (positionId: number): void => {
      unquoted.settle(positionId)
      write(positionId, undefined)
    },
    /** Stops waiting: the positions without a value are in no sum. */
    giveUp: (): void => {
      for (const positionId of unquoted.giveUp()) write(positionId, undefined)
    },
    take: (): Sums => {
      const sums = { gross, net, changed: [...changed.values()], positions: values, isNews }
      changed.clear()
      isNews = false
      isGiven = true
      return sums
    },
  }
}
