import type { TypeOf } from 'io-ts'
import { ProtoOADealStatus, ProtoOATradeSide } from './enums'
import { bool, double, enumeration, int32, int64, many, optional, struct, uint32 } from '../codec/struct'

/** What a closing deal brought. The balance changes by grossProfit + swap + commission + pnlConversionFee. */
export const ProtoOAClosePositionDetail = struct('ProtoOAClosePositionDetail', {
  /** price */
  entryPrice: double,
  /** 10^-moneyDigits */
  grossProfit: int64,
  /** 10^-moneyDigits */
  swap: int64,
  /** 10^-moneyDigits, of both the opening and the closing */
  commission: int64,
  /** 10^-moneyDigits, after the deal */
  balance: int64,
  /** price of the quote asset in the deposit asset */
  quoteToDepositConversionRate: optional(double),
  /** cents of a unit */
  closedVolume: optional(int64),
  /** one more with every change of the balance */
  balanceVersion: optional(int64),
  moneyDigits: optional(uint32),
  /** 10^-moneyDigits */
  pnlConversionFee: optional(int64),
})
export type ProtoOAClosePositionDetail = TypeOf<typeof ProtoOAClosePositionDetail>

/** One execution of an order, or the attempt at one. */
export const ProtoOADeal = struct('ProtoOADeal', {
  dealId: int64,
  orderId: int64,
  positionId: int64,
  /** cents of a unit */
  volume: int64,
  /** cents of a unit */
  filledVolume: int64,
  symbolId: int64,
  /** ms since the epoch */
  createTimestamp: int64,
  /** ms since the epoch */
  executionTimestamp: int64,
  /** ms since the epoch */
  utcLastUpdateTimestamp: optional(int64),
  /** price */
  executionPrice: optional(double),
  tradeSide: enumeration(ProtoOATradeSide),
  dealStatus: enumeration(ProtoOADealStatus),
  /** price of the base asset in the deposit asset */
  marginRate: optional(double),
  /** 10^-moneyDigits, negative when charged */
  commission: optional(int64),
  /** price of the base asset in USD */
  baseToUsdConversionRate: optional(double),
  /** of a deal that closes */
  closePositionDetail: optional(ProtoOAClosePositionDetail),
  moneyDigits: optional(uint32),
})
export type ProtoOADeal = TypeOf<typeof ProtoOADeal>

/** The part of a deal that another deal closed. */
export const ProtoOADealOffset = struct('ProtoOADealOffset', {
  dealId: int64,
  /** cents of a unit */
  volume: int64,
  /** ms since the epoch */
  executionTimestamp: optional(int64),
  /** price */
  executionPrice: optional(double),
})
export type ProtoOADealOffset = TypeOf<typeof ProtoOADealOffset>

/**
 * Asks for the deals of a range of time.
 *
 * Payload type 2133, answered by {@link ProtoOADealListRes}.
 */
export const ProtoOADealListReq = struct('ProtoOADealListReq', {
  ctidTraderAccountId: int64,
  /** ms since the epoch */
  fromTimestamp: optional(int64),
  /** ms since the epoch */
  toTimestamp: optional(int64),
  maxRows: optional(int32),
})
export type ProtoOADealListReq = TypeOf<typeof ProtoOADealListReq>

/**
 * Deals of the range.
 *
 * Payload type 2134, the answer to {@link ProtoOADealListReq}.
 */
export const ProtoOADealListRes = struct('ProtoOADealListRes', {
  ctidTraderAccountId: int64,
  /** newest first */
  deal: many(ProtoOADeal),
  hasMore: bool,
})
export type ProtoOADealListRes = TypeOf<typeof ProtoOADealListRes>

/**
 * Asks for the deals of a position.
 *
 * Payload type 2179, answered by {@link ProtoOADealListByPositionIdRes}.
 */
export const ProtoOADealListByPositionIdReq = struct('ProtoOADealListByPositionIdReq', {
  ctidTraderAccountId: int64,
  positionId: int64,
  /** ms since the epoch */
  fromTimestamp: optional(int64),
  /** ms since the epoch */
  toTimestamp: optional(int64),
})
export type ProtoOADealListByPositionIdReq = TypeOf<typeof ProtoOADealListByPositionIdReq>

/**
 * Deals of the position.
 *
 * Payload type 2180, the answer to {@link ProtoOADealListByPositionIdReq}.
 */
export const ProtoOADealListByPositionIdRes = struct('ProtoOADealListByPositionIdRes', {
  ctidTraderAccountId: int64,
  deal: many(ProtoOADeal),
  hasMore: bool,
})
export type ProtoOADealListByPositionIdRes = TypeOf<typeof ProtoOADealListByPositionIdRes>

/**
 * Asks which deals a deal closed, and which closed it.
 *
 * Payload type 2185, answered by {@link ProtoOADealOffsetListRes}.
 */
export const ProtoOADealOffsetListReq = struct('ProtoOADealOffsetListReq', {
  ctidTraderAccountId: int64,
  dealId: int64,
})
export type ProtoOADealOffsetListReq = TypeOf<typeof ProtoOADealOffsetListReq>

/**
 * The deals that the deal closed, and those that closed it.
 *
 * Payload type 2186, the answer to {@link ProtoOADealOffsetListReq}.
 */
export const ProtoOADealOffsetListRes = struct('ProtoOADealOffsetListRes', {
  ctidTraderAccountId: int64,
  /** the deals that closed this one */
  offsetBy: many(ProtoOADealOffset),
  /** the deals this one closed */
  offsetting: many(ProtoOADealOffset),
})
export type ProtoOADealOffsetListRes = TypeOf<typeof ProtoOADealOffsetListRes>
