/**
 * The client, its accounts, and what stands on them: market data, account state, history and orders as streams.
 *
 * ```ts
 * import { createClient, spots } from 'rx-ctrader'
 * ```
 *
 * @module rx-ctrader
 */
export { CTraderError, isCTraderError } from './errors'
export type { CloseInfo, Environment, FieldFault, OrderRule } from './errorFields'
export type { Failure } from './errors'

export { PayloadType } from './protocol/payloadType'
export {
  ProtoErrorCode,
  ProtoOAAccessRights,
  ProtoOADealStatus,
  ProtoOAErrorCode,
  ProtoOAExecutionType,
  ProtoOAOrderStatus,
  ProtoOAOrderTriggerMethod,
  ProtoOAOrderType,
  ProtoOAPositionStatus,
  ProtoOATimeInForce,
  ProtoOATradeSide,
  ProtoOATrendbarPeriod,
} from './protocol/messages/enums'
export type {
  AccountMessageType,
  AccountRequestType,
  Answer,
  CommandType,
  Message,
  MessageOf,
  MessageType,
  Payload,
  RequestType,
  SymbolMessageType,
} from './protocol/table'
export {
  lots,
  units,
  cents,
  pips,
  price,
  percent,
  money,
  lotsToCents,
  centsToLots,
  unitsToCents,
  centsToUnits,
  toPrice,
  toWirePrice,
  tickSize,
  pipSize,
  roundPrice,
  relativeDistance,
  toMoney,
  formatMoney,
  toBar,
  toTicks,
} from './protocol/units'
export { sideName } from './protocol/side'
export type { QuoteSide, Side } from './protocol/side'
export type { Bar, Cents, Lots, Money, Percent, Pips, Price, Tick, Units } from './protocol/units'

export { webSocketConnect } from './transport/socket'
export type { Connect, Socket, WebSocketConnectOptions } from './transport/socket'
export { decodeFrame, encodeFrame } from './transport/frame'
export type { DriftKind } from './protocol/codec/plan'
export type { BackoffOptions } from './util/backoff'
export type { Drift } from './transport/frame'
export type { FrameError } from './transport/frameErrors'

export type { Link, LineHealth } from './connection/link'
export type { RejectedFrame } from './connection/receiver'
export type { SendRequest } from './connection/requests/request'
export type { Listener, OnMessage } from './connection/router'

export { createClient } from './session/client'
export type { Client } from './session/client'
export type { AccountOptions, ClientOptions, ClientSettings } from './session/options'
export type { Account } from './session/account'
export type { AppCredentials } from './session/authentication/auth'
export type { Credential } from './session/authentication/grants/credential'
export type { Gap } from './session/state/gap'
export type { Health, SessionHealth } from './session/state/health'
export type { Log, LogLevel } from './session/logging/log'
export type { Platform } from './session/reconnecting/platform'
export type { GrantOptions, SaveTokens, Tokens } from './session/authentication/grants/tokens'
export { findEnvironment } from './session/environment'
export type {
  AuthState,
  ConnectionState,
  FailedState,
  LineState,
  LoginRequiredState,
  ReconnectingState,
} from './session/state/state'

export { live } from './streams/sharing/live'
export type { LiveOptions } from './streams/sharing/establish'
export { depthEvents, spotEvents, trendbarEvents } from './streams/market/marketEvents'
export { depth } from './streams/market/depth'
export { serverTime } from './streams/market/serverTime'
export { spots } from './streams/market/spots'
export { ticks } from './streams/market/ticks'
export type { SymbolTick } from './streams/market/ticks'
export { candles } from './streams/market/candles'
export type { CandlesOptions } from './streams/market/candles'
export type { SymbolCandle } from './streams/market/candleState'

export { symbol, symbols } from './streams/symbols/symbols'
export type { SymbolDetails } from './streams/symbols/symbols'
export type { SymbolCatalogue, SymbolIdOrName } from './streams/symbols/symbolNames'
export { assetClasses, assets, symbolCategories } from './streams/symbols/assets'
export { conversion, conversionRate } from './streams/valuation/conversion'
export type { AssetIdOrName, ConversionChain, ConversionStep } from './streams/valuation/conversion'

export { trader } from './streams/account/trader'
export { positions } from './streams/account/positions'
export { orders } from './streams/account/orders'
export { deals } from './streams/account/deals'
export type { DealsOptions } from './streams/account/deals'
export { pnl } from './streams/valuation/pnl'
export type { Pnl, PositionPnl, UnvaluedPosition, UnvaluedReason } from './streams/valuation/pnl'
export { equity } from './streams/valuation/equity'
export type { Equity } from './streams/valuation/equity'
export { marginCalls } from './streams/account/marginCalls'
export type { MarginCalls } from './streams/account/marginCalls'
export type { Changes } from './operators/changes'

export { trendbarsBetween } from './streams/history/trendbarsBetween'
export type { Trendbar, TrendbarRange } from './streams/history/trendbarsBetween'
export { ticksBetween } from './streams/history/ticksBetween'
export type { TickRange } from './streams/history/ticksBetween'
export { dealsBetween } from './streams/history/dealsBetween'
export { ordersBetween } from './streams/history/ordersBetween'
export { cashFlowBetween } from './streams/history/cashFlowBetween'
export type { Page, TimeRange } from './streams/history/pageReader'

export { placeOrder } from './orders/placeOrder'
export { amendOrder } from './orders/amendOrder'
export type { AmendOrderInput } from './orders/amendOrder'
export { cancelOrder } from './orders/cancelOrder'
export type { CancelOrderInput } from './orders/cancelOrder'
export { closePosition } from './orders/closePosition'
export type { ClosePositionInput } from './orders/closePosition'
export { amendProtection } from './orders/amendProtection'
export type { AmendProtectionInput } from './orders/amendProtection'
export { closeAll } from './orders/closeAll'
export type { CloseAllOptions } from './orders/closeAll'
export { orderUpdates } from './orders/orderUpdates'
export { recoverOrders } from './orders/recoverOrders'
export type { RecoverOrders, RecoveredOrder } from './orders/recoverOrders'
export { memoryJournal } from './orders/model/journal'
export type { OrderIntent, Journal, JournalEntry, OrderOutcome } from './orders/model/journal'
export type { OrderOptions } from './orders/model/orderOptions'
export type { Fill, OrderIds, OrderDetails, OrderUpdate } from './orders/model/orderUpdate'
export { warmUp } from './orders/warmUp'
export type { WarmUpOptions } from './orders/warmUp'
export { volumeForRisk } from './orders/volumeForRisk'
export type { VolumeForRiskOptions } from './orders/volumeForRisk'
export { dryRun } from './orders/dryRun'
export type { DryRun } from './orders/dryRun'
export type { OrderChanges, ProtectionChanges } from './orders/model/changes'
export type {
  LimitOrder,
  MarketOrder,
  MarketRangeOrder,
  NewOrder,
  Protection,
  StopLimitOrder,
  StopOrder,
  Volume,
} from './orders/model/newOrder'

export * from './formerNames'

export { conflate } from './operators/conflate'
export type { Conflated } from './operators/conflate'
export { mergeQuote } from './operators/mergeQuote'
export type { Quote } from './operators/mergeQuote'
export { ofType } from './operators/ofType'
export { toBook } from './operators/toBook'
export type { DepthEvent, OrderBook, PriceLevel } from './operators/toBook'
export { periodName } from './time/barPeriods'
export type { Period, PeriodName } from './time/barPeriods'
export { toCandles } from './operators/toCandles'
export type { Candle } from './operators/toCandles'
export { withIndicator } from './operators/withIndicator'
export type { Indicator, WithIndicator } from './operators/withIndicator'
export { withStaleness } from './operators/withStaleness'
export type { MaybeStale } from './operators/withStaleness'
