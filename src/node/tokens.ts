import { closeSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SaveTokens } from '../session/authentication/grants/tokens'
import { readObject } from './credentials'
import { realPath } from './files/realPath'
import { checkReplaceable, overwrite, replaceFile } from './files/replaceFile'

/** The errors of a file that cannot be replaced: it is a mount point, or its folder is not writable. */
const staying: ReadonlySet<string | undefined> = new Set([
  'EACCES',
  'EBUSY',
  'EMLINK',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EPERM',
  'EROFS',
  'EXDEV',
])

const eitherOf = (replace: () => void, stay: () => void): void => {
  try {
    replace()
  } catch (error) {
    if (!staying.has((error as NodeJS.ErrnoException).code)) throw error
    stay()
  }
}

/**
 * A `saveTokens` that writes the new pair into a credentials file and keeps the rest of the file. Afterwards only
 * the file's owner may read it. A link is followed to its file.
 *
 * The file is replaced as a whole, so that it always has the old pair or the new one. A file that cannot be
 * replaced, for example one that is mounted into a container, is overwritten in place. Before the client renews a
 * pair, it checks that the file can be written, because a refresh token is good for one renewal only.
 *
 * ```ts
 * client.account({ accountId, accessToken, saveTokens: fileTokens('credentials.json') })
 * ```
 */
export const fileTokens = (path: string): SaveTokens => {
  const given = resolve(path)
  const save = (tokens: object): void => {
    const file = realPath(given)
    const { fields, text } = readObject(file)
    const content = `${JSON.stringify({ ...fields, ...tokens }, undefined, 2)}\n`
    eitherOf(
      () => {
        replaceFile(file, content)
      },
      () => {
        overwrite(file, content, text)
      },
    )
  }
  const check = (): void => {
    const file = realPath(given)
    const { text } = readObject(file)
    eitherOf(
      () => {
        checkReplaceable(file, text)
      },
      () => {
        closeSync(openSync(file, 'r+'))
      },
    )
  }
  return Object.assign(save, { check })
}

/**
 * The former name of `fileTokens(path)`: `saveTokensTo('credentials.json')`.
 *
 * @deprecated Use {@link fileTokens}.
 */
export const saveTokensTo = fileTokens
