/** The behaviour of the live server where it is not known. The defaults are the most likely ones. */
export interface Unknowns {
  /** Names of enum values and numbers written as text in requests. Default 'refused'. */
  readonly looseValues: 'refused' | 'accepted'
  /**
   * What follows the refusal of a request with an unknown type, or with a missing or mistyped field. Default
   * 'stays'.
   */
  readonly afterBadRequest: 'stays' | 'closes'
  /** The refusal of too many requests. Default 'BLOCKED_PAYLOAD_TYPE'. */
  readonly tooManyRequests: 'BLOCKED_PAYLOAD_TYPE' | 'REQUEST_FREQUENCY_EXCEEDED'
  /** Whether heartbeats count as requests. Default false. */
  readonly heartbeatsCount: boolean
  /** Whether the socket is closed after a 2148 of the server. Default true. */
  readonly closesAfterClientDisconnect: boolean
  /** When the 2164 of a logout comes: after its answer, before it, or never. Default 'after'. */
  readonly logoutEvent: 'after' | 'before' | 'none'
  /** The bars in one answer without `count`. Default 14 000. */
  readonly trendbarChunk: number
  /** The high of a bar in 2138 that closes at its low. Some live servers send 0, or nothing. Default 'sent'. */
  readonly highOfLowClose: 'sent' | 'zero' | 'absent'
  /** The deals or orders in one answer. Default 10 000. */
  readonly listChunk: number
  /**
   * Which end is cut off a list of deals or orders. The rest comes newest first, or oldest first. Default 'oldest'.
   */
  readonly listCut: 'oldest' | 'newest'
  /** The ticks in one answer. Default 5 000. */
  readonly tickChunk: number
  /**
   * The longest range of ticks in ms. A longer one is refused with INCORRECT_BOUNDARIES. Default a week; Infinity
   * for no limit.
   */
  readonly tickSpan: number
  /**
   * Whether the first depth event after subscribing has the whole book. Default true; otherwise it comes in parts.
   */
  readonly firstDepthIsFull: boolean
  /**
   * For an order of a netted account that is larger than the opposite position: whether the rest becomes a position
   * with a new id or with the old one. Default 'another'.
   */
  readonly nettedReversal: 'another' | 'same'
  /**
   * Whether the fill before the last one of an order is reported as a partial fill, or as type 3 with the status of
   * a filled order. Default 'ORDER_PARTIAL_FILL'.
   */
  readonly partialFill: 'ORDER_PARTIAL_FILL' | 'ORDER_FILLED'
  /**
   * How an order that cannot wait ends after a partial fill. Either one report of the end, without the deal (as in
   * Spotware's examples of event flows) or with it. Or one report of the fill and one of the end. Default
   * 'endWithoutDeal'.
   */
  readonly partialEnd: 'endWithoutDeal' | 'endWithDeal' | 'fillAndEnd'
  /**
   * For how many ms after its opening the protections of a position are refused with POSITION_NOT_FOUND. Default 0.
   */
  readonly amendableAfter: number
  /** How an answer by ids has archived symbols: with all their terms, or by name only. Default 'symbol'. */
  readonly archivedById: 'symbol' | 'archivedSymbol'
  /** Whether the orders in lists have their `clientOrderId`. Default true; otherwise only events have it. */
  readonly listedClientOrderIds: boolean
  /** Which orders the list of orders (2175) has: all, or only ended ones. Default 'all'. */
  readonly orderList: 'all' | 'ended'
  /** Whether the list of orders (2175) is refused without `fromTimestamp` and `toTimestamp`. Default false. */
  readonly orderListNeedsRange: boolean
  /**
   * The price of each symbol at which profits are converted into the deposit currency, unrealised (2187) and
   * realised. Spotware's own clients use the bid. Default 'bid'.
   */
  readonly profitRate: 'bid' | 'mid'
  /** The content of a 2123: the whole trader, or only the changes and required fields. Default 'whole'. */
  readonly traderUpdates: 'whole' | 'sparse'
  /** Whether the withdrawn PnL subscriptions (2189–2193) are still served. Default false. */
  readonly pnlSubscriptions: boolean
  /** Texts for refusals whose texts are not recorded, by error code, instead of ours. */
  readonly descriptions: Readonly<Record<string, string>>
}

export const defaultUnknowns: Unknowns = {
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
