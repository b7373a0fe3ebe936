import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { ProtoOAClientPermissionScope } from 'rx-ctrader/protocol'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { NOON, commandLine } from '../../support/commandLine'
import type { CommandLine } from '../../support/commandLine'

let line: CommandLine
afterEach(() => {
  line.close()
})
const begin = async (options: SimulatorOptions = {}, changes: object = {}): Promise<void> => {
  line = await commandLine(options)
  const before = JSON.parse(readFileSync(line.credentials, 'utf8')) as object
  writeFileSync(line.credentials, JSON.stringify({ ...before, ...changes }))
}

const DAY = 86_400_000

describe('doctor', () => {
  it('checks everything, a line each, and ends with 0', async () => {
    await begin({}, { expiresAt: Date.now() + 10.5 * DAY })
    const { code, out, err } = await line.run(['doctor'])
    expect([code, err]).toEqual([0, ''])
    expect(
      out
        .trimEnd()
        .split('\n')
        .map(text => text.split(/ +/).slice(0, 2).join(' ')),
    ).toEqual(
      [
        ...['credentials', 'permissions', 'token', 'name', 'port', 'TLS', 'application', 'account', 'scope'],
        ...['environment', 'clock', 'quotes'],
      ].map(name => `ok ${name}`),
    )
    expect(out).toMatch(/^ok +token +good until .* UTC, for 10 more days$/m)
    expect(out).toMatch(/^ok +quotes +EURUSD \d\.\d{5}$/m)
  })

  it('gives all as JSON', async () => {
    await begin()
    const { out } = await line.run(['doctor', '--json'])
    expect(JSON.parse(out)).toContainEqual({ name: 'scope', isFine: true, detail: 'trading' })
  })

  it('says that a market is closed', async () => {
    await begin({ start: NOON + 4 * DAY })
    const { code, out } = await line.run(['doctor'])
    expect(code).toBe(0)
    expect(out).toMatch(/^ok +quotes +EURUSD is closed until 2031-01-12 22:0.* UTC; the last one is of/m)
  })

  it('says that a token is for viewing only', async () => {
    await begin({
      grants: [
        {
          accessToken: 'demo',
          refreshToken: 'demo-refresh',
          accountIds: [12345678],
          permissionScope: ProtoOAClientPermissionScope.SCOPE_VIEW,
        },
      ],
    })
    expect((await line.run(['doctor'])).out).toMatch(/scope +accounts: viewing only/)
  })

  it('wants a file that only its owner can read', async () => {
    await begin()
    chmodSync(line.credentials, 0o644)
    const { code, out } = await line.run(['doctor'])
    expect(code).toBe(1)
    expect(out).toMatch(/^wrong +permissions +644: others can read the file\n +chmod 600 /m)
    expect(out).toMatch(/^ok +quotes/m)
  })

  it.each<[object, RegExp]>([
    [
      { accountId: 'x' },
      /^wrong +credentials +accountId in .* must be a positive whole number[^]*rx-ctrader login/,
    ],
    [{ expiresAt: 1 }, /^wrong +token +it has expired\n +It is renewed/m],
    [
      { server: 'ws://127.0.0.1:1' },
      /^wrong +port +1 is not reached \(ECONNREFUSED\)\n +Nothing listens there/m,
    ],
    [{ server: 'ws://nowhere.invalid:1' }, /^wrong +name +nowhere\.invalid is not found[^]*name server/m],
    [{ clientSecret: 'hush' }, /^wrong +application .*incorrect\n +Check the id and the secret/m],
    [{ accountId: 9 }, /^wrong +account .*/m],
    [{ environment: 'live' }, /^wrong +environment +it is a demo account\n +Write "environment": "demo"/m],
  ])('says what to do about %j, and ends with 1', async (changes, words) => {
    await begin({}, changes)
    const { code, out, err } = await line.run(['doctor'])
    expect([code, err]).toEqual([1, ''])
    expect(out).toMatch(words)
    expect(out).not.toContain('hush')
  })

  it('says that there are no credentials', async () => {
    await begin()
    const { code, out } = await line.run(['doctor', '--credentials', 'none.json'])
    expect(code).toBe(1)
    expect(out).toMatch(/^wrong +credentials +There is no file .*none.json.\n +npx rx-ctrader login/)
  })

  it('says that a connection is not secure', async () => {
    const plain = createServer(socket => socket.on('error', () => undefined).end('hello\n')).listen(
      0,
      '127.0.0.1',
    )
    await new Promise(resolve => plain.once('listening', resolve))
    const { port } = plain.address() as AddressInfo
    await begin({}, { server: `wss://127.0.0.1:${port}` })
    const { code, out } = await line.run(['doctor'])
    plain.close()
    expect(code).toBe(1)
    expect(out).toMatch(/^wrong +TLS +no secure connection/m)
  })
})
