import { createHash } from 'node:crypto'
import { EMPTY, catchError, concatMap, defer, filter, ignoreElements, map, of, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../../errors'
import type { Store, StoreEntry } from '../../gateway/bus/store'
import type { StoredGrant } from '../../gateway'
import type { Tokens } from '../../session/authentication/grants/tokens'
import type { Log } from '../../session/logging/log'
import type { GrantStore } from './encryptedGrants'
import { createSealer } from './seal'
import type { GrantKey } from './seal'

const ABSENT = ''

/** A store of tokens that holds only what is sealed, in a store that several processes share. */
export const sealedGrants = (
  store: Store,
  keys: readonly [GrantKey, ...(readonly GrantKey[])],
  log: Log = () => undefined,
): Required<GrantStore> => {
  const sealer = createSealer(keys)

  /** Any text can be the id of a grant, but not the name of a value. */
  const keyFor = (grantId: string): string => {
    if (typeof grantId !== 'string' || grantId === '')
      throw invalidOption('grantId', 'must be a non-empty string')
    return createHash('sha256').update(grantId).digest('hex')
  }
  const versionOf = (entry: StoreEntry | undefined): string =>
    entry && entry.text !== ABSENT ? String(entry.revision) : ABSENT

  const open = (entry: StoreEntry, grantId: string): StoredGrant => ({
    tokens: JSON.parse(sealer.open(entry.text, grantId).text) as Tokens,
    version: versionOf(entry),
  })

  /** Writes once. The answer may be lost: each seal differs, so what is there says whether it counts. */
  const write = (key: string, text: string, after: number): Observable<number> =>
    store
      .put(key, text, after)
      .pipe(
        catchError((error: unknown) =>
          store
            .get(key)
            .pipe(
              concatMap(entry =>
                entry?.text === text && entry.revision > after ? of(entry.revision) : throwError(() => error),
              ),
            ),
        ),
      )

  return {
    load: grantId =>
      defer(() => store.get(keyFor(grantId))).pipe(
        filter(entry => entry !== undefined),
        filter(({ text }) => text !== ABSENT),
        map(entry => open(entry, grantId)),
      ),
    watch: grantId =>
      defer(() => {
        let last = 0
        return store.watch(keyFor(grantId)).pipe(
          // What was asked for after a lost connection may come behind what is newer.
          filter(({ revision }) => revision > last),
          tap(({ revision }) => {
            last = revision
          }),
          filter(({ text }) => text !== ABSENT),
          concatMap(entry =>
            defer(() => of(open(entry, grantId))).pipe(
              // The next one may be readable: an error would be the end of all.
              catchError((error: unknown) => {
                log('warn', 'gateway.grant', { grantId, error })
                return EMPTY
              }),
            ),
          ),
        )
      }),
    save: (grantId, { accessToken, refreshToken, expiresAt }, after) =>
      defer(() => {
        const key = keyFor(grantId)
        const sealed = sealer.seal(JSON.stringify({ accessToken, refreshToken, expiresAt }), grantId)
        return store.get(key).pipe(
          concatMap(entry =>
            versionOf(entry) === after
              ? write(key, sealed, entry?.revision ?? 0)
              : throwError(() => invalidOption('after', 'is not the version that is kept')),
          ),
          map(revision => String(revision)),
        )
      }),
    remove: grantId =>
      defer(() => {
        const key = keyFor(grantId)
        return store
          .get(key)
          .pipe(
            concatMap(entry =>
              versionOf(entry) === ABSENT ? of(0) : write(key, ABSENT, entry?.revision ?? 0),
            ),
          )
      }).pipe(ignoreElements()),
  }
}
