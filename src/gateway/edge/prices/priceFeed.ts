import type { BusAccount } from '../../bus/subjects'

/** A symbol of an account. */
export interface FeedKey {
  readonly account: BusAccount
  readonly symbolId: number
}

/** The prices or the book of a symbol, for all peers of an edge. */
export interface PriceFeed<Listener, Event> {
  readonly add: (listener: Listener) => void
  readonly remove: (listener: Listener) => void
  /** Sends a listener what is current, if it is known. */
  readonly show: (listener: Listener) => void
  /** What was current when the subscription was established. */
  readonly begin: (event: Event) => void
  readonly reset: () => void
  readonly close: () => void
}
