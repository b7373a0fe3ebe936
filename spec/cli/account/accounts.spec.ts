import { readFileSync, writeFileSync } from 'node:fs'
import { ProtoOAClientPermissionScope } from 'rx-ctrader/protocol'
import { commandLine } from '../../support/commandLine'
import type { CommandLine } from '../../support/commandLine'

const account = { traderLogin: 1, brokerTitleShort: 'B', isLive: false }

let line: CommandLine
beforeEach(async () => {
  line = await commandLine({
    accounts: [
      { ...account, accountId: 12345678, traderLogin: 3000001 },
      { ...account, accountId: 2, traderLogin: 22, depositAsset: 'EUR', balance: 123_456 },
      { ...account, accountId: 3, traderLogin: 33, isLive: true },
    ],
    grants: [
      {
        accessToken: 'demo',
        refreshToken: 'demo-refresh',
        accountIds: [12345678, 2, 3],
        permissionScope: ProtoOAClientPermissionScope.SCOPE_VIEW,
      },
    ],
  })
})
afterEach(() => {
  line.close()
})

const rewrite = (changes: object): void => {
  const before = JSON.parse(readFileSync(line.credentials, 'utf8')) as object
  writeFileSync(line.credentials, JSON.stringify({ ...before, ...changes }))
}
const saved = () => JSON.parse(readFileSync(line.credentials, 'utf8')) as Record<string, unknown>

describe('accounts', () => {
  it('lists those of the token with balance and scope, and marks the one in use', async () => {
    const { code, out, err } = await line.run(['accounts'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^\* +12345678 +3000001 +B +demo +10000\.00 +USD +accounts$/m)
    expect(out).toMatch(/^ +2 +22 +B +demo +1234\.56 +EUR +accounts$/m)
  })

  it('lists an account without its balance if the server does not give it', async () => {
    const { out } = await line.run(['accounts', '--json'])
    expect(JSON.parse(out)).toMatchObject([
      { accountId: 12345678, balance: 10_000, currency: 'USD', selected: true },
      { accountId: 2, balance: 1234.56, currency: 'EUR', selected: false },
      { accountId: 3, login: 33, environment: 'live', balance: null, scope: 'accounts' },
    ])
  })

  it.each(['2', '22'])('uses the account with the id or login %s', async number => {
    const { code, out } = await line.run(['accounts', '--account', number, '--json'])
    expect(code).toBe(0)
    expect((JSON.parse(out) as { selected: boolean }[]).map(({ selected }) => selected)).toEqual([
      false,
      true,
      false,
    ])
  })

  it('names the accounts of the grant if another one is asked for', async () => {
    const { code, err } = await line.run(['accounts', '--account', '9'])
    expect(code).toBe(2)
    expect(err).toContain('no account 9 in this grant. It has 12345678 (login 3000001), 2 (login 22)')
  })

  it('renews a token that has expired, and saves the new pair', async () => {
    line.broker.fault({ kind: 'tokenExpiry' })
    const { code } = await line.run(['accounts', '--account', '2'])
    expect(code).toBe(0)
    expect(saved()).toMatchObject({
      accessToken: 'access-1-1',
      refreshToken: 'refresh-1-1',
      accountId: 12345678,
    })
    expect(await line.run(['accounts'])).toMatchObject({ code: 0 })
  })

  it('says that only a new login helps if the refresh token is used up', async () => {
    line.broker.fault({ kind: 'tokenExpiry' })
    rewrite({ refreshToken: 'used' })
    const { code, err } = await line.run(['accounts'])
    expect(code).toBe(1)
    expect(err).toMatch(/rx-ctrader login/)
    expect(err).not.toContain('used\n')
  })

  it.each([
    [{ clientSecret: 'hush' }, /clientId or clientSecret is incorrect[^]*Check the id and the secret/],
    [{ accountId: 3 }, /CANT_ROUTE_REQUEST[^]*rx-ctrader accounts/],
  ])('says why %j is refused, without secrets', async (changes, words) => {
    rewrite(changes)
    const { code, out, err } = await line.run(['accounts', '--log'])
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(words)
    expect(err).not.toMatch(/hush|demo-refresh/)
  })

  it('gives up when there is no server, and says so at each attempt', async () => {
    rewrite({ server: 'ws://127.0.0.1:1' })
    const { code, err } = await line.run(['accounts'])
    expect(code).toBe(1)
    expect(err.match(/ECONNREFUSED/g)).toHaveLength(3)
  })

  it('refuses ws:// to another machine', async () => {
    const { code, err } = await line.run(['accounts', '--server', 'ws://192.0.2.1:5036'])
    expect(code).not.toBe(0)
    expect(err).toContain('must begin with wss://')
  })

  it('tells with --log what the client does', async () => {
    const { err } = await line.run(['accounts', '--log'])
    expect(err).toMatch(/^info account\.authenticated/m)
  })
})
