import { of } from 'rxjs'
import type { Journal, JournalEntry } from 'rx-ctrader'

/** A journal that notes what is written into it. */
export const noted = (
  append?: (entry: JournalEntry) => unknown,
): Journal & { readonly entries: JournalEntry[] } => {
  const entries: JournalEntry[] = []
  return {
    entries,
    append: entry => {
      entries.push(entry)
      return append?.(entry)
    },
    load: () => of(entries),
  }
}
