import { lookup, nextVersion, persistentMap, put } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import type { PositionPnl } from './profit'

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

/** The values of positions, each and in total, and which positions have none. */
export const createTotals = () => {
  let gross = 0
  let net = 0
  let isNews = true
  let waits = 0
  let questions = 0
  let values = persistentMap<number, PositionPnl>()
  /** Whether another part of the program has this version of the values. */
  let isGiven = false
  const changed = new Map<number, PositionPnl>()
  // Each position that quotes do not value is in exactly one of these.
  const waiting = new Set<number>()
  const missing = new Set<number>()
  const answered = new Set<number>()

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

  const isUnquoted = (positionId: number): boolean =>
    waiting.has(positionId) || missing.has(positionId) || answered.has(positionId)

  const settle = (positionId: number): void => {
    waiting.delete(positionId)
    missing.delete(positionId)
    answered.delete(positionId)
  }

  /** Sets a current value from quotes. */
  const set = (value: PositionPnl): void => {
    const { positionId } = value
    settle(positionId)
    const known = lookup(values, positionId)
    const isSame = known?.gross === value.gross && known.net === value.net
    if (!isSame || known.isAnswered !== value.isAnswered) write(positionId, value)
  }

  /** The value is no longer valid, and the position is no longer given up. */
  const awaitAnew = (positionId: number): void => {
    settle(positionId)
    if (waiting.size === 0) waits++
    waiting.add(positionId)
    questions++
  }

  return {
    valueOf: (positionId: number): PositionPnl | undefined => lookup(values, positionId),
    /** The positions that are given up. */
    missing: missing as ReadonlySet<number>,
    set,
    /** Sets a value from the server, for a position that quotes do not value. */
    answer: (value: PositionPnl): void => {
      if (!isUnquoted(value.positionId)) return
      set(value)
      answered.add(value.positionId)
    },
    /** The value is no longer valid. A position that was given up stays given up. */
    await: (positionId: number): void => {
      if (!missing.has(positionId)) awaitAnew(positionId)
    },
    awaitAnew,
    /** The position does not exist any more. */
    remove: (positionId: number): void => {
      settle(positionId)
      write(positionId, undefined)
    },
    /** Stops waiting: the positions without a value are in no sum. */
    giveUp: (): void => {
      for (const positionId of waiting) {
        write(positionId, undefined)
        missing.add(positionId)
      }
      waiting.clear()
    },
    /** A token for the wait for values while there is one. Each wait has its own. */
    wait: (): number | undefined => (waiting.size > 0 ? waits : undefined),
    /**
     * A token while the server must be asked, because quotes do not value everything. It changes when there is more
     * to ask.
     */
    question: (): number | undefined =>
      waiting.size + missing.size + answered.size > 0 ? questions : undefined,
    take: (): Sums => {
      const sums = { gross, net, changed: [...changed.values()], positions: values, isNews }
      changed.clear()
      isNews = false
      isGiven = true
      return sums
    },
  }
}
