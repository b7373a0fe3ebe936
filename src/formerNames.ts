import type { FieldFault } from './errorFields'
import type { LineHealth } from './connection/link'
import type { SendRequest } from './connection/requests/request'
import type { Listener, OnMessage } from './connection/router'
import type { MaybeStale } from './operators/withStaleness'
import type { AmendOrderInput } from './orders/amendOrder'
import type { AmendProtectionInput } from './orders/amendProtection'
import type { ClosePositionInput } from './orders/closePosition'
import type { OrderIntent, OrderOutcome } from './orders/model/journal'
import type { OrderDetails, OrderIds } from './orders/model/orderUpdate'
import type { RecoveredOrder } from './orders/recoverOrders'
import type { CommandType, MessageType } from './protocol/table'
import { findEnvironment } from './session/environment'
import type { ClientSettings } from './session/options'
import type { Platform } from './session/reconnecting/platform'
import type { FailedState, ReconnectingState } from './session/state/state'
import { cashFlowBetween } from './streams/history/cashFlowBetween'
import { trendbarsBetween } from './streams/history/trendbarsBetween'
import type { TrendbarRange } from './streams/history/trendbarsBetween'
import type { CandlesOptions } from './streams/market/candles'
import { trendbarEvents } from './streams/market/marketEvents'
import type { SymbolTick } from './streams/market/ticks'
import type { LiveOptions } from './streams/sharing/establish'
import type { SymbolDetails } from './streams/symbols/symbols'
import { conversionRate } from './streams/valuation/conversion'
import type { UnvaluedPosition } from './streams/valuation/unvalued'
import type { WebSocketConnectOptions } from './transport/socket'

// Messages, entities and the other enums are in `rx-ctrader/protocol`; here they stay until 1.0.
export * from './protocol'

/** @deprecated Its name is {@link trendbarsBetween}. */
export const trendbars = trendbarsBetween

/** @deprecated Its name is {@link cashFlowBetween}. */
export const cashFlow = cashFlowBetween

/** @deprecated Its name is {@link trendbarEvents}. */
export const liveTrendbars = trendbarEvents

/** @deprecated Its name is {@link findEnvironment}. */
export const environmentOf = findEnvironment

/** @deprecated Its name is {@link conversionRate}. */
export const rateOf = conversionRate

/** @deprecated Its name is {@link MaybeStale}. */
export type Aging<T> = MaybeStale<T>

/** @deprecated Its name is {@link AmendOrderInput}. */
export type Amendment = AmendOrderInput

/** @deprecated Its name is {@link TrendbarRange}. */
export type AskedBars = Omit<TrendbarRange, 'symbol'>

/** @deprecated Its name is {@link CandlesOptions}. */
export type CandleOptions = CandlesOptions

/** @deprecated Its name is {@link ClientSettings}. */
export type ClientTuning = ClientSettings

/** @deprecated Its name is {@link ClosePositionInput}. */
export type Closing = ClosePositionInput

/** @deprecated Its name is {@link FailedState}. */
export type Failed = FailedState

/** @deprecated Its name is {@link FieldFault}. */
export type Fault = FieldFault

/** @deprecated Its name is {@link OrderIntent}. */
export type Intended<T extends CommandType = CommandType> = OrderIntent<T>

/** @deprecated Its name is {@link Listener}. */
export type Listened = Listener

/** @deprecated Its name is {@link OrderIds}. */
export type OfOrder = OrderIds

/** @deprecated Its name is {@link OrderDetails}. */
export type OfServer = OrderDetails

/** @deprecated Its name is {@link OnMessage}. */
export type On<T extends MessageType = MessageType> = OnMessage<T>

/** @deprecated Its name is {@link Platform}. */
export type Presence = Platform

/** @deprecated Its name is {@link AmendProtectionInput}. */
export type ProtectionAmendment = AmendProtectionInput

/** @deprecated Its name is {@link ReconnectingState}. */
export type Reconnecting = ReconnectingState

/** @deprecated Its name is {@link RecoveredOrder}. */
export type Recovered = RecoveredOrder

/** @deprecated Its name is {@link SendRequest}. */
export type Request = SendRequest

/** @deprecated Its name is {@link OrderOutcome}. */
export type Settled = OrderOutcome

/** @deprecated Its name is {@link SymbolTick}. */
export type SideTick = SymbolTick

/** @deprecated Its name is {@link LiveOptions}. */
export type Subscribing = LiveOptions

/** @deprecated Its name is {@link SymbolDetails}. */
export type SymbolTerms = SymbolDetails

/** @deprecated Its name is {@link UnvaluedPosition}. */
export type Unvalued = UnvaluedPosition

/** @deprecated Its name is {@link LineHealth}. */
export type Vitals = LineHealth

/** @deprecated Its name is {@link WebSocketConnectOptions}. */
export type WebSocketOptions = WebSocketConnectOptions
