import type { TypeOf } from 'io-ts'
import { int64, many, optional, string, struct, uint64 } from './struct'

/** A refusal by the common protocol layer. */
export const ProtoErrorRes = struct('ProtoErrorRes', {
  errorCode: string, // a name of ProtoErrorCode or ProtoOAErrorCode
  description: optional(string),
  maintenanceEndTimestamp: optional(uint64), // ms since the epoch
})
export type ProtoErrorRes = TypeOf<typeof ProtoErrorRes>

/** Sent by either side to keep the line alive. */
export const ProtoHeartbeatEvent = struct('ProtoHeartbeatEvent', {})
export type ProtoHeartbeatEvent = TypeOf<typeof ProtoHeartbeatEvent>

export const ProtoOAApplicationAuthReq = struct('ProtoOAApplicationAuthReq', {
  clientId: string,
  clientSecret: string,
})
export type ProtoOAApplicationAuthReq = TypeOf<typeof ProtoOAApplicationAuthReq>

export const ProtoOAApplicationAuthRes = struct('ProtoOAApplicationAuthRes', {})
export type ProtoOAApplicationAuthRes = TypeOf<typeof ProtoOAApplicationAuthRes>

export const ProtoOAAccountAuthReq = struct('ProtoOAAccountAuthReq', {
  ctidTraderAccountId: int64,
  accessToken: string,
})
export type ProtoOAAccountAuthReq = TypeOf<typeof ProtoOAAccountAuthReq>

export const ProtoOAAccountAuthRes = struct('ProtoOAAccountAuthRes', {
  ctidTraderAccountId: int64,
})
export type ProtoOAAccountAuthRes = TypeOf<typeof ProtoOAAccountAuthRes>

export const ProtoOAVersionReq = struct('ProtoOAVersionReq', {})
export type ProtoOAVersionReq = TypeOf<typeof ProtoOAVersionReq>

export const ProtoOAVersionRes = struct('ProtoOAVersionRes', {
  version: string,
})
export type ProtoOAVersionRes = TypeOf<typeof ProtoOAVersionRes>

/** A refusal by the Open API; which request it refuses is said by `clientMsgId`. */
export const ProtoOAErrorRes = struct('ProtoOAErrorRes', {
  ctidTraderAccountId: optional(int64),
  errorCode: string, // a name of ProtoOAErrorCode or ProtoErrorCode
  description: optional(string),
  maintenanceEndTimestamp: optional(int64), // seconds since the epoch
  retryAfter: optional(uint64), // seconds until this payload type is accepted again
})
export type ProtoOAErrorRes = TypeOf<typeof ProtoOAErrorRes>

/** The accounts' sessions ended because their token was refreshed or revoked, or the account deleted. */
export const ProtoOAAccountsTokenInvalidatedEvent = struct('ProtoOAAccountsTokenInvalidatedEvent', {
  ctidTraderAccountIds: many(int64),
  reason: optional(string),
})
export type ProtoOAAccountsTokenInvalidatedEvent = TypeOf<typeof ProtoOAAccountsTokenInvalidatedEvent>

/** The server cancelled the whole connection of the application. */
export const ProtoOAClientDisconnectEvent = struct('ProtoOAClientDisconnectEvent', {
  reason: optional(string),
})
export type ProtoOAClientDisconnectEvent = TypeOf<typeof ProtoOAClientDisconnectEvent>

/** Ends the account's session on this connection; `ProtoOAAccountDisconnectEvent` follows the answer. */
export const ProtoOAAccountLogoutReq = struct('ProtoOAAccountLogoutReq', {
  ctidTraderAccountId: int64,
})
export type ProtoOAAccountLogoutReq = TypeOf<typeof ProtoOAAccountLogoutReq>

export const ProtoOAAccountLogoutRes = struct('ProtoOAAccountLogoutRes', {
  ctidTraderAccountId: int64,
})
export type ProtoOAAccountLogoutRes = TypeOf<typeof ProtoOAAccountLogoutRes>

/** The server ended the account's session on this connection. */
export const ProtoOAAccountDisconnectEvent = struct('ProtoOAAccountDisconnectEvent', {
  ctidTraderAccountId: int64,
})
export type ProtoOAAccountDisconnectEvent = TypeOf<typeof ProtoOAAccountDisconnectEvent>

/** The refresh token is single-use: the pair in the answer replaces it. */
export const ProtoOARefreshTokenReq = struct('ProtoOARefreshTokenReq', {
  refreshToken: string,
})
export type ProtoOARefreshTokenReq = TypeOf<typeof ProtoOARefreshTokenReq>

export const ProtoOARefreshTokenRes = struct('ProtoOARefreshTokenRes', {
  accessToken: string,
  tokenType: string, // "bearer"
  expiresIn: int64, // seconds
  refreshToken: string,
})
export type ProtoOARefreshTokenRes = TypeOf<typeof ProtoOARefreshTokenRes>
