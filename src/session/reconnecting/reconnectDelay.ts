import { asyncScheduler, filter, merge, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { backoff, growingPause } from '../../util/backoff'
import type { BackoffOptions } from '../../util/backoff'
import type { CTraderError, Refused } from '../../errors'
import { MAX_INT32 } from '../../options'
import { isTooMany } from '../../protocol/errorCodes'
import type { Platform } from './platform'
import { MINUTE } from '../../time/constants'

/** If the server has no capacity, returning soon makes it worse: count this many more failures. */
const PATIENCE = 4
const isCrowded = (errorCode: string): boolean =>
  errorCode === 'CONNECTIONS_LIMIT_EXCEEDED' || isTooMany(errorCode)

/** The pause before another attempt. */
export interface Pause {
  /** Its length in ms, if nothing changes. */
  readonly delay: number
  /** Emits when it is over. */
  readonly over$: Observable<unknown>
}

export interface ReconnectOptions {
  /** Bounds of the pause before a reconnect; set both. Default: up to 1 s at first, doubling up to 30 s. */
  readonly backoff: BackoffOptions
  /** Numbers in [0, 1) for jitter and ids. Default: the platform's cryptographic source. */
  readonly random: () => number
  /** What the platform knows of network and user. Default: a browser's events, if there are any. */
  readonly platform: Platform
}

/** The longest pause that a server can ask for, in ms: it may be mistaken, and our wall clock may be wrong. */
const LONGEST_ASKED = 15 * MINUTE

/**
 * The time until the end of a maintenance, in ms, up to a bound that doubles with each failure. The server names a
 * time of its own wall clock, and ours may be hours behind.
 */
const untilEnd = (end: number, failures: number): number =>
  Math.max(
    0,
    Math.min(end - asyncScheduler.now(), growingPause(failures, { initial: MINUTE, max: LONGEST_ASKED })),
  )

/** How long the server wants no requests, in ms. */
const askedFor = ({ maintenanceEndTimestamp: end, retryAfter = 0 }: Refused, failures: number): number =>
  end === undefined ? Math.min(LONGEST_ASKED, retryAfter * 1_000) : untilEnd(end, failures)

/**
 * The pause after a number of failures in a row. It is what the server asks for, plus a growing random part, so
 * that clients do not all return at the same time.
 *
 * It ends early when the network is back or the page is visible again, unless the server has asked for less
 * traffic. A pause that the server did not ask for lasts longer while there is no network.
 */
export const reconnectDelay = (
  { backoff: bounds, random, platform: { wake$, isOffline } }: ReconnectOptions,
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
  // A platform may wrongly believe that it is offline.
  return { delay, over$: merge(online$, wake$, timer(delay + bounds.max)) }
}
