import { closeSync, openSync, readSync } from 'node:fs'
import type { JournalEntry } from '../../orders/model/journal'

/** A line of a journal: its bytes without the newline, and its entry, if it is valid. */
export interface JournalLine {
  readonly bytes: Buffer
  readonly entry: JournalEntry | undefined
  /** The last line may lack it, if a write was interrupted. */
  readonly hasNewline: boolean
}

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

const entryIn = (bytes: Buffer): JournalEntry | undefined => {
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'))
    return isEntry(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

const NEWLINE = 10
const CHUNK = 65_536

function* linesOf(file: number): Generator<{ readonly bytes: Buffer; readonly hasNewline: boolean }> {
  let begun: Buffer[] = []
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const read = chunk.subarray(0, readSync(file, chunk, 0, CHUNK, null))
    if (read.length === 0) break
    let start = 0
    for (let end = read.indexOf(NEWLINE); end >= 0; end = read.indexOf(NEWLINE, start)) {
      yield { bytes: Buffer.concat([...begun, read.subarray(start, end)]), hasNewline: true }
      begun = []
      start = end + 1
    }
    if (start < read.length) begun.push(read.subarray(start))
  }
  if (begun.length > 0) yield { bytes: Buffer.concat(begun), hasNewline: false }
}

/** Reads the lines of a journal one by one, so that a long file needs little memory. No lines if there is no file. */
export function* journalLines(path: string): Generator<JournalLine> {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    for (const { bytes, hasNewline } of linesOf(file)) yield { bytes, entry: entryIn(bytes), hasNewline }
  } finally {
    closeSync(file)
  }
}
