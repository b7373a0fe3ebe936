import { Subject } from 'rxjs'
import { PayloadType } from '../protocol/payloadType'
import { holdsSecrets, holdsText } from '../protocol/secrets'
import type { Message } from '../protocol/table'
import { frameDecoder } from '../transport/frame'
import type { Drift } from '../transport/frame'
import type { FrameError } from '../transport/frameErrors'
import type { Secrets } from '../transport/secrets'
import { omitUndefined } from '../util/omitUndefined'
import type { Settler } from './requests/settler'
import type { Router } from './router'

/** A frame that is not a message: the reason, and its text with secrets redacted. */
export interface RejectedFrame extends FrameError {
  readonly text: string
}

export interface ReceiverOptions {
  readonly onRejected: (frame: RejectedFrame) => void
  readonly onDrift: (drift: Drift) => void
}

/** The incoming half of a link. */
export interface Receiver {
  /** Decodes a frame, conceals secrets in it, settles the request that it answers, and routes it. Never throws. */
  readonly receive: (text: string) => void
  /** See `Link`. */
  readonly unread$: Subject<FrameError>
}

interface Parts extends ReceiverOptions {
  readonly secrets: Secrets
  readonly requests: Pick<Settler, 'settle' | 'settleRejected'>
  readonly router: Pick<Router, 'route'>
}

/** The longest name of an unknown field that is reported. */
const MAX_NAME = 200

const isEvent = ({ payloadType }: Message): boolean => payloadType === PayloadType.PROTO_OA_EXECUTION_EVENT

/** An answer for another account is not the answer: the request goes on waiting. */
const otherAccountError = ({ payloadType, clientMsgId }: Message): FrameError => ({
  reason: 'InvalidPayload',
  faults: [
    { path: 'payload.ctidTraderAccountId', expected: 'the account that was asked of', actual: 'another' },
  ],
  payloadType,
  ...omitUndefined({ clientMsgId }),
})

export const createReceiver = ({ secrets, requests, router, onDrift, onRejected }: Parts): Receiver => {
  let drifts = 0
  const leftOut: FrameError[] = []
  const decode = frameDecoder(
    drift => {
      drifts += 1
      onDrift({ ...drift, field: secrets.conceal(drift.field).slice(0, MAX_NAME) })
    },
    error => {
      leftOut.push(error)
    },
  )
  const unread$ = new Subject<FrameError>()
  const reject = (error: FrameError, text: string): void => {
    const { clientMsgId } = error
    onRejected({
      ...error,
      ...(clientMsgId !== undefined && { clientMsgId: secrets.concealFrame(clientMsgId) }),
      text: error.reason === 'NotText' ? '' : secrets.concealFrame(text),
    })
    // A text that does not begin as a frame was never one: nothing is missed.
    if (/^\s*\{/.test(text)) unread$.next(error)
  }
  /**
   * Most types have no text fields, and most texts have no secrets. Searching every payload would cost a third of
   * its validation.
   */
  const withoutSecrets = (message: Message, text: string, isDrifting: boolean): Message => {
    const { payloadType } = message
    if (!isDrifting && !holdsText(payloadType)) return message
    const isOfSecrets = holdsSecrets(payloadType)
    if (!secrets.mayBeIn(text, isDrifting || isOfSecrets)) return message
    if (!isOfSecrets) secrets.rememberHeard(message.payload)
    return secrets.concealMessage(message)
  }
  /**
   * Without text fields there is no secret. Without an id only a refusal settles a request, and refusals have
   * text fields.
   */
  const isPlain = ({ clientMsgId, payloadType }: Message): boolean =>
    clientMsgId === undefined && !holdsText(payloadType)

  const settle = (message: Message, text: string, isDrifting: boolean): void => {
    const safe = withoutSecrets(message, text, isDrifting)
    if (holdsSecrets(message.payloadType)) {
      // The tokens are for the request that they answer.
      if (requests.settle(message) === 'settled') secrets.remember(message.payload)
      else secrets.rememberHeard(message.payload)
    } else if (requests.settle(safe) === 'ofOtherAccount' && !isEvent(message))
      reject(otherAccountError(message), text)
    router.route(safe)
  }

  return {
    unread$,
    receive: text => {
      const driftsBefore = drifts
      const decoded = decode(text)
      // A consumer of the message may cause another one before this is reported.
      const without = leftOut.pop()
      if (decoded._tag === 'Right') {
        const message = decoded.right
        const isDrifting = drifts > driftsBefore
        if (!isDrifting && isPlain(message)) router.route(message)
        else settle(message, text, isDrifting)
        if (without) reject(without, text)
      } else {
        requests.settleRejected(decoded.left)
        reject(decoded.left, text)
      }
    },
  }
}
