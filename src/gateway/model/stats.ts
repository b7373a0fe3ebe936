import type { RequestType } from '../../protocol/table'

/** How a request of a browser ended. `inDoubt` is an order whose outcome is not known. */
export type RequestOutcome = 'answered' | 'refused' | 'inDoubt'

/** How long something took, as numbers of times. */
export interface Durations {
  /** The longest time of each count but the last one, in ms. The last one has no limit. */
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  /** All times together, in ms. */
  readonly sum: number
}

/** What a gateway has done since it was made. Nothing in it is about a user or an account. */
export interface GatewayStats {
  /** Lines of browsers that were opened. */
  readonly lines: number
  /** Lines that the gateway has closed, by their close codes. */
  readonly closed: Readonly<Record<number, number>>
  /** Sessions that were refused. */
  readonly refusedSessions: number
  /** Frames of browsers. */
  readonly frames: number
  /** Frames that were refused before they were read, because there were too many. */
  readonly refusedFrames: number
  /** Prices and books that were sent, to each browser. */
  readonly prices: number
  /** Prices and books that became a part of the next one, because a browser had to wait. */
  readonly conflatedPrices: number
  /** Accounts of a line that were closed with 2164, because something may have been missed. */
  readonly disconnectedAccounts: number
  /** Entries of the audit that could not be written. Their orders did not leave. */
  readonly failedAudits: number
  /** Requests of browsers that have ended. */
  readonly requests: Readonly<Record<RequestOutcome, number>>
  /** The time from a request to its answer. Of an order, it is the time until cTrader has answered. */
  readonly requestTimes: Durations
}

/** A request of a browser that has ended. */
export interface SettledRequest {
  readonly payloadType: RequestType
  readonly outcome: RequestOutcome
  /** In ms. */
  readonly time: number
}

/** The counters of a gateway. Its parts count, and others look. */
export interface Counters {
  lines: number
  refusedSessions: number
  frames: number
  refusedFrames: number
  prices: number
  conflatedPrices: number
  disconnectedAccounts: number
  failedAudits: number
  /** Order commands that have not ended. They go on when their line has ended. */
  commands: number
  readonly close: (code: number) => void
  readonly settle: (request: SettledRequest) => void
  /** Calls a function with each request that ends, until the function that comes back is called. */
  readonly watch: (onSettled: (request: SettledRequest) => void) => () => void
  readonly read: () => GatewayStats
}

/** In ms: from a shared answer to the timeout of a request. */
const BOUNDS: readonly number[] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000]

export const createCounters = (): Counters => {
  const closed = new Map<number, number>()
  const requests: Record<RequestOutcome, number> = { answered: 0, refused: 0, inDoubt: 0 }
  const counts = [...BOUNDS, Infinity].map(() => 0)
  const watchers = new Set<(request: SettledRequest) => void>()
  let sum = 0

  const counters: Counters = {
    lines: 0,
    refusedSessions: 0,
    frames: 0,
    refusedFrames: 0,
    prices: 0,
    conflatedPrices: 0,
    disconnectedAccounts: 0,
    failedAudits: 0,
    commands: 0,
    close: code => {
      closed.set(code, (closed.get(code) ?? 0) + 1)
    },
    settle: request => {
      const { outcome, time } = request
      const longer = BOUNDS.findIndex(bound => time <= bound)
      const index = longer < 0 ? BOUNDS.length : longer
      requests[outcome] += 1
      counts[index] = (counts[index] ?? 0) + 1
      sum += time
      for (const onSettled of [...watchers]) onSettled(request)
    },
    watch: onSettled => {
      watchers.add(onSettled)
      return () => {
        watchers.delete(onSettled)
      }
    },
    read: () => {
      const { lines, refusedSessions, frames, refusedFrames, prices, conflatedPrices } = counters
      const { disconnectedAccounts, failedAudits } = counters
      return {
        lines,
        closed: Object.fromEntries(closed),
        refusedSessions,
        frames,
        refusedFrames,
        prices,
        conflatedPrices,
        disconnectedAccounts,
        failedAudits,
        requests: { ...requests },
        requestTimes: { bounds: BOUNDS, counts: [...counts], sum },
      }
    },
  }
  return counters
}
