import type { MessageType } from '../../protocol/table'
import { createFifo } from '../../util/fifo'
import type { Fifo } from '../../util/fifo'

/** Whose messages take turns with those of others. Most often an account's id. */
export type FlowId = number | string | undefined

/** A message that waits. */
export interface Queued {
  readonly payloadType: MessageType
  readonly flow: FlowId
  /** A running number: of two messages of a flow, the lower one goes first. */
  readonly number: number
}

/** The messages of one flow. Some types may be blocked, so each has a queue of its own. */
interface Flow<T extends Queued> {
  readonly id: FlowId
  readonly queues: Map<MessageType, Fifo<T>>
}

/** Says of a payload type whether its messages must stay. */
type IsBlocked = (payloadType: MessageType) => boolean

/**
 * Start-time fair queueing of messages that count the same. In each round, every waiting flow has one turn. A flow that
 * comes during a round has its turn in it, if it had none. So of `k` turns, each of `n` waiting flows gets `k / n`,
 * however many messages the others have. The cost of a turn does not depend on how many wait.
 */
export const createFairQueue = <T extends Queued>() => {
  const flows = new Map<FlowId, Flow<T>>()
  const counts = new Map<MessageType, number>()
  /** Who had a turn in this round. */
  const served = new Set<FlowId>()
  let thisRound = createFifo<Flow<T>>()
  let nextRound = createFifo<Flow<T>>()

  const count = (payloadType: MessageType, by: number): void => {
    const sum = (counts.get(payloadType) ?? 0) + by
    if (sum > 0) counts.set(payloadType, sum)
    else counts.delete(payloadType)
  }

  const enrol = (flow: Flow<T>): void => {
    ;(served.has(flow.id) ? nextRound : thisRound).add(flow)
  }

  const leaveRounds = (flow: Flow<T>): void => {
    thisRound.remove(flow)
    nextRound.remove(flow)
  }

  const joinFlow = (id: FlowId): Flow<T> => {
    const flow: Flow<T> = flows.get(id) ?? { id, queues: new Map() }
    if (!flows.has(id)) enrol(flow)
    flows.set(id, flow)
    return flow
  }

  /** Takes a message out of its flow. Returns whether it was there. */
  const remove = (message: T): boolean => {
    const { payloadType } = message
    const flow = flows.get(message.flow)
    const queue = flow?.queues.get(payloadType)
    if (!flow || queue?.remove(message) !== true) return false
    count(payloadType, -1)
    if (queue.size() === 0) flow.queues.delete(payloadType)
    if (flow.queues.size === 0) {
      flows.delete(flow.id)
      leaveRounds(flow)
    }
    return true
  }

  /** The oldest message of a flow whose type is not blocked. */
  const oldest = ({ queues }: Flow<T>, isBlocked: IsBlocked): T | undefined => {
    let found: T | undefined
    for (const [payloadType, queue] of queues) {
      const first = isBlocked(payloadType) ? undefined : queue.first()
      if (first && (!found || first.number < found.number)) found = first
    }
    return found
  }

  const beginRound = (): void => {
    thisRound = nextRound
    nextRound = createFifo()
    served.clear()
  }

  return {
    add: (message: T): void => {
      const { queues } = joinFlow(message.flow)
      const queue = queues.get(message.payloadType) ?? createFifo<T>()
      queues.set(message.payloadType, queue)
      queue.add(message)
      count(message.payloadType, 1)
    },

    remove,

    /** The message whose turn it is, taken out; `undefined` if all types are blocked. */
    next: (isBlocked: IsBlocked): T | undefined => {
      if ([...counts.keys()].every(isBlocked)) return undefined
      for (;;) {
        const flow = thisRound.first()
        if (!flow) {
          beginRound()
          continue
        }
        leaveRounds(flow)
        const message = oldest(flow, isBlocked)
        if (message) served.add(flow.id)
        // A flow that is blocked as a whole keeps a place in the next round.
        nextRound.add(flow)
        if (!message) continue
        remove(message)
        return message
      }
    },

    /** The message that was taken out last did not leave: its flow still has its turn in this round. */
    giveBack: ({ flow: id }: T): void => {
      served.delete(id)
      const flow = flows.get(id)
      if (!flow) return
      leaveRounds(flow)
      enrol(flow)
    },

    /** The types that wait. */
    types: (): readonly MessageType[] => [...counts.keys()],

    size: (): number => [...counts.values()].reduce((sum, of) => sum + of, 0),
  }
}

export type FairQueue<T extends Queued> = ReturnType<typeof createFairQueue<T>>
