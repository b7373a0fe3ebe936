import { PayloadType } from '../../protocol/payloadType'
import { codecOf } from '../../protocol/table'
import type { MessageOf, MessageType, Payload } from '../../protocol/table'
import { message } from './build'
import { ACCOUNT_ID } from './usual'

/** A payload without the account, where it has one. */
export type ForAccount<P> = Omit<P, 'ctidTraderAccountId'> & {
  readonly ctidTraderAccountId?: number
}

/**
 * A message as a client sends it, for `expectRequests`: all of its fields, apart from the account where that is the
 * kit's own.
 *
 * ```ts
 * request(PayloadType.PROTO_OA_CANCEL_ORDER_REQ, { orderId: 1 })
 * ```
 */
export const request = <T extends MessageType>(
  payloadType: T,
  payload: ForAccount<Payload<T>>,
): MessageOf<T> => {
  const isOfAccount = 'ctidTraderAccountId' in codecOf(payloadType).fields
  return message(payloadType, {
    ...(isOfAccount && { ctidTraderAccountId: ACCOUNT_ID }),
    ...payload,
  })
}

/** What a client always sends: to say that it lives, and who it is. */
export const isUsual = (payloadType: MessageType): boolean =>
  payloadType === PayloadType.HEARTBEAT_EVENT ||
  payloadType === PayloadType.PROTO_OA_APPLICATION_AUTH_REQ ||
  payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ
