import { Subscription, asyncScheduler } from 'rxjs'
import { monotonicNow } from '../clock'
import { PayloadType } from '../protocol/payloadType'
import { isCommand, rowOf } from '../protocol/table'
import type { Lane, MessageType } from '../protocol/table'

export interface LaneOptions {
  /** How many requests a second each lane takes, for both lanes. Default 50 live and 5 historical, the server's limits per connection. */
  readonly rateLimits: Readonly<Record<Lane, number>>
}

export interface Lanes {
  /**
   * Sends at once, or when it's this message's turn: the more urgent first, then the older. Unsubscribing before
   * withdraws it.
   */
  readonly enter: (payloadType: MessageType, send: () => void) => Subscription
  /** Holds back all messages of a type for so many ms. */
  readonly block: (payloadType: MessageType, duration: number) => void
  /** How many wait for their turn. */
  readonly waiting: () => Readonly<Record<Lane, number>>
  /** Withdraws all that wait. */
  readonly close: () => void
}

interface Waiting {
  readonly payloadType: MessageType
  readonly urgency: number
  readonly send: () => void
}

/** A second of ours may be a little less on its way to the server, who counts arrivals. */
const WINDOW = 1_050

/** What keeps the line goes before what moves money, and that before what only asks. */
const urgencyOf = (payloadType: MessageType): number => {
  switch (payloadType) {
    case PayloadType.HEARTBEAT_EVENT:
      return 0
    case PayloadType.PROTO_OA_APPLICATION_AUTH_REQ:
    case PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ:
    case PayloadType.PROTO_OA_REFRESH_TOKEN_REQ:
      return 2
    default:
      return isCommand(payloadType) ? 1 : 3
  }
}

interface Window {
  /** From when another one may be sent, in ms of the monotonic clock. */
  readonly freeAt: (now: number) => number
  readonly take: (now: number) => void
}

/** At most `limit` in any stretch of `WINDOW` ms. */
const slidingWindow = (limit: number): Window => {
  const taken: number[] = []
  return {
    freeAt: now => {
      const [oldest] = taken
      return taken.length < limit || oldest === undefined ? now : oldest + WINDOW
    },
    take: now => {
      taken.push(now)
      if (taken.length > limit) taken.shift()
    },
  }
}

const createLane = (limit: number, blockedUntil: (payloadType: MessageType) => number) => {
  const window = slidingWindow(limit)
  const queue: Waiting[] = []
  let timer = Subscription.EMPTY

  /** When one could go that waits now: the first free slot, and nothing that holds it back. */
  const freeAt = ({ payloadType }: Waiting, now: number): number =>
    Math.max(window.freeAt(now), blockedUntil(payloadType))

  const pump = (): void => {
    const now = monotonicNow()
    for (;;) {
      const index = queue.findIndex(waiting => freeAt(waiting, now) <= now)
      const [next] = index < 0 ? [] : queue.splice(index, 1)
      if (next === undefined) break
      window.take(now)
      next.send()
    }
    const soonest = Math.min(...queue.map(waiting => freeAt(waiting, now)))
    timer.unsubscribe()
    if (queue.length > 0) timer = asyncScheduler.schedule(pump, Math.max(1, soonest - now))
  }

  const enter = (waiting: Waiting): Subscription => {
    const behind = queue.findIndex(({ urgency }) => urgency > waiting.urgency)
    queue.splice(behind < 0 ? queue.length : behind, 0, waiting)
    pump()
    return new Subscription(() => {
      const index = queue.indexOf(waiting)
      if (index < 0) return
      queue.splice(index, 1)
      pump()
    })
  }

  const close = (): void => {
    timer.unsubscribe()
    queue.length = 0
  }

  return { enter, pump, close, length: () => queue.length }
}

/**
 * Keeps to the server's limits: a message goes out at once where they allow it, else when they do. What waits and is
 * no longer wanted costs nothing.
 */
export const createLanes = ({ rateLimits }: LaneOptions): Lanes => {
  const blocks = new Map<MessageType, number>()
  const blockedUntil = (payloadType: MessageType): number => blocks.get(payloadType) ?? 0
  const lanes = {
    live: createLane(rateLimits.live, blockedUntil),
    historical: createLane(rateLimits.historical, blockedUntil),
  }

  return {
    enter: (payloadType, send) =>
      lanes[rowOf(payloadType)?.lane ?? 'live'].enter({ payloadType, urgency: urgencyOf(payloadType), send }),
    block: (payloadType, duration) => {
      blocks.set(payloadType, Math.max(blockedUntil(payloadType), monotonicNow() + duration))
    },
    waiting: () => ({ live: lanes.live.length(), historical: lanes.historical.length() }),
    close: () => {
      lanes.live.close()
      lanes.historical.close()
    },
  }
}
