import { asyncScheduler } from 'rxjs'
import type { OrderIntent, Journal, JournalEntry, OrderUpdate } from 'rx-ctrader'
import { START } from '../broker'

/** What was said of something that is in the journal. */
export interface Word {
  /** In ms from the start. */
  readonly at: number
  readonly status: string
  readonly update?: OrderUpdate | undefined
  /** What it was an error for. */
  readonly error?: unknown
}

/** All that was written down and said of what was to be sent. */
export interface Record {
  readonly journal: Journal
  readonly entries: readonly JournalEntry[]
  readonly open: () => readonly OrderIntent[]
  /** What was said of each id, by any call. */
  readonly words: ReadonlyMap<string, readonly Word[]>
  readonly say: (id: string, word: Omit<Word, 'at'>) => void
}

export const elapsed = (): number => asyncScheduler.now() - START

export const createRecord = (): Record => {
  const entries: JournalEntry[] = []
  const open = new Map<string, OrderIntent>()
  const words = new Map<string, Word[]>()

  const say: Record['say'] = (id, word) => {
    const said = words.get(id) ?? []
    words.set(id, said)
    said.push({ at: elapsed(), ...word })
  }
  return {
    entries,
    open: () => [...open.values()],
    words,
    say,
    journal: {
      append: entry => {
        entries.push(entry)
        if (entry.state === 'intended') {
          open.set(entry.id, entry)
          return
        }
        open.delete(entry.id)
        // Where the caller has left it is the journal that is told.
        if (words.get(entry.id)?.at(-1)?.status !== entry.outcome) say(entry.id, { status: entry.outcome })
      },
      load: () => [[...open.values()]],
    },
  }
}
