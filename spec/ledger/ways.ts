/** Of a refusal. */
export type Carrier = 50 | 2132 | 2142

/** How the server behaves in what the documents leave open, or where it is slow. */
export interface Ways {
  /** Until a command is executed, in ms. */
  readonly executesAfter: number
  /** Until a market order is filled, in ms. */
  readonly fillAfter: number
  /** In how many pieces orders are filled. */
  readonly pieces: number
  /** Whether only the first piece of an order at the market is filled, and the rest is cancelled. */
  readonly endsEarly: boolean
  /** Whether a piece comes with an event of its own: else only what ends the order shows it. */
  readonly tellsPieces: boolean
  /** Whether the event of a piece calls the order filled already. */
  readonly callsPiecesFilled: boolean
  /** Of the account, in cents. */
  readonly bonus: number
  /** What the list of orders (2175) has. */
  readonly lists: 'all' | 'ended' | 'pending'
  /** How far behind lists and details are, in ms. */
  readonly lag: number
  /** Where the names that clients give to their orders are told. */
  readonly names: 'everywhere' | 'inEvents' | 'inLists' | 'nowhere'
  /** Whether an event has the `clientMsgId` of the request that caused it. */
  readonly eventsName: boolean
  /** The message by which a command is refused. */
  readonly carrier: Carrier
  /** How many rows a list has at most, and which of them are left out. */
  readonly rows: number
  readonly cuts: 'oldest' | 'newest'
  readonly order: 'newestFirst' | 'oldestFirst'
  /** Which lists must be asked for with both bounds, no more than a week apart. */
  readonly needsBounds: 'none' | 'orders' | 'ordersAndDeals'
  /** How far the server's clock is from that of the client, in ms. */
  readonly skew: number
}

export const usual: Ways = {
  executesAfter: 0,
  fillAfter: 250,
  pieces: 1,
  endsEarly: false,
  tellsPieces: true,
  callsPiecesFilled: false,
  bonus: 0,
  lists: 'all',
  lag: 0,
  names: 'everywhere',
  eventsName: true,
  carrier: 2132,
  rows: 1_000,
  cuts: 'oldest',
  order: 'newestFirst',
  needsBounds: 'none',
  skew: 0,
}
