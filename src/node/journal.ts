import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { of } from 'rxjs'
import { invalidOption } from '../errors'
import type { Journal, JournalEntry } from '../orders/journal'

const isEntry = (u: unknown): u is JournalEntry => {
  const { accountId, id, outcome, payload, payloadType, state } = Object(u) as Readonly<
    Record<string, unknown>
  >
  return (
    typeof id === 'string' &&
    typeof accountId === 'number' &&
    (state === 'settled'
      ? typeof outcome === 'string'
      : state === 'intended' && typeof payloadType === 'number' && typeof payload === 'object')
  )
}

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const read = (path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return Buffer.alloc(0)
    throw invalidOption(path, `cannot be read: ${message}`)
  }
}

/** The whole lines of a file. What was being written when the process died was not sent, so it is as good as nothing. */
const wholeLines = (path: string): { readonly text: string; readonly length: number } => {
  const bytes = read(path)
  const length = bytes.lastIndexOf('\n') + 1
  return { text: bytes.toString('utf8', 0, length), length }
}

/**
 * A journal in a file, one JSON line for each entry, which only grows. An entry is on the disk before its order is
 * sent. Of a process that died in the middle of a line the rest is read; a line that is wrong in any other way is an
 * error, since it might have been an order. For one process at a time.
 *
 * ```ts
 * recoverOrders(account, journalIn('orders.jsonl')).subscribe(({ intended, update }) => console.log(intended.id, update.status))
 * ```
 */
export const journalIn = (path: string): Journal => {
  let file: number | undefined

  /** For as long as the process lives, from the end of what is whole. */
  const open = (): number => {
    const { length } = wholeLines(path)
    const opened = openSync(path, 'a', 0o600)
    ftruncateSync(opened, length)
    return opened
  }

  return {
    append: entry => {
      file ??= open()
      try {
        writeFileSync(file, `${JSON.stringify(entry)}\n`)
        fsyncSync(file)
      } catch (error) {
        // What is there of it now is cut off before the next one is written.
        closeSync(file)
        file = undefined
        throw error
      }
    },
    load: () => {
      const { text } = wholeLines(path)
      const lines = text.split('\n').slice(0, -1)
      return of(
        lines.map((line, index) => {
          const entry = parse(line)
          if (!isEntry(entry)) throw invalidOption(path, `is no journal in line ${index + 1}`)
          return entry
        }),
      )
    },
  }
}
