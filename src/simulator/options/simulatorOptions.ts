import type { Environment } from '../../errorFields'
import type { IdentityOptions } from '../model/identity'
import type { Limits } from '../server/rateLimiter'
import type { HolidayOptions } from '../market/catalogue/holidayOptions'
import type { Market } from '../market/model/market'
import type { SymbolOptions } from '../market/catalogue/ownSymbols'
import type { History } from '../market/history/history'
import type { PreparedHistory } from '../market/history/readHistory'
import type { Fills } from '../model/fills'
import type { Unknowns } from '../model/unknowns'

/** Settings of a simulator. */
export interface SimulatorOptions extends Partial<IdentityOptions> {
  /** The same seed gives the same market and the same ids. Default 1. */
  readonly seed?: number
  /** Which host this is. Accounts of the other environment are not routed. Default 'demo'. */
  readonly environment?: Environment
  /**
   * The market's time when the simulator is made, in ms since the epoch. Default the scheduler's time; in virtual
   * time a Wednesday at noon.
   */
  readonly start?: number
  /**
   * The past and the future of the market, instead of made-up prices: bars or ticks of one or more symbols, oldest
   * first. The market has these symbols only. What comes before `start` is its past. `start` is by default the first
   * time at which each symbol has a price.
   */
  readonly history?: readonly History[]
  /** Symbols of one's own, or other terms of symbols that are there. */
  readonly symbols?: readonly SymbolOptions[]
  /** How orders are filled. Default as on the live server; with `history`, see `Fills`. */
  readonly fills?: Fills
  /** How many times as fast as the scheduler's time the market's time goes. Default 1. */
  readonly speed?: number
  /** The limits of requests and connections. Default as on the live server; `false` for no limits. */
  readonly limits?: Partial<Limits> | false
  /** The behaviour that is not known of the live server. Default the most likely one. */
  readonly unknowns?: Partial<Unknowns>
  /**
   * Holidays of the symbols that every simulator has, by their ids: the market is closed then. Symbols of one's own
   * have theirs in `symbols`. The default zone is that of New York. An
   * `endSecond` that is absent or 0 is the end of the day.
   */
  readonly holidays?: Readonly<Record<number, readonly HolidayOptions[]>>
  /** The delay of a frame on the in-memory line, in ms. Default 0. */
  readonly latency?: number
  /**
   * Whether a line has the timers of a real one: heartbeats, and the end of a line on which the client is silent.
   * Default true. In years of virtual time they would be most of the work.
   *
   * @internal
   */
  readonly lineTimers?: boolean
  /**
   * Replaces the market of the seed, which is valid up to the start.
   *
   * @internal
   */
  readonly market?: (made: Market, start: number) => Market
  /**
   * A history that was read before, in the place of `history`: several simulators may have the same.
   *
   * @internal
   */
  readonly prepared?: readonly PreparedHistory[]
}
