import {
  closeSync,
  existsSync,
  ftruncateSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { parseJson } from '../../util/parseJson'
import { Mistake } from '../outcome'

/** What is counted while rows are written. */
export interface Counts {
  readonly rows: number
  readonly gaps: number
  readonly duplicates: number
  readonly first?: number
  readonly last?: number
}

/** How far an export has come. */
export interface Position {
  /** What is exported. Only the same can be continued. */
  readonly what: string
  readonly from: number
  readonly to: number
  /** Everything before this time is in the part. */
  readonly next: number
  /** The length of the part. What is behind it was not finished. */
  readonly bytes: number
  readonly counts: Counts
}

/** The part of a file that is written already, beside the file. */
export interface Part {
  readonly path: string
  readonly position: Position
  /** Writes text, and then that everything before a time is there. */
  readonly append: (text: string, next: number, counts: Counts) => void
  /** Closes the part; it stays for the next try. */
  readonly close: () => void
  readonly remove: () => void
}

export const noCounts: Counts = { rows: 0, gaps: 0, duplicates: 0 }

const readPosition = (path: string): Position | undefined =>
  existsSync(path) ? (parseJson(readFileSync(path, 'utf8')) as Position | undefined) : undefined

/** What to export; without `to` it goes up to now, or as far as the part says. */
export interface PartOptions {
  readonly what: string
  readonly from: number
  readonly to: number | undefined
  readonly now: number
  readonly header: string
}

/** Opens the part of a file: the one that an export before has left, or a new one. */
export const openPart = (file: string, { what, from, to, now, header }: PartOptions): Part => {
  const path = `${file}.part`
  const note = `${path}.json`
  const left = readPosition(note)
  const isSame = left?.what === what && left.from === from && (to === undefined || left.to === to)
  if (left && !isSame)
    throw new Mistake(`${path} is of another export: remove it and ${note}, or give another --output.`)
  const canGoOn = left !== undefined && existsSync(path)
  const descriptor = openSync(path, canGoOn ? 'r+' : 'w')
  let position: Position = canGoOn
    ? left
    : { what, from, to: to ?? now, next: from, bytes: 0, counts: noCounts }
  const save = (next: Position): void => {
    fsyncSync(descriptor)
    writeFileSync(`${note}.new`, JSON.stringify(next))
    renameSync(`${note}.new`, note)
    position = next
  }
  const append: Part['append'] = (text, next, counts) => {
    const written = writeSync(descriptor, text, position.bytes)
    save({ ...position, next, counts, bytes: position.bytes + written })
  }
  if (canGoOn) ftruncateSync(descriptor, left.bytes)
  else append(header, from, noCounts)
  return {
    path,
    get position() {
      return position
    },
    append,
    close: () => {
      closeSync(descriptor)
    },
    remove: () => {
      rmSync(path, { force: true })
      rmSync(note, { force: true })
    },
  }
}
