import type { Clock } from '../model/clock'
import type { Feed } from '../feed/feed'
import type { Identity, TradingAccount } from '../model/identity'
import type { Market } from '../market/model/market'
import type { Session } from '../model/session'
import type { Exchange } from '../trading/exchange'
import type { Unknowns } from '../model/unknowns'
import type { Write } from '../model/encode'

/** What all connections share. */
export interface World {
  readonly clock: Clock
  readonly identity: Identity
  readonly sessions: Set<Session>
  /** Whether this host serves the account: demo and live accounts have their own hosts. */
  readonly serves: (account: TradingAccount) => boolean
  readonly market: Market
  /** The subscriptions to prices. */
  readonly feed: Feed
  /** The accounts and their trades. */
  readonly exchange: Exchange
  /** The symbols that are missing in the list. */
  readonly unlisted: Set<number>
  /** How old the state is that a request reads, in ms of the market's time, by payload type. */
  readonly lags: Map<number, number>
  readonly unknowns: Unknowns
  readonly write: Write
}
