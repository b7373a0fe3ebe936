import { monotonicNow } from '../../clock'
import type { Lane } from '../../protocol/table'
import type { Refusal } from '../model/refusals'
import * as refusals from '../model/refusals'
import type { Unknowns } from '../model/unknowns'

/** The limits of a client. */
export interface Limits {
  /** Requests per second of one connection, without historical ones. Default 50. */
  readonly live: number
  /** Historical requests per second of one connection. Default 5. */
  readonly historical: number
  /** Connections of one application at a time. Default 25. */
  readonly connections: number
}

const liveServers: Limits = { live: 50, historical: 5, connections: 25 }

/** The live server's limits with changes; `false` means no limits. */
export const readLimits = (set: Partial<Limits> | false): Limits =>
  set === false ? { live: Infinity, historical: Infinity, connections: Infinity } : { ...liveServers, ...set }

/** Counts the requests of one connection, in the scheduler's time: the limits do not depend on the market's speed. */
export interface Limiter {
  /** Counts a request. Returns the refusal if there are too many. */
  readonly count: (payloadType: number, lane: Lane) => Refusal | undefined
  /** Refuses a payload type for this many seconds. */
  readonly block: (payloadType: number, seconds: number) => void
}

const WINDOW = 1000

/** At most `limit` in any second: the admission `limit` admissions ago must be a second old. */
const slidingWindow = (limit: number): ((now: number) => boolean) => {
  if (limit === Infinity) return () => true
  const admitted: number[] = []
  let next = 0
  return now => {
    if (limit < 1 || now - (admitted[next] ?? -Infinity) < WINDOW) return false
    admitted[next] = now
    next = (next + 1) % limit
    return true
  }
}

export const createLimiter = (limits: Limits, tooMany: Unknowns['tooManyRequests']): Limiter => {
  const lanes = { live: slidingWindow(limits.live), historical: slidingWindow(limits.historical) }
  const blockedUntil = new Map<number, number>()

  const block: Limiter['block'] = (payloadType, seconds) => {
    blockedUntil.set(payloadType, monotonicNow() + seconds * 1000)
  }
  return {
    block,
    count: (payloadType, lane) => {
      const now = monotonicNow()
      const blockedFor = (blockedUntil.get(payloadType) ?? now) - now
      if (blockedFor > 0) return refusals.blockedPayloadType(Math.ceil(blockedFor / 1000))
      if (lanes[lane](now)) return undefined
      if (tooMany === 'REQUEST_FREQUENCY_EXCEEDED') return refusals.tooFrequent
      block(payloadType, WINDOW / 1000)
      return refusals.blockedPayloadType(WINDOW / 1000)
    },
  }
}
