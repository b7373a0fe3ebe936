import { map, switchMap, take, takeUntil, timer } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import type { CTraderError } from '../../errors'
import type { Account } from '../../session/account'

/** How long an order waits for a line, and for what it is checked against, where nobody says otherwise, in ms. */
export const DEFAULT_TIMEOUT = 10_000

/**
 * Errors where it has not completed in time. The timer is begun where the account emits: what somebody subscribes in
 * Angular's zone must leave no timer there.
 */
export const timeoutFrom = <T>(
  account: Account,
  ms: number,
  late: () => CTraderError,
): MonoTypeOperatorFunction<T> =>
  takeUntil(
    account.authenticated$.pipe(
      take(1),
      switchMap(() => timer(ms)),
      map(() => {
        throw late()
      }),
    ),
  )
