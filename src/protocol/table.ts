import type { TypeOf } from 'io-ts'
import * as account from './messages/account'
import * as deals from './messages/deals'
import * as orders from './messages/orders'
import { PayloadType } from './payloadType'
import * as positions from './messages/positions'
import * as quotes from './messages/quotes'
import * as session from './messages/session'
import type { AnyStruct } from './codec/struct'
import * as symbols from './messages/symbols'

/** Each connection allows 50 requests a second in the live lane and 5 in the historical one. */
export type Lane = 'live' | 'historical'

/** The types that can refuse any request. */
const refusals = [PayloadType.PROTO_OA_ERROR_RES, PayloadType.ERROR_RES] as const

/** Whether the type can refuse any request. Checked for every frame. */
export const isRefusal = (payloadType: unknown): boolean =>
  payloadType === PayloadType.PROTO_OA_ERROR_RES || payloadType === PayloadType.ERROR_RES

/** The types that can refuse an order command. */
const commandRefusals = [PayloadType.PROTO_OA_ORDER_ERROR_EVENT, ...refusals] as const

/** The payload types that are always refusals. */
export type RefusalType = (typeof commandRefusals)[number]

type Name = keyof typeof PayloadType

/** The row of a message: its codec. For a request also its possible answers, its lane, and whether it is a query. */
export interface Row {
  readonly codec: AnyStruct
  readonly answeredBy?: readonly PayloadType[]
  readonly refusedBy?: readonly RefusalType[]
  readonly lane?: Lane
  /** A query: it may be sent again when its answer was lost. */
  readonly repeatable?: true
}

/** A response or an event. */
const sent = <C extends AnyStruct>(codec: C) => ({ codec })

const request = <C extends AnyStruct>(codec: C, lane: Lane = 'live') => ({ codec, refusedBy: refusals, lane })

/** A request that changes nothing. */
const query = <C extends AnyStruct>(codec: C, lane?: Lane) => ({
  ...request(codec, lane),
  repeatable: true as const,
})

/** An order command. Execution events answer it; their types 7 and 8 are refusals. */
const command = <C extends AnyStruct>(codec: C) => ({ ...request(codec), refusedBy: commandRefusals })

/** Every message once. A payload type without a row does not compile. */
const messages = {
  ERROR_RES: sent(session.ProtoErrorRes),
  HEARTBEAT_EVENT: sent(session.ProtoHeartbeatEvent),
  PROTO_OA_APPLICATION_AUTH_REQ: request(session.ProtoOAApplicationAuthReq),
  PROTO_OA_APPLICATION_AUTH_RES: sent(session.ProtoOAApplicationAuthRes),
  PROTO_OA_ACCOUNT_AUTH_REQ: request(session.ProtoOAAccountAuthReq),
  PROTO_OA_ACCOUNT_AUTH_RES: sent(session.ProtoOAAccountAuthRes),
  PROTO_OA_VERSION_REQ: query(session.ProtoOAVersionReq),
  PROTO_OA_VERSION_RES: sent(session.ProtoOAVersionRes),
  PROTO_OA_NEW_ORDER_REQ: command(orders.ProtoOANewOrderReq),
  PROTO_OA_TRAILING_SL_CHANGED_EVENT: sent(positions.ProtoOATrailingSLChangedEvent),
  PROTO_OA_CANCEL_ORDER_REQ: command(orders.ProtoOACancelOrderReq),
  PROTO_OA_AMEND_ORDER_REQ: command(orders.ProtoOAAmendOrderReq),
  PROTO_OA_AMEND_POSITION_SLTP_REQ: command(positions.ProtoOAAmendPositionSLTPReq),
  PROTO_OA_CLOSE_POSITION_REQ: command(positions.ProtoOAClosePositionReq),
  PROTO_OA_ASSET_LIST_REQ: query(symbols.ProtoOAAssetListReq),
  PROTO_OA_ASSET_LIST_RES: sent(symbols.ProtoOAAssetListRes),
  PROTO_OA_SYMBOLS_LIST_REQ: query(symbols.ProtoOASymbolsListReq),
  PROTO_OA_SYMBOLS_LIST_RES: sent(symbols.ProtoOASymbolsListRes),
  PROTO_OA_SYMBOL_BY_ID_REQ: query(symbols.ProtoOASymbolByIdReq),
  PROTO_OA_SYMBOL_BY_ID_RES: sent(symbols.ProtoOASymbolByIdRes),
  PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ: query(symbols.ProtoOASymbolsForConversionReq),
  PROTO_OA_SYMBOLS_FOR_CONVERSION_RES: sent(symbols.ProtoOASymbolsForConversionRes),
  PROTO_OA_SYMBOL_CHANGED_EVENT: sent(symbols.ProtoOASymbolChangedEvent),
  PROTO_OA_TRADER_REQ: query(account.ProtoOATraderReq),
  PROTO_OA_TRADER_RES: sent(account.ProtoOATraderRes),
  PROTO_OA_TRADER_UPDATE_EVENT: sent(account.ProtoOATraderUpdatedEvent),
  PROTO_OA_RECONCILE_REQ: query(orders.ProtoOAReconcileReq),
  PROTO_OA_RECONCILE_RES: sent(orders.ProtoOAReconcileRes),
  PROTO_OA_EXECUTION_EVENT: sent(orders.ProtoOAExecutionEvent),
  PROTO_OA_SUBSCRIBE_SPOTS_REQ: request(quotes.ProtoOASubscribeSpotsReq),
  PROTO_OA_SUBSCRIBE_SPOTS_RES: sent(quotes.ProtoOASubscribeSpotsRes),
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ: request(quotes.ProtoOAUnsubscribeSpotsReq),
  PROTO_OA_UNSUBSCRIBE_SPOTS_RES: sent(quotes.ProtoOAUnsubscribeSpotsRes),
  PROTO_OA_SPOT_EVENT: sent(quotes.ProtoOASpotEvent),
  PROTO_OA_ORDER_ERROR_EVENT: sent(orders.ProtoOAOrderErrorEvent),
  PROTO_OA_DEAL_LIST_REQ: query(deals.ProtoOADealListReq, 'historical'),
  PROTO_OA_DEAL_LIST_RES: sent(deals.ProtoOADealListRes),
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ: request(quotes.ProtoOASubscribeLiveTrendbarReq),
  PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ: request(quotes.ProtoOAUnsubscribeLiveTrendbarReq),
  PROTO_OA_GET_TRENDBARS_REQ: query(quotes.ProtoOAGetTrendbarsReq, 'historical'),
  PROTO_OA_GET_TRENDBARS_RES: sent(quotes.ProtoOAGetTrendbarsRes),
  PROTO_OA_EXPECTED_MARGIN_REQ: query(positions.ProtoOAExpectedMarginReq),
  PROTO_OA_EXPECTED_MARGIN_RES: sent(positions.ProtoOAExpectedMarginRes),
  PROTO_OA_MARGIN_CHANGED_EVENT: sent(positions.ProtoOAMarginChangedEvent),
  PROTO_OA_ERROR_RES: sent(session.ProtoOAErrorRes),
  PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ: query(account.ProtoOACashFlowHistoryListReq, 'historical'),
  PROTO_OA_CASH_FLOW_HISTORY_LIST_RES: sent(account.ProtoOACashFlowHistoryListRes),
  PROTO_OA_GET_TICKDATA_REQ: query(quotes.ProtoOAGetTickDataReq, 'historical'),
  PROTO_OA_GET_TICKDATA_RES: sent(quotes.ProtoOAGetTickDataRes),
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT: sent(session.ProtoOAAccountsTokenInvalidatedEvent),
  PROTO_OA_CLIENT_DISCONNECT_EVENT: sent(session.ProtoOAClientDisconnectEvent),
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ: query(account.ProtoOAGetAccountListByAccessTokenReq),
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES: sent(account.ProtoOAGetAccountListByAccessTokenRes),
  PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ: query(account.ProtoOAGetCtidProfileByTokenReq),
  PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_RES: sent(account.ProtoOAGetCtidProfileByTokenRes),
  PROTO_OA_ASSET_CLASS_LIST_REQ: query(symbols.ProtoOAAssetClassListReq),
  PROTO_OA_ASSET_CLASS_LIST_RES: sent(symbols.ProtoOAAssetClassListRes),
  PROTO_OA_DEPTH_EVENT: sent(quotes.ProtoOADepthEvent),
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ: request(quotes.ProtoOASubscribeDepthQuotesReq),
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_RES: sent(quotes.ProtoOASubscribeDepthQuotesRes),
  PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ: request(quotes.ProtoOAUnsubscribeDepthQuotesReq),
  PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_RES: sent(quotes.ProtoOAUnsubscribeDepthQuotesRes),
  PROTO_OA_SYMBOL_CATEGORY_REQ: query(symbols.ProtoOASymbolCategoryListReq),
  PROTO_OA_SYMBOL_CATEGORY_RES: sent(symbols.ProtoOASymbolCategoryListRes),
  PROTO_OA_ACCOUNT_LOGOUT_REQ: request(session.ProtoOAAccountLogoutReq),
  PROTO_OA_ACCOUNT_LOGOUT_RES: sent(session.ProtoOAAccountLogoutRes),
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT: sent(session.ProtoOAAccountDisconnectEvent),
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES: sent(quotes.ProtoOASubscribeLiveTrendbarRes),
  PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_RES: sent(quotes.ProtoOAUnsubscribeLiveTrendbarRes),
  PROTO_OA_MARGIN_CALL_LIST_REQ: query(account.ProtoOAMarginCallListReq),
  PROTO_OA_MARGIN_CALL_LIST_RES: sent(account.ProtoOAMarginCallListRes),
  PROTO_OA_MARGIN_CALL_UPDATE_REQ: request(account.ProtoOAMarginCallUpdateReq),
  PROTO_OA_MARGIN_CALL_UPDATE_RES: sent(account.ProtoOAMarginCallUpdateRes),
  PROTO_OA_MARGIN_CALL_UPDATE_EVENT: sent(account.ProtoOAMarginCallUpdateEvent),
  PROTO_OA_MARGIN_CALL_TRIGGER_EVENT: sent(account.ProtoOAMarginCallTriggerEvent),
  PROTO_OA_REFRESH_TOKEN_REQ: request(session.ProtoOARefreshTokenReq),
  PROTO_OA_REFRESH_TOKEN_RES: sent(session.ProtoOARefreshTokenRes),
  PROTO_OA_ORDER_LIST_REQ: query(orders.ProtoOAOrderListReq, 'historical'),
  PROTO_OA_ORDER_LIST_RES: sent(orders.ProtoOAOrderListRes),
  PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ: query(symbols.ProtoOAGetDynamicLeverageByIDReq),
  PROTO_OA_GET_DYNAMIC_LEVERAGE_RES: sent(symbols.ProtoOAGetDynamicLeverageByIDRes),
  PROTO_OA_DEAL_LIST_BY_POSITION_ID_REQ: query(deals.ProtoOADealListByPositionIdReq, 'historical'),
  PROTO_OA_DEAL_LIST_BY_POSITION_ID_RES: sent(deals.ProtoOADealListByPositionIdRes),
  PROTO_OA_ORDER_DETAILS_REQ: query(orders.ProtoOAOrderDetailsReq, 'historical'),
  PROTO_OA_ORDER_DETAILS_RES: sent(orders.ProtoOAOrderDetailsRes),
  PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ: query(orders.ProtoOAOrderListByPositionIdReq, 'historical'),
  PROTO_OA_ORDER_LIST_BY_POSITION_ID_RES: sent(orders.ProtoOAOrderListByPositionIdRes),
  PROTO_OA_DEAL_OFFSET_LIST_REQ: query(deals.ProtoOADealOffsetListReq, 'historical'),
  PROTO_OA_DEAL_OFFSET_LIST_RES: sent(deals.ProtoOADealOffsetListRes),
  PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ: query(positions.ProtoOAGetPositionUnrealizedPnLReq),
  PROTO_OA_GET_POSITION_UNREALIZED_PNL_RES: sent(positions.ProtoOAGetPositionUnrealizedPnLRes),
  // Withdrawn from the official enum on 2025-07-16, but a server may still know them.
  PROTO_OA_V1_PNL_CHANGE_EVENT: sent(positions.ProtoOAv1PnLChangeEvent),
  PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ: request(positions.ProtoOAv1PnLChangeSubscribeReq),
  PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_RES: sent(positions.ProtoOAv1PnLChangeSubscribeRes),
  PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ: request(positions.ProtoOAv1PnLChangeUnSubscribeReq),
  PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_RES: sent(positions.ProtoOAv1PnLChangeUnSubscribeRes),
} satisfies Readonly<Record<Name, Row>>

/** A request is answered by the `RES` of its name. The order commands have none: an execution event answers them. */
type AnswerTo<Subject extends string> = `${Subject}_RES` extends Name
  ? (typeof PayloadType)[`${Subject}_RES`]
  : typeof PayloadType.PROTO_OA_EXECUTION_EVENT

type RowOf<N extends Name> = (typeof messages)[N] &
  (N extends `${infer Subject}_REQ` ? { readonly answeredBy: readonly AnswerTo<Subject>[] } : unknown)

type Table = { readonly [N in Name as (typeof PayloadType)[N]]: RowOf<N> }

const types: Readonly<Partial<Record<string, PayloadType>>> = PayloadType

const answerTo = (name: string): PayloadType =>
  types[name.replace(/_REQ$/, '_RES')] ?? PayloadType.PROTO_OA_EXECUTION_EVENT

/** The rows by payload type. */
export const table = Object.fromEntries(
  Object.entries(messages).map(([name, row]) => [
    types[name],
    'lane' in row ? { ...row, answeredBy: [answerTo(name)] } : row,
  ]),
) as unknown as Table

/** The payload types whose fields this release knows: all of them. */
export type MessageType = keyof Table

/** The payload of one message. */
export type Payload<T extends MessageType> = TypeOf<Table[T]['codec']>

/** The payload to send. If it has no fields, nothing: the type `{}` would accept anything. */
export type RequestPayload<P> = P & (keyof P extends never ? Readonly<Record<string, never>> : unknown)

/** One message, or the union over the payload types given. */
export type MessageOf<T extends MessageType> = {
  [K in T]: { readonly payloadType: K; readonly clientMsgId?: string; readonly payload: Payload<K> }
}[T]

/** Any message: a union discriminated by `payloadType`. */
export type Message = MessageOf<MessageType>

/** The payload types that are requests. */
export type RequestType = {
  [T in MessageType]: 'answeredBy' extends keyof Table[T] ? T : never
}[MessageType]

/** The order commands: the requests that an execution event answers. */
export type CommandType = {
  [T in RequestType]: Table[T]['answeredBy'][number] extends typeof PayloadType.PROTO_OA_EXECUTION_EVENT
    ? T
    : never
}[RequestType]

/** The requests of one account: those with a `ctidTraderAccountId`. */
export type AccountRequestType = {
  [T in RequestType]: 'ctidTraderAccountId' extends keyof Payload<T> ? T : never
}[RequestType]

/** The messages that name their account or accounts. */
export type AccountMessageType = {
  [T in MessageType]: 'ctidTraderAccountId' extends keyof Payload<T>
    ? T
    : 'ctidTraderAccountIds' extends keyof Payload<T>
      ? T
      : never
}[MessageType]

/** The messages that name their symbol. */
export type SymbolMessageType = {
  [T in MessageType]: 'symbolId' extends keyof Payload<T>
    ? Payload<T> extends { readonly symbolId?: number | undefined }
      ? T
      : never
    : never
}[MessageType]

/** The selection besides a payload type: one symbol, if the messages name theirs. */
export type SymbolFilter<T extends MessageType> = [T] extends [SymbolMessageType] ? [symbolId?: number] : []

/** The payload of a request's answer. */
export type Answer<T extends RequestType> = Payload<Table[T]['answeredBy'][number]>

/** By payload type. An array without holes: a look-up costs a fraction of one in a Map. */
const rows = Array.from<unknown, Row | undefined>(
  { length: Math.max(...Object.values(PayloadType)) + 1 },
  (_, payloadType) => (table as Readonly<Record<number, Row>>)[payloadType],
)

export const messageRow = (payloadType: unknown): Row | undefined =>
  typeof payloadType === 'number' ? rows[payloadType] : undefined

export const messageCodec = (payloadType: MessageType): AnyStruct => table[payloadType].codec

/** Whether it is an order command: its effect must happen only once. */
export const isCommand = (payloadType: MessageType): payloadType is CommandType =>
  messageRow(payloadType)?.refusedBy?.includes(PayloadType.PROTO_OA_ORDER_ERROR_EVENT) ?? false
