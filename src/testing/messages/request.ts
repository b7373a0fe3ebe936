import { PayloadType } from '../../protocol/payloadType'
import { payloadTypeName } from '../../protocol/payloadTypeName'
import { messageCodec, messageRow } from '../../protocol/table'
import type { MessageOf, MessageType, Payload } from '../../protocol/table'
import { message } from './build'
import { ACCOUNT_ID } from './usual'

/** A payload without its account id. */
export type AccountPayload<P> = Omit<P, 'ctidTraderAccountId'> & {
  readonly ctidTraderAccountId?: number
}

/**
 * A message as a client sends it, for `expectRequests`. It needs all fields, except the account id if that is the
 * kit's own.
 *
 * ```ts
 * request(PayloadType.PROTO_OA_CANCEL_ORDER_REQ, { orderId: 1 })
 * ```
 */
export const request = <T extends MessageType>(
  payloadType: T,
  payload: AccountPayload<Payload<T>>,
): MessageOf<T> => {
  const isOfAccount = 'ctidTraderAccountId' in messageCodec(payloadType).fields
  return message(payloadType, {
    ...(isOfAccount && { ctidTraderAccountId: ACCOUNT_ID }),
    ...payload,
  })
}

/** Messages that a client always sends: heartbeats and authentications. */
export const isUsual = (payloadType: MessageType): boolean =>
  payloadType === PayloadType.HEARTBEAT_EVENT ||
  payloadType === PayloadType.PROTO_OA_APPLICATION_AUTH_REQ ||
  payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ

/** Throws for a message that no client sends: an expectation of it would never be met, or always. */
export const checkSent = (payloadType: unknown): void => {
  const name = payloadTypeName(payloadType)
  if (name === undefined)
    throw new Error(
      `expectRequests: ${typeof payloadType === 'string' ? `'${payloadType}'` : String(payloadType)} is not a payload type; see PayloadType`,
    )
  const row = messageRow(payloadType)
  if (payloadType !== PayloadType.HEARTBEAT_EVENT && row?.answeredBy === undefined)
    throw new Error(`expectRequests: ${name} comes from the server; a client never sends it`)
}
