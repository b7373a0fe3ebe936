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
import { isThisProcess, lifeOf, ownerIn, thisProcess } from './owner'

/** How often a process shows that it lives, in ms. It matters only where others cannot look it up by its number. */
const SIGN_OF_LIFE = 2_000
/** After so many ms without that, its lock is void. */
const SILENCE = 10_000

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const lockOf = (path: string): string => `${path}.lock`

/** What a lock says of its owner. */
const noteIn = (lock: string): string | undefined => {
  try {
    return readFileSync(join(lock, 'owner.json'), 'utf8')
  } catch {
    return undefined
  }
}

/** A lock as it was found. */
interface Found {
  readonly note: string | undefined
  readonly signOfLife: number
}

/** The note is read first: a lock that is made between the two looks has a fresh sign of life, and so is not void. */
const lockAt = (lock: string): Found | undefined => {
  const note = noteIn(lock)
  const there = statSync(lock, { throwIfNoEntry: false })
  return there && { note, signOfLife: there.mtimeMs }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

const exists = (path: string): Error => Object.assign(new Error(`${path} exists`), { code: 'EEXIST' })

/** A lock is a folder, as that of `proper-lockfile`, but with its owner in it from the first moment. */
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
      // A rename replaces no folder that has something in it: another process came first.
      throw isThere(lock) ? exists(lock) : error
    }
  }

/** Where a void lock goes. Its name follows from what the lock says, so that each lock can go there once. */
const placeOfVoid = (lock: string, note: string | undefined): string =>
  `${lock}.void-${createHash('sha256')
    .update(note ?? '')
    .digest('hex')
    .slice(0, 16)}`

/**
 * Moves a void lock away, unless another process has done so. That one may have made its own lock since, which must stay:
 * a rename replaces no folder that has something in it. So the old lock is kept where it went to.
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
  // The old lock went there so long ago that it is no longer kept, and this is another one.
  if (noteIn(moved) !== note && !isThere(lock)) renameSync(moved, lock)
}

const remove = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true })
}

/** Removes the void locks that processes have kept which were killed. One that cannot be removed does no harm. */
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
  const owner = ownerIn(note)
  return invalidOption(
    path,
    owner
      ? `is in use by process ${owner.pid} on ${owner.host}: it is for one process at a time`
      : `is in use by another process, as ${lockOf(path)} says`,
  )
}

/** Throws where a lock is another process's which lives, as far as can be told. */
const refuseAnothers = (path: string, found: Found | undefined): void => {
  if (!found) return
  const owner = ownerIn(found.note)
  if (owner && isThisProcess(owner)) return
  const life = owner ? lifeOf(owner) : 'unknown'
  if (life === 'alive' || (life === 'unknown' && found.signOfLife >= Date.now() - SILENCE))
    throw inUse(path, found.note)
}

/** Throws `InvalidOption`, naming the process, where a file is in use by another one. */
export const checkUnused = (path: string): void => {
  refuseAnothers(path, lockAt(lockOf(path)))
}

/** That this process owns a file. */
export interface Claim {
  /** Whether it still does. A lock can be deleted, and taken from a process that slept. */
  readonly isValid: () => boolean
}

const claimOf = (lock: string, note: string): Claim => ({ isValid: () => noteIn(lock) === note })

/**
 * Claims a file for this process, for as long as it lives. `proper-lockfile` makes the lock, shows that it is in use, and
 * takes it away at the end. It knows a lock by its age alone. So the owner is added to it: the lock of a process that has
 * surely ended is taken over at once, and the lock of one that lives is never taken over. Throws `InvalidOption`, naming
 * the process, where the file is in use.
 */
export const claim = (path: string): Claim => {
  const lock = lockOf(path)
  // Looked at once: what is found void and what is moved away must be the same.
  const found = lockAt(lock)
  refuseAnothers(path, found)
  const owner = ownerIn(found?.note)
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
    // Whether a lock is void has been decided by now.
    stale: Infinity,
    update: SIGN_OF_LIFE,
    // `isValid` finds out, before anything is written.
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
