import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { of } from 'rxjs'
import type { PaperStore } from '../backtest/paper/options'
import type { PaperState } from '../backtest/paper/storage/state'
import { invalidOption } from '../errors'
import { parseJson } from '../util/parseJson'
import { checkRegular } from './files/checkRegular'
import { claim } from './files/lock'
import type { Claim } from './files/lock'
import { realPath } from './files/realPath'
import { replaceFile } from './files/replaceFile'

const read = (path: string): string | undefined => {
  checkRegular(path)
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw invalidOption(path, `cannot be read: ${(error as Error).message}`)
  }
}

/**
 * A store for `paper` that keeps the account in a file of JSON: its balance, orders, positions and deals. The file is
 * replaced as a whole after each change, so that it has the old state or the new one, also after a crash. Only the
 * file's owner may read it. A link is followed to its file.
 *
 * The file is for one process at a time. Another process gets `InvalidOption`, which names the first one. The lock is
 * beside the file: `paper.json.lock`. A file that is not JSON is an `InvalidOption`, too. To begin anew, delete it.
 *
 * ```ts
 * const connect = paper(account, { balance: 10_000, store: filePaper('paper.json') })
 * ```
 */
export const filePaper = (path: string): PaperStore => {
  const given = resolve(path)
  let claimed: Claim | undefined
  const own = (file: string): void => {
    if (claimed?.isValid() !== true) claimed = claim(file)
  }
  return {
    load: () => {
      const file = realPath(given)
      own(file)
      const text = read(file)
      if (text === undefined) return of(undefined)
      const state = parseJson(text)
      if (state === undefined)
        throw invalidOption(file, 'is not the state of a paper account: it is not JSON')
      return of(state as PaperState)
    },
    save: state => {
      const file = realPath(given)
      own(file)
      replaceFile(file, `${JSON.stringify(state)}\n`)
    },
  }
}
