import { asyncScheduler, filter, merge, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { backoff } from '../connection/backoff'
import type { BackoffOptions } from '../connection/backoff'
import type { CTraderError } from '../errors'
import { isTooMany } from '../protocol/errorCodes'
import type { Presence } from './presence'

/** Where the server has no room, coming back soon makes it worse: these count as so many failures more. */
const PATIENCE = 4
const isCrowded = (errorCode: string): boolean =>
  errorCode === 'CONNECTIONS_LIMIT_EXCEEDED' || isTooMany(errorCode)

/** Timers take no more. */
const LONGEST = 2 ** 31 - 1

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

/** How long the server wants to be left alone, in ms. */
const askedFor = (cause: CTraderError): number => {
  if (cause.reason !== 'Refused') return 0
  const { maintenanceEndTimestamp: end, retryAfter } = cause
  return end !== undefined
    ? Math.max(0, end - asyncScheduler.now())
    : retryAfter !== undefined
      ? retryAfter * 1_000
      : 0
}

/**
 * The pause after so many failures in a row: what the server asks for, and on top of it a growing, random part, so
 * that not everybody comes back at its end. One the server did not ask for is cut short when the network comes back
 * or the page is seen again, and prolonged while there is no network.
 */
export const pauseAfter = (
  { backoff: bounds, random, presence: { wake$, isOffline } }: PauseOptions,
  cause: CTraderError,
  failures: number,
): Pause => {
  const crowded = cause.reason === 'Refused' && isCrowded(cause.errorCode)
  const asked = askedFor(cause)
  const delay = Math.min(LONGEST, asked + backoff(crowded ? failures + PATIENCE : failures, bounds, random))
  if (asked > 0 || crowded) return { delay, over$: timer(delay) }
  const online$ = timer(delay).pipe(filter(() => !isOffline()))
  // A platform may think that it is offline and be wrong.
  return { delay, over$: merge(online$, wake$, timer(delay + bounds.max)) }
}
