import type { TypeOf } from 'io-ts'
import { ProtoOAQuoteType, ProtoOATrendbarPeriod } from './enums'
import { bool, enumeration, int64, many, optional, struct, uint32, uint64 } from '../codec/struct'

/**
 * A bar of bid prices, relative to its low: open is low + deltaOpen, and so on. A live bar is still forming: its
 * close is the current bid.
 */
export const ProtoOATrendbar = struct('ProtoOATrendbar', {
  /** ticks */
  volume: int64,
  /** default M1, but absent in historical bars of any period */
  period: optional(enumeration(ProtoOATrendbarPeriod)),
  /** 1/100000 of price */
  low: optional(int64),
  /** 1/100000 of price above low */
  deltaOpen: optional(uint64),
  /** 1/100000 of price above low; absent in a live bar */
  deltaClose: optional(uint64),
  /** 1/100000 of price above low */
  deltaHigh: optional(uint64),
  /** minutes since the epoch, of the opening */
  utcTimestampInMinutes: optional(uint32),
})
export type ProtoOATrendbar = TypeOf<typeof ProtoOATrendbar>

/**
 * One price of one side. Only the first of a list is absolute. Each other one is a difference from the one before.
 */
export const ProtoOATickData = struct('ProtoOATickData', {
  /** ms since the epoch; a difference is in ms, and negative */
  timestamp: int64,
  /** 1/100000 of price */
  tick: int64,
})
export type ProtoOATickData = TypeOf<typeof ProtoOATickData>

/** One level of the order book: of the bid or of the ask side. */
export const ProtoOADepthQuote = struct('ProtoOADepthQuote', {
  id: uint64,
  /** cents of a unit */
  size: uint64,
  /** 1/100000 of price */
  bid: optional(uint64),
  /** 1/100000 of price */
  ask: optional(uint64),
})
export type ProtoOADepthQuote = TypeOf<typeof ProtoOADepthQuote>

/**
 * A symbol that is already subscribed is refused with ALREADY_SUBSCRIBED. Subscriptions end with the connection.
 *
 * Payload type 2127, answered by {@link ProtoOASubscribeSpotsRes}.
 */
export const ProtoOASubscribeSpotsReq = struct('ProtoOASubscribeSpotsReq', {
  ctidTraderAccountId: int64,
  symbolId: many(int64),
  /** without it spot events have no timestamp */
  subscribeToSpotTimestamp: optional(bool),
})
export type ProtoOASubscribeSpotsReq = TypeOf<typeof ProtoOASubscribeSpotsReq>

/**
 * A spot event with the latest price of each symbol follows, also when the market is closed.
 *
 * Payload type 2128, the answer to {@link ProtoOASubscribeSpotsReq}.
 */
export const ProtoOASubscribeSpotsRes = struct('ProtoOASubscribeSpotsRes', { ctidTraderAccountId: int64 })
export type ProtoOASubscribeSpotsRes = TypeOf<typeof ProtoOASubscribeSpotsRes>

/**
 * Ends the quotes of the symbols on this connection.
 *
 * Payload type 2129, answered by {@link ProtoOAUnsubscribeSpotsRes}.
 */
export const ProtoOAUnsubscribeSpotsReq = struct('ProtoOAUnsubscribeSpotsReq', {
  ctidTraderAccountId: int64,
  symbolId: many(int64),
})
export type ProtoOAUnsubscribeSpotsReq = TypeOf<typeof ProtoOAUnsubscribeSpotsReq>

/**
 * Spot events already under way may still come.
 *
 * Payload type 2130, the answer to {@link ProtoOAUnsubscribeSpotsReq}.
 */
export const ProtoOAUnsubscribeSpotsRes = struct('ProtoOAUnsubscribeSpotsRes', { ctidTraderAccountId: int64 })
export type ProtoOAUnsubscribeSpotsRes = TypeOf<typeof ProtoOAUnsubscribeSpotsRes>

/**
 * A change of price. It may have one side only: the other stays as it was. An event with only an ask has no bars.
 *
 * Payload type 2131.
 */
export const ProtoOASpotEvent = struct('ProtoOASpotEvent', {
  ctidTraderAccountId: int64,
  symbolId: int64,
  /** 1/100000 of price */
  bid: optional(uint64),
  /** 1/100000 of price */
  ask: optional(uint64),
  /** the forming bar of every subscribed period */
  trendbar: many(ProtoOATrendbar),
  /** 1/100000 of price */
  sessionClose: optional(uint64),
  /** ms since the epoch */
  timestamp: optional(int64),
})
export type ProtoOASpotEvent = TypeOf<typeof ProtoOASpotEvent>

/**
 * Needs the spots of the symbol subscribed first: the bars come inside spot events.
 *
 * Payload type 2135, answered by {@link ProtoOASubscribeLiveTrendbarRes}.
 */
export const ProtoOASubscribeLiveTrendbarReq = struct('ProtoOASubscribeLiveTrendbarReq', {
  ctidTraderAccountId: int64,
  period: enumeration(ProtoOATrendbarPeriod),
  symbolId: int64,
})
export type ProtoOASubscribeLiveTrendbarReq = TypeOf<typeof ProtoOASubscribeLiveTrendbarReq>

/**
 * The live bars of the period come with the quotes of the symbol from now on.
 *
 * Payload type 2165, the answer to {@link ProtoOASubscribeLiveTrendbarReq}.
 */
export const ProtoOASubscribeLiveTrendbarRes = struct('ProtoOASubscribeLiveTrendbarRes', {
  ctidTraderAccountId: int64,
})
export type ProtoOASubscribeLiveTrendbarRes = TypeOf<typeof ProtoOASubscribeLiveTrendbarRes>

/**
 * Ends the live bars of the period.
 *
 * Payload type 2136, answered by {@link ProtoOAUnsubscribeLiveTrendbarRes}.
 */
export const ProtoOAUnsubscribeLiveTrendbarReq = struct('ProtoOAUnsubscribeLiveTrendbarReq', {
  ctidTraderAccountId: int64,
  period: enumeration(ProtoOATrendbarPeriod),
  symbolId: int64,
})
export type ProtoOAUnsubscribeLiveTrendbarReq = TypeOf<typeof ProtoOAUnsubscribeLiveTrendbarReq>

/**
 * The live bars of the period have ended.
 *
 * Payload type 2166, the answer to {@link ProtoOAUnsubscribeLiveTrendbarReq}.
 */
export const ProtoOAUnsubscribeLiveTrendbarRes = struct('ProtoOAUnsubscribeLiveTrendbarRes', {
  ctidTraderAccountId: int64,
})
export type ProtoOAUnsubscribeLiveTrendbarRes = TypeOf<typeof ProtoOAUnsubscribeLiveTrendbarRes>

/**
 * With a `count` the answer may be one bar short, and `fromTimestamp` may not bound it.
 *
 * Payload type 2137, answered by {@link ProtoOAGetTrendbarsRes}.
 */
export const ProtoOAGetTrendbarsReq = struct('ProtoOAGetTrendbarsReq', {
  ctidTraderAccountId: int64,
  /** ms since the epoch */
  fromTimestamp: optional(int64),
  /** ms since the epoch, included */
  toTimestamp: optional(int64),
  period: enumeration(ProtoOATrendbarPeriod),
  symbolId: int64,
  /** bars, back from toTimestamp */
  count: optional(uint32),
})
export type ProtoOAGetTrendbarsReq = TypeOf<typeof ProtoOAGetTrendbarsReq>

/**
 * Bars, oldest first.
 *
 * Payload type 2138, the answer to {@link ProtoOAGetTrendbarsReq}.
 */
export const ProtoOAGetTrendbarsRes = struct('ProtoOAGetTrendbarsRes', {
  ctidTraderAccountId: int64,
  period: enumeration(ProtoOATrendbarPeriod),
  /** deprecated */
  timestamp: optional(int64),
  /** oldest first */
  trendbar: many(ProtoOATrendbar),
  symbolId: optional(int64),
  hasMore: optional(bool),
})
export type ProtoOAGetTrendbarsRes = TypeOf<typeof ProtoOAGetTrendbarsRes>

/**
 * Asks for the ticks of one side of the prices, of a week at most.
 *
 * Payload type 2145, answered by {@link ProtoOAGetTickDataRes}.
 */
export const ProtoOAGetTickDataReq = struct('ProtoOAGetTickDataReq', {
  ctidTraderAccountId: int64,
  symbolId: int64,
  type: enumeration(ProtoOAQuoteType),
  /** ms since the epoch */
  fromTimestamp: optional(int64),
  /** ms since the epoch */
  toTimestamp: optional(int64),
})
export type ProtoOAGetTickDataReq = TypeOf<typeof ProtoOAGetTickDataReq>

/**
 * With `hasMore`, ask again up to one ms before the oldest tick.
 *
 * Payload type 2146, the answer to {@link ProtoOAGetTickDataReq}.
 */
export const ProtoOAGetTickDataRes = struct('ProtoOAGetTickDataRes', {
  ctidTraderAccountId: int64,
  /** newest first */
  tickData: many(ProtoOATickData),
  hasMore: bool,
})
export type ProtoOAGetTickDataRes = TypeOf<typeof ProtoOAGetTickDataRes>

/**
 * Begins the order books of the symbols on this connection.
 *
 * Payload type 2156, answered by {@link ProtoOASubscribeDepthQuotesRes}.
 */
export const ProtoOASubscribeDepthQuotesReq = struct('ProtoOASubscribeDepthQuotesReq', {
  ctidTraderAccountId: int64,
  symbolId: many(int64),
})
export type ProtoOASubscribeDepthQuotesReq = TypeOf<typeof ProtoOASubscribeDepthQuotesReq>

/**
 * The order books come from now on.
 *
 * Payload type 2157, the answer to {@link ProtoOASubscribeDepthQuotesReq}.
 */
export const ProtoOASubscribeDepthQuotesRes = struct('ProtoOASubscribeDepthQuotesRes', {
  ctidTraderAccountId: int64,
})
export type ProtoOASubscribeDepthQuotesRes = TypeOf<typeof ProtoOASubscribeDepthQuotesRes>

/**
 * Ends the order books of the symbols.
 *
 * Payload type 2158, answered by {@link ProtoOAUnsubscribeDepthQuotesRes}.
 */
export const ProtoOAUnsubscribeDepthQuotesReq = struct('ProtoOAUnsubscribeDepthQuotesReq', {
  ctidTraderAccountId: int64,
  symbolId: many(int64),
})
export type ProtoOAUnsubscribeDepthQuotesReq = TypeOf<typeof ProtoOAUnsubscribeDepthQuotesReq>

/**
 * The order books have ended.
 *
 * Payload type 2159, the answer to {@link ProtoOAUnsubscribeDepthQuotesReq}.
 */
export const ProtoOAUnsubscribeDepthQuotesRes = struct('ProtoOAUnsubscribeDepthQuotesRes', {
  ctidTraderAccountId: int64,
})
export type ProtoOAUnsubscribeDepthQuotesRes = TypeOf<typeof ProtoOAUnsubscribeDepthQuotesRes>

/**
 * Changes of the order book: a new quote replaces the one of its id, a deleted id goes.
 *
 * Payload type 2155.
 */
export const ProtoOADepthEvent = struct('ProtoOADepthEvent', {
  ctidTraderAccountId: int64,
  symbolId: uint64,
  newQuotes: many(ProtoOADepthQuote),
  /** ids */
  deletedQuotes: many(uint64),
})
export type ProtoOADepthEvent = TypeOf<typeof ProtoOADepthEvent>
