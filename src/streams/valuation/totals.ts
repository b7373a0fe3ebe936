import { lookup, nextVersion, persistentMap, put } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import type { PositionPnl } from './profit'

/** The values of positions, each and in total, and which positions have none. */
export interface Totals {
  readonly valueOf: (positionId: number) => PositionPnl | undefined
  /** The positions that are given up. */
  readonly missing: ReadonlySet<number>
  readonly gross: () => number
  readonly net: () => number
  /** Sets a current value from quotes. */
  readonly set: (value: PositionPnl) => void
  /** Sets a value from the server, for a position that quotes do not value. */
  readonly answer: (value: PositionPnl) => void
  /** The value is no longer valid. A position that was given up stays given up. */
  readonly await: (positionId: number) => void
  /** The value is no longer valid, and the position is no longer given up. */
  readonly awaitAnew: (positionId: number) => void
  /** The position does not exist any more. */
  readonly remove: (positionId: number) => void
  /** Waits for the position's value: it is in no sum. */
  readonly giveUp: () => void
  /** A token that stands for a wait while there is one. Each wait has its own. */
  readonly wait: () => number | undefined
  /**
   * A token for the positions that quotes do not value, while there are any. It changes when the server must be
   * asked again.
   */
  readonly question: () => number | undefined
  /** All values, as an immutable map. */
  readonly values: () => PersistentMap<number, PositionPnl>
  /** The changes since the last call. `undefined` if nothing has changed. */
  readonly takeChanged: () => readonly PositionPnl[] | undefined
}

/** `onMissing` is called for a position that can be given up from now on, or cannot any more. */
export const createTotals = (onMissing: (positionId: number) => void): Totals => {
  let gross = 0
  let net = 0
  let isNews = true
  let waits = 0
  let questions = 0
  let values = persistentMap<number, PositionPnl>()
  /** Whether these changes were not emitted yet. */
  let isOpen = true
  const changed = new Map<number, PositionPnl>()
  // Each position that quotes do not value is in exactly one of these.
  const waiting = new Set<number>()
  const missing = new Set<number>()
  const answered = new Set<number>()

  const count = (value: PositionPnl | undefined, sign: 1 | -1): void => {
    if (!value) return
    gross += sign * value.gross
    net += sign * value.net
    isNews = true
  }

  const write = (positionId: number, value: PositionPnl | undefined): void => {
    if (!isOpen) values = nextVersion(values)
    isOpen = true
    put(values, positionId, value)
  }

  const set = (next: PositionPnl): void => {
    const known = lookup(values, next.positionId)
    if (known?.gross === next.gross && known.net === next.net && known.isAnswered === next.isAnswered) return
    count(known, -1)
    count(next, 1)
    write(next.positionId, next)
    changed.set(next.positionId, next)
  }

  const drop = (positionId: number): void => {
    count(lookup(values, positionId), -1)
    write(positionId, undefined)
    changed.delete(positionId)
  }

  const settle = (positionId: number): void => {
    waiting.delete(positionId)
    answered.delete(positionId)
    if (missing.delete(positionId)) onMissing(positionId)
  }

  const awaitAnew = (positionId: number): void => {
    settle(positionId)
    if (waiting.size === 0) waits++
    waiting.add(positionId)
    questions++
  }

  return {
    valueOf: positionId => lookup(values, positionId),
    missing,
    gross: () => gross,
    net: () => net,
    set: value => {
      settle(value.positionId)
      set(value)
    },
    answer: value => {
      const { positionId } = value
      if (!waiting.has(positionId) && !missing.has(positionId) && !answered.has(positionId)) return
      settle(positionId)
      answered.add(positionId)
      set(value)
    },
    await: positionId => {
      if (!missing.has(positionId)) awaitAnew(positionId)
    },
    awaitAnew,
    remove: positionId => {
      settle(positionId)
      drop(positionId)
    },
    giveUp: () => {
      for (const positionId of waiting) {
        drop(positionId)
        missing.add(positionId)
        onMissing(positionId)
      }
      waiting.clear()
    },
    wait: () => (waiting.size > 0 ? waits : undefined),
    question: () => (waiting.size + missing.size + answered.size > 0 ? questions : undefined),
    values: () => {
      isOpen = false
      return values
    },
    takeChanged: () => {
      if (!isNews && changed.size === 0) return undefined
      const taken = [...changed.values()]
      changed.clear()
      isNews = false
      return taken
    },
  }
}
