import { catchError, defer, filter, from, map, mergeMap, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError } from '../errors'
import type { Account } from '../session/account'
import type { Kind } from './finding'
import { memoryOf, openIn } from './journal'
import type { Intended, Journal } from './journal'
import { kinds } from './kinds'
import { orderSettings } from './options'
import type { OrderOptions } from './options'
import { pursuing } from './pursuit'
import type { OrderUpdate } from './update'

/** What was found out of an order that was open in the journal. */
export interface Recovered {
  /** What was intended, as it was written down. */
  readonly intended: Intended
  /** As of `placeOrder` and the others; `notSent` where it surely never reached the server. */
  readonly update: OrderUpdate | { readonly status: 'notSent'; readonly cause: CTraderError }
}

/**
 * Finds out what became of the orders that are open in a journal: of a process that is no more, or of subscriptions
 * that were given up, by what the server has (2124, 2133, 2175). Sends none. Tells of each until it is settled, and
 * completes when all are: at once where none is open, and not while one waits for its price. Errors with the account,
 * and where the journal cannot be read. Without a `journal` it is that of this process, which has nothing of another.
 *
 * Begin with it: what another subscription is still waiting for would be told here as well.
 *
 * ```ts
 * recoverOrders(account, journal).subscribe(({ intended, update }) => console.log(intended.id, update.status))
 * ```
 */
export const recoverOrders = (
  account: Account,
  journal: Journal = memoryOf(account),
  options: Pick<OrderOptions, 'grace'> = {},
): Observable<Recovered> =>
  defer(() => {
    const settings = orderSettings(account, { ...options, journal })
    return from(journal.load()).pipe(
      mergeMap(entries => openIn(entries)),
      filter(({ accountId }) => accountId === account.accountId),
      mergeMap(intended =>
        pursuing(account, kinds[intended.payloadType] as Kind, intended, settings).pipe(
          catchError((error: unknown) =>
            error instanceof CTraderError && error.reason === 'NotSent'
              ? of({ status: 'notSent', cause: error } as const)
              : throwError(() => error),
          ),
          map(update => ({ intended, update })),
        ),
      ),
    )
  })
