import { map, takeUntil, timer } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import type { CTraderError } from '../../errors'
import type { Account } from '../../session/account'
import { inAccountZone } from './accountLinks'

/** How long an order waits for a line and for the data that it is checked against, in ms. */
export const DEFAULT_TIMEOUT = 10_000

/**
 * Errors if it does not complete in time. The timer starts where the account emits, so that a consumer in Angular's
 * zone leaves no timer there.
 */
export const accountTimeout = <T>(
  account: Account,
  ms: number,
  late: () => CTraderError,
): MonoTypeOperatorFunction<T> =>
  takeUntil(
    inAccountZone(account, timer(ms)).pipe(
      map(() => {
        throw late()
      }),
    ),
  )
