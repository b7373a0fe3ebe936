import { monotonicNow } from '../../clock'
import type { Line, LineState } from './line'
import type { FrameFault, RequestFault } from './fault'

/** Which lines a fault is for. */
export type LineFilter = (line: LineState) => boolean

/** A fault that waits for its occasion. */
export interface Armed<F extends RequestFault | FrameFault = RequestFault | FrameFault> {
  readonly fault: F
  readonly isFor: LineFilter
  /** When it is over, by the monotonic clock. */
  readonly until: number
  /** How many occasions are left. */
  left: number
}

/** The faults that wait. Those that have had their occasions are forgotten. */
export interface Armoury {
  readonly arm: (armed: Armed) => void
  readonly isEmpty: () => boolean
  /** The ones for a line that a predicate picks, in the order in which they were armed. */
  readonly pick: <F extends RequestFault | FrameFault>(
    line: Line,
    is: (fault: RequestFault | FrameFault) => fault is F,
  ) => readonly Armed<F>[]
  /** Notes that one had its occasion. */
  readonly spend: (armed: Armed) => void
  readonly clear: () => void
}

export const createArmoury = (): Armoury => {
  let all: readonly Armed[] = []
  return {
    arm: armed => {
      all = [...all, armed]
    },
    isEmpty: () => all.length === 0,
    pick: <F extends RequestFault | FrameFault>(
      line: Line,
      is: (fault: RequestFault | FrameFault) => fault is F,
    ) => {
      all = all.filter(({ until }) => until > monotonicNow())
      return all.filter((armed): armed is Armed<F> => is(armed.fault) && armed.isFor(line.state()))
    },
    spend: armed => {
      armed.left -= 1
      if (armed.left < 1) all = all.filter(other => other !== armed)
    },
    clear: () => {
      all = []
    },
  }
}
