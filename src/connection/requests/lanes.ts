import { Subscription, asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'
import { PayloadType } from '../../protocol/payloadType'
import { isCommand, messageRow } from '../../protocol/table'
import type { Lane, MessageType } from '../../protocol/table'
import { createFairQueue } from './fairQueue'
import type { FairQueue, FlowId, Queued } from './fairQueue'

export interface LaneOptions {
  /**
   * How many requests a second each lane may send; set both. Default 50 live and 5 historical, the server's limits
   * per connection.
   */
  readonly rateLimits: Readonly<Record<Lane, number>>
}

/** How a message enters its lane. */
export interface Entering {
  /** Whose message it is: flows of the same urgency take turns. */
  readonly flow?: FlowId
  /** Called in its turn. If it returns `false`, the message is withdrawn, which costs no turn and no slot. */
  readonly mayLeave?: () => boolean
  /** A probe of the line goes before all queries. */
  readonly isProbe?: boolean
}

export interface Lanes {
  /**
   * Sends at once, or when it is this message's turn: the more urgent first, then flow by flow, of one flow the older.
   * But after four orders in a row, something less urgent has a turn, if it waits. Unsubscribing before that withdraws it.
   */
  readonly enter: (payloadType: MessageType, send: () => void, entering?: Entering) => Subscription
  /** Holds back all messages of a type for some ms. */
  readonly block: (payloadType: MessageType, duration: number) => void
  /** How many messages wait in each lane. */
  readonly waiting: () => Readonly<Record<Lane, number>>
  /** Withdraws all waiting messages. Messages that enter later wait for ever. */
  readonly close: () => void
}

interface Waiting extends Queued {
  readonly urgency: number
  readonly mayLeave: () => boolean
  readonly send: () => void
}

/** Slightly more than a second: the server counts arrivals, and our second may be shorter on the way. */
const WINDOW = 1_050

/** The heartbeat keeps the line alive, and a probe tests whether it is. */
const PROBE = 0
const COMMAND = 1
const AUTHENTICATION = 2
const QUERY = 3

/**
 * After so many orders in a row, what is less urgent has a turn. Otherwise a user of a gateway who sends one order after the
 * other would stop the queries and the authentications of all users.
 */
const COMMANDS_IN_A_ROW = 4

/**
 * First what keeps the line, then what moves money, then queries. A logout is as urgent as an authentication, so
 * that neither overtakes the other.
 */
const urgencyOf = (payloadType: MessageType): number => {
  switch (payloadType) {
    case PayloadType.HEARTBEAT_EVENT:
      return PROBE
    case PayloadType.PROTO_OA_APPLICATION_AUTH_REQ:
    case PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ:
    case PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ:
    case PayloadType.PROTO_OA_REFRESH_TOKEN_REQ:
      return AUTHENTICATION
    default:
      return isCommand(payloadType) ? COMMAND : QUERY
  }
}

/** One queue for each of the urgencies above. */
const queuesByUrgency = () =>
  [PROBE, COMMAND, AUTHENTICATION, QUERY].map(() => createFairQueue<Waiting>()) as [
    probes: FairQueue<Waiting>,
    commands: FairQueue<Waiting>,
    ...others: FairQueue<Waiting>[],
  ]

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
  let queues = queuesByUrgency()
  let timer = Subscription.EMPTY
  let dueAt: number | undefined
  /** How many orders have left in a row. */
  let inARow = 0

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

  /** Sends the next message, unless it may not leave. Returns whether there was one. */
  const sendNext = (now: number): boolean => {
    if (window.freeAt(now) > now) return false
    const [probes, commands, ...others] = queues
    for (const queue of inARow < COMMANDS_IN_A_ROW ? queues : [probes, ...others, commands]) {
      const next = queue.next(payloadType => blockedUntil(payloadType) > now)
      if (!next) continue
      if (next.mayLeave()) {
        window.take(now)
        inARow = queue === commands ? inARow + 1 : 0
        next.send()
      } else queue.giveBack(next)
      return true
    }
    return false
  }

  const pump = (): void => {
    const now = monotonicNow()
    while (sendNext(now));
    const types = queues.flatMap(queue => queue.types())
    if (types.length === 0) stop()
    else wakeAt(Math.max(window.freeAt(now), Math.min(...types.map(blockedUntil))), now)
  }

  const enter = (waiting: Waiting): Subscription => {
    const queue = queues[waiting.urgency]
    queue?.add(waiting)
    pump()
    return new Subscription(() => {
      if (queue?.remove(waiting) === true) pump()
    })
  }

  const close = (): void => {
    stop()
    queues = queuesByUrgency()
  }

  const length = (): number => queues.reduce((sum, queue) => sum + queue.size(), 0)

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
    enter: (payloadType, send, { flow, mayLeave = () => true, isProbe = false } = {}) =>
      isClosed
        ? Subscription.EMPTY
        : lanes[messageRow(payloadType)?.lane ?? 'live'].enter({
            payloadType,
            urgency: isProbe ? PROBE : urgencyOf(payloadType),
            number: (entered += 1),
            flow,
            mayLeave,
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
