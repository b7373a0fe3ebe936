import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

const attempt = (act: () => void): boolean => {
  try {
    act()
    return true
  } catch {
    return false
  }
}

/** Syncs a folder, so that changes of names in it survive a crash, if the system supports that. */
export const syncFolder = (path: string): void => {
  attempt(() => {
    const folder = openSync(dirname(path), 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  })
}

/**
 * Makes a new file beside another one, uses it, and removes it unless it was renamed. Its name cannot be guessed
 * and must not exist, so that no one else can have put a file or a link there. It gets the owner of the other file.
 */
const withNewFile = (path: string, content: string | Buffer, use: (beside: string) => void): void => {
  const beside = `${path}.${randomUUID()}.new`
  const file = openSync(beside, 'wx', 0o600)
  try {
    try {
      const other = statSync(path, { throwIfNoEntry: false })
      if (other) attempt(() => fchownSync(file, other.uid, other.gid))
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    use(beside)
  } finally {
    rmSync(beside, { force: true })
  }
}

/**
 * Replaces the content of a file as a whole: even after a crash, it is the old or the new content. Readable for its
 * owner only.
 */
export const replaceFile = (path: string, content: string | Buffer): void => {
  withNewFile(path, content, beside => {
    renameSync(beside, path)
  })
  syncFolder(path)
}

/** Throws if a file of this size could not be replaced. Changes nothing. */
export const checkReplaceable = (path: string, content: string): void => {
  withNewFile(path, content, beside => {
    rmSync(beside)
    // A file that is a mount point can have no second name, and cannot be replaced by a rename either.
    linkSync(path, beside)
  })
}

/**
 * Overwrites a file that cannot be replaced. If that fails midway, the old content is restored. Both texts must end
 * with white space, so that the shorter one can be padded to the length of the longer one.
 */
export const overwrite = (path: string, content: string, before: string): void => {
  const file = openSync(path, 'r+')
  const put = (text: string, other: string): void => {
    const length = Buffer.byteLength(text)
    writeSync(file, text + ' '.repeat(Math.max(0, Buffer.byteLength(other) - length)), 0)
    ftruncateSync(file, length)
    fsyncSync(file)
  }
  try {
    attempt(() => {
      fchmodSync(file, 0o600)
    })
    try {
      put(content, before)
    } catch (error) {
      attempt(() => {
        put(before, content)
      })
      throw error
    }
  } finally {
    closeSync(file)
  }
}
