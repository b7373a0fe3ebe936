import { EMPTY, Observable, Subject, Subscription, catchError, ignoreElements, throwError, timer } from 'rxjs'
import { monotonicNow } from '../../clock'
import { CTraderError, invalidOption, isRefused, wordsOf } from '../../errors'
import { isTooMany } from '../../protocol/errorCodes'
import { PayloadType } from '../../protocol/payloadType'
import { isCommand, isRefusal } from '../../protocol/table'
import type { Answer, CommandType, Message, Payload, RequestType, Sent } from '../../protocol/table'
import { outgoingFaults } from '../../transport/frame'
import type { FrameError } from '../../transport/frame'
import type { Lanes } from './lanes'
import { tooLarge } from './oversized'
import type { Question } from './oversized'
import { accountIn, isOfOther, settles } from './pending'
import type { Pending } from './pending'
import { deferral, isHarmless, refusalIn, refused } from './refusal'
import type { Refusal } from './refusal'
import { createRefusalsWithoutId } from './refusalsWithoutId'
import type { Attributed } from './refusalsWithoutId'
import { createTurns } from './turns'
import type { Turn } from './turns'
import { defined } from '../../util/defined'

/** A request and its one answer. Cold: each subscription sends one, as soon as the server's limits allow. */
export type Request = <T extends RequestType>(
  payloadType: T,
  payload: Sent<Payload<T>>,
) => Observable<Answer<T>>

/** An order command has left, with this id. */
export interface Commanded {
  readonly status: 'sent'
  readonly clientMsgId: string
}

/**
 * A request that emits when it leaves, for orders: it must be known of each whether the server may have it. It
 * completes when the server has answered. The answer itself comes with the other execution events of the link.
 *
 * The id can be given if it must be known before. `mayLeave` is called at the moment of sending, after any waiting. If
 * it returns an error, nothing is sent and the request errors with it.
 */
export type Command = <T extends CommandType>(
  payloadType: T,
  payload: Sent<Payload<T>>,
  clientMsgId?: string,
  mayLeave?: () => CTraderError | undefined,
) => Observable<Commanded>

/** How long a probe may take from when it is sent, in ms. A live server answers within a second. */
const PATIENCE = 5_000

export interface RequestOptions {
  /** How long to wait for a line, and then for the answer from when the request was sent, in ms. Default 10 000. */
  readonly requestTimeout: number
  /**
   * Makes a unique `clientMsgId`. It must be unique among all programs of the account, because execution events
   * carry it to all of them. Default: a counter with a random prefix.
   */
  readonly nextId: () => string
}

/** What a message did to the open requests. */
type Settled = 'settled' | 'ofOtherAccount' | 'ofNone'

export interface Requests {
  readonly request: Request
  readonly command: Command
  /**
   * Sends a light request, ahead of all queries. Completes when the server has answered, also with a refusal.
   * Errors if there is no answer within some seconds of sending.
   */
  readonly probe: Observable<never>
  /** Emits when a request has timed out and the server has answered nothing for `idleTimeout`. */
  readonly unanswered$: Observable<unknown>
  /** Gives a message to the request that waits for it. A message of another account answers nothing. */
  readonly settle: (message: Message) => Settled
  /** The same for a frame that could not be decoded. */
  readonly settleRejected: (error: FrameError) => void
  /** How long the last answer took, in ms, if there was one. */
  readonly roundTrip: () => number | undefined
  /** The requests that were sent and are not answered yet. */
  readonly underWay: () => readonly Question[]
  /** The line is gone: settles every waiting request, and every later one. */
  readonly fail: (cause: CTraderError) => void
}

interface Asking {
  readonly onLeaving?: (clientMsgId: string) => void
  /** The id of the message. Default a fresh one. */
  readonly id?: string
  /** Called at the moment of sending. Returns the error that stops it, if any. */
  readonly mayLeave?: () => CTraderError | undefined
  readonly isProbe?: boolean
  /** How long to wait for the answer after sending, in ms. Default `requestTimeout`. */
  readonly patience?: number
}

/** The error of an invalid request, if it is one. */
export const invalidRequest = <T extends RequestType>(
  payloadType: T,
  payload: Payload<T>,
): CTraderError | undefined => {
  const faults = outgoingFaults(payloadType, payload)
  return faults.length === 0 ? undefined : new CTraderError({ reason: 'InvalidRequest', payloadType, faults })
}

/** After this many, the server's "later" counts as a refusal. */
const MAX_DEFERRALS = 6

/** Pairs requests with their answers by `clientMsgId`, so that every request settles. */
export const createRequests = (
  send: (message: Message) => void,
  lanes: Lanes,
  { nextId, requestTimeout, idleTimeout }: RequestOptions & { readonly idleTimeout: number },
): Requests => {
  const waiting = new Map<string, Pending>()
  let lost: CTraderError | undefined
  let lastRoundTrip: number | undefined
  /** When the first unanswered request since the last answer was sent, in ms of the monotonic clock. */
  let unansweredSince: number | undefined
  const unanswered$ = new Subject<void>()
  const withoutId = createRefusalsWithoutId<Pending>(requestTimeout)
  const turns = createTurns(withoutId.isAmbiguous)

  /** The request that a message is for. Most messages are events, which belong to no request. */
  const waitingFor = (
    clientMsgId: string | undefined,
    payloadType: number | undefined,
  ): Pending | undefined => {
    const pending = clientMsgId === undefined ? undefined : waiting.get(clientMsgId)
    return pending && settles(payloadType, pending.payloadType) ? pending : undefined
  }

  const timedOut = (payloadType: RequestType, after: number, clientMsgId: string): CTraderError => {
    if (unansweredSince !== undefined && monotonicNow() - unansweredSince >= idleTimeout) unanswered$.next()
    const refusal = withoutId.mayBeOf(clientMsgId)
    if (refusal && isHarmless(refusal)) return refused(payloadType, refusal)
    return new CTraderError({
      reason: 'Timeout',
      payloadType,
      after,
      sent: true,
      ...(refusal && {
        detail: `the server refused this or another request with ${refusal.errorCode} and did not say which`,
      }),
    })
  }

  /** An id for a request. An error in the user's `nextId` becomes the error of the request. */
  const freshId = (): string | CTraderError => {
    try {
      const id: unknown = nextId()
      if (typeof id !== 'string' || id === '')
        return invalidOption('nextId', 'must return a non-empty string')
      return waiting.has(id) ? invalidOption('nextId', 'has returned an id that is in use') : id
    } catch (error) {
      return invalidOption('nextId', `has thrown: ${wordsOf(error)}`)
    }
  }

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
    if (!deferred(pending, refusal)) pending.subscriber.error(refused(pending.payloadType, refusal))
  }

  const refuseAll = (attributed: readonly Attributed<Pending>[]): void => {
    for (const { id, asked, refusal } of attributed) if (waiting.get(id) === asked) refuse(asked, refusal)
  }

  /** Gives a refusal without an id to the request that it answers, if that is certain. */
  const settleWithoutId = (message: Message): Settled => {
    const refusal = isRefusal(message.payloadType) ? refusalIn(message) : undefined
    if (!refusal) return 'ofNone'
    unansweredSince = undefined
    const attributed = withoutId.add(refusal, accountIn(message.payload))
    refuseAll(attributed)
    return attributed.length > 0 ? 'settled' : 'ofNone'
  }

  const asking = <T extends RequestType>(
    payloadType: T,
    payload: Payload<T>,
    { onLeaving = () => undefined, id, mayLeave, isProbe = false, patience = requestTimeout }: Asking = {},
  ): Observable<Answer<T>> =>
    new Observable(subscriber => {
      const refusal = invalidRequest(payloadType, payload) ?? lost
      if (refusal) {
        subscriber.error(refusal)
        return
      }
      const clientMsgId = id ?? freshId()
      if (typeof clientMsgId !== 'string') {
        subscriber.error(clientMsgId)
        return
      }
      let turn = Subscription.EMPTY
      const go = (): void => {
        const obstacle = mayLeave?.()
        if (obstacle) {
          subscriber.error(obstacle)
          return
        }
        pending.sent = true
        pending.sentAt = monotonicNow()
        unansweredSince ??= pending.sentAt
        withoutId.sent(clientMsgId, pending)
        turn.add(
          timer(patience).subscribe(() => subscriber.error(timedOut(payloadType, patience, clientMsgId))),
        )
        // Emitted before sending: with a server in the same process, the answer comes during the send.
        onLeaving(clientMsgId)
        try {
          send({ payloadType, clientMsgId, payload } as Message)
        } catch (error) {
          subscriber.error(error)
        }
      }
      const pending: Pending = {
        payloadType,
        payload,
        accountId: accountIn(payload),
        isProbe,
        subscriber,
        sent: false,
        sentAt: NaN,
        deferrals: 0,
        post: () => {
          turn.unsubscribe()
          turn = new Subscription()
          if (payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ) turn.add(turns.enter(authentication))
          else leave()
        },
      }
      const leave = (): void => {
        if (!lost) turn.add(lanes.enter(payloadType, go, isProbe))
      }
      const authentication: Turn = { start: leave, clearIn: () => withoutId.clearIn(pending) }
      waiting.set(clientMsgId, pending)
      subscriber.add(() => {
        waiting.delete(clientMsgId)
        if (pending.sent) withoutId.abandoned(clientMsgId)
        turn.unsubscribe()
      })
      pending.post()
    })

  return {
    request: (payloadType, payload) => asking(payloadType, payload),

    probe: asking(PayloadType.PROTO_OA_VERSION_REQ, {}, { isProbe: true, patience: PATIENCE }).pipe(
      catchError((error: unknown) => (isRefused(error) ? EMPTY : throwError(() => error))),
      ignoreElements(),
    ),

    unanswered$,

    command: (payloadType, payload, id, mayLeave) =>
      new Observable(subscriber =>
        asking(payloadType, payload, {
          onLeaving: clientMsgId => {
            subscriber.next({ status: 'sent', clientMsgId })
          },
          ...defined({ id, mayLeave }),
        })
          .pipe(ignoreElements())
          .subscribe(subscriber),
      ),

    settle: message => {
      const { clientMsgId, payloadType } = message
      if (clientMsgId === undefined) return settleWithoutId(message)
      // A late answer also shows that the server reads. But an execution event may come from another session.
      if (payloadType !== PayloadType.PROTO_OA_EXECUTION_EVENT) unansweredSince = undefined
      const pending = waitingFor(clientMsgId, payloadType)
      if (!pending) {
        if (!waiting.has(clientMsgId)) refuseAll(withoutId.answered(clientMsgId))
        return 'ofNone'
      }
      if (isOfOther(message, pending)) return 'ofOtherAccount'
      unansweredSince = undefined
      lastRoundTrip = Math.round(monotonicNow() - pending.sentAt)
      // Removed before its sender is told, who may send the next request at once.
      const attributed = withoutId.answered(clientMsgId)
      const refusal = refusalIn(message)
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
      const pending = waitingFor(clientMsgId, payloadType)
      if (!pending || clientMsgId === undefined) return
      unansweredSince = undefined
      pending.sent = false
      const attributed = withoutId.answered(clientMsgId)
      pending.subscriber.error(
        reason === 'TooLarge' && !isCommand(pending.payloadType)
          ? tooLarge(pending.payloadType, `it has ${faults[0]?.actual ?? 'more'}`)
          : new CTraderError({ reason: 'InvalidAnswer', payloadType: pending.payloadType, faults }),
      )
      refuseAll(attributed)
    },

    roundTrip: () => lastRoundTrip,

    underWay: () => [...waiting.values()].filter(({ sent }) => sent),

    fail: cause => {
      const lostWhen = (sent: boolean): CTraderError =>
        new CTraderError({
          reason: 'ConnectionLost',
          sent,
          ...(cause.reason === 'ConnectionLost'
            ? defined({ close: cause.close, detail: cause.detail })
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
