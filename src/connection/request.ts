import { Observable, Subscription, map, timer } from 'rxjs'
import type { Subscriber } from 'rxjs'
import { monotonicNow } from '../clock'
import { CTraderError } from '../errors'
import { isTooMany } from '../protocol/errorCodes'
import { isCommand, rowOf } from '../protocol/table'
import type { ProtoOAExecutionEvent } from '../protocol/orders'
import type { Answer, CommandType, Message, Payload, RequestType, Sent } from '../protocol/table'
import { outgoingFaults } from '../transport/frame'
import type { FrameError } from '../transport/frame'
import type { Lanes } from './lanes'
import { deferral, refusalIn, refused } from './refusal'
import type { Refusal } from './refusal'

/** A request and its one answer: cold, so each subscription sends one, as soon as the server's limits allow. */
export type Request = <T extends RequestType>(
  payloadType: T,
  payload: Sent<Payload<T>>,
) => Observable<Answer<T>>

/** What is known of an order command: that it leaves, under which id, and then the server's first word on it. */
export type Commanded =
  | { readonly status: 'sent'; readonly clientMsgId: string }
  | { readonly status: 'answered'; readonly event: ProtoOAExecutionEvent }

/**
 * A request that tells when it leaves, for whoever must know of each order whether the server may have it; under an
 * id of its own, where that must be known before. What keeps it from leaving is asked in the very moment in which it
 * would, however long it has waited for its turn; then it errors with that, and has not left.
 */
export type Command = <T extends CommandType>(
  payloadType: T,
  payload: Sent<Payload<T>>,
  clientMsgId?: string,
  mayLeave?: () => CTraderError | undefined,
) => Observable<Commanded>

export interface RequestOptions {
  /** How long to wait for a line, and then, from when it was sent, for the answer, in ms. Default 10 000. */
  readonly requestTimeout: number
  /** A `clientMsgId` nobody else uses: execution events carry it to every session of the account. Default: a counter behind a random prefix. */
  readonly nextId: () => string
}

export interface Requests {
  readonly request: Request
  readonly command: Command
  /** Gives a message to the request that waits for it. Says whether one did. */
  readonly settle: (message: Message) => boolean
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

/** After so many it is let through as the refusal it is. */
const MAX_DEFERRALS = 6

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
    if (!isTooMany(refusal.errorCode)) return false
    lanes.block(pending.payloadType, deferral(refusal, pending.deferrals))
    if (isCommand(pending.payloadType) || pending.deferrals === MAX_DEFERRALS) return false
    pending.deferrals += 1
    pending.sent = false
    pending.post()
    return true
  }

  const asking = <T extends RequestType>(
    payloadType: T,
    payload: Payload<T>,
    onLeaving: (clientMsgId: string) => void,
    id?: string,
    mayLeave?: () => CTraderError | undefined,
  ): Observable<Answer<T>> =>
    new Observable(subscriber => {
      const refusal = invalidRequest(payloadType, payload) ?? lost
      if (refusal) {
        subscriber.error(refusal)
        return
      }
      const clientMsgId = id ?? nextId()
      let turn = Subscription.EMPTY
      const go = (): void => {
        const obstacle = mayLeave?.()
        if (obstacle) {
          subscriber.error(obstacle)
          return
        }
        pending.sent = true
        pending.sentAt = monotonicNow()
        turn.add(timer(requestTimeout).subscribe(() => subscriber.error(timedOut(payloadType))))
        // Told before: where there is no distance, the answer is there before the sending is over.
        onLeaving(clientMsgId)
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
    })

  return {
    request: (payloadType, payload) => asking(payloadType, payload, () => undefined),

    command: (payloadType, payload, id, mayLeave) =>
      new Observable(subscriber =>
        asking(
          payloadType,
          payload,
          clientMsgId => {
            subscriber.next({ status: 'sent', clientMsgId })
          },
          id,
          mayLeave,
        )
          .pipe(map(event => ({ status: 'answered', event }) as const))
          .subscribe(subscriber),
      ),

    settle: message => {
      const pending = waitingFor(message.clientMsgId, message.payloadType)
      if (!pending) return false
      lastRoundTrip = Math.round(monotonicNow() - pending.sentAt)
      const refusal = refusalIn(message)
      if (refusal) {
        if (!deferred(pending, refusal)) pending.subscriber.error(refused(pending.payloadType, refusal))
      } else {
        pending.subscriber.next(message.payload)
        pending.subscriber.complete()
      }
      return true
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
