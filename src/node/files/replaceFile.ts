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

/** Makes what happened to the names in a folder safe, where the system can. */
export const syncFolderOf = (path: string): void => {
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
 * Does something with a new file beside another one, which is gone afterwards unless it got another name. Its name cannot
 * be guessed and must not be taken, so that nobody else can have put a file or a link there; its owner is that of the
 * other file.
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

/** Puts a content in a file's place as a whole: whatever happens, the file is the old one or the new one. For its owner alone. */
export const replaceFile = (path: string, content: string | Buffer): void => {
  withNewFile(path, content, beside => {
    renameSync(beside, path)
  })
  syncFolderOf(path)
}

/** Throws where a file of this size could not be replaced. Leaves everything as it is. */
export const checkReplaceable = (path: string, content: string): void => {
  withNewFile(path, content, beside => {
    rmSync(beside)
    // A second name cannot lead to what is mounted as a file, and that cannot be renamed over either.
    linkSync(path, beside)
  })
}

/**
 * Writes over what is in a file, where it cannot be replaced. Where that fails midway, what was there is put back. Both
 * texts have to bear white space at their ends, by which the shorter one covers all of the longer one at once.
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
