import type { TypeOf } from 'io-ts'
import * as account from './account'
import { PayloadType } from './payloadType'
import * as session from './session'
import type { AnyStruct } from './struct'

/** Each connection allows 50 requests a second in the live lane and 5 in the historical one. */
export type Lane = 'live' | 'historical'

/** What is said of a message once: its codec and, if it is a request, what answers it and the lane it goes in. */
export interface Row<C extends AnyStruct = AnyStruct, Answer extends PayloadType = PayloadType> {
  readonly codec: C
  readonly answeredBy?: readonly Answer[]
  readonly lane?: Lane
}

interface RequestRow<C extends AnyStruct, Answer extends PayloadType> extends Row<C, Answer> {
  readonly answeredBy: readonly Answer[]
  readonly lane: Lane
}

const request = <C extends AnyStruct, Answer extends PayloadType>(
  codec: C,
  answer: Answer,
  lane: Lane = 'live',
): RequestRow<C, Answer> => ({ codec, answeredBy: [answer], lane })

/** A message nobody asks for by itself: a response or an event. */
const sent = <C extends AnyStruct>(codec: C): { readonly codec: C } => ({ codec })

/** What can refuse any request. */
export const refusals = [PayloadType.PROTO_OA_ERROR_RES, PayloadType.ERROR_RES] as const

/** Every message once. */
export const table = {
  [PayloadType.ERROR_RES]: sent(session.ProtoErrorRes),
  [PayloadType.HEARTBEAT_EVENT]: sent(session.ProtoHeartbeatEvent),
  [PayloadType.PROTO_OA_APPLICATION_AUTH_REQ]: request(
    session.ProtoOAApplicationAuthReq,
    PayloadType.PROTO_OA_APPLICATION_AUTH_RES,
  ),
  [PayloadType.PROTO_OA_APPLICATION_AUTH_RES]: sent(session.ProtoOAApplicationAuthRes),
  [PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ]: request(
    session.ProtoOAAccountAuthReq,
    PayloadType.PROTO_OA_ACCOUNT_AUTH_RES,
  ),
  [PayloadType.PROTO_OA_ACCOUNT_AUTH_RES]: sent(session.ProtoOAAccountAuthRes),
  [PayloadType.PROTO_OA_VERSION_REQ]: request(session.ProtoOAVersionReq, PayloadType.PROTO_OA_VERSION_RES),
  [PayloadType.PROTO_OA_VERSION_RES]: sent(session.ProtoOAVersionRes),
  [PayloadType.PROTO_OA_ERROR_RES]: sent(session.ProtoOAErrorRes),
  [PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT]: sent(session.ProtoOAAccountsTokenInvalidatedEvent),
  [PayloadType.PROTO_OA_CLIENT_DISCONNECT_EVENT]: sent(session.ProtoOAClientDisconnectEvent),
  [PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ]: request(
    account.ProtoOAGetAccountListByAccessTokenReq,
    PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
  ),
  [PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES]: sent(
    account.ProtoOAGetAccountListByAccessTokenRes,
  ),
  [PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ]: request(
    session.ProtoOAAccountLogoutReq,
    PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES,
  ),
  [PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES]: sent(session.ProtoOAAccountLogoutRes),
  [PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT]: sent(session.ProtoOAAccountDisconnectEvent),
  [PayloadType.PROTO_OA_REFRESH_TOKEN_REQ]: request(
    session.ProtoOARefreshTokenReq,
    PayloadType.PROTO_OA_REFRESH_TOKEN_RES,
  ),
  [PayloadType.PROTO_OA_REFRESH_TOKEN_RES]: sent(session.ProtoOARefreshTokenRes),
} satisfies Partial<Record<PayloadType, Row>>

type Table = typeof table

/** The payload types this release knows the fields of. */
export type MessageType = keyof Table

/** The payload of one message. */
export type Payload<T extends MessageType> = TypeOf<Table[T]['codec']>

/** One message, or the union over the payload types given. */
export type MessageOf<T extends MessageType> = {
  [K in T]: { readonly payloadType: K; readonly clientMsgId?: string; readonly payload: Payload<K> }
}[T]

/** Any message: a union discriminated by `payloadType`. */
export type Message = MessageOf<MessageType>

/** The payload types that are requests. */
export type RequestType = {
  [K in MessageType]: Table[K] extends RequestRow<AnyStruct, PayloadType> ? K : never
}[MessageType]

/** The requests of one account: those with a `ctidTraderAccountId`. */
export type AccountRequestType = {
  [T in RequestType]: 'ctidTraderAccountId' extends keyof Payload<T> ? T : never
}[RequestType]

/** The messages that say which account, or accounts, they are of. */
export type AccountMessageType = {
  [T in MessageType]: 'ctidTraderAccountId' extends keyof Payload<T>
    ? T
    : 'ctidTraderAccountIds' extends keyof Payload<T>
      ? T
      : never
}[MessageType]

/** The payload of what answers a request. */
export type Answer<T extends RequestType> = Payload<Table[T]['answeredBy'][number] & MessageType>

const rows = new Map<unknown, Row>(Object.entries(table).map(([key, row]) => [Number(key), row]))

export const rowOf = (payloadType: unknown): Row | undefined => rows.get(payloadType)

export const codecOf = (payloadType: MessageType): AnyStruct => table[payloadType].codec
