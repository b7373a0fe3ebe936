import { PayloadType } from '../../../protocol/payloadType'
import { messageRow } from '../../../protocol/table'
import type { Message, MessageType, RequestType } from '../../../protocol/table'
import { omitUndefined } from '../../../util/omitUndefined'
import type { Refusal } from '../../bus/messages'
import type { RequestOutcome } from '../../model/stats'

/** A request of a peer, with the ways to settle it. */
export interface Call {
  readonly payloadType: RequestType
  readonly payload: Readonly<Record<string, unknown>>
  readonly clientMsgId: string | undefined
  readonly answer: (payload: object) => void
  readonly refuse: (refusal: Refusal) => void
  /** The refusal of an order command, or that its outcome is not known. */
  readonly refuseOrder: (refusal: Refusal, outcome?: Exclude<RequestOutcome, 'answered'>) => void
  /** An order command has its answer in an execution event. */
  readonly done: () => void
}

/** Makes the call of a request. `onSettled` is called once. */
export const toCall = (
  message: Message,
  write: (message: Message) => void,
  onSettled: (outcome: RequestOutcome) => void,
): Call => {
  const { clientMsgId } = message
  const payload = message.payload as Readonly<Record<string, unknown>>
  const { ctidTraderAccountId } = payload as { readonly ctidTraderAccountId?: number }
  const send = (payloadType: MessageType | undefined, content: object): void => {
    if (payloadType === undefined) return
    write({ payloadType, ...omitUndefined({ clientMsgId }), payload: content } as Message)
  }
  let isSettled = false
  const settled = (outcome: RequestOutcome): void => {
    if (isSettled) return
    isSettled = true
    onSettled(outcome)
  }
  return {
    payloadType: message.payloadType as RequestType,
    payload,
    clientMsgId,
    answer: content => {
      send(messageRow(message.payloadType)?.answeredBy?.[0], content)
      settled('answered')
    },
    refuse: ({ errorCode, description, retryAfter, maintenanceEndTimestamp }) => {
      const texts = omitUndefined({ description, retryAfter, maintenanceEndTimestamp })
      send(PayloadType.PROTO_OA_ERROR_RES, { errorCode, ...texts })
      settled('refused')
    },
    refuseOrder: ({ errorCode, description, orderId, positionId }, outcome = 'refused') => {
      const details = omitUndefined({ description, orderId, positionId })
      send(PayloadType.PROTO_OA_ORDER_ERROR_EVENT, { ctidTraderAccountId, errorCode, ...details })
      settled(outcome)
    },
    done: () => {
      settled('answered')
    },
  }
}
