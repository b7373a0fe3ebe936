import { PayloadType } from '../../protocol/payloadType'
import { build } from './build'
import { marginCall, tradingAccount } from './entities'
import { ACCOUNT_ID, MARKET_START, SYMBOL_ID, usual } from './usual'

const ctidTraderAccountId = ACCOUNT_ID

/** A `ProtoHeartbeatEvent` (51): `heartbeat()`. */
export const heartbeat = build(PayloadType.HEARTBEAT_EVENT, {})

/**
 * A `ProtoOATrailingSLChangedEvent` (2107): the stop loss of position 1 has moved to 1.099.
 * Such as `trailingStopLossChanged({ stopPrice: 1.1 })`.
 */
export const trailingStopLossChanged = build(PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT, {
  ctidTraderAccountId,
  positionId: usual.positionId,
  orderId: 2,
  stopPrice: 1.099,
  utcLastUpdateTimestamp: MARKET_START,
})

/**
 * A `ProtoOASymbolChangedEvent` (2120): the terms of EURUSD are new.
 * Such as `symbolChanged({ symbolId: [1, 2] })`.
 */
export const symbolChanged = build(PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT, {
  ctidTraderAccountId,
  symbolId: [SYMBOL_ID],
})

/**
 * A `ProtoOATraderUpdatedEvent` (2123), with `tradingAccount()`.
 * Such as `traderUpdated({ trader: { balance: 0 } })`.
 */
export const traderUpdated = build(PayloadType.PROTO_OA_TRADER_UPDATE_EVENT, {
  ctidTraderAccountId,
  trader: tradingAccount(),
})

/**
 * A `ProtoOAOrderErrorEvent` (2132): an order is refused, since the market is closed.
 * Such as `orderError({ errorCode: 'NOT_ENOUGH_MONEY' })`.
 */
export const orderError = build(PayloadType.PROTO_OA_ORDER_ERROR_EVENT, {
  errorCode: 'MARKET_CLOSED',
  ctidTraderAccountId,
  description: 'Market is closed',
})

/** A `ProtoOAMarginChangedEvent` (2141): position 1 takes 11.00. Such as `marginChanged({ usedMargin: 0 })`. */
export const marginChanged = build(PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT, {
  ctidTraderAccountId,
  positionId: usual.positionId,
  usedMargin: 1_100,
  moneyDigits: usual.moneyDigits,
})

/**
 * A `ProtoOAAccountsTokenInvalidatedEvent` (2147): the account's session has ended by its token.
 * Such as `tokenInvalidated()`.
 */
export const tokenInvalidated = build(PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT, {
  ctidTraderAccountIds: [ctidTraderAccountId],
  reason: 'Access token is revoked',
})

/**
 * A `ProtoOAClientDisconnectEvent` (2148): the application's session has ended.
 * Such as `clientDisconnect()`.
 */
export const clientDisconnect = build(PayloadType.PROTO_OA_CLIENT_DISCONNECT_EVENT, {
  reason: 'Connection is cancelled',
})

/** A `ProtoOAAccountDisconnectEvent` (2164): the account's session has ended. Such as `accountDisconnect()`. */
export const accountDisconnect = build(PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT, { ctidTraderAccountId })

/** A `ProtoOAMarginCallUpdateEvent` (2171): a threshold has been moved. Such as `marginCallUpdated()`. */
export const marginCallUpdated = build(PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_EVENT, {
  ctidTraderAccountId,
  marginCall: marginCall(),
})

/** A `ProtoOAMarginCallTriggerEvent` (2172): a threshold has been reached. Such as `marginCallTriggered()`. */
export const marginCallTriggered = build(PayloadType.PROTO_OA_MARGIN_CALL_TRIGGER_EVENT, {
  ctidTraderAccountId,
  marginCall: marginCall(),
})

/**
 * A `ProtoOAv1PnLChangeEvent` (2189), which is withdrawn: the profit of the account is 1.00 now.
 * Such as `pnlChanged()`.
 */
export const pnlChanged = build(PayloadType.PROTO_OA_V1_PNL_CHANGE_EVENT, {
  ctidTraderAccountId,
  grossUnrealizedPnL: 100,
  netUnrealizedPnL: 100,
  moneyDigits: usual.moneyDigits,
})
