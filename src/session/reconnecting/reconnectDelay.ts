import { asyncScheduler, filter, merge, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { backoff } from '../../util/backoff'
import type { BackoffOptions } from '../../util/backoff'
import type { CTraderError, Refused } from '../../errors'
import { MAX_INT32 } from '../../options'
import { isTooMany } from '../../protocol/errorCodes'
import type { Presence } from './platform'
import { MINUTE } from '../../time/constants'

/** Where the server has no room, coming back soon makes it worse: these count as so many failures more. */
const PATIENCE = 4
const isCrowded = (errorCode: string): boolean =>
  errorCode === 'CONNECTIONS_LIMIT_EXCEEDED' || isTooMany(errorCode)

/** The pause before another try. */
export interface Pause {
  /** How long it will be, in ms, if nothing changes. */
  readonly delay: number
  /** Emits when it is over. */
  readonly over$: Observable<unknown>
}

export interface PauseOptions {
  /** Bounds of the pause before a reconnect, both of them. Default: up to 1 s at first, doubling up to 30 s. */
  readonly backoff: BackoffOptions
  /** Numbers in [0, 1) for jitter and ids. Default: the platform's cryptographic source. */
  readonly random: () => number
  /** What the platform knows of network and user. Default: a browser's events, where there are some. */
  readonly presence: Presence
}

/** The longest that is waited for what a server asks, in ms: it may be mistaken, and so may our wall clock. */
const LONGEST_ASKED = 15 * MINUTE

/**
 * How long until the end of a maintenance, in ms, and not longer than a bound that doubles with each failure. The
 * server names a time of its wall clock, and ours may be hours behind.
 */
const untilEnd = (end: number, failures: number): number =>
  Math.max(0, Math.min(end - asyncScheduler.now(), MINUTE * 2 ** (failures - 1), LONGEST_ASKED))

/** How long the server wants to be left alone, in ms. */
const askedFor = ({ maintenanceEndTimestamp: end, retryAfter = 0 }: Refused, failures: number): number =>
  end === undefined ? Math.min(LONGEST_ASKED, retryAfter * 1_000) : untilEnd(end, failures)

/**
 * The pause after so many failures in a row: what the server asks for, and on top of it a growing, random part, so
 * that not all clients come back at its end. It is cut short when the network comes back or the page is seen again,
 * except where the server has asked for less traffic. One which the server did not ask for is prolonged while there
 * is no network.
 */
export const reconnectDelay = (
  { backoff: bounds, random, presence: { wake$, isOffline } }: PauseOptions,
  cause: CTraderError,
  failures: number,
): Pause => {
  const refused = cause.reason === 'Refused' ? cause : undefined
  const crowded = refused !== undefined && isCrowded(refused.errorCode)
  const asked = refused ? askedFor(refused, failures) : 0
  const delay = Math.min(MAX_INT32, asked + backoff(crowded ? failures + PATIENCE : failures, bounds, random))
  if (asked > 0 && refused?.maintenanceEndTimestamp !== undefined)
    return { delay, over$: merge(timer(delay), wake$) }
  if (asked > 0 || crowded) return { delay, over$: timer(delay) }
  const online$ = timer(delay).pipe(filter(() => !isOffline()))
  // A platform may think that it is offline and be wrong.
  return { delay, over$: merge(online$, wake$, timer(delay + bounds.max)) }
}
