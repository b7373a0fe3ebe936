import { Observable, Subscription, asyncScheduler, timer } from 'rxjs'
import type { Subscriber } from 'rxjs'
import { CTraderError } from '../errors'
import { ProtoOAExecutionType } from '../protocol/enums'
import { PayloadType } from '../protocol/payloadType'
import { rowOf } from '../protocol/table'
import type { Answer, Message, Payload, RequestType, Sent } from '../protocol/table'
import { outgoingFaults } from '../transport/frame'
import { isCommand } from './lanes'
import type { Lanes } from './lanes'
import type { FrameError } from '../transport/frame'

/** A request and its one answer: cold, so each subscription sends one, as soon as the server's limits allow. */
export type Request = <T extends RequestType>(
  payloadType: T,
  payload: Sent<Payload<T>>,
) => Observable<Answer<T>>

export interface RequestOptions {
  /** How long to wait for a line, and then, from when it was sent, for the answer, in ms. Default 10 000. */
  readonly requestTimeout: number
  /** A `clientMsgId` nobody else uses: execution events carry it to every session of the account. Default: a counter behind a random prefix. */
  readonly nextId: () => string
}

export interface Requests {
  readonly request: Request
  /** Gives a message to the request that waits for it, if one does. */
  readonly settle: (message: Message) => void
  /** The same for a frame that could not be decoded. */
  readonly settleRejected: (error: FrameError) => void
  /** How long the last answer took, in ms, if there was one. */
  readonly roundTrip: () => number | undefined
  /** The line is gone: settles every waiting request, and every later one. */
  readonly fail: (cause: CTraderError) => void
}

interface Pending {
  readonly payloadType: RequestType
  readonly subscriber: Subscriber<unknown>
  /** Leaves the message to its lane; again, where the server wants it later. */
  readonly post: () => void
  sent: boolean
  sentAt: number
  /** How often the server wanted it later. */
  deferrals: number
}

/** What a refusal says, whichever message carries it. */
interface Refusal {
  readonly errorCode: string
  readonly description?: string
  readonly retryAfter?: number
  readonly maintenanceEndTimestamp?: number
}

/** An order command may also be refused by an execution event that is none. */
const rejections: ReadonlyMap<unknown, string> = new Map([
  [ProtoOAExecutionType.ORDER_REJECTED, 'ORDER_REJECTED'],
  [ProtoOAExecutionType.ORDER_CANCEL_REJECTED, 'ORDER_CANCEL_REJECTED'],
])

/** A server that took this for ms as well would be right for longer than anybody waits. */
const LATEST_IN_SECONDS = 1e11
const inMs = (timestamp: number): number => (timestamp < LATEST_IN_SECONDS ? timestamp * 1_000 : timestamp)

const refusalIn = (message: Message): Refusal | undefined => {
  switch (message.payloadType) {
    case PayloadType.PROTO_OA_ERROR_RES: {
      // In seconds here, and in ms in a 50.
      const { maintenanceEndTimestamp: end, ...refusal } = message.payload
      return end === undefined ? refusal : { ...refusal, maintenanceEndTimestamp: inMs(end) }
    }
    case PayloadType.ERROR_RES:
    case PayloadType.PROTO_OA_ORDER_ERROR_EVENT:
      return message.payload
    case PayloadType.PROTO_OA_EXECUTION_EVENT: {
      const { executionType, errorCode = rejections.get(executionType) } = message.payload
      return rejections.has(executionType) && errorCode !== undefined ? { errorCode } : undefined
    }
    default:
      return undefined
  }
}

const refused = (
  payloadType: RequestType,
  { errorCode, description, retryAfter, maintenanceEndTimestamp }: Refusal,
): CTraderError =>
  new CTraderError({
    reason: 'Refused',
    payloadType,
    errorCode,
    ...(description !== undefined && { description }),
    ...(maintenanceEndTimestamp !== undefined && { maintenanceEndTimestamp }),
    ...(retryAfter !== undefined && { retryAfter }),
  })

/** Whether a message of the one type settles a request of the other. */
const settles = (payloadType: number | undefined, request: RequestType): boolean => {
  const { answeredBy = [], refusedBy = [] } = rowOf(request) ?? {}
  return [...answeredBy, ...refusedBy].some(settling => settling === payloadType)
}

/** What keeps this request from being sent, if anything. */
export const invalidRequest = <T extends RequestType>(
  payloadType: T,
  payload: Payload<T>,
): CTraderError | undefined => {
  const faults = outgoingFaults(payloadType, payload)
  return faults.length === 0 ? undefined : new CTraderError({ reason: 'InvalidRequest', payloadType, faults })
}

/** The server's answers to too many requests. Only asking later helps. */
const tooMany: ReadonlySet<string> = new Set(['BLOCKED_PAYLOAD_TYPE', 'REQUEST_FREQUENCY_EXCEEDED'])

const MAX_DEFERRALS = 6
const LONGEST_DEFERRAL = 120_000

/** In ms. The time the server names may be too short for its longer quotas, so each pause is at least twice the last. */
const deferral = ({ retryAfter = 1 }: Refusal, deferrals: number): number =>
  Math.min(LONGEST_DEFERRAL, Math.max(retryAfter * 1_000, 1_000 * 2 ** deferrals))

/** Pairs requests with their answers by `clientMsgId`, so that every request settles. */
export const createRequests = (
  send: (message: Message) => void,
  lanes: Lanes,
  { nextId, requestTimeout }: RequestOptions,
): Requests => {
  const waiting = new Map<string, Pending>()
  let lost: CTraderError | undefined
  let lastRoundTrip: number | undefined

  /** The request a message is for. Most messages are events, and of no request. */
  const waitingFor = (
    clientMsgId: string | undefined,
    payloadType: number | undefined,
  ): Pending | undefined => {
    if (clientMsgId === undefined) return undefined
    const pending = waiting.get(clientMsgId)
    return pending && settles(payloadType, pending.payloadType) ? pending : undefined
  }

  const timedOut = (payloadType: RequestType): CTraderError =>
    new CTraderError({ reason: 'Timeout', payloadType, after: requestTimeout, sent: true })

  /** Whether it is asked again later. An order is its sender's to repeat, who may want another one by then. */
  const deferred = (pending: Pending, refusal: Refusal): boolean => {
    if (!tooMany.has(refusal.errorCode)) return false
    lanes.block(pending.payloadType, deferral(refusal, pending.deferrals))
    if (isCommand(pending.payloadType) || pending.deferrals === MAX_DEFERRALS) return false
    pending.deferrals += 1
    pending.sent = false
    pending.post()
    return true
  }

  return {
    request: <T extends RequestType>(payloadType: T, payload: Payload<T>) =>
      new Observable<Answer<T>>(subscriber => {
        const refusal = invalidRequest(payloadType, payload) ?? lost
        if (refusal) {
          subscriber.error(refusal)
          return
        }
        const clientMsgId = nextId()
        let turn = Subscription.EMPTY
        const go = (): void => {
          pending.sent = true
          pending.sentAt = asyncScheduler.now()
          turn.add(timer(requestTimeout).subscribe(() => subscriber.error(timedOut(payloadType))))
          try {
            send({ payloadType, clientMsgId, payload } as Message)
          } catch (error) {
            subscriber.error(error)
          }
        }
        const pending: Pending = {
          payloadType,
          subscriber,
          sent: false,
          sentAt: NaN,
          deferrals: 0,
          post: () => {
            turn.unsubscribe()
            turn = new Subscription()
            turn.add(lanes.enter(payloadType, go))
          },
        }
        waiting.set(clientMsgId, pending)
        subscriber.add(() => {
          waiting.delete(clientMsgId)
          turn.unsubscribe()
        })
        pending.post()
      }),

    settle: message => {
      const pending = waitingFor(message.clientMsgId, message.payloadType)
      if (!pending) return
      lastRoundTrip = asyncScheduler.now() - pending.sentAt
      const refusal = refusalIn(message)
      if (refusal) {
        if (!deferred(pending, refusal)) pending.subscriber.error(refused(pending.payloadType, refusal))
      } else {
        pending.subscriber.next(message.payload)
        pending.subscriber.complete()
      }
    },

    settleRejected: ({ clientMsgId, payloadType, faults }) => {
      const pending = waitingFor(clientMsgId, payloadType)
      pending?.subscriber.error(
        new CTraderError({ reason: 'InvalidAnswer', payloadType: pending.payloadType, faults }),
      )
    },

    roundTrip: () => lastRoundTrip,

    fail: cause => {
      const lostWhen = (sent: boolean): CTraderError =>
        new CTraderError({
          reason: 'ConnectionLost',
          sent,
          ...(cause.reason === 'ConnectionLost'
            ? {
                ...(cause.close && { close: cause.close }),
                ...(cause.detail !== undefined && { detail: cause.detail }),
              }
            : { detail: cause.message }),
        })
      lost = lostWhen(false)
      const unanswered = [...waiting.values()]
      waiting.clear()
      for (const { subscriber, sent } of unanswered) subscriber.error(lostWhen(sent))
    },
  }
}
