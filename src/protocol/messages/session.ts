import type { TypeOf } from 'io-ts'
import { int64, many, optional, string, struct, uint64 } from '../codec/struct'

/**
 * A refusal by the common protocol layer.
 *
 * Payload type 50.
 */
export const ProtoErrorRes = struct('ProtoErrorRes', {
  /** a name of ProtoErrorCode or ProtoOAErrorCode */
  errorCode: string,
  description: optional(string),
  /** ms since the epoch */
  maintenanceEndTimestamp: optional(uint64),
})
export type ProtoErrorRes = TypeOf<typeof ProtoErrorRes>

/**
 * Sent by either side to keep the line alive.
 *
 * Payload type 51.
 */
export const ProtoHeartbeatEvent = struct('ProtoHeartbeatEvent', {})
export type ProtoHeartbeatEvent = TypeOf<typeof ProtoHeartbeatEvent>

/**
 * Authenticates the application on this connection. It must be the first message.
 *
 * Payload type 2100, answered by {@link ProtoOAApplicationAuthRes}.
 */
export const ProtoOAApplicationAuthReq = struct('ProtoOAApplicationAuthReq', {
  clientId: string,
  clientSecret: string,
})
export type ProtoOAApplicationAuthReq = TypeOf<typeof ProtoOAApplicationAuthReq>

/**
 * The application is authenticated, until the connection ends.
 *
 * Payload type 2101, the answer to {@link ProtoOAApplicationAuthReq}.
 */
export const ProtoOAApplicationAuthRes = struct('ProtoOAApplicationAuthRes', {})
export type ProtoOAApplicationAuthRes = TypeOf<typeof ProtoOAApplicationAuthRes>

/**
 * Authenticates a trading account on this connection, after the application.
 *
 * Payload type 2102, answered by {@link ProtoOAAccountAuthRes}.
 */
export const ProtoOAAccountAuthReq = struct('ProtoOAAccountAuthReq', {
  ctidTraderAccountId: int64,
  accessToken: string,
})
export type ProtoOAAccountAuthReq = TypeOf<typeof ProtoOAAccountAuthReq>

/**
 * The account is authenticated: its events come from now on.
 *
 * Payload type 2103, the answer to {@link ProtoOAAccountAuthReq}.
 */
export const ProtoOAAccountAuthRes = struct('ProtoOAAccountAuthRes', { ctidTraderAccountId: int64 })
export type ProtoOAAccountAuthRes = TypeOf<typeof ProtoOAAccountAuthRes>

/**
 * Asks for the version of the server; needs no authentication.
 *
 * Payload type 2104, answered by {@link ProtoOAVersionRes}.
 */
export const ProtoOAVersionReq = struct('ProtoOAVersionReq', {})
export type ProtoOAVersionReq = TypeOf<typeof ProtoOAVersionReq>

/**
 * The version of the server.
 *
 * Payload type 2105, the answer to {@link ProtoOAVersionReq}.
 */
export const ProtoOAVersionRes = struct('ProtoOAVersionRes', { version: string })
export type ProtoOAVersionRes = TypeOf<typeof ProtoOAVersionRes>

/**
 * A refusal by the Open API. `clientMsgId` says which request it refuses.
 *
 * Payload type 2142.
 */
export const ProtoOAErrorRes = struct('ProtoOAErrorRes', {
  ctidTraderAccountId: optional(int64),
  /** a name of ProtoOAErrorCode or ProtoErrorCode */
  errorCode: string,
  description: optional(string),
  /** seconds since the epoch */
  maintenanceEndTimestamp: optional(int64),
  /** seconds until this payload type is accepted again */
  retryAfter: optional(uint64),
})
export type ProtoOAErrorRes = TypeOf<typeof ProtoOAErrorRes>

/**
 * The accounts' sessions ended because their token was refreshed or revoked, or the account was deleted.
 *
 * Payload type 2147.
 */
export const ProtoOAAccountsTokenInvalidatedEvent = struct('ProtoOAAccountsTokenInvalidatedEvent', {
  ctidTraderAccountIds: many(int64),
  reason: optional(string),
})
export type ProtoOAAccountsTokenInvalidatedEvent = TypeOf<typeof ProtoOAAccountsTokenInvalidatedEvent>

/**
 * The server cancelled the whole connection of the application.
 *
 * Payload type 2148.
 */
export const ProtoOAClientDisconnectEvent = struct('ProtoOAClientDisconnectEvent', {
  reason: optional(string),
})
export type ProtoOAClientDisconnectEvent = TypeOf<typeof ProtoOAClientDisconnectEvent>

/**
 * Ends the account's session on this connection; `ProtoOAAccountDisconnectEvent` follows the answer.
 *
 * Payload type 2162, answered by {@link ProtoOAAccountLogoutRes}.
 */
export const ProtoOAAccountLogoutReq = struct('ProtoOAAccountLogoutReq', { ctidTraderAccountId: int64 })
export type ProtoOAAccountLogoutReq = TypeOf<typeof ProtoOAAccountLogoutReq>

/**
 * The account is logged out of this connection.
 *
 * Payload type 2163, the answer to {@link ProtoOAAccountLogoutReq}.
 */
export const ProtoOAAccountLogoutRes = struct('ProtoOAAccountLogoutRes', { ctidTraderAccountId: int64 })
export type ProtoOAAccountLogoutRes = TypeOf<typeof ProtoOAAccountLogoutRes>

/**
 * The server ended the account's session on this connection.
 *
 * Payload type 2164.
 */
export const ProtoOAAccountDisconnectEvent = struct('ProtoOAAccountDisconnectEvent', {
  ctidTraderAccountId: int64,
})
export type ProtoOAAccountDisconnectEvent = TypeOf<typeof ProtoOAAccountDisconnectEvent>

/**
 * The refresh token is single-use: the pair in the answer replaces it.
 *
 * Payload type 2173, answered by {@link ProtoOARefreshTokenRes}.
 */
export const ProtoOARefreshTokenReq = struct('ProtoOARefreshTokenReq', { refreshToken: string })
export type ProtoOARefreshTokenReq = TypeOf<typeof ProtoOARefreshTokenReq>

/**
 * The new pair of tokens. The old pair is no longer valid.
 *
 * Payload type 2174, the answer to {@link ProtoOARefreshTokenReq}.
 */
export const ProtoOARefreshTokenRes = struct('ProtoOARefreshTokenRes', {
  accessToken: string,
  /** "bearer" */
  tokenType: string,
  /** seconds */
  expiresIn: int64,
  refreshToken: string,
})
export type ProtoOARefreshTokenRes = TypeOf<typeof ProtoOARefreshTokenRes>
