import { Subject } from 'rxjs'
import { monotonicNow } from '../../clock'
import { CTraderError } from '../../errors'
import { omitUndefined } from '../../util/omitUndefined'
import { settles } from './pending'
import type { Pending } from './pending'
import { createRefusalsWithoutId } from './refusalsWithoutId'
import type { RefusalsWithoutId } from './refusalsWithoutId'

/** The requests of a line that have no answer yet, by their `clientMsgId`. */
export interface OpenRequests {
  readonly add: (clientMsgId: string, pending: Pending) => void
  readonly remove: (clientMsgId: string, pending: Pending) => void
  readonly get: (clientMsgId: string) => Pending | undefined
  /** The request that a message is for. Most messages are events, which belong to no request. */
  readonly waitingFor: (
    clientMsgId: string | undefined,
    payloadType: number | undefined,
  ) => Pending | undefined
  /** It leaves at this moment. */
  readonly sent: (clientMsgId: string, pending: Pending) => void
  /** The server has answered a request, or shown in another way that it reads. */
  readonly hasAnswered: () => void
  /** A request has timed out. */
  readonly hasTimedOut: () => void
  /** Emits when a request has timed out and the server has answered nothing for `idleTimeout`. */
  readonly unanswered$: Subject<void>
  readonly withoutId: RefusalsWithoutId
  readonly all: () => readonly Pending[]
  /** Why no request can leave any more, if the line is gone. */
  readonly lost: () => CTraderError | undefined
  /** The line is gone: settles every waiting request, and every later one. */
  readonly fail: (cause: CTraderError) => void
}

export const createOpenRequests = (requestTimeout: number, idleTimeout: number): OpenRequests => {
  const waiting = new Map<string, Pending>()
  const withoutId = createRefusalsWithoutId(requestTimeout)
  const unanswered$ = new Subject<void>()
  let lost: CTraderError | undefined
  /** When the first unanswered request since the last answer was sent, in ms of the monotonic clock. */
  let unansweredSince: number | undefined

  return {
    add: (clientMsgId, pending) => {
      waiting.set(clientMsgId, pending)
    },
    remove: (clientMsgId, pending) => {
      waiting.delete(clientMsgId)
      if (pending.sent) withoutId.abandoned(clientMsgId)
    },
    get: clientMsgId => waiting.get(clientMsgId),
    waitingFor: (clientMsgId, payloadType) => {
      const pending = clientMsgId === undefined ? undefined : waiting.get(clientMsgId)
      return pending && settles(payloadType, pending.payloadType) ? pending : undefined
    },
    sent: (clientMsgId, pending) => {
      pending.sent = true
      pending.sentAt = monotonicNow()
      unansweredSince ??= pending.sentAt
      withoutId.sent(clientMsgId, pending)
    },
    hasAnswered: () => {
      unansweredSince = undefined
    },
    hasTimedOut: () => {
      if (unansweredSince !== undefined && monotonicNow() - unansweredSince >= idleTimeout) unanswered$.next()
    },
    unanswered$,
    withoutId,
    all: () => [...waiting.values()],
    lost: () => lost,
    fail: cause => {
      const lostWhen = (sent: boolean): CTraderError =>
        new CTraderError({
          reason: 'ConnectionLost',
          sent,
          ...(cause.reason === 'ConnectionLost'
            ? omitUndefined({ close: cause.close, detail: cause.detail })
            : { detail: cause.message }),
        })
      lost = lostWhen(false)
      const unanswered = [...waiting.values()]
      waiting.clear()
      withoutId.clear()
      for (const { subscriber, sent } of unanswered) subscriber.error(lostWhen(sent))
    },
  }
}
