import type { TypeOf } from 'io-ts'
import { ProtoOAClientPermissionScope } from './enums'
import { bool, enumeration, int64, many, optional, string, struct, uint64 } from './struct'

/** A trading account as the owner of a token sees it. */
export const ProtoOACtidTraderAccount = struct('ProtoOACtidTraderAccount', {
  ctidTraderAccountId: uint64,
  isLive: optional(bool), // which host serves it: live or demo
  traderLogin: optional(int64), // the account number shown in the trading terminals
  lastClosingDealTimestamp: optional(int64), // ms since the epoch
  lastBalanceUpdateTimestamp: optional(int64), // ms since the epoch
  brokerTitleShort: optional(string),
})
export type ProtoOACtidTraderAccount = TypeOf<typeof ProtoOACtidTraderAccount>

export const ProtoOAGetAccountListByAccessTokenReq = struct('ProtoOAGetAccountListByAccessTokenReq', {
  accessToken: string,
})
export type ProtoOAGetAccountListByAccessTokenReq = TypeOf<typeof ProtoOAGetAccountListByAccessTokenReq>

/** All accounts of the token, live and demo, whichever host is asked. */
export const ProtoOAGetAccountListByAccessTokenRes = struct('ProtoOAGetAccountListByAccessTokenRes', {
  accessToken: string,
  permissionScope: optional(enumeration(ProtoOAClientPermissionScope)),
  ctidTraderAccount: many(ProtoOACtidTraderAccount),
})
export type ProtoOAGetAccountListByAccessTokenRes = TypeOf<typeof ProtoOAGetAccountListByAccessTokenRes>
