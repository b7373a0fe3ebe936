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

/** The row of a message: its codec. For a request also its possible answers, its lane, and whether it is a query. */
export interface Row<C extends AnyStruct = AnyStruct, Answer extends PayloadType = PayloadType> {
  readonly codec: C
  readonly answeredBy?: readonly Answer[]
  readonly refusedBy?: readonly RefusalType[]
  readonly lane?: Lane
  /** A query: it may be sent again when its answer was lost. */
  readonly repeatable?: true
}

interface RequestRow<C extends AnyStruct, Answer extends PayloadType> extends Row<C, Answer> {
  readonly answeredBy: readonly Answer[]
  readonly refusedBy: readonly RefusalType[]
  readonly lane: Lane
}

const request = <C extends AnyStruct, Answer extends PayloadType>(
  codec: C,
  answer: Answer,
  lane: Lane = 'live',
): RequestRow<C, Answer> => ({ codec, answeredBy: [answer], refusedBy: refusals, lane })

/** A request that changes nothing. */
const query = <C extends AnyStruct, Answer extends PayloadType>(
  codec: C,
  answer: Answer,
  lane: Lane = 'live',
): RequestRow<C, Answer> => ({ ...request(codec, answer, lane), repeatable: true })

/** An order command. Execution events answer it; their types 7 and 8 are refusals. */
const command = <C extends AnyStruct>(
  codec: C,
): RequestRow<C, typeof PayloadType.PROTO_OA_EXECUTION_EVENT> => ({
  ...request(codec, PayloadType.PROTO_OA_EXECUTION_EVENT),
  refusedBy: commandRefusals,
})

/** A message that is not a request: a response or an event. */
const sent = <C extends AnyStruct>(codec: C): { readonly codec: C } => ({ codec })

/** Every message once. A payload type without a row does not compile. */
export const table = {
  [PayloadType.ERROR_RES]: sent(session.ProtoErrorRes),
  [PayloadType.HEARTBEAT_EVENT]: sent(session.ProtoHeartbeatEvent),
  [PayloadType.PROTO_OA_APPLICATION_AUTH_REQ]: request(
    session.ProtoOAApplicationAuthReq,
    PayloadType.PROTO_OA_APPLICATION_AUTH_RES,
  ),
  [PayloadType.PROTO_OA_APPLICATION_AUTH_RES]: sent(session.ProtoOAApplicationAuthRes),
  [PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ]: request(
    session.ProtoOAAccountAuthReq,
    PayloadType.PROTO_OA_ACCOUNT_AUTH_RES,
  ),
  [PayloadType.PROTO_OA_ACCOUNT_AUTH_RES]: sent(session.ProtoOAAccountAuthRes),
  [PayloadType.PROTO_OA_VERSION_REQ]: query(session.ProtoOAVersionReq, PayloadType.PROTO_OA_VERSION_RES),
  [PayloadType.PROTO_OA_VERSION_RES]: sent(session.ProtoOAVersionRes),
  [PayloadType.PROTO_OA_NEW_ORDER_REQ]: command(orders.ProtoOANewOrderReq),
  [PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT]: sent(positions.ProtoOATrailingSLChangedEvent),
  [PayloadType.PROTO_OA_CANCEL_ORDER_REQ]: command(orders.ProtoOACancelOrderReq),
  [PayloadType.PROTO_OA_AMEND_ORDER_REQ]: command(orders.ProtoOAAmendOrderReq),
  [PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ]: command(positions.ProtoOAAmendPositionSLTPReq),
  [PayloadType.PROTO_OA_CLOSE_POSITION_REQ]: command(positions.ProtoOAClosePositionReq),
  [PayloadType.PROTO_OA_ASSET_LIST_REQ]: query(
    symbols.ProtoOAAssetListReq,
    PayloadType.PROTO_OA_ASSET_LIST_RES,
  ),
  [PayloadType.PROTO_OA_ASSET_LIST_RES]: sent(symbols.ProtoOAAssetListRes),
  [PayloadType.PROTO_OA_SYMBOLS_LIST_REQ]: query(
    symbols.ProtoOASymbolsListReq,
    PayloadType.PROTO_OA_SYMBOLS_LIST_RES,
  ),
  [PayloadType.PROTO_OA_SYMBOLS_LIST_RES]: sent(symbols.ProtoOASymbolsListRes),
  [PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ]: query(
    symbols.ProtoOASymbolByIdReq,
    PayloadType.PROTO_OA_SYMBOL_BY_ID_RES,
  ),
  [PayloadType.PROTO_OA_SYMBOL_BY_ID_RES]: sent(symbols.ProtoOASymbolByIdRes),
  [PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ]: query(
    symbols.ProtoOASymbolsForConversionReq,
    PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_RES,
  ),
  [PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_RES]: sent(symbols.ProtoOASymbolsForConversionRes),
  [PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT]: sent(symbols.ProtoOASymbolChangedEvent),
  [PayloadType.PROTO_OA_TRADER_REQ]: query(account.ProtoOATraderReq, PayloadType.PROTO_OA_TRADER_RES),
  [PayloadType.PROTO_OA_TRADER_RES]: sent(account.ProtoOATraderRes),
  [PayloadType.PROTO_OA_TRADER_UPDATE_EVENT]: sent(account.ProtoOATraderUpdatedEvent),
  [PayloadType.PROTO_OA_RECONCILE_REQ]: query(orders.ProtoOAReconcileReq, PayloadType.PROTO_OA_RECONCILE_RES),
  [PayloadType.PROTO_OA_RECONCILE_RES]: sent(orders.ProtoOAReconcileRes),
  [PayloadType.PROTO_OA_EXECUTION_EVENT]: sent(orders.ProtoOAExecutionEvent),
  [PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ]: request(
    quotes.ProtoOASubscribeSpotsReq,
    PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_RES,
  ),
  [PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_RES]: sent(quotes.ProtoOASubscribeSpotsRes),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ]: request(
    quotes.ProtoOAUnsubscribeSpotsReq,
    PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_RES,
  ),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_RES]: sent(quotes.ProtoOAUnsubscribeSpotsRes),
  [PayloadType.PROTO_OA_SPOT_EVENT]: sent(quotes.ProtoOASpotEvent),
  [PayloadType.PROTO_OA_ORDER_ERROR_EVENT]: sent(orders.ProtoOAOrderErrorEvent),
  [PayloadType.PROTO_OA_DEAL_LIST_REQ]: query(
    deals.ProtoOADealListReq,
    PayloadType.PROTO_OA_DEAL_LIST_RES,
    'historical',
  ),
  [PayloadType.PROTO_OA_DEAL_LIST_RES]: sent(deals.ProtoOADealListRes),
  [PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ]: request(
    quotes.ProtoOASubscribeLiveTrendbarReq,
    PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES,
  ),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ]: request(
    quotes.ProtoOAUnsubscribeLiveTrendbarReq,
    PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_RES,
  ),
  [PayloadType.PROTO_OA_GET_TRENDBARS_REQ]: query(
    quotes.ProtoOAGetTrendbarsReq,
    PayloadType.PROTO_OA_GET_TRENDBARS_RES,
    'historical',
  ),
  [PayloadType.PROTO_OA_GET_TRENDBARS_RES]: sent(quotes.ProtoOAGetTrendbarsRes),
  [PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ]: query(
    positions.ProtoOAExpectedMarginReq,
    PayloadType.PROTO_OA_EXPECTED_MARGIN_RES,
  ),
  [PayloadType.PROTO_OA_EXPECTED_MARGIN_RES]: sent(positions.ProtoOAExpectedMarginRes),
  [PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT]: sent(positions.ProtoOAMarginChangedEvent),
  [PayloadType.PROTO_OA_ERROR_RES]: sent(session.ProtoOAErrorRes),
  [PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ]: query(
    account.ProtoOACashFlowHistoryListReq,
    PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_RES,
    'historical',
  ),
  [PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_RES]: sent(account.ProtoOACashFlowHistoryListRes),
  [PayloadType.PROTO_OA_GET_TICKDATA_REQ]: query(
    quotes.ProtoOAGetTickDataReq,
    PayloadType.PROTO_OA_GET_TICKDATA_RES,
    'historical',
  ),
  [PayloadType.PROTO_OA_GET_TICKDATA_RES]: sent(quotes.ProtoOAGetTickDataRes),
  [PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT]: sent(session.ProtoOAAccountsTokenInvalidatedEvent),
  [PayloadType.PROTO_OA_CLIENT_DISCONNECT_EVENT]: sent(session.ProtoOAClientDisconnectEvent),
  [PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ]: query(
    account.ProtoOAGetAccountListByAccessTokenReq,
    PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
  ),
  [PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES]: sent(
    account.ProtoOAGetAccountListByAccessTokenRes,
  ),
  [PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ]: query(
    account.ProtoOAGetCtidProfileByTokenReq,
    PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_RES,
  ),
  [PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_RES]: sent(account.ProtoOAGetCtidProfileByTokenRes),
  [PayloadType.PROTO_OA_ASSET_CLASS_LIST_REQ]: query(
    symbols.ProtoOAAssetClassListReq,
    PayloadType.PROTO_OA_ASSET_CLASS_LIST_RES,
  ),
  [PayloadType.PROTO_OA_ASSET_CLASS_LIST_RES]: sent(symbols.ProtoOAAssetClassListRes),
  [PayloadType.PROTO_OA_DEPTH_EVENT]: sent(quotes.ProtoOADepthEvent),
  [PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ]: request(
    quotes.ProtoOASubscribeDepthQuotesReq,
    PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_RES,
  ),
  [PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_RES]: sent(quotes.ProtoOASubscribeDepthQuotesRes),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ]: request(
    quotes.ProtoOAUnsubscribeDepthQuotesReq,
    PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_RES,
  ),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_RES]: sent(quotes.ProtoOAUnsubscribeDepthQuotesRes),
  [PayloadType.PROTO_OA_SYMBOL_CATEGORY_REQ]: query(
    symbols.ProtoOASymbolCategoryListReq,
    PayloadType.PROTO_OA_SYMBOL_CATEGORY_RES,
  ),
  [PayloadType.PROTO_OA_SYMBOL_CATEGORY_RES]: sent(symbols.ProtoOASymbolCategoryListRes),
  [PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ]: request(
    session.ProtoOAAccountLogoutReq,
    PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES,
  ),
  [PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES]: sent(session.ProtoOAAccountLogoutRes),
  [PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT]: sent(session.ProtoOAAccountDisconnectEvent),
  [PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES]: sent(quotes.ProtoOASubscribeLiveTrendbarRes),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_RES]: sent(quotes.ProtoOAUnsubscribeLiveTrendbarRes),
  [PayloadType.PROTO_OA_MARGIN_CALL_LIST_REQ]: query(
    account.ProtoOAMarginCallListReq,
    PayloadType.PROTO_OA_MARGIN_CALL_LIST_RES,
  ),
  [PayloadType.PROTO_OA_MARGIN_CALL_LIST_RES]: sent(account.ProtoOAMarginCallListRes),
  [PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_REQ]: request(
    account.ProtoOAMarginCallUpdateReq,
    PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_RES,
  ),
  [PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_RES]: sent(account.ProtoOAMarginCallUpdateRes),
  [PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_EVENT]: sent(account.ProtoOAMarginCallUpdateEvent),
  [PayloadType.PROTO_OA_MARGIN_CALL_TRIGGER_EVENT]: sent(account.ProtoOAMarginCallTriggerEvent),
  [PayloadType.PROTO_OA_REFRESH_TOKEN_REQ]: request(
    session.ProtoOARefreshTokenReq,
    PayloadType.PROTO_OA_REFRESH_TOKEN_RES,
  ),
  [PayloadType.PROTO_OA_REFRESH_TOKEN_RES]: sent(session.ProtoOARefreshTokenRes),
  [PayloadType.PROTO_OA_ORDER_LIST_REQ]: query(
    orders.ProtoOAOrderListReq,
    PayloadType.PROTO_OA_ORDER_LIST_RES,
    'historical',
  ),
  [PayloadType.PROTO_OA_ORDER_LIST_RES]: sent(orders.ProtoOAOrderListRes),
  [PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ]: query(
    symbols.ProtoOAGetDynamicLeverageByIDReq,
    PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_RES,
  ),
  [PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_RES]: sent(symbols.ProtoOAGetDynamicLeverageByIDRes),
  [PayloadType.PROTO_OA_DEAL_LIST_BY_POSITION_ID_REQ]: query(
    deals.ProtoOADealListByPositionIdReq,
    PayloadType.PROTO_OA_DEAL_LIST_BY_POSITION_ID_RES,
    'historical',
  ),
  [PayloadType.PROTO_OA_DEAL_LIST_BY_POSITION_ID_RES]: sent(deals.ProtoOADealListByPositionIdRes),
  [PayloadType.PROTO_OA_ORDER_DETAILS_REQ]: query(
    orders.ProtoOAOrderDetailsReq,
    PayloadType.PROTO_OA_ORDER_DETAILS_RES,
    'historical',
  ),
  [PayloadType.PROTO_OA_ORDER_DETAILS_RES]: sent(orders.ProtoOAOrderDetailsRes),
  [PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ]: query(
    orders.ProtoOAOrderListByPositionIdReq,
    PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_RES,
    'historical',
  ),
  [PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_RES]: sent(orders.ProtoOAOrderListByPositionIdRes),
  [PayloadType.PROTO_OA_DEAL_OFFSET_LIST_REQ]: query(
    deals.ProtoOADealOffsetListReq,
    PayloadType.PROTO_OA_DEAL_OFFSET_LIST_RES,
    'historical',
  ),
  [PayloadType.PROTO_OA_DEAL_OFFSET_LIST_RES]: sent(deals.ProtoOADealOffsetListRes),
  [PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ]: query(
    positions.ProtoOAGetPositionUnrealizedPnLReq,
    PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_RES,
  ),
  [PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_RES]: sent(positions.ProtoOAGetPositionUnrealizedPnLRes),
  // Withdrawn from the official enum on 2025-07-16, but a server may still know them.
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_EVENT]: sent(positions.ProtoOAv1PnLChangeEvent),
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ]: request(
    positions.ProtoOAv1PnLChangeSubscribeReq,
    PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_RES,
  ),
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_RES]: sent(positions.ProtoOAv1PnLChangeSubscribeRes),
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ]: request(
    positions.ProtoOAv1PnLChangeUnSubscribeReq,
    PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_RES,
  ),
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_RES]: sent(positions.ProtoOAv1PnLChangeUnSubscribeRes),
} satisfies Readonly<Record<PayloadType, Row>>

type Table = typeof table

/** The payload types whose fields this release knows: all of them. */
export type MessageType = keyof Table

/** The payload of one message. */
export type Payload<T extends MessageType> = TypeOf<Table[T]['codec']>

/** The payload to send. If it has no fields, nothing: the type `{}` would accept anything. */
export type Sent<P> = P & (keyof P extends never ? Readonly<Record<string, never>> : unknown)

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
export type OfSymbol<T extends MessageType> = [T] extends [SymbolMessageType] ? [symbolId?: number] : []

/** The payload of a request's answer. */
export type Answer<T extends RequestType> = Payload<Table[T]['answeredBy'][number]>

/** By payload type. An array without holes: a look-up costs a fraction of one in a Map. */
const rows = Array.from<unknown, Row | undefined>(
  { length: Math.max(...Object.values(PayloadType)) + 1 },
  (_, payloadType) => (table as Readonly<Record<number, Row>>)[payloadType],
)

export const rowOf = (payloadType: unknown): Row | undefined =>
  typeof payloadType === 'number' ? rows[payloadType] : undefined

export const codecOf = (payloadType: MessageType): AnyStruct => table[payloadType].codec

/** Whether it is an order command: its effect must happen only once. */
export const isCommand = (payloadType: MessageType): payloadType is CommandType =>
  rowOf(payloadType)?.refusedBy?.includes(PayloadType.PROTO_OA_ORDER_ERROR_EVENT) ?? false
