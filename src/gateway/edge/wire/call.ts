import { PayloadType } from '../../../protocol/payloadType'
import { messageRow } from '../../../protocol/table'
import type { Message, MessageType, RequestType } from '../../../protocol/table'
import { omitUndefined } from '../../../util/omitUndefined'
import type { Refusal } from '../../bus/messages'

/** A request of a peer, with the ways to settle it. */
export interface Call {
  readonly payloadType: RequestType
  readonly payload: Readonly<Record<string, unknown>>
  readonly clientMsgId: string | undefined
  readonly answer: (payload: object) => void
  readonly refuse: (refusal: Refusal) => void
  /** The refusal of an order command. */
  readonly refuseOrder: (refusal: Refusal) => void
}

/** Makes the call of a request. */
export const toCall = (message: Message, write: (message: Message) => void): Call => {
  const { clientMsgId } = message
  const payload = message.payload as Readonly<Record<string, unknown>>
  const { ctidTraderAccountId } = payload as { readonly ctidTraderAccountId?: number }
  const send = (payloadType: MessageType | undefined, content: object): void => {
    if (payloadType === undefined) return
    write({ payloadType, ...omitUndefined({ clientMsgId }), payload: content } as Message)
  }
  return {
    payloadType: message.payloadType as RequestType,
    payload,
    clientMsgId,
    answer: content => {
      send(messageRow(message.payloadType)?.answeredBy?.[0], content)
    },
    refuse: ({ errorCode, description, retryAfter, maintenanceEndTimestamp }) => {
      const texts = omitUndefined({ description, retryAfter, maintenanceEndTimestamp })
      send(PayloadType.PROTO_OA_ERROR_RES, { errorCode, ...texts })
    },
    refuseOrder: ({ errorCode, description, orderId, positionId }) => {
      const details = omitUndefined({ description, orderId, positionId })
      send(PayloadType.PROTO_OA_ORDER_ERROR_EVENT, { ctidTraderAccountId, errorCode, ...details })
    },
  }
}
