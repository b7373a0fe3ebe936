import type { TypeOf } from 'io-ts'
import {
  ProtoOAAccessRights,
  ProtoOAAccountType,
  ProtoOAChangeBalanceType,
  ProtoOAChangeBonusType,
  ProtoOAClientPermissionScope,
  ProtoOALimitedRiskMarginCalculationStrategy,
  ProtoOANotificationType,
  ProtoOAStopOutStrategy,
  ProtoOATotalMarginCalculationType,
} from './enums'
import {
  bool,
  double,
  enumeration,
  int64,
  many,
  optional,
  string,
  struct,
  uint32,
  uint64,
} from '../codec/struct'

/** The owner of a token, by number only. */
export const ProtoOACtidProfile = struct('ProtoOACtidProfile', { userId: int64 })
export type ProtoOACtidProfile = TypeOf<typeof ProtoOACtidProfile>

/** A trading account as the owner of a token sees it. */
export const ProtoOACtidTraderAccount = struct('ProtoOACtidTraderAccount', {
  ctidTraderAccountId: uint64,
  /** which host serves it: live or demo */
  isLive: optional(bool),
  /** the account number shown in the trading terminals */
  traderLogin: optional(int64),
  /** ms since the epoch */
  lastClosingDealTimestamp: optional(int64),
  /** ms since the epoch */
  lastBalanceUpdateTimestamp: optional(int64),
  brokerTitleShort: optional(string),
})
export type ProtoOACtidTraderAccount = TypeOf<typeof ProtoOACtidTraderAccount>

/** A trading account: its money, its rights and its rules. */
export const ProtoOATrader = struct('ProtoOATrader', {
  ctidTraderAccountId: int64,
  /** 10^-moneyDigits */
  balance: int64,
  /** one more with every change of the balance */
  balanceVersion: optional(int64),
  /** 10^-moneyDigits */
  managerBonus: optional(int64),
  /** 10^-moneyDigits */
  ibBonus: optional(int64),
  /** 10^-moneyDigits */
  nonWithdrawableBonus: optional(int64),
  /** default FULL_ACCESS */
  accessRights: optional(enumeration(ProtoOAAccessRights)),
  depositAssetId: int64,
  /** pays rolloverCommission instead of swaps */
  swapFree: optional(bool),
  /** 5000 is 1:50 */
  leverageInCents: optional(uint32),
  totalMarginCalculationType: optional(enumeration(ProtoOATotalMarginCalculationType)),
  maxLeverage: optional(uint32),
  /** deprecated */
  frenchRisk: optional(bool),
  /** the account number shown in the trading terminals */
  traderLogin: optional(int64),
  /** default HEDGED */
  accountType: optional(enumeration(ProtoOAAccountType)),
  brokerName: optional(string),
  /** ms since the epoch: no history is older */
  registrationTimestamp: optional(int64),
  /** every position needs a guaranteed stop loss */
  isLimitedRisk: optional(bool),
  /** default ACCORDING_TO_LEVERAGE */
  limitedRiskMarginCalculationStrategy: optional(enumeration(ProtoOALimitedRiskMarginCalculationStrategy)),
  moneyDigits: optional(uint32),
  /** a stop-out closes whole positions; absent: the broker decides */
  fairStopOut: optional(bool),
  /** default MOST_MARGIN_USED_FIRST */
  stopOutStrategy: optional(enumeration(ProtoOAStopOutStrategy)),
})
export type ProtoOATrader = TypeOf<typeof ProtoOATrader>

/** A margin level at which the account gets a notification. */
export const ProtoOAMarginCall = struct('ProtoOAMarginCall', {
  marginCallType: enumeration(ProtoOANotificationType),
  marginLevelThreshold: double,
  /** ms since the epoch */
  utcLastUpdateTimestamp: optional(int64),
})
export type ProtoOAMarginCall = TypeOf<typeof ProtoOAMarginCall>

/** A change of the balance that is not a trade. */
export const ProtoOADepositWithdraw = struct('ProtoOADepositWithdraw', {
  operationType: enumeration(ProtoOAChangeBalanceType),
  balanceHistoryId: int64,
  /** 10^-moneyDigits, after the operation */
  balance: int64,
  /** 10^-moneyDigits */
  delta: int64,
  /** ms since the epoch */
  changeBalanceTimestamp: int64,
  externalNote: optional(string),
  /** one more with every change of the balance */
  balanceVersion: optional(int64),
  /** 10^-moneyDigits, after the operation */
  equity: optional(int64),
  moneyDigits: optional(uint32),
})
export type ProtoOADepositWithdraw = TypeOf<typeof ProtoOADepositWithdraw>

/** A change of the bonuses: the broker's (manager) and the introducing broker's (ib). */
export const ProtoOABonusDepositWithdraw = struct('ProtoOABonusDepositWithdraw', {
  operationType: enumeration(ProtoOAChangeBonusType),
  bonusHistoryId: int64,
  /** 10^-moneyDigits, after the operation */
  managerBonus: int64,
  /** 10^-moneyDigits */
  managerDelta: int64,
  /** 10^-moneyDigits, after the operation */
  ibBonus: int64,
  /** 10^-moneyDigits */
  ibDelta: int64,
  /** ms since the epoch */
  changeBonusTimestamp: int64,
  externalNote: optional(string),
  introducingBrokerId: optional(int64),
  moneyDigits: optional(uint32),
})
export type ProtoOABonusDepositWithdraw = TypeOf<typeof ProtoOABonusDepositWithdraw>

/**
 * Asks who the owner of a token is.
 *
 * Payload type 2151, answered by {@link ProtoOAGetCtidProfileByTokenRes}.
 */
export const ProtoOAGetCtidProfileByTokenReq = struct('ProtoOAGetCtidProfileByTokenReq', {
  accessToken: string,
})
export type ProtoOAGetCtidProfileByTokenReq = TypeOf<typeof ProtoOAGetCtidProfileByTokenReq>

/**
 * The owner of the token.
 *
 * Payload type 2152, the answer to {@link ProtoOAGetCtidProfileByTokenReq}.
 */
export const ProtoOAGetCtidProfileByTokenRes = struct('ProtoOAGetCtidProfileByTokenRes', {
  profile: ProtoOACtidProfile,
})
export type ProtoOAGetCtidProfileByTokenRes = TypeOf<typeof ProtoOAGetCtidProfileByTokenRes>

/**
 * Asks for the accounts of a token, of both environments.
 *
 * Payload type 2149, answered by {@link ProtoOAGetAccountListByAccessTokenRes}.
 */
export const ProtoOAGetAccountListByAccessTokenReq = struct('ProtoOAGetAccountListByAccessTokenReq', {
  accessToken: string,
})
export type ProtoOAGetAccountListByAccessTokenReq = TypeOf<typeof ProtoOAGetAccountListByAccessTokenReq>

/**
 * All accounts of the token, live and demo, from either host.
 *
 * Payload type 2150, the answer to {@link ProtoOAGetAccountListByAccessTokenReq}.
 */
export const ProtoOAGetAccountListByAccessTokenRes = struct('ProtoOAGetAccountListByAccessTokenRes', {
  accessToken: string,
  permissionScope: optional(enumeration(ProtoOAClientPermissionScope)),
  ctidTraderAccount: many(ProtoOACtidTraderAccount),
})
export type ProtoOAGetAccountListByAccessTokenRes = TypeOf<typeof ProtoOAGetAccountListByAccessTokenRes>

/**
 * Asks for the account itself: balance, leverage, rights.
 *
 * Payload type 2121, answered by {@link ProtoOATraderRes}.
 */
export const ProtoOATraderReq = struct('ProtoOATraderReq', { ctidTraderAccountId: int64 })
export type ProtoOATraderReq = TypeOf<typeof ProtoOATraderReq>

/**
 * The account itself.
 *
 * Payload type 2122, the answer to {@link ProtoOATraderReq}.
 */
export const ProtoOATraderRes = struct('ProtoOATraderRes', {
  ctidTraderAccountId: int64,
  trader: ProtoOATrader,
})
export type ProtoOATraderRes = TypeOf<typeof ProtoOATraderRes>

/**
 * The account as it is after a change.
 *
 * Payload type 2123.
 */
export const ProtoOATraderUpdatedEvent = struct('ProtoOATraderUpdatedEvent', {
  ctidTraderAccountId: int64,
  trader: ProtoOATrader,
})
export type ProtoOATraderUpdatedEvent = TypeOf<typeof ProtoOATraderUpdatedEvent>

/**
 * At most one week (604 800 000 ms) at a time; more is refused with INCORRECT_BOUNDARIES.
 *
 * Payload type 2143, answered by {@link ProtoOACashFlowHistoryListRes}.
 */
export const ProtoOACashFlowHistoryListReq = struct('ProtoOACashFlowHistoryListReq', {
  ctidTraderAccountId: int64,
  /** ms since the epoch */
  fromTimestamp: int64,
  /** ms since the epoch */
  toTimestamp: int64,
})
export type ProtoOACashFlowHistoryListReq = TypeOf<typeof ProtoOACashFlowHistoryListReq>

/**
 * The deposits and withdrawals of the range, all of them.
 *
 * Payload type 2144, the answer to {@link ProtoOACashFlowHistoryListReq}.
 */
export const ProtoOACashFlowHistoryListRes = struct('ProtoOACashFlowHistoryListRes', {
  ctidTraderAccountId: int64,
  depositWithdraw: many(ProtoOADepositWithdraw),
})
export type ProtoOACashFlowHistoryListRes = TypeOf<typeof ProtoOACashFlowHistoryListRes>

/**
 * Asks for the margin calls of the account.
 *
 * Payload type 2167, answered by {@link ProtoOAMarginCallListRes}.
 */
export const ProtoOAMarginCallListReq = struct('ProtoOAMarginCallListReq', { ctidTraderAccountId: int64 })
export type ProtoOAMarginCallListReq = TypeOf<typeof ProtoOAMarginCallListReq>

/**
 * Has no account id; `clientMsgId` says which request it answers.
 *
 * Payload type 2168, the answer to {@link ProtoOAMarginCallListReq}.
 */
export const ProtoOAMarginCallListRes = struct('ProtoOAMarginCallListRes', {
  marginCall: many(ProtoOAMarginCall),
})
export type ProtoOAMarginCallListRes = TypeOf<typeof ProtoOAMarginCallListRes>

/**
 * Changes the threshold of one margin call, selected by its `marginCallType`.
 *
 * Payload type 2169, answered by {@link ProtoOAMarginCallUpdateRes}.
 */
export const ProtoOAMarginCallUpdateReq = struct('ProtoOAMarginCallUpdateReq', {
  ctidTraderAccountId: int64,
  marginCall: ProtoOAMarginCall,
})
export type ProtoOAMarginCallUpdateReq = TypeOf<typeof ProtoOAMarginCallUpdateReq>

/**
 * Has no account id; `clientMsgId` says which request it answers.
 *
 * Payload type 2170, the answer to {@link ProtoOAMarginCallUpdateReq}.
 */
export const ProtoOAMarginCallUpdateRes = struct('ProtoOAMarginCallUpdateRes', {})
export type ProtoOAMarginCallUpdateRes = TypeOf<typeof ProtoOAMarginCallUpdateRes>

/**
 * A threshold was moved.
 *
 * Payload type 2171.
 */
export const ProtoOAMarginCallUpdateEvent = struct('ProtoOAMarginCallUpdateEvent', {
  ctidTraderAccountId: int64,
  marginCall: ProtoOAMarginCall,
})
export type ProtoOAMarginCallUpdateEvent = TypeOf<typeof ProtoOAMarginCallUpdateEvent>

/**
 * The margin level reached a threshold; sent at most once in ten minutes.
 *
 * Payload type 2172.
 */
export const ProtoOAMarginCallTriggerEvent = struct('ProtoOAMarginCallTriggerEvent', {
  ctidTraderAccountId: int64,
  marginCall: ProtoOAMarginCall,
})
export type ProtoOAMarginCallTriggerEvent = TypeOf<typeof ProtoOAMarginCallTriggerEvent>
