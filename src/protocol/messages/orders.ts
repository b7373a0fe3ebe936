import type { TypeOf } from 'io-ts'
import { ProtoOABonusDepositWithdraw, ProtoOADepositWithdraw } from './account'
import { ProtoOADeal } from './deals'
import {
  ProtoOAExecutionType,
  ProtoOAOrderStatus,
  ProtoOAOrderTriggerMethod,
  ProtoOAOrderType,
  ProtoOATimeInForce,
  ProtoOATradeSide,
} from './enums'
import { ProtoOAPosition, ProtoOATradeData } from './positions'
import { bool, double, enumeration, int32, int64, many, optional, string, struct } from '../codec/struct'

/** An order, pending or done. A pending one reports its protections as relative distances. */
export const ProtoOAOrder = struct('ProtoOAOrder', {
  orderId: int64,
  tradeData: ProtoOATradeData,
  orderType: enumeration(ProtoOAOrderType),
  orderStatus: enumeration(ProtoOAOrderStatus),
  /** ms since the epoch */
  expirationTimestamp: optional(int64),
  /** price */
  executionPrice: optional(double),
  /** cents of a unit */
  executedVolume: optional(int64),
  /** ms since the epoch */
  utcLastUpdateTimestamp: optional(int64),
  /** price */
  baseSlippagePrice: optional(double),
  /** points */
  slippageInPoints: optional(int64),
  /** closes positionId, wholly or in part */
  closingOrder: optional(bool),
  /** price */
  limitPrice: optional(double),
  /** price */
  stopPrice: optional(double),
  /** price */
  stopLoss: optional(double),
  /** price */
  takeProfit: optional(double),
  /** the request's own, or else its clientMsgId */
  clientOrderId: optional(string),
  /** default IMMEDIATE_OR_CANCEL */
  timeInForce: optional(enumeration(ProtoOATimeInForce)),
  positionId: optional(int64),
  /** 1/100000 of price */
  relativeStopLoss: optional(int64),
  /** 1/100000 of price */
  relativeTakeProfit: optional(int64),
  isStopOut: optional(bool),
  trailingStopLoss: optional(bool),
  /** default TRADE */
  stopTriggerMethod: optional(enumeration(ProtoOAOrderTriggerMethod)),
})
export type ProtoOAOrder = TypeOf<typeof ProtoOAOrder>

/**
 * Answered by the execution event that accepts the order; its fill is a later one.
 * MARKET takes its protections as relative distances only, and each must be a multiple of 10^(5 - digits).
 *
 * Payload type 2106, answered by {@link ProtoOAExecutionEvent}.
 */
export const ProtoOANewOrderReq = struct('ProtoOANewOrderReq', {
  ctidTraderAccountId: int64,
  symbolId: int64,
  orderType: enumeration(ProtoOAOrderType),
  tradeSide: enumeration(ProtoOATradeSide),
  /** cents of a unit */
  volume: int64,
  /** price, of LIMIT */
  limitPrice: optional(double),
  /** price, of STOP and STOP_LIMIT */
  stopPrice: optional(double),
  /** default GOOD_TILL_CANCEL */
  timeInForce: optional(enumeration(ProtoOATimeInForce)),
  /** ms since the epoch, with GOOD_TILL_DATE */
  expirationTimestamp: optional(int64),
  /** price, not with MARKET */
  stopLoss: optional(double),
  /** price, not with MARKET */
  takeProfit: optional(double),
  /** at most 512 characters */
  comment: optional(string),
  /** price, of MARKET_RANGE */
  baseSlippagePrice: optional(double),
  /** points, of MARKET_RANGE and STOP_LIMIT */
  slippageInPoints: optional(int32),
  /** at most 100 characters */
  label: optional(string),
  /** to add to a position, or take from it */
  positionId: optional(int64),
  /** at most 50 characters; default the clientMsgId */
  clientOrderId: optional(string),
  /** 1/100000 of price, from the entry */
  relativeStopLoss: optional(int64),
  /** 1/100000 of price, from the entry */
  relativeTakeProfit: optional(int64),
  guaranteedStopLoss: optional(bool),
  trailingStopLoss: optional(bool),
  /** default TRADE */
  stopTriggerMethod: optional(enumeration(ProtoOAOrderTriggerMethod)),
})
export type ProtoOANewOrderReq = TypeOf<typeof ProtoOANewOrderReq>

/**
 * Cancels a pending order.
 *
 * Payload type 2108, answered by {@link ProtoOAExecutionEvent}.
 */
export const ProtoOACancelOrderReq = struct('ProtoOACancelOrderReq', {
  ctidTraderAccountId: int64,
  orderId: int64,
})
export type ProtoOACancelOrderReq = TypeOf<typeof ProtoOACancelOrderReq>

/**
 * Changes a pending order, which keeps its id. Send the protections that stay as well as what changes.
 *
 * Payload type 2109, answered by {@link ProtoOAExecutionEvent}.
 */
export const ProtoOAAmendOrderReq = struct('ProtoOAAmendOrderReq', {
  ctidTraderAccountId: int64,
  orderId: int64,
  /** cents of a unit */
  volume: optional(int64),
  /** price */
  limitPrice: optional(double),
  /** price */
  stopPrice: optional(double),
  /** ms since the epoch */
  expirationTimestamp: optional(int64),
  /** price */
  stopLoss: optional(double),
  /** price */
  takeProfit: optional(double),
  /** points, of MARKET_RANGE and STOP_LIMIT */
  slippageInPoints: optional(int32),
  /** 1/100000 of price, from the entry */
  relativeStopLoss: optional(int64),
  /** 1/100000 of price, from the entry */
  relativeTakeProfit: optional(int64),
  guaranteedStopLoss: optional(bool),
  trailingStopLoss: optional(bool),
  /** default TRADE */
  stopTriggerMethod: optional(enumeration(ProtoOAOrderTriggerMethod)),
})
export type ProtoOAAmendOrderReq = TypeOf<typeof ProtoOAAmendOrderReq>

/**
 * A change of an order, or of the balance. ORDER_REJECTED and ORDER_CANCEL_REJECTED are refusals. Every session of
 * the account gets it, with the `clientMsgId` of the session that caused it.
 *
 * Payload type 2126.
 */
export const ProtoOAExecutionEvent = struct('ProtoOAExecutionEvent', {
  ctidTraderAccountId: int64,
  executionType: enumeration(ProtoOAExecutionType),
  position: optional(ProtoOAPosition),
  order: optional(ProtoOAOrder),
  deal: optional(ProtoOADeal),
  bonusDepositWithdraw: optional(ProtoOABonusDepositWithdraw),
  depositWithdraw: optional(ProtoOADepositWithdraw),
  /** a name of ProtoOAErrorCode or ProtoErrorCode */
  errorCode: optional(string),
  /** caused by the server, not by a request */
  isServerEvent: optional(bool),
})
export type ProtoOAExecutionEvent = TypeOf<typeof ProtoOAExecutionEvent>

/**
 * A refusal of an order command. The fields are in the order of their official numbers, as on the wire. The
 * official text lists `ctidTraderAccountId` (5) before `errorCode` (2).
 *
 * Payload type 2132.
 */
export const ProtoOAOrderErrorEvent = struct('ProtoOAOrderErrorEvent', {
  /** a name of ProtoOAErrorCode or ProtoErrorCode */
  errorCode: string,
  orderId: optional(int64),
  ctidTraderAccountId: int64,
  positionId: optional(int64),
  description: optional(string),
})
export type ProtoOAOrderErrorEvent = TypeOf<typeof ProtoOAOrderErrorEvent>

/**
 * Asks for the open positions and the pending orders: the state before the first events.
 *
 * Payload type 2124, answered by {@link ProtoOAReconcileRes}.
 */
export const ProtoOAReconcileReq = struct('ProtoOAReconcileReq', {
  ctidTraderAccountId: int64,
  /** the orders behind stopLoss and takeProfit of the positions as well */
  returnProtectionOrders: optional(bool),
})
export type ProtoOAReconcileReq = TypeOf<typeof ProtoOAReconcileReq>

/**
 * The open positions and pending orders of the account, as they are now.
 *
 * Payload type 2125, the answer to {@link ProtoOAReconcileReq}.
 */
export const ProtoOAReconcileRes = struct('ProtoOAReconcileRes', {
  ctidTraderAccountId: int64,
  position: many(ProtoOAPosition),
  order: many(ProtoOAOrder),
})
export type ProtoOAReconcileRes = TypeOf<typeof ProtoOAReconcileRes>

/**
 * Asks for the orders of a range of time, by their last update.
 *
 * Payload type 2175, answered by {@link ProtoOAOrderListRes}.
 */
export const ProtoOAOrderListReq = struct('ProtoOAOrderListReq', {
  ctidTraderAccountId: int64,
  /** ms since the epoch */
  fromTimestamp: optional(int64),
  /** ms since the epoch */
  toTimestamp: optional(int64),
})
export type ProtoOAOrderListReq = TypeOf<typeof ProtoOAOrderListReq>

/**
 * Orders of the range.
 *
 * Payload type 2176, the answer to {@link ProtoOAOrderListReq}.
 */
export const ProtoOAOrderListRes = struct('ProtoOAOrderListRes', {
  ctidTraderAccountId: int64,
  order: many(ProtoOAOrder),
  hasMore: bool,
})
export type ProtoOAOrderListRes = TypeOf<typeof ProtoOAOrderListRes>

/**
 * Asks for the orders that opened, changed or closed a position.
 *
 * Payload type 2183, answered by {@link ProtoOAOrderListByPositionIdRes}.
 */
export const ProtoOAOrderListByPositionIdReq = struct('ProtoOAOrderListByPositionIdReq', {
  ctidTraderAccountId: int64,
  positionId: int64,
  /** ms since the epoch, of the last update */
  fromTimestamp: optional(int64),
  /** ms since the epoch, of the last update */
  toTimestamp: optional(int64),
})
export type ProtoOAOrderListByPositionIdReq = TypeOf<typeof ProtoOAOrderListByPositionIdReq>

/**
 * Orders of the position.
 *
 * Payload type 2184, the answer to {@link ProtoOAOrderListByPositionIdReq}.
 */
export const ProtoOAOrderListByPositionIdRes = struct('ProtoOAOrderListByPositionIdRes', {
  ctidTraderAccountId: int64,
  /** last updated first */
  order: many(ProtoOAOrder),
  hasMore: bool,
})
export type ProtoOAOrderListByPositionIdRes = TypeOf<typeof ProtoOAOrderListByPositionIdRes>

/**
 * Asks for an order and its deals; refused with ORDER_NOT_FOUND if there is none.
 *
 * Payload type 2181, answered by {@link ProtoOAOrderDetailsRes}.
 */
export const ProtoOAOrderDetailsReq = struct('ProtoOAOrderDetailsReq', {
  ctidTraderAccountId: int64,
  orderId: int64,
})
export type ProtoOAOrderDetailsReq = TypeOf<typeof ProtoOAOrderDetailsReq>

/**
 * The order with its deals.
 *
 * Payload type 2182, the answer to {@link ProtoOAOrderDetailsReq}.
 */
export const ProtoOAOrderDetailsRes = struct('ProtoOAOrderDetailsRes', {
  ctidTraderAccountId: int64,
  order: ProtoOAOrder,
  deal: many(ProtoOADeal),
})
export type ProtoOAOrderDetailsRes = TypeOf<typeof ProtoOAOrderDetailsRes>
