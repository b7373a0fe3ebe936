import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { realPath } from '../../node/files/realPath'
import { replaceFile } from '../../node/files/replaceFile'
import type { Credentials } from '../../node'

/** Writes credentials into a file that only its owner may read, whole or not at all. */
export const saveCredentials = (path: string, credentials: Credentials): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  replaceFile(realPath(path), `${JSON.stringify(credentials, undefined, 2)}\n`)
}
