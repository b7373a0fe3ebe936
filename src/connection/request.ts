import { Observable, throwError, timeout } from 'rxjs'
import type { Subscriber } from 'rxjs'
import { CTraderError } from '../errors'
import { ProtoOAExecutionType } from '../protocol/enums'
import { PayloadType } from '../protocol/payloadType'
import { rowOf } from '../protocol/table'
import type { Answer, Message, Payload, RequestType, Sent } from '../protocol/table'
import { outgoingFaults } from '../transport/frame'
import type { FrameError } from '../transport/frame'

/** A request and its one answer: cold, so each subscription sends one. */
export type Request = <T extends RequestType>(
  payloadType: T,
  payload: Sent<Payload<T>>,
) => Observable<Answer<T>>

export interface RequestOptions {
  /** How long to wait for a line, and then for the answer, in ms. Default 10 000. */
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
  /** The line is gone: settles every waiting request, and every later one. */
  readonly fail: (cause: CTraderError) => void
}

interface Pending {
  readonly payloadType: RequestType
  readonly subscriber: Subscriber<unknown>
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

const refusalIn = (message: Message): Refusal | undefined => {
  switch (message.payloadType) {
    case PayloadType.PROTO_OA_ERROR_RES:
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

/** Pairs requests with their answers by `clientMsgId`, so that every request settles. */
export const createRequests = (
  send: (message: Message) => void,
  { nextId, requestTimeout }: RequestOptions,
): Requests => {
  const waiting = new Map<string, Pending>()
  let lost: CTraderError | undefined

  /** The request a message is for. Most messages are events, and of no request. */
  const waitingFor = (
    clientMsgId: string | undefined,
    payloadType: number | undefined,
  ): Pending | undefined => {
    if (clientMsgId === undefined) return undefined
    const pending = waiting.get(clientMsgId)
    return pending && settles(payloadType, pending.payloadType) ? pending : undefined
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
        waiting.set(clientMsgId, { payloadType, subscriber })
        subscriber.add(() => waiting.delete(clientMsgId))
        send({ payloadType, clientMsgId, payload } as Message)
      }).pipe(
        timeout({
          first: requestTimeout,
          with: () =>
            throwError(
              () => new CTraderError({ reason: 'Timeout', payloadType, after: requestTimeout, sent: true }),
            ),
        }),
      ),

    settle: message => {
      const pending = waitingFor(message.clientMsgId, message.payloadType)
      if (!pending) return
      const refusal = refusalIn(message)
      if (refusal) {
        pending.subscriber.error(refused(pending.payloadType, refusal))
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
      for (const { subscriber } of unanswered) subscriber.error(lostWhen(true))
    },
  }
}
