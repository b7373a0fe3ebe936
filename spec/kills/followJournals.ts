import type { NatsConnection } from '@nats-io/transport-node'
import { defer, repeat, retry } from 'rxjs'
import type { JournalEntry } from 'rx-ctrader'
import type { BusLog } from 'rx-ctrader/gateway'

interface Appended {
  readonly text: string
  readonly to: Map<number, JournalEntry>
}

const SUBJECT = 'ctrader.v1.journal'

const toEntry = (text: string): JournalEntry => JSON.parse(text) as JournalEntry

/** The place of an entry that the server has acknowledged. */
const acknowledged = (text: string): number | undefined => {
  try {
    const { seq, error } = JSON.parse(text) as { readonly seq?: number; readonly error?: object }
    return error ? undefined : seq
  } catch {
    return undefined
  }
}

/**
 * All entries of the journals of some accounts. Owners remove what is settled, at times before it could be read. So this
 * listens to what they append, and to the acknowledgements, and reads what is there besides: an acknowledgement may be
 * lost.
 */
export const followJournals = (
  connection: NatsConnection,
  accountIds: readonly number[],
  logOf: (name: string) => BusLog,
): (() => readonly (readonly JournalEntry[])[]) => {
  const found = new Map(accountIds.map(id => [String(id), new Map<number, JournalEntry>()]))
  const waiting = new Map<string, Appended>()

  connection.subscribe(`${SUBJECT}.*`, {
    callback: (error, message) => {
      const to = found.get(message.subject.slice(SUBJECT.length + 1))
      if (!error && message.reply !== undefined && to)
        waiting.set(message.reply, { text: message.string(), to })
    },
  })
  connection.subscribe('_INBOX.>', {
    callback: (error, message) => {
      if (error) return
      const appended = waiting.get(message.subject)
      if (!appended) return
      waiting.delete(message.subject)
      const seq = acknowledged(message.string())
      if (seq !== undefined) appended.to.set(seq, toEntry(appended.text))
    },
  })
  for (const [name, entries] of found) {
    const log = logOf(name)
    let last = 0
    defer(() => log.read(last))
      .pipe(repeat({ delay: 30 }), retry({ delay: 30 }))
      .subscribe(({ seq, text }) => {
        last = Math.max(last, seq)
        entries.set(seq, toEntry(text))
      })
  }
  return () =>
    [...found.values()].map(entries => [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry))
}
