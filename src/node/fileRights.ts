import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { BehaviorSubject, EMPTY, defer, distinctUntilChanged, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../errors'
import type { Entitle, Entitlement } from '../gateway'
import { readObject } from './credentials'
import { replaceFile } from './files/replaceFile'
import type { Rights, UserGrant } from './grants/rights'

/** The rights of users in a file. `entitle` is that of a gateway. */
export interface FileRights extends Rights {
  readonly entitle: Entitle
  readonly grants: (userId: string) => Observable<readonly UserGrant[]>
  readonly add: (userId: string, grant: UserGrant) => Observable<never>
  readonly remove: (userId: string, grantId: string) => Observable<never>
}

type Users = ReadonlyMap<string, readonly UserGrant[]>

const isObject = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null

const isAccount = (u: unknown): boolean =>
  isObject(u) &&
  Number.isSafeInteger(u['accountId']) &&
  (u['environment'] === 'demo' || u['environment'] === 'live') &&
  (u['scope'] === 'view' || u['scope'] === 'trade') &&
  (u['traderLogin'] === undefined || Number.isSafeInteger(u['traderLogin']))

const isGrant = (u: unknown): u is UserGrant =>
  isObject(u) &&
  typeof u['grantId'] === 'string' &&
  Number.isSafeInteger(u['ctidUserId']) &&
  Array.isArray(u['accounts']) &&
  u['accounts'].every(isAccount)

const read = (path: string): Users => {
  if (!existsSync(path)) return new Map()
  const { fields } = readObject(path)
  return new Map(
    Object.entries(fields).map(([userId, grants]) => {
      if (!Array.isArray(grants) || !grants.every(isGrant))
        throw invalidOption(`${userId} in ${path}`, 'must be a list of grants with their accounts')
      return [userId, grants]
    }),
  )
}

const entitlements = (grants: readonly UserGrant[]): readonly Entitlement[] =>
  grants.flatMap(({ grantId, accounts }) => accounts.map(account => ({ ...account, grantId })))

const NONE: readonly UserGrant[] = []

/**
 * The rights of users in a JSON file: for each user a list of grants, with the accounts that each opens. The file has no
 * token. It is read once, so that one process may use it at a time. A change counts at once. Throws `InvalidOption` if
 * the file is not valid, with the user.
 *
 * ```ts
 * const rights = fileRights('rights.json')
 * const server = createGateway({ application, origins: [], grants, authenticate, entitle: rights.entitle })
 * ```
 */
export const fileRights = (path: string): FileRights => {
  if (typeof path !== 'string' || path === '') throw invalidOption('path', 'must be a path')
  const file = resolve(path)
  const users$ = new BehaviorSubject(read(file))

  const change = (userId: string, next: (grants: readonly UserGrant[]) => readonly UserGrant[]) =>
    defer(() => {
      const users = new Map(users$.value)
      users.set(userId, next(users.get(userId) ?? NONE))
      mkdirSync(dirname(file), { recursive: true })
      replaceFile(file, `${JSON.stringify(Object.fromEntries(users), undefined, 2)}\n`)
      users$.next(users)
      return EMPTY
    })

  return {
    entitle: ({ userId }) =>
      users$.pipe(
        map(users => users.get(userId) ?? NONE),
        distinctUntilChanged(),
        map(entitlements),
      ),
    grants: userId => defer(() => of(users$.value.get(userId) ?? NONE)),
    add: (userId, grant) =>
      change(userId, grants => [...grants.filter(({ grantId }) => grantId !== grant.grantId), grant]),
    remove: (userId, grantId) => change(userId, grants => grants.filter(grant => grant.grantId !== grantId)),
  }
}
