import type { Account, Journal, ProtoOADeal, SymbolDetails } from 'rx-ctrader'
import type { CopyLog } from './copyLog'
import type { Sizing } from './sizing'

export interface Follower {
  readonly account: Account
  readonly sizing: Sizing
  /** Its names of symbols, by those of the master. Default: the same. */
  readonly symbols?: Readonly<Record<string, string>>
  /** Whether its positions are netted. Then an order needs no position to close. */
  readonly isNetted?: boolean
  readonly journal: Journal
}

/** What became of a deal at a follower. */
export interface Copied {
  readonly dealId: number
  readonly accountId: number
  readonly status: 'filled' | 'partiallyFilled' | 'refused' | 'missed' | 'inDoubt'
  /** From the master's deal, as it came here, to the end of the order, in ms. */
  readonly took: number
}

export interface CopyOptions {
  readonly master: Account
  readonly followers: readonly Follower[]
  readonly log: CopyLog
  /** Symbols of the master whose terms are kept ready. The first deal in another one costs each follower two requests. */
  readonly symbols?: readonly string[]
  /** A deal of the master that is older, in ms, opens nothing. It is compared with the clock of this machine. */
  readonly maxAge: number
  /** From when on the deals of the master are copied, in ms since the epoch. */
  readonly since?: number
}

/** A deal of the master, ready to be copied. */
export interface Copyable {
  readonly deal: ProtoOADeal
  readonly terms: SymbolDetails
  readonly masterEquity: number
  readonly receivedAt: number
  /** Whether it makes the master's position larger. */
  readonly isOpening: boolean
}
