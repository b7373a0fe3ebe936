import { defer, repeat, retry } from 'rxjs'
import type { JournalEntry } from 'rx-ctrader'
import type { BusLog } from 'rx-ctrader/gateway'

/** How soon a journal is read again, in ms. */
const AGAIN_AFTER = 30

/** All entries of the journals of some accounts, read again and again: owners remove what is settled, a while later. */
export const followJournals = (
  accountIds: readonly number[],
  logOf: (name: string) => BusLog,
): (() => readonly (readonly JournalEntry[])[]) => {
  const journals = accountIds.map(accountId => {
    const log = logOf(String(accountId))
    const entries: JournalEntry[] = []
    let last = 0
    defer(() => log.read(last))
      .pipe(repeat({ delay: AGAIN_AFTER }), retry({ delay: AGAIN_AFTER }))
      .subscribe(({ seq, text }) => {
        last = seq
        entries.push(JSON.parse(text) as JournalEntry)
      })
    return entries
  })
  return () => journals
}
