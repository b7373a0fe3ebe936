export { CTraderError, isCTraderError } from './errors'
export type { CloseInfo, Failure, Fault } from './errors'

export { PayloadType } from './protocol/payloadType'
export { ProtoOAClientPermissionScope } from './protocol/enums'
export * from './protocol/session'
export * from './protocol/account'
export type {
  AccountMessageType,
  AccountRequestType,
  Answer,
  Message,
  MessageOf,
  MessageType,
  Payload,
  RequestType,
} from './protocol/table'

export { webSocketConnect } from './transport/socket'
export type { Connect, Socket, WebSocketOptions } from './transport/socket'
export { decodeFrame, encodeFrame } from './transport/frame'
export type { Drift, FrameError } from './transport/frame'

export type { Link, RejectedFrame } from './connection/link'
export type { Request } from './connection/request'

export { createClient } from './session/client'
export type { AccountOptions, Client, ClientOptions, ClientTuning, Environment } from './session/client'
export type { Account } from './session/account'
export type { AccountCredentials, AppCredentials } from './session/auth'
export { environmentOf } from './session/environment'
export type { AuthState, ConnectionState, Failed, Reconnecting } from './session/state'

export { ofType } from './operators/ofType'
