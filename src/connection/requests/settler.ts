import { monotonicNow } from '../../clock'
import { CTraderError } from '../../errors'
import { isTooMany } from '../../protocol/errorCodes'
import { PayloadType } from '../../protocol/payloadType'
import { isCommand, isRefusal } from '../../protocol/table'
import type { Message } from '../../protocol/table'
import type { FrameError } from '../../transport/frameErrors'
import type { Lanes } from './lanes'
import type { OpenRequests } from './openRequests'
import { tooLarge } from './oversized'
import { requestAccountId, isOfOther } from './pending'
import type { Pending } from './pending'
import { deferral, readRefusal, refusalError } from './refusal'
import type { Refusal } from './refusal'
import type { Attributed } from './refusalsWithoutId'

/** What a message did to the open requests. */
export type Settled = 'settled' | 'ofOtherAccount' | 'ofNone'

export interface Settler {
  /** Gives a message to the request that waits for it. A message of another account answers nothing. */
  readonly settle: (message: Message) => Settled
  /** The same for a frame that could not be decoded. */
  readonly settleRejected: (error: FrameError) => void
  /** How long the last answer took, in ms, if there was one. */
  readonly roundTrip: () => number | undefined
}

/** After this many, the server's "later" counts as a refusal. */
const MAX_DEFERRALS = 6

export const createSettler = (lanes: Pick<Lanes, 'block'>, open: OpenRequests): Settler => {
  const { withoutId } = open
  let roundTrip: number | undefined

  /** Whether the request is sent again later. An order is not: its sender may want a different one by then. */
  const deferred = (pending: Pending, refusal: Refusal): boolean => {
    if (!isTooMany(refusal.errorCode) || pending.isProbe) return false
    lanes.block(pending.payloadType, deferral(refusal, pending.deferrals))
    if (isCommand(pending.payloadType) || pending.deferrals === MAX_DEFERRALS) return false
    pending.deferrals += 1
    pending.post()
    return true
  }

  const refuse = (pending: Pending, refusal: Refusal): void => {
    pending.sent = false
    if (!deferred(pending, refusal)) pending.subscriber.error(refusalError(pending.payloadType, refusal))
  }

  const refuseAll = (attributed: readonly Attributed[]): void => {
    for (const { id, asked, refusal } of attributed) if (open.get(id) === asked) refuse(asked, refusal)
  }

  /** Gives a refusal without an id to the request that it answers, if that is certain. */
  const settleWithoutId = (message: Message): Settled => {
    const refusal = isRefusal(message.payloadType) ? readRefusal(message) : undefined
    if (!refusal) return 'ofNone'
    open.hasAnswered()
    const attributed = withoutId.add(refusal, requestAccountId(message.payload))
    refuseAll(attributed)
    return attributed.length > 0 ? 'settled' : 'ofNone'
  }

  return {
    settle: message => {
      const { clientMsgId, payloadType } = message
      if (clientMsgId === undefined) return settleWithoutId(message)
      // A late answer also shows that the server reads. But an execution event may come from another session.
      if (payloadType !== PayloadType.PROTO_OA_EXECUTION_EVENT) open.hasAnswered()
      const pending = open.waitingFor(clientMsgId, payloadType)
      if (!pending) {
        if (!open.get(clientMsgId)) refuseAll(withoutId.answered(clientMsgId))
        return 'ofNone'
      }
      if (isOfOther(message, pending)) return 'ofOtherAccount'
      open.hasAnswered()
      roundTrip = Math.round(monotonicNow() - pending.sentAt)
      // Removed before its sender is told, who may send the next request at once.
      const attributed = withoutId.answered(clientMsgId)
      const refusal = readRefusal(message)
      if (refusal) refuse(pending, refusal)
      else {
        pending.sent = false
        pending.subscriber.next(message.payload)
        pending.subscriber.complete()
      }
      refuseAll(attributed)
      return 'settled'
    },

    settleRejected: ({ reason, clientMsgId, payloadType, faults }) => {
      // An unreadable frame goes to the request that it names, or to no request.
      const pending = open.waitingFor(clientMsgId, payloadType)
      if (!pending || clientMsgId === undefined) return
      open.hasAnswered()
      pending.sent = false
      const attributed = withoutId.answered(clientMsgId)
      pending.subscriber.error(
        reason === 'TooLarge' && !isCommand(pending.payloadType)
          ? tooLarge(pending.payloadType, `it has ${faults[0]?.actual ?? 'more'}`)
          : new CTraderError({ reason: 'InvalidAnswer', payloadType: pending.payloadType, faults }),
      )
      refuseAll(attributed)
    },

    roundTrip: () => roundTrip,
  }
}
