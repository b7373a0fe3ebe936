import { lookup, nextVersion, persistentMap, put } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import type { PositionPnl } from './profit'

/** What positions are worth, each and together, and of which it is not known. */
export interface Totals {
  readonly valueOf: (positionId: number) => PositionPnl | undefined
  /** Those that are given up. */
  readonly missing: ReadonlySet<number>
  readonly gross: () => number
  readonly net: () => number
  /** Quotes say what one is worth, as of now. */
  readonly set: (value: PositionPnl) => void
  /** The server says so, of one that quotes do not value. */
  readonly answer: (value: PositionPnl) => void
  /** What one was worth does not hold any more; what is given up already stays so. */
  readonly await: (positionId: number) => void
  /** The same, also of one that is given up. */
  readonly awaitAnew: (positionId: number) => void
  /** There is no such position any more. */
  readonly remove: (positionId: number) => void
  /** What is waited for is in no sum. */
  readonly giveUp: () => void
  /** Stands for a wait while there is one: another each time. */
  readonly wait: () => number | undefined
  /** Stands for what quotes do not value while there is such: another each time that it is to be asked for anew. */
  readonly question: () => number | undefined
  /** All values, which never change. */
  readonly values: () => PersistentMap<number, PositionPnl>
  /** What has changed since this was called last; nothing where nothing has. */
  readonly takeChanged: () => readonly PositionPnl[] | undefined
}

/** `onMissing` is told which may be given up from now on, or may not be any more. */
export const createTotals = (onMissing: (positionId: number) => void): Totals => {
  let gross = 0
  let net = 0
  let isNews = true
  let waits = 0
  let questions = 0
  let values = persistentMap<number, PositionPnl>()
  /** Whether these are not given out yet. */
  let isOpen = true
  const changed = new Map<number, PositionPnl>()
  // Of those that quotes do not value each is in one of these.
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
