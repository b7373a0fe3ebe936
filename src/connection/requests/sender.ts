import { Observable, Subscription, timer } from 'rxjs'
import type { Subject } from 'rxjs'
import { CTraderError, invalidOption, errorMessage } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import type { Answer, Message, Payload, RequestType } from '../../protocol/table'
import type { FlowId } from './fairQueue'
import type { Lanes } from './lanes'
import type { OpenRequests } from './openRequests'
import { requestAccountId } from './pending'
import type { Pending } from './pending'
import { isHarmless, refusalError } from './refusal'
import { invalidRequest } from './request'
import type { RequestOptions } from './request'
import { watchRequest } from './requestSteps'
import type { RequestStep } from './requestSteps'
import { createTurns } from './turns'
import type { Turn } from './turns'

/** How one request is sent. */
export interface Sending {
  readonly onLeaving?: (clientMsgId: string) => void
  /** The id of the message. Default a fresh one. */
  readonly id?: string
  /** Called in the turn in which it leaves. Returns the error that stops it, if any. */
  readonly mayLeave?: () => CTraderError | undefined
  /** Whose message it is, if not its account's. */
  readonly flow?: FlowId
  readonly isProbe?: boolean
  /** How long to wait for the answer after sending, in ms. Default `requestTimeout`. */
  readonly patience?: number
}

export interface SenderOptions extends RequestOptions {
  /** Gets the steps of all requests, while it has a subscriber. */
  readonly requestStep$?: Subject<RequestStep>
}

/** Sends a request when its lane lets it, and emits its one answer. Cold. */
export type Sender = <T extends RequestType>(
  payloadType: T,
  payload: Payload<T>,
  sending?: Sending,
) => Observable<Answer<T>>

export const createSender = (
  send: (message: Message) => void,
  lanes: Lanes,
  open: OpenRequests,
  { nextId, requestTimeout, requestStep$ }: SenderOptions,
): Sender => {
  const { withoutId } = open
  const turns = createTurns(withoutId.isAmbiguous)

  /** An id for a request. An error in the user's `nextId` becomes the error of the request. */
  const freshId = (): string | CTraderError => {
    try {
      const id: unknown = nextId()
      if (typeof id !== 'string' || id === '')
        return invalidOption('nextId', 'must return a non-empty string')
      return open.get(id) ? invalidOption('nextId', 'has returned an id that is in use') : id
    } catch (error) {
      return invalidOption('nextId', `has thrown: ${errorMessage(error)}`)
    }
  }

  const timedOut = (payloadType: RequestType, after: number, clientMsgId: string): CTraderError => {
    open.hasTimedOut()
    const refusal = withoutId.mayBeOf(clientMsgId)
    if (refusal && isHarmless(refusal)) return refusalError(payloadType, refusal)
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

  return <T extends RequestType>(
    payloadType: T,
    payload: Payload<T>,
    {
      onLeaving = () => undefined,
      id,
      mayLeave,
      flow,
      isProbe = false,
      patience = requestTimeout,
    }: Sending = {},
  ) =>
    watchRequest(
      requestStep$,
      payloadType,
      report =>
        new Observable<Answer<T>>(subscriber => {
          const refusal = invalidRequest(payloadType, payload) ?? open.lost()
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
          const mayGo = (): boolean => {
            const obstacle = mayLeave?.()
            if (obstacle) subscriber.error(obstacle)
            return !obstacle
          }
          const go = (): void => {
            open.sent(clientMsgId, pending)
            report('sent', clientMsgId, pending.accountId)
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
          const leave = (): void => {
            if (open.lost()) return
            turn.add(
              lanes.enter(payloadType, go, { flow: flow ?? pending.accountId, mayLeave: mayGo, isProbe }),
            )
          }
          const pending: Pending = {
            payloadType,
            payload,
            accountId: requestAccountId(payload),
            isProbe,
            subscriber,
            sent: false,
            sentAt: NaN,
            deferrals: 0,
            post: () => {
              turn.unsubscribe()
              turn = new Subscription()
              report('waiting', clientMsgId, pending.accountId)
              if (payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ) turn.add(turns.enter(authentication))
              else leave()
            },
          }
          const authentication: Turn = { start: leave, clearIn: () => withoutId.clearIn(pending) }
          open.add(clientMsgId, pending)
          subscriber.add(() => {
            open.remove(clientMsgId, pending)
            turn.unsubscribe()
          })
          pending.post()
        }),
    )
}
