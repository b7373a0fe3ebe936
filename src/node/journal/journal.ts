import { resolve } from 'node:path'
import { of } from 'rxjs'
import { isCTraderError, invalidOption } from '../../errors'
import { checkNames } from '../../options'
import { openIntents } from '../../orders/model/journal'
import type { Journal, JournalEntry } from '../../orders/model/journal'
import { journalFile } from './journalFile'
import { journalLines } from './journalLines'
import { checkRegular } from '../files/checkRegular'
import { checkUnused } from '../files/lock'
import { realPath } from '../files/realPath'
import { oncePer } from '../../util/oncePer'
import { omitUndefined } from '../../util/omitUndefined'

/** Settings of `fileJournal`. */
export interface FileJournalOptions {
  /** Called with what a user should look at, such as an unreadable line. Default `console.warn`. */
  readonly warn?: (line: string) => void
}

/** Above this number, only open entries are kept in memory. */
const MOST = 20_000

interface Content {
  readonly entries: readonly JournalEntry[]
  /** The entry of a last line without a newline. */
  readonly last?: JournalEntry
  /** The numbers of the unreadable lines. */
  readonly unreadable: readonly number[]
}

const read = (path: string): Content => {
  let entries: JournalEntry[] = []
  let most = MOST
  let last: JournalEntry | undefined
  const unreadable: number[] = []
  let number = 0
  for (const { bytes, entry, hasNewline } of journalLines(path)) {
    number += 1
    if (!hasNewline) last = entry
    else if (entry) entries.push(entry)
    else if (bytes.length > 0) unreadable.push(number)
    if (entries.length > most) {
      entries = [...openIntents(entries)]
      most = Math.max(MOST, 2 * entries.length)
    }
  }
  return { entries, unreadable, ...omitUndefined({ last }) }
}

const readOrThrow = (path: string): Content => {
  try {
    return read(path)
  } catch (error) {
    throw isCTraderError(error) ? error : invalidOption(path, `cannot be read: ${(error as Error).message}`)
  }
}

/** The last report on each file, so that loading it again does not repeat the report. */
const reports = new Map<string, string>()

const report = (path: string, unreadable: readonly number[], warn: (line: string) => void): void => {
  const [first, ...more] = unreadable
  if (first === undefined) return
  const line =
    `${path} cannot be read in line ${first}${more.length > 0 ? ` and ${more.length} more` : ''}. ` +
    'It may have been an order: look at it, and delete the line when you know. All other orders are recovered.'
  if (reports.get(path) === line) return
  reports.set(path, line)
  warn(line)
}

const createJournal = (given: string, warn: (line: string) => void): Journal => ({
  append: entry => {
    journalFile(realPath(given)).append(entry, warn)
  },
  load: () => {
    const file = realPath(given)
    checkRegular(file)
    checkUnused(file)
    const { entries, last, unreadable } = readOrThrow(file)
    report(file, unreadable, warn)
    // An editor or a copy may have removed the last newline after an order that was sent. Lines that this process
    // writes end with one.
    return of(last && !journalFile(file).isOpen() ? [...entries, last] : entries)
  },
})

/** By `warn` and by path: a caller that makes a journal for each order gets the same one each time. */
const journalsOf = oncePer<(line: string) => void, Map<string, Journal>>(() => new Map())

/**
 * A journal in a file, with one line of JSON for each entry. An entry is on the disk before its order is sent.
 *
 * - The file is for one process at a time. Another process gets `InvalidOption`, which names the first one. When
 *   the first one has ended in any way, the file is free at once. The lock is beside the file: `orders.jsonl.lock`.
 * - All journals of one file share it: make one for each order, or one for all.
 * - A line that cannot be read is left as it is and reported to `warn`. All other entries are loaded.
 * - The file may be moved or deleted at any time, for example by log rotation. Before the next order leaves, the
 *   open orders are written to a new file.
 * - Above 4 MiB the file is rewritten without the orders that have ended.
 *
 * `load` emits all entries, or only the open ones if there are very many.
 *
 * ```ts
 * recoverOrders(account, { journal: fileJournal('orders.jsonl') }).subscribe(({ intent, update }) => console.log(intent.id, update.status))
 * ```
 */
export const fileJournal = (path: string, options: FileJournalOptions = {}): Journal => {
  checkNames(options, { warn: true })
  const { warn = console.warn } = options
  const given = resolve(path)
  const journals = journalsOf(warn)
  const journal = journals.get(given) ?? createJournal(given, warn)
  journals.set(given, journal)
  return journal
}

/**
 * The former name of `fileJournal(path)`: `journalIn('orders.jsonl')`.
 *
 * @deprecated Use {@link fileJournal}.
 */
export const journalIn = (path: string): Journal => fileJournal(path)
