import { EMPTY, catchError, defer, from, ignoreElements, map, of, take, tap, throwIfEmpty } from 'rxjs'
import type { Observable, ObservableInput } from 'rxjs'
import { invalidOption } from '../../errors'
import type { CTraderError } from '../../errors'
import type { CommandType, Payload } from '../../protocol/table'
import { awaitResult } from '../../util/observables/awaitResult'
import { oncePer } from '../../util/oncePer'

interface IntentOf<T extends CommandType> {
  readonly state: 'intended'
  /** The `clientMsgId` of the request. The server's events name the order by it. */
  readonly id: string
  readonly accountId: number
  readonly payloadType: T
  readonly payload: Payload<T>
  /** When the entry was made, by our clock, in ms since the epoch. */
  readonly at: number
}

/** The entry that is written before an order is sent. */
export type OrderIntent<T extends CommandType = CommandType> = { [K in T]: IntentOf<K> }[T]

/** The end of an order: it no longer needs to be resolved. */
export interface OrderOutcome {
  readonly state: 'settled'
  readonly id: string
  readonly accountId: number
  /** The last status, or `notSent`. */
  readonly outcome: string
}

/** One line of a journal: an intent or an end. */
export type JournalEntry = OrderIntent | OrderOutcome

/**
 * Where orders are written down before they are sent. If the process dies, another one can look up the orders whose
 * outcome is open. An order waits for the result of `append`: when it comes, the entry must be safe. If `append`
 * throws, rejects or errors, nothing is sent.
 */
export interface Journal {
  /** Writes an entry. The result is awaited: a value, a promise or an observable. */
  readonly append: (entry: JournalEntry) => unknown
  /** All entries, oldest first, or at least the open ones. */
  readonly load: () => ObservableInput<readonly JournalEntry[]>
}

const note = (open: Map<string, OrderIntent>, entry: JournalEntry): void => {
  if (entry.state === 'intended') open.set(entry.id, entry)
  else open.delete(entry.id)
}

/** The intents without an end, oldest first. */
export const openIntents = (entries: readonly JournalEntry[]): readonly OrderIntent[] => {
  const open = new Map<string, OrderIntent>()
  for (const entry of entries) note(open, entry)
  return [...open.values()]
}

/**
 * A journal in memory. It lives as long as the process, and drops settled orders:
 * `placeOrder(account, order, { journal: memoryJournal() })`.
 */
export const memoryJournal = (): Journal => {
  const open = new Map<string, OrderIntent>()
  return {
    append: entry => {
      note(open, entry)
    },
    load: () => of([...open.values()]),
  }
}

/** The default journal of an account. */
export const accountJournal = oncePer<object, Journal>(memoryJournal)

const isList: (u: unknown) => u is readonly unknown[] = Array.isArray

const noEntries = (): CTraderError => invalidOption('journal', 'must load an array of entries')

const asInput = (entries: ReturnType<Journal['load']>): Observable<unknown> => {
  try {
    return from(entries)
  } catch {
    throw noEntries()
  }
}

/** The entries of a journal. Errors if it cannot be read. */
export const loadEntries = (journal: Journal): Observable<readonly unknown[]> =>
  defer(() => asInput(journal.load())).pipe(
    take(1),
    throwIfEmpty(noEntries),
    map(entries => {
      if (!isList(entries)) throw noEntries()
      return entries
    }),
  )

/** The journals that could be read once. */
const wereRead = new WeakSet<Journal>()

/**
 * Completes if a journal can be read; checked until it succeeds once. An order in an unreadable journal could not
 * be resolved after a restart. Errors with the reason.
 */
export const checkReadable = (journal: Journal): Observable<never> =>
  defer(() =>
    wereRead.has(journal)
      ? EMPTY
      : loadEntries(journal).pipe(
          tap(() => {
            wereRead.add(journal)
          }),
          ignoreElements(),
        ),
  )

/** Writes an entry. Completes when it is safe. */
export const writeEntry = (journal: Journal, entry: JournalEntry): Observable<never> =>
  defer(() => awaitResult(journal.append(entry))).pipe(ignoreElements())

/** Writes the end of an order. If that fails, the entry stays open and is looked up again after a restart. */
export const settle = (
  journal: Journal,
  { accountId, id }: Pick<OrderIntent, 'accountId' | 'id'>,
  outcome: string,
): Observable<never> =>
  writeEntry(journal, { state: 'settled', id, accountId, outcome }).pipe(catchError(() => EMPTY))
