import type { TypeOf } from 'io-ts'
import { ProtoOADealStatus, ProtoOATradeSide } from './enums'
import { bool, double, enumeration, int32, int64, many, optional, struct, uint32 } from './struct'

/** What a closing deal brought. The balance changes by grossProfit + swap + commission + pnlConversionFee. */
export const ProtoOAClosePositionDetail = struct('ProtoOAClosePositionDetail', {
  entryPrice: double, // price
  grossProfit: int64, // 10^-moneyDigits
  swap: int64, // 10^-moneyDigits
  commission: int64, // 10^-moneyDigits, of both the opening and the closing
  balance: int64, // 10^-moneyDigits, after the deal
  quoteToDepositConversionRate: optional(double), // price of the quote asset in the deposit asset
  closedVolume: optional(int64), // cents of a unit
  balanceVersion: optional(int64), // one more with every change of the balance
  moneyDigits: optional(uint32),
  pnlConversionFee: optional(int64), // 10^-moneyDigits
})
export type ProtoOAClosePositionDetail = TypeOf<typeof ProtoOAClosePositionDetail>

/** One execution of an order, or the attempt at one. */
export const ProtoOADeal = struct('ProtoOADeal', {
  dealId: int64,
  orderId: int64,
  positionId: int64,
  volume: int64, // cents of a unit
  filledVolume: int64, // cents of a unit
  symbolId: int64,
  createTimestamp: int64, // ms since the epoch
  executionTimestamp: int64, // ms since the epoch
  utcLastUpdateTimestamp: optional(int64), // ms since the epoch
  executionPrice: optional(double), // price
  tradeSide: enumeration(ProtoOATradeSide),
  dealStatus: enumeration(ProtoOADealStatus),
  marginRate: optional(double), // price of the base asset in the deposit asset
  commission: optional(int64), // 10^-moneyDigits, negative when charged
  baseToUsdConversionRate: optional(double), // price of the base asset in USD
  closePositionDetail: optional(ProtoOAClosePositionDetail), // of a deal that closes
  moneyDigits: optional(uint32),
})
export type ProtoOADeal = TypeOf<typeof ProtoOADeal>

/** The part of a deal that another deal closed. */
export const ProtoOADealOffset = struct('ProtoOADealOffset', {
  dealId: int64,
  volume: int64, // cents of a unit
  executionTimestamp: optional(int64), // ms since the epoch
  executionPrice: optional(double), // price
})
export type ProtoOADealOffset = TypeOf<typeof ProtoOADealOffset>

/**
 * Asks for the deals of a range of time.
 *
 * Payload type 2133, answered by {@link ProtoOADealListRes}.
 */
export const ProtoOADealListReq = struct('ProtoOADealListReq', {
  ctidTraderAccountId: int64,
  fromTimestamp: optional(int64), // ms since the epoch
  toTimestamp: optional(int64), // ms since the epoch
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
  deal: many(ProtoOADeal), // newest first
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
  fromTimestamp: optional(int64), // ms since the epoch
  toTimestamp: optional(int64), // ms since the epoch
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
  offsetBy: many(ProtoOADealOffset), // the deals that closed this one
  offsetting: many(ProtoOADealOffset), // the deals this one closed
})
export type ProtoOADealOffsetListRes = TypeOf<typeof ProtoOADealOffsetListRes>
