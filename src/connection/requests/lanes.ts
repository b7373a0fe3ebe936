import { Subscription, asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'
import { PayloadType } from '../../protocol/payloadType'
import { isCommand, messageRow } from '../../protocol/table'
import type { Lane, MessageType } from '../../protocol/table'
import { createFifo } from '../../util/fifo'
import type { Fifo } from '../../util/fifo'

export interface LaneOptions {
  /**
   * How many requests a second each lane may send; set both. Default 50 live and 5 historical, the server's limits
   * per connection.
   */
  readonly rateLimits: Readonly<Record<Lane, number>>
}

export interface Lanes {
  /**
   * Sends at once, or when it is this message's turn: the more urgent first, then the older. Unsubscribing before
   * that withdraws it. A probe of the line goes before all queries.
   */
  readonly enter: (payloadType: MessageType, send: () => void, isProbe?: boolean) => Subscription
  /** Holds back all messages of a type for some ms. */
  readonly block: (payloadType: MessageType, duration: number) => void
  /** How many messages wait in each lane. */
  readonly waiting: () => Readonly<Record<Lane, number>>
  /** Withdraws all waiting messages. Messages that enter later wait for ever. */
  readonly close: () => void
}

interface Waiting {
  readonly payloadType: MessageType
  readonly urgency: number
  /** A running number: of two equally urgent messages, the lower one goes first. */
  readonly number: number
  readonly send: () => void
}

/** Slightly more than a second: the server counts arrivals, and our second may be shorter on the way. */
const WINDOW = 1_050

/** The heartbeat keeps the line alive, and a probe tests whether it is. */
const PROBE = 0

/**
 * First what keeps the line, then what moves money, then queries. A logout is as urgent as an authentication, so
 * that neither overtakes the other.
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
  /** From when another message may be sent, in ms of the monotonic clock. */
  readonly freeAt: (now: number) => number
  readonly take: (now: number) => void
}

/** At most `limit` messages in any period of `WINDOW` ms. */
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
  // One queue per payload type and urgency, because blocking is per type. There are few queues, and each may be
  // long. Entering, leaving and withdrawing only look at the first message of each queue.
  const queues = new Map<string, Fifo<Waiting>>()
  let timer = Subscription.EMPTY
  let dueAt: number | undefined

  const firsts = (): readonly Waiting[] => [...queues.values()].flatMap(queue => queue.first() ?? [])

  /** When a waiting message could go: at the first free slot, when nothing blocks it. */
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
 * Keeps to the server's limits: a message is sent at once if they allow it, otherwise as soon as they do. A
 * withdrawn message costs no slot.
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
        : lanes[messageRow(payloadType)?.lane ?? 'live'].enter({
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
