import { createHash } from 'node:crypto'
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { lockSync } from 'proper-lockfile'
import { invalidOption } from '../../errors'
import { isThisProcess, processLife, parseOwner, thisProcess } from './owner'

/**
 * How often a process shows that it is alive, in ms. Needed only where others cannot look it up by its process id.
 */
const SIGN_OF_LIFE = 2_000
/** After this long without a sign of life, in ms, its lock is void. */
const SILENCE = 10_000

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const lockOf = (path: string): string => `${path}.lock`

/** The owner's note in a lock. */
const noteIn = (lock: string): string | undefined => {
  try {
    return readFileSync(join(lock, 'owner.json'), 'utf8')
  } catch {
    return undefined
  }
}

/** A lock that was found. */
interface Found {
  readonly note: string | undefined
  readonly signOfLife: number
}

/**
 * Reads the note first. A lock that is made between the two reads has a fresh sign of life, so it does not look
 * void.
 */
const lockAt = (lock: string): Found | undefined => {
  const note = noteIn(lock)
  const there = statSync(lock, { throwIfNoEntry: false })
  return there && { note, signOfLife: there.mtimeMs }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

const exists = (path: string): Error => Object.assign(new Error(`${path} exists`), { code: 'EEXIST' })

/** A lock is a folder, as `proper-lockfile` makes it, but with its owner in it from the start. */
const make =
  (note: string) =>
  (lock: string): void => {
    if (isThere(lock)) throw exists(lock)
    const beside = mkdtempSync(`${lock}.`)
    try {
      writeFileSync(join(beside, 'owner.json'), note)
      renameSync(beside, lock)
    } catch (error) {
      rmSync(beside, { recursive: true, force: true })
      // A rename cannot replace a folder with content: another process was faster.
      throw isThere(lock) ? exists(lock) : error
    }
  }

/** Where a void lock is moved. The name comes from its note, so that each lock can move there only once. */
const placeOfVoid = (lock: string, note: string | undefined): string =>
  `${lock}.void-${createHash('sha256')
    .update(note ?? '')
    .digest('hex')
    .slice(0, 16)}`

/**
 * Moves a void lock away, unless another process has done so. That process may have made its own lock since, which
 * must stay. A rename cannot replace a folder with content, so the old lock is kept at its new place to block a
 * second move.
 */
const moveAway = (lock: string, note: string | undefined): void => {
  const moved = placeOfVoid(lock, note)
  try {
    if (note === undefined) writeFileSync(join(lock, 'void'), '')
    renameSync(lock, moved)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || isThere(moved)) return
    throw error
  }
  // The old lock was moved so long ago that it is no longer kept. This is another lock: move it back.
  if (noteIn(moved) !== note && !isThere(lock)) renameSync(moved, lock)
}

const remove = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true })
}

/** Removes the void locks that killed processes have left. One that cannot be removed does no harm. */
const removeVoid = (lock: string): void => {
  const folder = dirname(lock)
  const prefix = `${basename(lock)}.void-`
  try {
    for (const name of readdirSync(folder).filter(name => name.startsWith(prefix)))
      if (statSync(join(folder, name)).ctimeMs < Date.now() - SILENCE) remove(join(folder, name))
  } catch {
    // The next process that claims the file tries again.
  }
}

const inUse = (path: string, note: string | undefined): Error => {
  const owner = parseOwner(note)
  return invalidOption(
    path,
    owner
      ? `is in use by process ${owner.pid} on ${owner.host}: it is for one process at a time`
      : `is in use by another process, as ${lockOf(path)} says`,
  )
}

/** Throws if the lock belongs to another process that is alive, as far as can be known. */
const refuseAnothers = (path: string, found: Found | undefined): void => {
  if (!found) return
  const owner = parseOwner(found.note)
  if (owner && isThisProcess(owner)) return
  const life = owner ? processLife(owner) : 'unknown'
  if (life === 'alive' || (life === 'unknown' && found.signOfLife >= Date.now() - SILENCE))
    throw inUse(path, found.note)
}

/** Throws `InvalidOption` with the process if another process uses a file. */
export const checkUnused = (path: string): void => {
  refuseAnothers(path, lockAt(lockOf(path)))
}

/** The ownership of a file by this process. */
export interface Claim {
  /** Whether it still holds. A lock can be deleted, or taken from a process that slept. */
  readonly isValid: () => boolean
}

const claimOf = (lock: string, note: string): Claim => ({ isValid: () => noteIn(lock) === note })

/**
 * Claims a file for this process until it ends. `proper-lockfile` makes the lock, keeps it fresh, and removes it at
 * the end. It judges a lock by its age only, so the owner is added. Then the lock of an ended process is taken over
 * at once, and the lock of a live one never is. Throws `InvalidOption` with the process if the file is in use.
 */
export const claim = (path: string): Claim => {
  const lock = lockOf(path)
  // Read once: the lock that is judged void and the one that is moved must be the same.
  const found = lockAt(lock)
  refuseAnothers(path, found)
  const owner = parseOwner(found?.note)
  // Another copy of this package in the same thread has it.
  if (found?.note !== undefined && owner && isThisProcess(owner)) return claimOf(lock, found.note)
  if (found) moveAway(lock, found.note)
  const kept = placeOfVoid(lock, found?.note)

  const note = JSON.stringify(thisProcess())
  const removeOurs = (): void => {
    if (noteIn(lock) === note) {
      moveAway(lock, note)
      remove(placeOfVoid(lock, note))
    }
    remove(kept)
  }
  const options = {
    realpath: false,
    // Whether a lock is void was already decided.
    stale: Infinity,
    update: SIGN_OF_LIFE,
    // `isValid` checks before each write.
    onCompromised: () => undefined,
    fs: { mkdirSync: make(note), rmdirSync: removeOurs, realpathSync, statSync, utimesSync },
  }
  try {
    lockSync(path, options)
    removeVoid(lock)
    return claimOf(lock, note)
  } catch (error) {
    throw codeOf(error) === 'ELOCKED' ? inUse(path, noteIn(lock)) : error
  }
}
