import { EMPTY, catchError, concat, defer, from, map, mergeMap, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../errors'
import type { CTraderError } from '../errors'
import type { Account } from '../session/account'
import type { CommandKind } from './reconciling/resolveOutcome'
import { loaded, memoryOf } from './model/journal'
import type { Intent, Journal } from './model/journal'
import { commandKinds } from './commandKinds'
import { openEntries } from './model/journalEntries'
import { orderSettings } from './model/orderOptions'
import type { OrderOptions } from './model/orderOptions'
import { followCommand } from './lifecycle/followCommand'
import type { OrderUpdate } from './model/orderUpdate'

/** What was found out of an order that was open in the journal. */
export interface Recovered {
  /** What was intended, as it was written down. */
  readonly intended: Intent
  /**
   * As of `placeOrder` and the others. `notFound` where the server shows no sign of it: it may have been sent or not, and
   * may still appear, so it stays open in the journal. `notSent` where it certainly had no effect.
   */
  readonly update: OrderUpdate | { readonly status: 'notFound' | 'notSent'; readonly cause: CTraderError }
}

const unresolved: ReadonlyMap<unknown, 'notFound' | 'notSent'> = new Map([
  ['NotFound', 'notFound'],
  ['NotSent', 'notSent'],
])

/**
 * Finds out what became of the orders that are open in a journal: of a process that is no more, or of subscriptions
 * that were given up, by what the server has (2124, 2133, 2175). Sends none. Tells of each until it is settled, or until
 * there was no sign of it for the `horizon`: then it is `notFound`, stays open, and is looked for again the next time.
 * Completes when all are: at once where none is open, and not while one waits for its price. Errors with the account,
 * and where the journal cannot be read. An entry that is none, as of another program, is left as it is: when all others
 * are settled it errors with `InvalidOption`, which names it by its `id`. Without a `journal` it is that of this process,
 * which has nothing of another.
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
  options: Pick<OrderOptions, 'grace' | 'horizon'> = {},
): Observable<Recovered> =>
  defer(() => {
    const settings = orderSettings(account, { ...options, journal })
    const recovered = (intended: Intent): Observable<Recovered> =>
      followCommand(account, commandKinds[intended.payloadType] as CommandKind, intended, settings).pipe(
        catchError((error: unknown) => {
          const status = unresolved.get((error as Partial<CTraderError> | undefined)?.reason)
          return status ? of({ status, cause: error as CTraderError }) : throwError(() => error)
        }),
        map(update => ({ intended, update })),
      )
    return loaded(journal).pipe(
      mergeMap(entries => {
        const { open, faulty } = openEntries(entries, account.accountId)
        const rest$ =
          faulty.length === 0
            ? EMPTY
            : throwError(() => invalidOption('journal', `has invalid entries: ${faulty.join(', ')}`))
        return concat(from(open).pipe(mergeMap(recovered)), rest$)
      }),
    )
  })
