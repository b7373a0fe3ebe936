import {
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { lockSync } from 'proper-lockfile'
import { invalidOption } from '../errors'
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

/** Takes a lock away, unless it is another one by now. */
const remove = (lock: string, note: string | undefined): void => {
  if (!isThere(lock)) return
  const beside = mkdtempSync(`${lock}.`)
  const taken = join(beside, 'lock')
  try {
    renameSync(lock, taken)
    if (noteIn(taken) !== note) renameSync(taken, lock)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  } finally {
    rmSync(beside, { recursive: true, force: true })
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

/** Whether a lock is another process's which lives, as far as can be told. */
const isAnothers = (lock: string, note: string | undefined): boolean => {
  const owner = ownerIn(note)
  if (owner && isThisProcess(owner)) return false
  const life = owner ? lifeOf(owner) : 'unknown'
  if (life !== 'unknown') return life === 'alive'
  const there = statSync(lock, { throwIfNoEntry: false })
  return there !== undefined && there.mtimeMs >= Date.now() - SILENCE
}

/** Throws `InvalidOption`, naming the process, where a file is in use by another one. */
export const checkUnused = (path: string): void => {
  const note = noteIn(lockOf(path))
  if (isAnothers(lockOf(path), note)) throw inUse(path, note)
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
  checkUnused(path)
  const found = noteIn(lock)
  const owner = ownerIn(found)
  // Another copy of this package in the same thread has it.
  if (found !== undefined && owner && isThisProcess(owner)) return claimOf(lock, found)
  remove(lock, found)

  const note = JSON.stringify(thisProcess())
  const removeOurs = (): void => {
    if (noteIn(lock) === note) remove(lock, note)
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
    return claimOf(lock, note)
  } catch (error) {
    throw codeOf(error) === 'ELOCKED' ? inUse(path, noteIn(lock)) : error
  }
}
