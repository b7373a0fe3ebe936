import type { EnumOf } from '../codec/struct'

/** Error codes of the common protocol. `errorCode` carries their names, not their numbers. */
export const ProtoErrorCode = {
  UNKNOWN_ERROR: 1,
  UNSUPPORTED_MESSAGE: 2,
  INVALID_REQUEST: 3,
  TIMEOUT_ERROR: 5,
  ENTITY_NOT_FOUND: 6,
  CANT_ROUTE_REQUEST: 7,
  FRAME_TOO_LONG: 8,
  MARKET_CLOSED: 9,
  CONCURRENT_MODIFICATION: 10,
  BLOCKED_PAYLOAD_TYPE: 11,
} as const
export type ProtoErrorCode = EnumOf<typeof ProtoErrorCode>

/** A day of the week, or none. */
export const ProtoOADayOfWeek = {
  NONE: 0,
  MONDAY: 1,
  TUESDAY: 2,
  WEDNESDAY: 3,
  THURSDAY: 4,
  FRIDAY: 5,
  SATURDAY: 6,
  SUNDAY: 7,
} as const
export type ProtoOADayOfWeek = EnumOf<typeof ProtoOADayOfWeek>

/** The basis of a symbol's commission. */
export const ProtoOACommissionType = {
  USD_PER_MILLION_USD: 1,
  USD_PER_LOT: 2,
  PERCENTAGE_OF_VALUE: 3,
  QUOTE_CCY_PER_LOT: 4,
} as const
export type ProtoOACommissionType = EnumOf<typeof ProtoOACommissionType>

/** The unit of the minimum distances of protections from the market. */
export const ProtoOASymbolDistanceType = {
  SYMBOL_DISTANCE_IN_POINTS: 1,
  SYMBOL_DISTANCE_IN_PERCENTAGE: 2,
} as const
export type ProtoOASymbolDistanceType = EnumOf<typeof ProtoOASymbolDistanceType>

/** The currency of the minimum commission: `minCommissionAsset`, or the quote asset of the symbol. */
export const ProtoOAMinCommissionType = {
  CURRENCY: 1,
  QUOTE_CURRENCY: 2,
} as const
export type ProtoOAMinCommissionType = EnumOf<typeof ProtoOAMinCommissionType>

/** Whether a symbol can be traded, and what happens to its pending orders if not. */
export const ProtoOATradingMode = {
  ENABLED: 0,
  DISABLED_WITHOUT_PENDINGS_EXECUTION: 1,
  DISABLED_WITH_PENDINGS_EXECUTION: 2,
  CLOSE_ONLY_MODE: 3,
} as const
export type ProtoOATradingMode = EnumOf<typeof ProtoOATradingMode>

/** The unit of swapLong and swapShort; a percentage is per year. */
export const ProtoOASwapCalculationType = {
  PIPS: 0,
  PERCENTAGE: 1,
  POINTS: 2,
} as const
export type ProtoOASwapCalculationType = EnumOf<typeof ProtoOASwapCalculationType>

/** What the owner of an account may do with it. */
export const ProtoOAAccessRights = {
  FULL_ACCESS: 0,
  CLOSE_ONLY: 1,
  NO_TRADING: 2,
  NO_LOGIN: 3,
} as const
export type ProtoOAAccessRights = EnumOf<typeof ProtoOAAccessRights>

/** How the margins of the two sides of a symbol make one: the larger, the sum or the difference. */
export const ProtoOATotalMarginCalculationType = {
  MAX: 0,
  SUM: 1,
  NET: 2,
} as const
export type ProtoOATotalMarginCalculationType = EnumOf<typeof ProtoOATotalMarginCalculationType>

/** Whether a symbol can have several positions (hedged) or one (netted). */
export const ProtoOAAccountType = {
  HEDGED: 0,
  NETTED: 1,
  SPREAD_BETTING: 2,
} as const
export type ProtoOAAccountType = EnumOf<typeof ProtoOAAccountType>

/** The state of a position; CREATED is the empty one that waits for an order to fill. */
export const ProtoOAPositionStatus = {
  POSITION_STATUS_OPEN: 1,
  POSITION_STATUS_CLOSED: 2,
  POSITION_STATUS_CREATED: 3,
  POSITION_STATUS_ERROR: 4,
} as const
export type ProtoOAPositionStatus = EnumOf<typeof ProtoOAPositionStatus>

/** The side of an order, a position or a deal. */
export const ProtoOATradeSide = {
  BUY: 1,
  SELL: 2,
} as const
export type ProtoOATradeSide = EnumOf<typeof ProtoOATradeSide>

/** The type of an order; STOP_LOSS_TAKE_PROFIT is the order behind the protections of a position. */
export const ProtoOAOrderType = {
  MARKET: 1,
  LIMIT: 2,
  STOP: 3,
  STOP_LOSS_TAKE_PROFIT: 4,
  MARKET_RANGE: 5,
  STOP_LIMIT: 6,
} as const
export type ProtoOAOrderType = EnumOf<typeof ProtoOAOrderType>

/** How long an order lives. */
export const ProtoOATimeInForce = {
  GOOD_TILL_DATE: 1,
  GOOD_TILL_CANCEL: 2,
  IMMEDIATE_OR_CANCEL: 3,
  FILL_OR_KILL: 4,
  MARKET_ON_OPEN: 5,
} as const
export type ProtoOATimeInForce = EnumOf<typeof ProtoOATimeInForce>

/** The state of an order; an expired or cancelled one may be filled in part. */
export const ProtoOAOrderStatus = {
  ORDER_STATUS_ACCEPTED: 1,
  ORDER_STATUS_FILLED: 2,
  ORDER_STATUS_REJECTED: 3,
  ORDER_STATUS_EXPIRED: 4,
  ORDER_STATUS_CANCELLED: 5,
} as const
export type ProtoOAOrderStatus = EnumOf<typeof ProtoOAOrderStatus>

/** The side of the quote that triggers a stop: its own or the OPPOSITE; DOUBLE needs two ticks in a row. */
export const ProtoOAOrderTriggerMethod = {
  TRADE: 1,
  OPPOSITE: 2,
  DOUBLE_TRADE: 3,
  DOUBLE_OPPOSITE: 4,
} as const
export type ProtoOAOrderTriggerMethod = EnumOf<typeof ProtoOAOrderTriggerMethod>

/** The kind of an execution event. ORDER_REJECTED and ORDER_CANCEL_REJECTED are refusals. */
export const ProtoOAExecutionType = {
  ORDER_ACCEPTED: 2,
  ORDER_FILLED: 3,
  ORDER_REPLACED: 4,
  ORDER_CANCELLED: 5,
  ORDER_EXPIRED: 6,
  ORDER_REJECTED: 7,
  ORDER_CANCEL_REJECTED: 8,
  SWAP: 9,
  DEPOSIT_WITHDRAW: 10,
  ORDER_PARTIAL_FILL: 11,
  BONUS_DEPOSIT_WITHDRAW: 12,
} as const
export type ProtoOAExecutionType = EnumOf<typeof ProtoOAExecutionType>

/** The direction of a bonus operation. */
export const ProtoOAChangeBonusType = {
  BONUS_DEPOSIT: 0,
  BONUS_WITHDRAW: 1,
} as const
export type ProtoOAChangeBonusType = EnumOf<typeof ProtoOAChangeBonusType>

/** Why the balance changed, apart from trades. */
export const ProtoOAChangeBalanceType = {
  BALANCE_DEPOSIT: 0,
  BALANCE_WITHDRAW: 1,
  BALANCE_DEPOSIT_STRATEGY_COMMISSION_INNER: 3,
  BALANCE_WITHDRAW_STRATEGY_COMMISSION_INNER: 4,
  BALANCE_DEPOSIT_IB_COMMISSIONS: 5,
  BALANCE_WITHDRAW_IB_SHARED_PERCENTAGE: 6,
  BALANCE_DEPOSIT_IB_SHARED_PERCENTAGE_FROM_SUB_IB: 7,
  BALANCE_DEPOSIT_IB_SHARED_PERCENTAGE_FROM_BROKER: 8,
  BALANCE_DEPOSIT_REBATE: 9,
  BALANCE_WITHDRAW_REBATE: 10,
  BALANCE_DEPOSIT_STRATEGY_COMMISSION_OUTER: 11,
  BALANCE_WITHDRAW_STRATEGY_COMMISSION_OUTER: 12,
  BALANCE_WITHDRAW_BONUS_COMPENSATION: 13,
  BALANCE_WITHDRAW_IB_SHARED_PERCENTAGE_TO_BROKER: 14,
  BALANCE_DEPOSIT_DIVIDENDS: 15,
  BALANCE_WITHDRAW_DIVIDENDS: 16,
  BALANCE_WITHDRAW_GSL_CHARGE: 17,
  BALANCE_WITHDRAW_ROLLOVER: 18,
  BALANCE_DEPOSIT_NONWITHDRAWABLE_BONUS: 19,
  BALANCE_WITHDRAW_NONWITHDRAWABLE_BONUS: 20,
  BALANCE_DEPOSIT_SWAP: 21,
  BALANCE_WITHDRAW_SWAP: 22,
  BALANCE_DEPOSIT_MANAGEMENT_FEE: 27,
  BALANCE_WITHDRAW_MANAGEMENT_FEE: 28, // deprecated: BALANCE_WITHDRAW_COPY_FEE
  BALANCE_DEPOSIT_PERFORMANCE_FEE: 29,
  BALANCE_WITHDRAW_FOR_SUBACCOUNT: 30,
  BALANCE_DEPOSIT_TO_SUBACCOUNT: 31,
  BALANCE_WITHDRAW_FROM_SUBACCOUNT: 32,
  BALANCE_DEPOSIT_FROM_SUBACCOUNT: 33,
  BALANCE_WITHDRAW_COPY_FEE: 34,
  BALANCE_WITHDRAW_INACTIVITY_FEE: 35,
  BALANCE_DEPOSIT_TRANSFER: 36,
  BALANCE_WITHDRAW_TRANSFER: 37,
  BALANCE_DEPOSIT_CONVERTED_BONUS: 38,
  BALANCE_DEPOSIT_NEGATIVE_BALANCE_PROTECTION: 39,
} as const
export type ProtoOAChangeBalanceType = EnumOf<typeof ProtoOAChangeBalanceType>

/** The outcome of a deal. */
export const ProtoOADealStatus = {
  FILLED: 2,
  PARTIALLY_FILLED: 3,
  REJECTED: 4,
  INTERNALLY_REJECTED: 5,
  ERROR: 6,
  MISSED: 7,
} as const
export type ProtoOADealStatus = EnumOf<typeof ProtoOADealStatus>

/** The period of a bar: minutes, hours, a day, a week, a month. */
export const ProtoOATrendbarPeriod = {
  M1: 1,
  M2: 2,
  M3: 3,
  M4: 4,
  M5: 5,
  M10: 6,
  M15: 7,
  M30: 8,
  H1: 9,
  H4: 10,
  H12: 11,
  D1: 12,
  W1: 13,
  MN1: 14,
} as const
export type ProtoOATrendbarPeriod = EnumOf<typeof ProtoOATrendbarPeriod>

/** The side of a quote. */
export const ProtoOAQuoteType = {
  BID: 1,
  ASK: 2,
} as const
export type ProtoOAQuoteType = EnumOf<typeof ProtoOAQuoteType>

/** What a token permits: only viewing, or trading too. */
export const ProtoOAClientPermissionScope = {
  SCOPE_VIEW: 0,
  SCOPE_TRADE: 1,
} as const
export type ProtoOAClientPermissionScope = EnumOf<typeof ProtoOAClientPermissionScope>

/** The three margin calls of an account; they differ in their thresholds only. */
export const ProtoOANotificationType = {
  MARGIN_LEVEL_THRESHOLD_1: 61,
  MARGIN_LEVEL_THRESHOLD_2: 62,
  MARGIN_LEVEL_THRESHOLD_3: 63,
} as const
export type ProtoOANotificationType = EnumOf<typeof ProtoOANotificationType>

/** Error codes of the Open API. `errorCode` carries their names, not their numbers. */
export const ProtoOAErrorCode = {
  // Authentication
  OA_AUTH_TOKEN_EXPIRED: 1,
  ACCOUNT_NOT_AUTHORIZED: 2,
  RET_NO_SUCH_LOGIN: 12,
  ALREADY_LOGGED_IN: 14,
  RET_ACCOUNT_DISABLED: 64,
  CH_CLIENT_AUTH_FAILURE: 101,
  CH_CLIENT_NOT_AUTHENTICATED: 102,
  CH_CLIENT_ALREADY_AUTHENTICATED: 103,
  CH_ACCESS_TOKEN_INVALID: 104,
  CH_SERVER_NOT_REACHABLE: 105,
  CH_CTID_TRADER_ACCOUNT_NOT_FOUND: 106,
  CH_OA_CLIENT_NOT_FOUND: 107,

  // General
  REQUEST_FREQUENCY_EXCEEDED: 108,
  SERVER_IS_UNDER_MAINTENANCE: 109,
  CHANNEL_IS_BLOCKED: 110,
  CONNECTIONS_LIMIT_EXCEEDED: 67,
  WORSE_GSL_NOT_ALLOWED: 68,
  SYMBOL_HAS_HOLIDAY: 69,

  // Quotes and history
  NOT_SUBSCRIBED_TO_SPOTS: 112,
  ALREADY_SUBSCRIBED: 113,
  SYMBOL_NOT_FOUND: 114,
  UNKNOWN_SYMBOL: 115, // means SYMBOL_NOT_FOUND
  INCORRECT_BOUNDARIES: 35,

  // Trading
  NO_QUOTES: 117,
  NOT_ENOUGH_MONEY: 118,
  MAX_EXPOSURE_REACHED: 119,
  POSITION_NOT_FOUND: 120,
  ORDER_NOT_FOUND: 121,
  POSITION_NOT_OPEN: 122,
  POSITION_LOCKED: 123,
  TOO_MANY_POSITIONS: 124,
  TRADING_BAD_VOLUME: 125,
  TRADING_BAD_STOPS: 126,
  TRADING_BAD_PRICES: 127,
  TRADING_BAD_STAKE: 128,
  PROTECTION_IS_TOO_CLOSE_TO_MARKET: 129,
  TRADING_BAD_EXPIRATION_DATE: 130,
  PENDING_EXECUTION: 131,
  TRADING_DISABLED: 132,
  TRADING_NOT_ALLOWED: 133,
  UNABLE_TO_CANCEL_ORDER: 134,
  UNABLE_TO_AMEND_ORDER: 135,
  SHORT_SELLING_NOT_ALLOWED: 136,
  NOT_SUBSCRIBED_TO_PNL: 137, // of the withdrawn PnL messages
} as const
export type ProtoOAErrorCode = EnumOf<typeof ProtoOAErrorCode>

/** The basis of the margin of a limited-risk account: leverage, guaranteed stop loss (GSL) or both. */
export const ProtoOALimitedRiskMarginCalculationStrategy = {
  ACCORDING_TO_LEVERAGE: 0,
  ACCORDING_TO_GSL: 1,
  ACCORDING_TO_GSL_AND_LEVERAGE: 2,
} as const
export type ProtoOALimitedRiskMarginCalculationStrategy = EnumOf<
  typeof ProtoOALimitedRiskMarginCalculationStrategy
>

/** Which position a stop-out closes first. */
export const ProtoOAStopOutStrategy = {
  MOST_MARGIN_USED_FIRST: 0,
  MOST_LOSING_FIRST: 1,
} as const
export type ProtoOAStopOutStrategy = EnumOf<typeof ProtoOAStopOutStrategy>
