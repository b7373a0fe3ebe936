import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { invalidOption } from '../../errors'
import type { JournalEntry } from '../../orders/model/journal'
import { journalLines } from './journalLines'
import { checkRegular } from '../files/checkRegular'
import { claim } from '../files/lock'
import type { Claim } from '../files/lock'
import { replaceFile, syncFolder } from '../files/replaceFile'

/** From this size in bytes, a file is rewritten with only the open orders. That is about ten thousand orders. */
const COMPACTED_ABOVE = 4 * 1024 * 1024

/** The file of a journal, owned by this process. */
export interface JournalFile {
  /** Writes an entry. When it returns, the entry is on the disk. If it throws, the entry is not in the file. */
  readonly append: (entry: JournalEntry, warn: (line: string) => void) => void
  /** Whether this process has written to the file and will continue. */
  readonly isOpen: () => boolean
}

interface Open {
  readonly file: number
  readonly device: bigint
  readonly inode: bigint
  /** The size that we know, and the last line of it. */
  size: number
  last: Buffer
}

type Lines = Map<string, Buffer>

const keyOf = ({ accountId, id }: JournalEntry): string => `${accountId} ${id}`

const note = (open: Lines, entry: JournalEntry, line: Buffer): void => {
  if (entry.state === 'intended') open.set(keyOf(entry), line)
  else open.delete(keyOf(entry))
}

const lineOf = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.from('\n')])

/** Whether a file is as we left it. */
const stateOf = (path: string, { device, file, inode, last, size }: Open): 'changed' | 'longer' | 'same' => {
  const now = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (now?.dev !== device || now.ino !== inode || now.size < size) return 'changed'
  const there = Buffer.alloc(last.length)
  readSync(file, there, 0, last.length, size - last.length)
  if (!there.equals(last)) return 'changed'
  return now.size > size ? 'longer' : 'same'
}

const createJournalFile = (path: string): JournalFile => {
  let claimed: Claim | undefined
  let opened: Open | undefined
  /** The lines of the orders that have not ended. */
  const open: Lines = new Map()
  let compactedAbove = COMPACTED_ABOVE

  const close = (): void => {
    if (opened) closeSync(opened.file)
    opened = undefined
  }

  const write = (to: Open, line: Buffer): void => {
    try {
      writeFileSync(to.file, line)
      fsyncSync(to.file)
    } catch (error) {
      try {
        ftruncateSync(to.file, to.size)
      } finally {
        // A partial line is cut off when the file is opened again.
        close()
      }
      throw error
    }
    to.size += line.length
    to.last = line
  }

  /** Reads the file, cuts off an incomplete line, and adds open orders that have been lost from it. */
  const read = (file: number): Open => {
    const missing: Lines = new Map(open)
    let size = 0
    let last: Buffer = Buffer.alloc(0)
    let unfinished: Buffer | undefined
    for (const { bytes, entry, hasNewline } of journalLines(path)) {
      const line = lineOf(bytes)
      if (entry) {
        missing.delete(keyOf(entry))
        note(open, entry, line)
      }
      if (hasNewline) {
        size += line.length
        last = line
      } else if (entry) unfinished = line
    }
    const { dev: device, ino: inode } = fstatSync(file, { bigint: true })
    const to = { file, device, inode, size, last }
    if (unfinished) {
      writeFileSync(file, '\n')
      to.size += unfinished.length
      to.last = unfinished
    } else ftruncateSync(file, size)
    for (const line of missing.values()) write(to, line)
    return to
  }

  /** Removes the orders that have ended. Unreadable lines are kept. */
  const compact = (): void => {
    const kept: Buffer[] = []
    for (const { bytes, entry } of journalLines(path))
      if (entry ? open.has(keyOf(entry)) : bytes.length > 0) kept.push(lineOf(bytes))
    const content = Buffer.concat(kept)
    compactedAbove = Math.max(COMPACTED_ABOVE, 2 * content.length)
    close()
    replaceFile(path, content)
  }

  /** If this fails, the file is unchanged and continues to grow. */
  const compactIfLong = (size: number, warn: (line: string) => void): void => {
    if (size <= compactedAbove) return
    try {
      compact()
    } catch (error) {
      compactedAbove = 2 * size
      warn(`${path} could not be compacted: ${(error as Error).message}`)
    }
  }

  const ready = (warn: (line: string) => void): Open => {
    checkRegular(path)
    if (claimed?.isValid() === false) {
      claimed = undefined
      close()
    }
    claimed ??= claim(path)
    const state = opened && stateOf(path, opened)
    if (state === 'longer')
      throw invalidOption(path, 'has been written to by another program: it is for one process at a time')
    if (state === 'changed') {
      warn(`${path} was moved, deleted or changed; the open orders are written to it again.`)
      close()
    }
    if (opened) return opened
    const file = openSync(path, 'a+', 0o600)
    try {
      opened = read(file)
    } catch (error) {
      if (opened === undefined) closeSync(file)
      throw error
    }
    syncFolder(path)
    return opened
  }

  return {
    isOpen: () => opened !== undefined,
    append: (entry, warn) => {
      const line = lineOf(Buffer.from(JSON.stringify(entry)))
      const to = ready(warn)
      write(to, line)
      note(open, entry, line)
      // Not while an order waits to be sent.
      if (entry.state === 'settled') compactIfLong(to.size, warn)
    },
  }
}

const files = new Map<string, JournalFile>()

/** The one object for a file in this process, by its real path. */
export const journalFile = (path: string): JournalFile => {
  const file = files.get(path) ?? createJournalFile(path)
  files.set(path, file)
  return file
}
