import { EMPTY, catchError, concat, defer, from, map, mergeMap, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../errors'
import type { CTraderError } from '../errors'
import type { Account } from '../session/account'
import { loadEntries } from './model/journal'
import type { OrderIntent, Journal } from './model/journal'
import { openEntries } from './model/journalEntries'
import { orderSettings } from './model/orderOptions'
import type { OrderOptions } from './model/orderOptions'
import { followCommand } from './lifecycle/followCommand'
import type { OrderUpdate } from './model/orderUpdate'

/** The outcome of an order that was open in the journal. */
export interface RecoveredOrder {
  /** The intent, as it was written. */
  readonly intent: OrderIntent
  /** @deprecated Its name is `intent`. */
  readonly intended: OrderIntent
  /**
   * An update as from `placeOrder` and the others. `notFound`: the server shows no sign of it. It may have been
   * sent or not, and may still appear, so it stays open in the journal. `notSent`: it certainly had no effect.
   */
  readonly update: OrderUpdate | { readonly status: 'notFound' | 'notSent'; readonly cause: CTraderError }
}

/** How `recoverOrders` is called. The second way is the former one. */
export interface RecoverOrders {
  (account: Account, options?: Pick<OrderOptions, 'horizon' | 'journal'>): Observable<RecoveredOrder>
  /** @deprecated The journal is one of the options: `recoverOrders(account, { journal })`. */
  (
    account: Account,
    journal: Journal | undefined,
    options?: Pick<OrderOptions, 'grace' | 'horizon'>,
  ): Observable<RecoveredOrder>
}

const recovered = (intent: OrderIntent, update: RecoveredOrder['update']): RecoveredOrder => ({
  intent,
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- It stays until 1.0.
  intended: intent,
  update,
})

const isJournal = (given: object): given is Journal => 'append' in given || 'load' in given

const unresolved: ReadonlyMap<unknown, 'notFound' | 'notSent'> = new Map([
  ['NotFound', 'notFound'],
  ['NotSent', 'notSent'],
])

/**
 * Finds out the outcome of the orders that are open in a journal, by asking the server (2124, 2133, 2175). They
 * come from a process that is gone, or from subscriptions that were given up. Sends no order.
 *
 * Emits the updates of each order until it is settled. An order with no sign for the `horizon` is `notFound`, stays
 * open, and is looked for again the next time. Completes when all are done, at once if none is open, but not while
 * one waits for its price.
 *
 * Errors with the account, and if the journal cannot be read. A malformed entry, for example from another program,
 * is left as it is. When all others are settled, it errors with `InvalidOption` and names the entry by its `id`.
 * Without a `journal` it uses that of this process, which has no entries of other processes.
 *
 * Call it first: the updates of an order with an active subscription would come here too.
 *
 * ```ts
 * recoverOrders(account, { journal }).subscribe(({ intent, update }) => console.log(intent.id, update.status))
 * ```
 */
export const recoverOrders: RecoverOrders = (
  account: Account,
  given: Journal | Pick<OrderOptions, 'grace' | 'horizon' | 'journal'> = {},
  others: Pick<OrderOptions, 'grace' | 'horizon'> = {},
): Observable<RecoveredOrder> =>
  defer(() => {
    const settings = orderSettings(account, isJournal(given) ? { ...others, journal: given } : given)
    const { journal } = settings
    const recover = (intent: OrderIntent): Observable<RecoveredOrder> =>
      followCommand(account, intent, settings).pipe(
        catchError((error: unknown) => {
          const status = unresolved.get((error as Partial<CTraderError> | undefined)?.reason)
          return status ? of({ status, cause: error as CTraderError }) : throwError(() => error)
        }),
        map(update => recovered(intent, update)),
      )
    return loadEntries(journal).pipe(
      mergeMap(entries => {
        const { open, faulty } = openEntries(entries, account.accountId)
        const rest$ =
          faulty.length === 0
            ? EMPTY
            : throwError(() => invalidOption('journal', `has invalid entries: ${faulty.join(', ')}`))
        return concat(from(open).pipe(mergeMap(recover)), rest$)
      }),
    )
  })
