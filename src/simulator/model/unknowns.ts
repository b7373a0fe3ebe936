/** How the live server behaves where nobody has seen it: each with what is likeliest as its default. */
export interface Unknowns {
  /** Names of enum values and numbers written as text in requests. Default 'refused'. */
  readonly looseValues: 'refused' | 'accepted'
  /** What a request of an unknown type or with a missing or mistyped field brings besides its refusal. Default 'stays'. */
  readonly afterBadRequest: 'stays' | 'closes'
  /** What too many requests are refused with. Default 'BLOCKED_PAYLOAD_TYPE'. */
  readonly tooManyRequests: 'BLOCKED_PAYLOAD_TYPE' | 'REQUEST_FREQUENCY_EXCEEDED'
  /** Whether heartbeats count as requests. Default false. */
  readonly heartbeatsCount: boolean
  /** Whether the socket is closed after a 2148 of the server. Default true. */
  readonly closesAfterClientDisconnect: boolean
  /** When the 2164 of a logout comes: after its answer, before it, or never. Default 'after'. */
  readonly logoutEvent: 'after' | 'before' | 'none'
  /** The bars in one answer without `count`. Default 14 000. */
  readonly trendbarChunk: number
  /** The high of a bar in 2138 that closes at its low: some live servers send 0, or nothing. Default 'sent'. */
  readonly highOfLowClose: 'sent' | 'zero' | 'absent'
  /** The deals or orders in one answer. Default 10 000. */
  readonly listChunk: number
  /** Which end of what was asked for is cut off a list of deals or orders: what is kept comes newest first, or oldest first. Default 'oldest'. */
  readonly listCut: 'oldest' | 'newest'
  /** The ticks in one answer. Default 5 000. */
  readonly tickChunk: number
  /** The longest range of ticks in ms, above which INCORRECT_BOUNDARIES. Default a week; Infinity for none. */
  readonly tickSpan: number
  /** Whether the first depth event after subscribing has the whole book. Default true; else it comes bit by bit. */
  readonly firstDepthIsFull: boolean
  /** Where a netted account's order is greater than the position it's against: whether the rest is a position with an id of its own or with the old one's. Default 'another'. */
  readonly nettedReversal: 'another' | 'same'
  /** Whether the fill before the last one of an order is told as a partial one, or as type 3 with the status of a filled order. Default 'ORDER_PARTIAL_FILL'. */
  readonly partialFill: 'ORDER_PARTIAL_FILL' | 'ORDER_FILLED'
  /**
   * How an order that cannot wait ends after a fill in part: by the end alone, as Spotware's examples of event flows have
   * it, without the deal or with it, or by a report of the fill and one of the end. Default 'endWithoutDeal'.
   */
  readonly partialEnd: 'endWithoutDeal' | 'endWithDeal' | 'fillAndEnd'
  /** For how many ms after it was opened the protections of a position are refused with POSITION_NOT_FOUND. Default 0. */
  readonly amendableAfter: number
  /** Where an answer about archived symbols by their ids has them: with all their terms, or by name alone. Default 'symbol'. */
  readonly archivedById: 'symbol' | 'archivedSymbol'
  /** Whether the orders in lists have their `clientOrderId`. Default true; else only events tell it. */
  readonly listedClientOrderIds: boolean
  /** Which orders the list of orders (2175) has: all, or only those that have ended. Default 'all'. */
  readonly orderList: 'all' | 'ended'
  /** Whether the list of orders (2175) is refused without `fromTimestamp` and `toTimestamp`. Default false. */
  readonly orderListNeedsRange: boolean
  /** At which price of each symbol profits are converted into the deposit currency, unrealised (2187) and realised: Spotware's own clients take the bid. Default 'bid'. */
  readonly profitRate: 'bid' | 'mid'
  /** What a 2123 tells: the whole trader, or only what has changed and what it must have. Default 'whole'. */
  readonly traderUpdates: 'whole' | 'sparse'
  /** Whether the withdrawn PnL subscriptions (2189–2193) are still served. Default false. */
  readonly pnlSubscriptions: boolean
  /** Descriptions of refusals nobody has recorded, by error code, instead of ours. */
  readonly descriptions: Readonly<Record<string, string>>
}

export const likely: Unknowns = {
  looseValues: 'refused',
  afterBadRequest: 'stays',
  tooManyRequests: 'BLOCKED_PAYLOAD_TYPE',
  heartbeatsCount: false,
  closesAfterClientDisconnect: true,
  logoutEvent: 'after',
  trendbarChunk: 14_000,
  highOfLowClose: 'sent',
  listChunk: 10_000,
  listCut: 'oldest',
  tickChunk: 5_000,
  tickSpan: 604_800_000,
  firstDepthIsFull: true,
  nettedReversal: 'another',
  partialFill: 'ORDER_PARTIAL_FILL',
  partialEnd: 'endWithoutDeal',
  amendableAfter: 0,
  archivedById: 'symbol',
  listedClientOrderIds: true,
  orderList: 'all',
  orderListNeedsRange: false,
  profitRate: 'bid',
  traderUpdates: 'whole',
  pnlSubscriptions: false,
  descriptions: {},
}
