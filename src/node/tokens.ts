import { closeSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SaveTokens } from '../session/authentication/tokens'
import { readObject } from './credentials'
import { realPath } from './files/realPath'
import { checkReplaceable, overwrite, replaceFile } from './files/replaceFile'

/** What is said of a file that has to stay where it is: it is mounted by itself, or its folder cannot be written to. */
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
 * A `saveTokens` that writes the new pair into a credentials file and leaves the rest of it as it is. Only the file's
 * owner may read it afterwards. A link is followed to the file it leads to.
 *
 * The file is replaced as a whole, so that it has the old pair or the new one and never half of either. A file that
 * cannot be replaced, as one that is mounted into a container by itself, is written over in its place. Before the client
 * renews a pair, it is tried whether the file can be written: a refresh token is good for one renewal.
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
 * The same as `fileTokens(path)`, by its former name: `saveTokensTo('credentials.json')`.
 *
 * @deprecated Use {@link fileTokens}.
 */
export const saveTokensTo = fileTokens
