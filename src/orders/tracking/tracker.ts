import type { OrderUpdate } from '../model/orderUpdate'
import type { ExecutionReport } from './executionReport'

/** The new updates, and whether nothing more will come. */
export interface Tracked {
  readonly updates: readonly OrderUpdate[]
  readonly isOver: boolean
  /** Whether more has happened than was emitted. The rest must be requested. */
  readonly isIncomplete?: boolean
}

/**
 * Takes reports of an account, in any order and with repetitions. Returns the updates of one command, each once. It
 * has state: make one per command.
 */
export type Tracker = (report: ExecutionReport) => Tracked

/** A tracker that takes no report any more when it is over. */
export const ignoreAfterEnd = (track: Tracker): Tracker => {
  let isOver = false
  return report => {
    if (isOver) return { updates: [], isOver }
    const tracked = track(report)
    isOver = tracked.isOver
    return tracked
  }
}
