import { EMPTY, catchError, defer, from, ignoreElements, map, of, take, tap, throwIfEmpty } from 'rxjs'
import type { Observable, ObservableInput } from 'rxjs'
import { invalidOption } from '../../errors'
import type { CTraderError } from '../../errors'
import type { CommandType, Payload } from '../../protocol/table'
import { fulfilled } from '../../util/fulfilled'

interface IntendedOf<T extends CommandType> {
  readonly state: 'intended'
  /** The `clientMsgId` it is sent with, by which the server's events name it. */
  readonly id: string
  readonly accountId: number
  readonly payloadType: T
  readonly payload: Payload<T>
  /** When, by our clock, in ms since the epoch. */
  readonly at: number
}

/** What is going to be sent, written down before it is. */
export type Intent<T extends CommandType = CommandType> = { [K in T]: IntendedOf<K> }[T]

/** How it ended: it needs no finding out any more. */
export interface Settled {
  readonly state: 'settled'
  readonly id: string
  readonly accountId: number
  /** The last status, or `notSent`. */
  readonly outcome: string
}

/** One line of a journal: what is going to be sent, or how it ended. */
export type JournalEntry = Intent | Settled

/**
 * Where orders are written down before they are sent, so that those whose outcome is open can be looked up by another
 * process if this one dies. What `append` returns is waited for: then the entry must be safe. If it throws, rejects or
 * errors, nothing is sent.
 */
export interface Journal {
  /** Writes an entry down; what it returns is waited for: a value, a promise or an observable. */
  readonly append: (entry: JournalEntry) => unknown
  /** All entries, oldest first, or at least those that are open. */
  readonly load: () => ObservableInput<readonly JournalEntry[]>
}

const note = (open: Map<string, Intent>, entry: JournalEntry): void => {
  if (entry.state === 'intended') open.set(entry.id, entry)
  else open.delete(entry.id)
}

/** What has no end yet, oldest first. */
export const openIn = (entries: readonly JournalEntry[]): readonly Intent[] => {
  const open = new Map<string, Intent>()
  for (const entry of entries) note(open, entry)
  return [...open.values()]
}

/** A journal that lives as long as the process, and forgets what is settled: `placeOrder(account, order, { journal: memoryJournal() })`. */
export const memoryJournal = (): Journal => {
  const open = new Map<string, Intent>()
  return {
    append: entry => {
      note(open, entry)
    },
    load: () => of([...open.values()]),
  }
}

const memories = new WeakMap<object, Journal>()

/** The journal of an account for which none is given. */
export const memoryOf = (account: object): Journal => {
  const journal = memories.get(account) ?? memoryJournal()
  memories.set(account, journal)
  return journal
}

const isList: (u: unknown) => u is readonly unknown[] = Array.isArray

const noEntries = (): CTraderError => invalidOption('journal', 'must load an array of entries')

const asInput = (entries: ReturnType<Journal['load']>): Observable<unknown> => {
  try {
    return from(entries)
  } catch {
    throw noEntries()
  }
}

/** What a journal has, once. Errors where it cannot be read. */
export const loaded = (journal: Journal): Observable<readonly unknown[]> =>
  defer(() => asInput(journal.load())).pipe(
    take(1),
    throwIfEmpty(noEntries),
    map(entries => {
      if (!isList(entries)) throw noEntries()
      return entries
    }),
  )

/** Those that were read. */
const wereRead = new WeakSet<Journal>()

/**
 * Completes if a journal can be read, which is tried until it was once: of an order in one that cannot nobody would find
 * out later what became of it. Errors with why it cannot.
 */
export const readable = (journal: Journal): Observable<never> =>
  defer(() =>
    wereRead.has(journal)
      ? EMPTY
      : loaded(journal).pipe(
          tap(() => {
            wereRead.add(journal)
          }),
          ignoreElements(),
        ),
  )

/** Writes an entry; completes when it is safe. */
export const written = (journal: Journal, entry: JournalEntry): Observable<never> =>
  defer(() => fulfilled(journal.append(entry))).pipe(ignoreElements())

/** Writes down how it ended. Where that fails it stays open, and is looked up again after a restart. */
export const settle = (
  journal: Journal,
  { accountId, id }: Pick<Intent, 'accountId' | 'id'>,
  outcome: string,
): Observable<never> =>
  written(journal, { state: 'settled', id, accountId, outcome }).pipe(catchError(() => EMPTY))
