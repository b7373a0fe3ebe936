import {
  EMPTY,
  Subject,
  auditTime,
  catchError,
  concatMap,
  defer,
  filter,
  finalize,
  map,
  merge,
  mergeMap,
  tap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { hasReason } from '../../../errors'
import type { Log } from '../../../session/logging/log'
import { loadEntries, settle } from '../../../orders/model/journal'
import type { Journal, JournalEntry } from '../../../orders/model/journal'
import { recoverOrders } from '../../../orders/recoverOrders'
import { awaitResult } from '../../../util/observables/awaitResult'
import type { OwnedAccount } from '../session/ownedAccount'

/** After how many ms it is looked again for orders whose lookup has failed, or whose outcome could not be written. */
const LOOK_AGAIN = 5_000

/** Finds out what became of the orders of an account that are open in its journal. */
export interface Recovery {
  /** The journal. Where an outcome cannot be written, its order is looked up again. */
  readonly journal: Journal
  /** Looks up those that are open now. */
  readonly begin: () => void
  /** How many are looked up now, or wait for their price. */
  readonly count: () => number
  /** Whether those of a former owner have an outcome, and none is looked up. */
  readonly isIdle: () => boolean
  /** Looks up those that are open on each link, while subscribed. */
  readonly recovery$: Observable<never>
}

export interface RecoveryOptions {
  /** Whether a command has no outcome yet: its entry is not for a lookup. */
  readonly isRunning: (id: string) => boolean
  /** Whether other processes may take the account over. */
  readonly isShared: boolean
  readonly log: Log
}

export const createRecovery = (
  { account, link, link$ }: OwnedAccount,
  { append, load: loadJournal }: Journal,
  { isRunning, isShared, log }: RecoveryOptions,
): Recovery => {
  const recovering = new Set<string>()
  let hasRecovered = false
  const doubt$ = new Subject<void>()
  /** What is open in the journal may have an outcome, or could not be looked up. */
  const unsettled$ = new Subject<void>()
  const journal: Journal = {
    load: loadJournal,
    append: entry =>
      defer(() => awaitResult(append(entry))).pipe(
        tap({
          error: () => {
            if (entry.state !== 'settled') return
            recovering.delete(entry.id)
            unsettled$.next()
          },
        }),
      ),
  }
  /** Each entry is looked up once at a time: an order that waits for its price is followed until it is over. */
  const recover = (): Observable<never> =>
    defer(() => {
      const mine = new Set<string>()
      const load = (): Observable<readonly JournalEntry[]> =>
        loadEntries(journal).pipe(
          map(entries => {
            const open = (entries as readonly JournalEntry[]).filter(
              ({ id }) => !isRunning(id) && !recovering.has(id),
            )
            for (const { id } of open) {
              mine.add(id)
              recovering.add(id)
            }
            return open
          }),
        )
      return recoverOrders(account, { journal: { append: journal.append, load } }).pipe(
        // Where another process has written it, no one finds out more later: it is over.
        concatMap(({ intent, update: { status } }) =>
          isShared && status === 'notFound' ? settle(journal, intent, status) : EMPTY,
        ),
        tap({
          complete: () => {
            hasRecovered = true
          },
        }),
        catchError((error: unknown) => {
          log('warn', 'gateway.recovery', { accountId: account.accountId, error })
          // What cannot be read does not change.
          if (!hasReason(error, 'InvalidOption')) unsettled$.next()
          return EMPTY
        }),
        finalize(() => {
          for (const id of mine) recovering.delete(id)
        }),
      )
    })

  return {
    journal,
    begin: () => {
      doubt$.next()
    },
    count: () => recovering.size,
    isIdle: () => hasRecovered && recovering.size === 0,
    recovery$: merge(
      link$.pipe(filter(current => current !== undefined)),
      doubt$,
      // Without a link, it is looked again on the next one.
      unsettled$.pipe(
        auditTime(LOOK_AGAIN),
        filter(() => link() !== undefined),
      ),
    ).pipe(mergeMap(recover)),
  }
}
