import type { TypeOf } from 'io-ts'
import { ProtoOAOrderTriggerMethod, ProtoOAPositionStatus, ProtoOATradeSide } from './enums'
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

/** The fields that an order and a position have in common. */
export const ProtoOATradeData = struct('ProtoOATradeData', {
  symbolId: int64,
  /** cents of a unit */
  volume: int64,
  tradeSide: enumeration(ProtoOATradeSide),
  /** ms since the epoch */
  openTimestamp: optional(int64),
  label: optional(string),
  guaranteedStopLoss: optional(bool),
  comment: optional(string),
  /** what a unit of the base asset is */
  measurementUnits: optional(string),
  /** ms since the epoch */
  closeTimestamp: optional(uint64),
})
export type ProtoOATradeData = TypeOf<typeof ProtoOATradeData>

/** A position, or the empty one of a pending order. Once closed, its volume and price are 0. */
export const ProtoOAPosition = struct('ProtoOAPosition', {
  positionId: int64,
  tradeData: ProtoOATradeData,
  positionStatus: enumeration(ProtoOAPositionStatus),
  /** 10^-moneyDigits */
  swap: int64,
  /** price, the volume-weighted average of the fills */
  price: optional(double),
  /** price */
  stopLoss: optional(double),
  /** price */
  takeProfit: optional(double),
  /** ms since the epoch */
  utcLastUpdateTimestamp: optional(int64),
  /** 10^-moneyDigits */
  commission: optional(int64),
  /** price of the base asset in the deposit asset */
  marginRate: optional(double),
  /** 10^-moneyDigits */
  mirroringCommission: optional(int64),
  guaranteedStopLoss: optional(bool),
  /** 10^-moneyDigits */
  usedMargin: optional(uint64),
  /** default TRADE */
  stopLossTriggerMethod: optional(enumeration(ProtoOAOrderTriggerMethod)),
  moneyDigits: optional(uint32),
  trailingStopLoss: optional(bool),
})
export type ProtoOAPosition = TypeOf<typeof ProtoOAPosition>

/** The margin an order of this volume would take. */
export const ProtoOAExpectedMargin = struct('ProtoOAExpectedMargin', {
  /** cents of a unit */
  volume: int64,
  /** 10^-moneyDigits of the answer */
  buyMargin: int64,
  /** 10^-moneyDigits of the answer */
  sellMargin: int64,
})
export type ProtoOAExpectedMargin = TypeOf<typeof ProtoOAExpectedMargin>

/** What closing the position now would bring. Net is after costs so far, but before closing costs. */
export const ProtoOAPositionUnrealizedPnL = struct('ProtoOAPositionUnrealizedPnL', {
  positionId: int64,
  /** 10^-moneyDigits of the answer */
  grossUnrealizedPnL: int64,
  /** 10^-moneyDigits of the answer */
  netUnrealizedPnL: int64,
})
export type ProtoOAPositionUnrealizedPnL = TypeOf<typeof ProtoOAPositionUnrealizedPnL>

/**
 * Sets both protections: a takeProfit left out is removed, so send what stays with what changes.
 *
 * Payload type 2110, answered by `ProtoOAExecutionEvent`.
 */
export const ProtoOAAmendPositionSLTPReq = struct('ProtoOAAmendPositionSLTPReq', {
  ctidTraderAccountId: int64,
  positionId: int64,
  /** price */
  stopLoss: optional(double),
  /** price */
  takeProfit: optional(double),
  guaranteedStopLoss: optional(bool),
  trailingStopLoss: optional(bool),
  /** default TRADE */
  stopLossTriggerMethod: optional(enumeration(ProtoOAOrderTriggerMethod)),
})
export type ProtoOAAmendPositionSLTPReq = TypeOf<typeof ProtoOAAmendPositionSLTPReq>

/**
 * Closes the position, or part of it with less than its volume.
 *
 * Payload type 2111, answered by `ProtoOAExecutionEvent`.
 */
export const ProtoOAClosePositionReq = struct('ProtoOAClosePositionReq', {
  ctidTraderAccountId: int64,
  positionId: int64,
  /** cents of a unit */
  volume: int64,
})
export type ProtoOAClosePositionReq = TypeOf<typeof ProtoOAClosePositionReq>

/**
 * A trailing stop loss has moved. There is no execution event for it, and the position's last update does not
 * change.
 *
 * Payload type 2107.
 */
export const ProtoOATrailingSLChangedEvent = struct('ProtoOATrailingSLChangedEvent', {
  ctidTraderAccountId: int64,
  positionId: int64,
  orderId: int64,
  /** price */
  stopPrice: double,
  /** ms since the epoch */
  utcLastUpdateTimestamp: int64,
})
export type ProtoOATrailingSLChangedEvent = TypeOf<typeof ProtoOATrailingSLChangedEvent>

/**
 * Asks what margin a position of each of these volumes would take.
 *
 * Payload type 2139, answered by {@link ProtoOAExpectedMarginRes}.
 */
export const ProtoOAExpectedMarginReq = struct('ProtoOAExpectedMarginReq', {
  ctidTraderAccountId: int64,
  symbolId: int64,
  /** cents of a unit */
  volume: many(int64),
})
export type ProtoOAExpectedMarginReq = TypeOf<typeof ProtoOAExpectedMarginReq>

/**
 * The margins the volumes would take.
 *
 * Payload type 2140, the answer to {@link ProtoOAExpectedMarginReq}.
 */
export const ProtoOAExpectedMarginRes = struct('ProtoOAExpectedMarginRes', {
  ctidTraderAccountId: int64,
  margin: many(ProtoOAExpectedMargin),
  moneyDigits: optional(uint32),
})
export type ProtoOAExpectedMarginRes = TypeOf<typeof ProtoOAExpectedMarginRes>

/**
 * The margin a position takes has changed.
 *
 * Payload type 2141.
 */
export const ProtoOAMarginChangedEvent = struct('ProtoOAMarginChangedEvent', {
  ctidTraderAccountId: int64,
  positionId: uint64,
  /** 10^-moneyDigits */
  usedMargin: uint64,
  moneyDigits: optional(uint32),
})
export type ProtoOAMarginChangedEvent = TypeOf<typeof ProtoOAMarginChangedEvent>

/**
 * Asks for the profit and loss of all open positions at current prices.
 *
 * Payload type 2187, answered by {@link ProtoOAGetPositionUnrealizedPnLRes}.
 */
export const ProtoOAGetPositionUnrealizedPnLReq = struct('ProtoOAGetPositionUnrealizedPnLReq', {
  ctidTraderAccountId: int64,
})
export type ProtoOAGetPositionUnrealizedPnLReq = TypeOf<typeof ProtoOAGetPositionUnrealizedPnLReq>

/**
 * The profit and loss of all open positions.
 *
 * Payload type 2188, the answer to {@link ProtoOAGetPositionUnrealizedPnLReq}.
 */
export const ProtoOAGetPositionUnrealizedPnLRes = struct('ProtoOAGetPositionUnrealizedPnLRes', {
  ctidTraderAccountId: int64,
  positionUnrealizedPnL: many(ProtoOAPositionUnrealizedPnL),
  moneyDigits: uint32,
})
export type ProtoOAGetPositionUnrealizedPnLRes = TypeOf<typeof ProtoOAGetPositionUnrealizedPnLRes>

/**
 * The unrealized profit has changed. Withdrawn from the official schema (its number on 2025-07-16, its fields on
 * 2025-11-13), but a server may still know it.
 *
 * Payload type 2189.
 */
export const ProtoOAv1PnLChangeEvent = struct('ProtoOAv1PnLChangeEvent', {
  ctidTraderAccountId: int64,
  /** 10^-moneyDigits */
  grossUnrealizedPnL: int64,
  /** 10^-moneyDigits */
  netUnrealizedPnL: int64,
  moneyDigits: uint32,
})
export type ProtoOAv1PnLChangeEvent = TypeOf<typeof ProtoOAv1PnLChangeEvent>

/**
 * Withdrawn from the official schema (its number on 2025-07-16, its fields on 2025-11-13); a server may still know it.
 *
 * Payload type 2190, answered by {@link ProtoOAv1PnLChangeSubscribeRes}.
 */
export const ProtoOAv1PnLChangeSubscribeReq = struct('ProtoOAv1PnLChangeSubscribeReq', {
  ctidTraderAccountId: int64,
})
export type ProtoOAv1PnLChangeSubscribeReq = TypeOf<typeof ProtoOAv1PnLChangeSubscribeReq>

/**
 * Withdrawn from the official schema (its number on 2025-07-16, its fields on 2025-11-13); a server may still know it.
 *
 * Payload type 2191, the answer to {@link ProtoOAv1PnLChangeSubscribeReq}.
 */
export const ProtoOAv1PnLChangeSubscribeRes = struct('ProtoOAv1PnLChangeSubscribeRes', {
  ctidTraderAccountId: int64,
})
export type ProtoOAv1PnLChangeSubscribeRes = TypeOf<typeof ProtoOAv1PnLChangeSubscribeRes>

/**
 * Withdrawn from the official schema (its number on 2025-07-16, its fields on 2025-11-13); a server may still know it.
 *
 * Payload type 2192, answered by {@link ProtoOAv1PnLChangeUnSubscribeRes}.
 */
export const ProtoOAv1PnLChangeUnSubscribeReq = struct('ProtoOAv1PnLChangeUnSubscribeReq', {
  ctidTraderAccountId: int64,
})
export type ProtoOAv1PnLChangeUnSubscribeReq = TypeOf<typeof ProtoOAv1PnLChangeUnSubscribeReq>

/**
 * Withdrawn from the official schema (its number on 2025-07-16, its fields on 2025-11-13); a server may still know it.
 *
 * Payload type 2193, the answer to {@link ProtoOAv1PnLChangeUnSubscribeReq}.
 */
export const ProtoOAv1PnLChangeUnSubscribeRes = struct('ProtoOAv1PnLChangeUnSubscribeRes', {
  ctidTraderAccountId: int64,
})
export type ProtoOAv1PnLChangeUnSubscribeRes = TypeOf<typeof ProtoOAv1PnLChangeUnSubscribeRes>
