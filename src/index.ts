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
export type { CloseInfo, Failure, Fault } from './errors'

export { PayloadType } from './protocol/payloadType'
export {
  ProtoErrorCode,
  ProtoOADayOfWeek,
  ProtoOACommissionType,
  ProtoOASymbolDistanceType,
  ProtoOAMinCommissionType,
  ProtoOATradingMode,
  ProtoOASwapCalculationType,
  ProtoOAAccessRights,
  ProtoOATotalMarginCalculationType,
  ProtoOAAccountType,
  ProtoOAPositionStatus,
  ProtoOATradeSide,
  ProtoOAOrderType,
  ProtoOATimeInForce,
  ProtoOAOrderStatus,
  ProtoOAOrderTriggerMethod,
  ProtoOAExecutionType,
  ProtoOAChangeBonusType,
  ProtoOAChangeBalanceType,
  ProtoOADealStatus,
  ProtoOATrendbarPeriod,
  ProtoOAQuoteType,
  ProtoOAClientPermissionScope,
  ProtoOANotificationType,
  ProtoOAErrorCode,
  ProtoOALimitedRiskMarginCalculationStrategy,
  ProtoOAStopOutStrategy,
} from './protocol/enums'
export {
  ProtoErrorRes,
  ProtoHeartbeatEvent,
  ProtoOAApplicationAuthReq,
  ProtoOAApplicationAuthRes,
  ProtoOAAccountAuthReq,
  ProtoOAAccountAuthRes,
  ProtoOAVersionReq,
  ProtoOAVersionRes,
  ProtoOAErrorRes,
  ProtoOAAccountsTokenInvalidatedEvent,
  ProtoOAClientDisconnectEvent,
  ProtoOAAccountLogoutReq,
  ProtoOAAccountLogoutRes,
  ProtoOAAccountDisconnectEvent,
  ProtoOARefreshTokenReq,
  ProtoOARefreshTokenRes,
} from './protocol/session'
export {
  ProtoOACtidProfile,
  ProtoOACtidTraderAccount,
  ProtoOATrader,
  ProtoOAMarginCall,
  ProtoOADepositWithdraw,
  ProtoOABonusDepositWithdraw,
  ProtoOAGetCtidProfileByTokenReq,
  ProtoOAGetCtidProfileByTokenRes,
  ProtoOAGetAccountListByAccessTokenReq,
  ProtoOAGetAccountListByAccessTokenRes,
  ProtoOATraderReq,
  ProtoOATraderRes,
  ProtoOATraderUpdatedEvent,
  ProtoOACashFlowHistoryListReq,
  ProtoOACashFlowHistoryListRes,
  ProtoOAMarginCallListReq,
  ProtoOAMarginCallListRes,
  ProtoOAMarginCallUpdateReq,
  ProtoOAMarginCallUpdateRes,
  ProtoOAMarginCallUpdateEvent,
  ProtoOAMarginCallTriggerEvent,
} from './protocol/account'
export {
  ProtoOAAsset,
  ProtoOAAssetClass,
  ProtoOASymbolCategory,
  ProtoOAInterval,
  ProtoOAHoliday,
  ProtoOASymbol,
  ProtoOALightSymbol,
  ProtoOAArchivedSymbol,
  ProtoOADynamicLeverageTier,
  ProtoOADynamicLeverage,
  ProtoOAAssetListReq,
  ProtoOAAssetListRes,
  ProtoOAAssetClassListReq,
  ProtoOAAssetClassListRes,
  ProtoOASymbolCategoryListReq,
  ProtoOASymbolCategoryListRes,
  ProtoOASymbolsListReq,
  ProtoOASymbolsListRes,
  ProtoOASymbolByIdReq,
  ProtoOASymbolByIdRes,
  ProtoOASymbolChangedEvent,
  ProtoOASymbolsForConversionReq,
  ProtoOASymbolsForConversionRes,
  ProtoOAGetDynamicLeverageByIDReq,
  ProtoOAGetDynamicLeverageByIDRes,
} from './protocol/symbols'
export {
  ProtoOATrendbar,
  ProtoOATickData,
  ProtoOADepthQuote,
  ProtoOASubscribeSpotsReq,
  ProtoOASubscribeSpotsRes,
  ProtoOAUnsubscribeSpotsReq,
  ProtoOAUnsubscribeSpotsRes,
  ProtoOASpotEvent,
  ProtoOASubscribeLiveTrendbarReq,
  ProtoOASubscribeLiveTrendbarRes,
  ProtoOAUnsubscribeLiveTrendbarReq,
  ProtoOAUnsubscribeLiveTrendbarRes,
  ProtoOAGetTrendbarsReq,
  ProtoOAGetTrendbarsRes,
  ProtoOAGetTickDataReq,
  ProtoOAGetTickDataRes,
  ProtoOASubscribeDepthQuotesReq,
  ProtoOASubscribeDepthQuotesRes,
  ProtoOAUnsubscribeDepthQuotesReq,
  ProtoOAUnsubscribeDepthQuotesRes,
  ProtoOADepthEvent,
} from './protocol/quotes'
export {
  ProtoOAOrder,
  ProtoOANewOrderReq,
  ProtoOACancelOrderReq,
  ProtoOAAmendOrderReq,
  ProtoOAExecutionEvent,
  ProtoOAOrderErrorEvent,
  ProtoOAReconcileReq,
  ProtoOAReconcileRes,
  ProtoOAOrderListReq,
  ProtoOAOrderListRes,
  ProtoOAOrderListByPositionIdReq,
  ProtoOAOrderListByPositionIdRes,
  ProtoOAOrderDetailsReq,
  ProtoOAOrderDetailsRes,
} from './protocol/orders'
export {
  ProtoOAClosePositionDetail,
  ProtoOADeal,
  ProtoOADealOffset,
  ProtoOADealListReq,
  ProtoOADealListRes,
  ProtoOADealListByPositionIdReq,
  ProtoOADealListByPositionIdRes,
  ProtoOADealOffsetListReq,
  ProtoOADealOffsetListRes,
} from './protocol/deals'
export {
  ProtoOATradeData,
  ProtoOAPosition,
  ProtoOAExpectedMargin,
  ProtoOAPositionUnrealizedPnL,
  ProtoOAAmendPositionSLTPReq,
  ProtoOAClosePositionReq,
  ProtoOATrailingSLChangedEvent,
  ProtoOAExpectedMarginReq,
  ProtoOAExpectedMarginRes,
  ProtoOAMarginChangedEvent,
  ProtoOAGetPositionUnrealizedPnLReq,
  ProtoOAGetPositionUnrealizedPnLRes,
  ProtoOAv1PnLChangeEvent,
  ProtoOAv1PnLChangeSubscribeReq,
  ProtoOAv1PnLChangeSubscribeRes,
  ProtoOAv1PnLChangeUnSubscribeReq,
  ProtoOAv1PnLChangeUnSubscribeRes,
} from './protocol/positions'
export type { EnumOf, Many, Optional, Struct, UnknownEnumNumber, WireType } from './protocol/struct'
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
export type { Bar, Cents, Lots, Pips, Price, Tick, Units } from './protocol/units'

export { webSocketConnect } from './transport/socket'
export type { Connect, Socket, WebSocketOptions } from './transport/socket'
export { decodeFrame, encodeFrame } from './transport/frame'
export type { DriftKind } from './protocol/plan'
export type { BackoffOptions } from './connection/backoff'
export type { Drift, FrameError } from './transport/frame'

export type { Link, RejectedFrame, Vitals } from './connection/link'
export type { Command, Commanded, Request } from './connection/request'
export type { Listened, On } from './connection/router'

export { createClient } from './session/client'
export type { Client } from './session/client'
export type { Environment } from './session/environmentCheck'
export type { AccountOptions, ClientOptions, ClientTuning } from './session/options'
export type { Account } from './session/account'
export type { AppCredentials } from './session/auth'
export type { Gap } from './session/gap'
export type { Health } from './session/health'
export type { Log, LogLevel } from './session/log'
export type { Presence } from './session/presence'
export type { GrantOptions, SaveTokens, Tokens } from './session/tokens'
export { environmentOf } from './session/environment'
export type { AuthState, ConnectionState, Failed, Reconnecting } from './session/state'

export { live } from './streams/live'
export type { Subscribing } from './streams/live'
export { depthEvents, liveTrendbars, spotEvents } from './streams/subscriptions'
export { depth } from './streams/depth'
export { spots } from './streams/spots'
export { ticks } from './streams/ticks'
export type { SideTick } from './streams/ticks'
export { candles } from './streams/candles'
export type { CandleOptions } from './streams/candles'
export type { SymbolCandle } from './streams/knownCandles'

export { symbol, symbols } from './streams/symbols'
export type { SymbolTerms } from './streams/symbols'
export type { SymbolCatalogue, SymbolIdOrName } from './streams/symbolNames'
export { assetClasses, assets, symbolCategories } from './streams/assets'
export { conversion, rateOf } from './streams/conversion'
export type { AssetIdOrName, ConversionChain, ConversionStep } from './streams/conversion'

export { trader } from './streams/trader'
export { positions } from './streams/positions'
export { orders } from './streams/orders'
export { deals } from './streams/deals'
export type { DealsOptions } from './streams/deals'
export { pnl } from './streams/pnl'
export type { Pnl, PositionPnl, Unvalued, UnvaluedReason } from './streams/pnl'
export { equity } from './streams/equity'
export type { Equity } from './streams/equity'
export { marginCalls } from './streams/margin'
export type { MarginCalls } from './streams/margin'
export type { Changes } from './operators/changes'

export { trendbars } from './streams/history/trendbars'
export type { AskedBars, Trendbar } from './streams/history/trendbars'
export { ticksBetween } from './streams/history/ticksBetween'
export { dealsBetween } from './streams/history/dealsBetween'
export { ordersBetween } from './streams/history/ordersBetween'
export { cashFlow } from './streams/history/cashFlow'
export type { Page, TimeRange } from './streams/history/reading'

export { placeOrder } from './orders/placeOrder'
export { amendOrder } from './orders/amendOrder'
export type { Amendment } from './orders/amendOrder'
export { cancelOrder } from './orders/cancelOrder'
export { closePosition } from './orders/closePosition'
export type { Closing } from './orders/closePosition'
export { amendProtection } from './orders/amendProtection'
export type { ProtectionAmendment } from './orders/amendProtection'
export { closeAll } from './orders/closeAll'
export type { CloseAllOptions } from './orders/closeAll'
export { orderUpdates } from './orders/orderUpdates'
export { recoverOrders } from './orders/recoverOrders'
export type { Recovered } from './orders/recoverOrders'
export { memoryJournal } from './orders/journal'
export type { Intent as Intended, Journal, JournalEntry, Settled } from './orders/journal'
export type { OrderOptions } from './orders/options'
export type { Fill, OfOrder, OfServer, OrderUpdate } from './orders/update'
export { dryRun } from './orders/dryRun'
export type { DryRun } from './orders/dryRun'
export type { OrderChanges, ProtectionChanges } from './orders/changes'
export type {
  LimitOrder,
  MarketOrder,
  MarketRangeOrder,
  NewOrder,
  Protection,
  Side,
  StopLimitOrder,
  StopOrder,
  Volume,
} from './orders/newOrder'
export type { OrderRule } from './orders/rules/invalid'

export { conflate } from './operators/conflate'
export type { Conflated } from './operators/conflate'
export { mergeQuote } from './operators/mergeQuote'
export type { Quote } from './operators/mergeQuote'
export { ofType } from './operators/ofType'
export { toBook } from './operators/toBook'
export type { DepthEvent, OrderBook, PriceLevel } from './operators/toBook'
export { toCandles } from './operators/toCandles'
export type { Candle } from './operators/toCandles'
export { withStaleness } from './operators/withStaleness'
export type { Aging } from './operators/withStaleness'
