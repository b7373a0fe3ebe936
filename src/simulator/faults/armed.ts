import { monotonicNow } from '../../clock'
import type { Line, LineState } from './line'
import type { FrameFault, RequestFault } from './fault'

/** Selects the lines that a fault is for. */
export type LineFilter = (line: LineState) => boolean

/** A fault that waits for its next occasion. */
export interface Armed<F extends RequestFault | FrameFault = RequestFault | FrameFault> {
  readonly fault: F
  readonly isFor: LineFilter
  /** Its end, by the monotonic clock. */
  readonly until: number
  /** How many occasions are left. */
  left: number
  /** How many occasions it had. */
  hits: number
}

/** The waiting faults. A fault without occasions left is removed. */
export interface ArmedFaults {
  readonly arm: (armed: Armed) => void
  readonly isEmpty: () => boolean
  /** Those that wait for an occasion now. */
  readonly all: () => readonly Armed[]
  /** The faults for a line that match a predicate, in the order in which they were armed. */
  readonly pick: <F extends RequestFault | FrameFault>(
    line: Line,
    is: (fault: RequestFault | FrameFault) => fault is F,
  ) => readonly Armed<F>[]
  /** Notes that a fault had an occasion. */
  readonly spend: (armed: Armed) => void
  readonly clear: () => void
}

export const createArmedFaults = (): ArmedFaults => {
  let all: readonly Armed[] = []
  return {
    arm: armed => {
      all = [...all, armed]
    },
    isEmpty: () => all.length === 0,
    all: () => all.filter(({ until }) => until > monotonicNow()),
    pick: <F extends RequestFault | FrameFault>(
      line: Line,
      is: (fault: RequestFault | FrameFault) => fault is F,
    ) => {
      all = all.filter(({ until }) => until > monotonicNow())
      return all.filter((armed): armed is Armed<F> => is(armed.fault) && armed.isFor(line.state()))
    },
    spend: armed => {
      armed.left -= 1
      armed.hits += 1
      if (armed.left < 1) all = all.filter(other => other !== armed)
    },
    clear: () => {
      all = []
    },
  }
}
