import type { Clock } from '../model/clock'
import type { Feed } from '../feed/feed'
import type { Identity, TradingAccount } from '../model/identity'
import type { Market } from '../market/model/market'
import type { Session } from '../model/session'
import type { Exchange } from '../trading/exchange'
import type { Unknowns } from '../model/unknowns'
import type { Write } from '../model/encode'

/** What all connections have in common. */
export interface World {
  readonly clock: Clock
  readonly identity: Identity
  readonly sessions: Set<Session>
  /** Whether this host serves the account: demo and live accounts live on hosts of their own. */
  readonly serves: (account: TradingAccount) => boolean
  readonly market: Market
  /** Who is subscribed to which prices. */
  readonly feed: Feed
  /** The accounts, and what is traded on them. */
  readonly exchange: Exchange
  /** The symbols that the list does not have any more. */
  readonly unlisted: Set<number>
  /** By how many ms of the market's time what a request reads is old, by its payload type. */
  readonly lags: Map<number, number>
  readonly unknowns: Unknowns
  readonly write: Write
}
