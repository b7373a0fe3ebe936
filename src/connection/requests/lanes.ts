import { Subscription, asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'
import { PayloadType } from '../../protocol/payloadType'
import { isCommand, rowOf } from '../../protocol/table'
import type { Lane, MessageType } from '../../protocol/table'
import { createFifo } from '../../util/fifo'
import type { Fifo } from '../../util/fifo'

export interface LaneOptions {
  /** How many requests a second each lane takes, for both lanes. Default 50 live and 5 historical, the server's limits per connection. */
  readonly rateLimits: Readonly<Record<Lane, number>>
}

export interface Lanes {
  /**
   * Sends at once, or when it's this message's turn: the more urgent first, then the older. Unsubscribing before
   * withdraws it. A probe of the line passes all that only asks.
   */
  readonly enter: (payloadType: MessageType, send: () => void, isProbe?: boolean) => Subscription
  /** Holds back all messages of a type for so many ms. */
  readonly block: (payloadType: MessageType, duration: number) => void
  /** How many wait for their turn. */
  readonly waiting: () => Readonly<Record<Lane, number>>
  /** Withdraws all that wait; whatever enters later waits for ever. */
  readonly close: () => void
}

interface Waiting {
  readonly payloadType: MessageType
  readonly urgency: number
  /** Counts up: of two that are equally urgent, the lower one goes first. */
  readonly number: number
  readonly send: () => void
}

/** A second of ours may be a little less on its way to the server, who counts arrivals. */
const WINDOW = 1_050

/** The heartbeat keeps the line, and a probe says whether there is one. */
const PROBE = 0

/**
 * What keeps the line goes before what moves money, and that before what only asks. A logout is as urgent as an
 * authentication, so that neither overtakes the other.
 */
const urgencyOf = (payloadType: MessageType): number => {
  switch (payloadType) {
    case PayloadType.HEARTBEAT_EVENT:
      return 0
    case PayloadType.PROTO_OA_APPLICATION_AUTH_REQ:
    case PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ:
    case PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ:
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
  // A queue for each payload type and urgency, since what is blocked is a type. There are few of them, and any number
  // of messages in one: whatever enters, leaves or is withdrawn costs a look at the first of each.
  const queues = new Map<string, Fifo<Waiting>>()
  let timer = Subscription.EMPTY
  let dueAt: number | undefined

  const firsts = (): readonly Waiting[] => [...queues.values()].flatMap(queue => queue.first() ?? [])

  /** When one could go that waits now: the first free slot, and nothing that holds it back. */
  const freeAt = ({ payloadType }: Waiting, now: number): number =>
    Math.max(window.freeAt(now), blockedUntil(payloadType))

  const before = (a: Waiting, b: Waiting): Waiting =>
    a.urgency < b.urgency || (a.urgency === b.urgency && a.number < b.number) ? a : b

  const leave = (waiting: Waiting): boolean => {
    const key = `${waiting.payloadType} ${waiting.urgency}`
    const queue = queues.get(key)
    const isGone = queue?.remove(waiting) ?? false
    if (queue?.size() === 0) queues.delete(key)
    return isGone
  }

  const stop = (): void => {
    timer.unsubscribe()
    dueAt = undefined
  }

  const wakeAt = (at: number, now: number): void => {
    if (at === dueAt) return
    timer.unsubscribe()
    dueAt = at
    timer = asyncScheduler.schedule(
      () => {
        dueAt = undefined
        pump()
      },
      Math.max(1, at - now),
    )
  }

  const pump = (): void => {
    const now = monotonicNow()
    for (;;) {
      const ready = firsts().filter(waiting => freeAt(waiting, now) <= now)
      const [first] = ready
      if (first === undefined) break
      const next = ready.reduce(before, first)
      leave(next)
      window.take(now)
      next.send()
    }
    const waiting = firsts()
    if (waiting.length === 0) stop()
    else wakeAt(Math.min(...waiting.map(one => freeAt(one, now))), now)
  }

  const enter = (waiting: Waiting): Subscription => {
    const key = `${waiting.payloadType} ${waiting.urgency}`
    const queue = queues.get(key) ?? createFifo()
    queues.set(key, queue)
    queue.add(waiting)
    pump()
    return new Subscription(() => {
      if (leave(waiting)) pump()
    })
  }

  const close = (): void => {
    stop()
    queues.clear()
  }

  const length = (): number => [...queues.values()].reduce((sum, queue) => sum + queue.size(), 0)

  return { enter, close, length }
}

/**
 * Keeps to the server's limits: a message goes out at once where they allow it, else when they do. What waits and is
 * no longer wanted costs nothing.
 */
export const createLanes = ({ rateLimits }: LaneOptions): Lanes => {
  let entered = 0
  let isClosed = false
  const blocks = new Map<MessageType, number>()
  const blockedUntil = (payloadType: MessageType): number => blocks.get(payloadType) ?? 0
  const lanes = {
    live: createLane(rateLimits.live, blockedUntil),
    historical: createLane(rateLimits.historical, blockedUntil),
  }

  return {
    enter: (payloadType, send, isProbe = false) =>
      isClosed
        ? Subscription.EMPTY
        : lanes[rowOf(payloadType)?.lane ?? 'live'].enter({
            payloadType,
            urgency: isProbe ? PROBE : urgencyOf(payloadType),
            number: (entered += 1),
            send,
          }),
    block: (payloadType, duration) => {
      blocks.set(payloadType, Math.max(blockedUntil(payloadType), monotonicNow() + duration))
    },
    waiting: () => ({ live: lanes.live.length(), historical: lanes.historical.length() }),
    close: () => {
      isClosed = true
      lanes.live.close()
      lanes.historical.close()
    },
  }
}
