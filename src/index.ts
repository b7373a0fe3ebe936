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
export type { Drift, FrameError } from './transport/frame'

export type { Link, RejectedFrame, Vitals } from './connection/link'
export type { Command, Commanded, Request } from './connection/request'
export type { Listened, On } from './connection/router'

export { createClient } from './session/client'
export type { Client } from './session/client'
export type { AccountOptions, ClientOptions, ClientTuning, Environment } from './session/options'
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

export { ofType } from './operators/ofType'
