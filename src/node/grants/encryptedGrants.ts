import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { lock } from 'proper-lockfile'
import { EMPTY, defer, ignoreElements, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../../errors'
import type { Grants, StoredGrant } from '../../gateway'
import type { Tokens } from '../../session/authentication/grants/tokens'
import { replaceFile } from '../files/replaceFile'
import { createSealer } from './seal'
import type { GrantKey } from './seal'

/** The tokens of users, kept in a store from which they can also be removed. */
export interface GrantStore extends Grants {
  /** The tokens of a grant, and their version. If the store has no tokens for it, it completes without a value. */
  readonly load: (grantId: string) => Observable<StoredGrant>
  /** Keeps a pair. `after` is the version that is kept until then, or `''` if there is none. */
  readonly save: (grantId: string, tokens: Required<Tokens>, after: string) => Observable<string>
  /** Removes the tokens of a grant, if there are any. */
  readonly remove: (grantId: string) => Observable<never>
}

const ABSENT = ''

/** A lock is held for a few ms. After this time without a sign of life, in ms, its process has ended. */
const STALE = 10_000
const RETRIES = { retries: 40, factor: 1.2, minTimeout: 5, maxTimeout: 500 }

const readFile = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw invalidOption('grantId', `names tokens that cannot be read: ${code}`)
  }
}

/**
 * A store for the tokens of users in a folder, each grant in a file of its own, sealed with AES-256-GCM. Only the owner
 * of the folder may read it.
 *
 * The first key seals, and all keys open. To change the key, put a new one in front. A file has the new key after the
 * next renewal of its tokens, and names its key. A key that no file names can be left out.
 *
 * Throws `InvalidOption` for an invalid key, with its place in the list. No error has a token or a key.
 *
 * ```ts
 * const grants = encryptedGrants('grants', [{ id: '2026-11', key: process.env['GRANTS_KEY'] ?? '' }])
 * ```
 */
export const encryptedGrants = (
  folder: string,
  keys: readonly [GrantKey, ...(readonly GrantKey[])],
): GrantStore => {
  if (typeof folder !== 'string' || folder === '') throw invalidOption('folder', 'must be a path')
  const root = resolve(folder)
  const sealer = createSealer(keys)

  /** No text of a grant id is in a path, so that none leads out of the folder, and two ids never share a file. */
  const pathOf = (grantId: string): string => {
    if (typeof grantId !== 'string' || grantId === '')
      throw invalidOption('grantId', 'must be a non-empty string')
    return join(root, `${createHash('sha256').update(grantId).digest('hex')}.grant`)
  }
  const versionIn = (path: string, grantId: string): string => {
    const file = readFile(path)
    return file === undefined ? ABSENT : sealer.open(file, grantId).version
  }
  /** One process at a time: a refresh token is good for one renewal, so the pair that is kept must be the last. */
  const alone = async <T>(path: string, act: () => T): Promise<T> => {
    mkdirSync(root, { recursive: true, mode: 0o700 })
    const release = await lock(path, { realpath: false, stale: STALE, retries: RETRIES })
    try {
      return act()
    } finally {
      await release()
    }
  }

  return {
    load: grantId =>
      defer(() => {
        const file = readFile(pathOf(grantId))
        if (file === undefined) return EMPTY
        const { text, version } = sealer.open(file, grantId)
        return of({ tokens: JSON.parse(text) as Tokens, version })
      }),
    save: (grantId, { accessToken, refreshToken, expiresAt }, after) =>
      defer(() => {
        const path = pathOf(grantId)
        const sealed = sealer.seal(JSON.stringify({ accessToken, refreshToken, expiresAt }), grantId)
        return alone(path, () => {
          if (versionIn(path, grantId) !== after)
            throw invalidOption('after', 'is not the version that is kept')
          replaceFile(path, sealed)
          return sealer.open(sealed, grantId).version
        })
      }),
    remove: grantId =>
      defer(async () => {
        const path = pathOf(grantId)
        await alone(path, () => {
          rmSync(path, { force: true })
        })
      }).pipe(ignoreElements()),
  }
}
