import type { Market } from './market'

/**
 * A market, however it was made: of a seed, of a history, or of the quotes of a market elsewhere. All else that the
 * server needs to know of it.
 */
export interface MadeMarket {
  readonly market: Market
  /** The first time at which each symbol has a price, in ms since the epoch; `undefined` if there always is one. */
  readonly beginning?: number
  /** Whether its book is not that of a broker, so that each order is filled whole. */
  readonly hasNoBook: boolean
}
