import { of } from 'rxjs'
import type { ObservableInput } from 'rxjs'
import type { CommandType } from '../protocol/table'

/** What is going to be sent, written down before it is. */
export interface Intended {
  readonly state: 'intended'
  /** The `clientMsgId` it is sent with, by which the server's events name it. */
  readonly id: string
  readonly accountId: number
  readonly payloadType: CommandType
  readonly payload: Readonly<Record<string, unknown>>
  /** When, by our clock, in ms since the epoch. */
  readonly at: number
}

/** How it ended: it needs no finding out any more. */
export interface Settled {
  readonly state: 'settled'
  readonly id: string
  readonly accountId: number
  /** The last status, or `notSent`. */
  readonly outcome: string
}

export type JournalEntry = Intended | Settled

/**
 * Where orders are written down before they are sent, so that those whose outcome is open can be looked up by another
 * process if this one dies. What `append` returns is waited for: then the entry must be safe.
 */
export interface Journal {
  readonly append: (entry: JournalEntry) => unknown
  readonly load: () => ObservableInput<readonly JournalEntry[]>
}

/** A journal that lives as long as the process. */
export const memoryJournal = (): Journal => {
  const entries: JournalEntry[] = []
  return {
    append: entry => {
      entries.push(entry)
    },
    load: () => of([...entries]),
  }
}

/** What has no end yet, oldest first. */
export const openIn = (entries: readonly JournalEntry[]): readonly Intended[] => {
  const settled = new Set(entries.filter(({ state }) => state === 'settled').map(({ id }) => id))
  return entries.filter((entry): entry is Intended => entry.state === 'intended' && !settled.has(entry.id))
}
