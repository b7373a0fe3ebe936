import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom, lastValueFrom } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Entitlement } from 'rx-ctrader/gateway'
import { fileRights } from 'rx-ctrader/node'
import type { UserGrant } from 'rx-ctrader/node'
import { OWNER_ONLY } from '../support/fileMode'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
  path = join(folder, 'state', 'rights.json')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const done = (source$: Observable<never>): Promise<unknown> =>
  lastValueFrom(source$, { defaultValue: undefined })

const grant = (grantId: string, accountId = 1): UserGrant => ({
  grantId,
  ctidUserId: 5,
  accounts: [{ accountId, environment: 'demo', scope: 'trade' }],
})

describe('rights in a file', () => {
  it('are those of each user, and a change is emitted to that user alone', async () => {
    const rights = fileRights(path)
    const seen: Record<string, (readonly Entitlement[])[]> = { ann: [], ben: [] }
    const watching = ['ann', 'ben'].map(userId =>
      rights.entitle({ userId }).subscribe(entitlements => seen[userId]?.push(entitlements)),
    )
    await done(rights.add('ann', grant('one')))
    await done(rights.add('ann', grant('two', 2)))
    await done(rights.remove('ann', 'one'))
    for (const one of watching) one.unsubscribe()
    expect(seen['ann']?.map(list => list.map(({ grantId }) => grantId))).toEqual([
      [],
      ['one'],
      ['one', 'two'],
      ['two'],
    ])
    expect(seen['ben']).toEqual([[]])
    expect(await firstValueFrom(rights.grants('ann'))).toEqual([grant('two', 2)])
    expect(await firstValueFrom(rights.grants('ben'))).toEqual([])
  })

  it('are there again after a restart, for the owner of the file alone', async () => {
    await done(fileRights(path).add('__proto__', grant('one')))
    await done(fileRights(path).add('__proto__', { ...grant('one'), ctidUserId: 6 }))
    expect(statSync(path).mode & 0o777).toBe(OWNER_ONLY)
    expect(await firstValueFrom(fileRights(path).grants('__proto__'))).toEqual([
      { ...grant('one'), ctidUserId: 6 },
    ])
    expect(await firstValueFrom(fileRights(path).grants('ann'))).toEqual([])
    expect(readFileSync(path, 'utf8')).toMatch(/\n$/)
  })

  it.each<[string, unknown]>([
    ['is no list', {}],
    ['has no object', [7]],
    ['has no id', [{ ...grant('one'), grantId: 7 }]],
    ['has no person', [{ ...grant('one'), ctidUserId: 'x' }]],
    ['has no accounts', [{ ...grant('one'), accounts: undefined }]],
    [
      'has an account without an id',
      [{ ...grant('one'), accounts: [{ environment: 'demo', scope: 'view' }] }],
    ],
    [
      'has an unknown environment',
      [{ ...grant('one'), accounts: [{ accountId: 1, environment: 'test', scope: 'view' }] }],
    ],
    [
      'has an unknown scope',
      [{ ...grant('one'), accounts: [{ accountId: 1, environment: 'live', scope: 'all' }] }],
    ],
    [
      'has a login that is no number',
      [
        {
          ...grant('one'),
          accounts: [{ accountId: 1, environment: 'live', scope: 'view', traderLogin: '7' }],
        },
      ],
    ],
    ['has no account', [{ ...grant('one'), accounts: [null] }]],
  ])('are refused with the user whose entry %s', (_, entry) => {
    path = join(folder, 'rights.json')
    writeFileSync(path, JSON.stringify({ ann: [grant('one')], ben: entry }))
    expect(() => fileRights(path)).toThrow(/^ben in .*rights\.json must be a list of grants/)
  })

  it('need a path', () => {
    expect(() => fileRights('')).toThrow('path must be a path')
    expect(() => fileRights(7 as never)).toThrow('path must be a path')
  })
})
