import { EMPTY, catchError, concat, defer, from, map, mergeMap, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, invalidOption } from '../errors'
import type { Account } from '../session/account'
import type { Kind } from './finding'
import { memoryOf } from './journal'
import type { Intended, Journal } from './journal'
import { kinds } from './kinds'
import { openEntries } from './openEntries'
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

const noEntries = (): CTraderError => invalidOption('journal', 'must load an array of entries')

const isList: (u: unknown) => u is readonly unknown[] = Array.isArray

const asInput = (loaded: ReturnType<Journal['load']>): Observable<unknown> => {
  try {
    return from(loaded)
  } catch {
    throw noEntries()
  }
}

const entriesIn = (journal: Journal): Observable<readonly unknown[]> =>
  asInput(journal.load()).pipe(
    map(entries => {
      if (!isList(entries)) throw noEntries()
      return entries
    }),
  )

/**
 * Finds out what became of the orders that are open in a journal: of a process that is no more, or of subscriptions
 * that were given up, by what the server has (2124, 2133, 2175). Sends none. Tells of each until it is settled, and
 * completes when all are: at once where none is open, and not while one waits for its price. Errors with the account,
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
  options: Pick<OrderOptions, 'grace'> = {},
): Observable<Recovered> =>
  defer(() => {
    const settings = orderSettings(account, { ...options, journal })
    const recovered = (intended: Intended): Observable<Recovered> =>
      pursuing(account, kinds[intended.payloadType] as Kind, intended, settings).pipe(
        catchError((error: unknown) =>
          error instanceof CTraderError && error.reason === 'NotSent'
            ? of({ status: 'notSent', cause: error } as const)
            : throwError(() => error),
        ),
        map(update => ({ intended, update })),
      )
    return entriesIn(journal).pipe(
      mergeMap(entries => {
        const { open, faulty } = openEntries(entries, account.accountId)
        const rest$ =
          faulty.length === 0
            ? EMPTY
            : throwError(() => invalidOption('journal', `has entries that are none: ${faulty.join(', ')}`))
        return concat(from(open).pipe(mergeMap(recovered)), rest$)
      }),
    )
  })
