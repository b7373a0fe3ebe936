import { PayloadType } from '../../protocol/payloadType'
import { messageCodec } from '../../protocol/table'
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
