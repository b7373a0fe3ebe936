import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filter, firstValueFrom } from 'rxjs'
import { createClient, lots, placeOrder, price, webSocketConnect } from 'rx-ctrader'
import { certificate } from '../../node/gateway/certificate'
import { endAll, logIn, openAccount, visit } from '../../node/gateway/served'
import { runInProcess } from '../../support/commandLine'
import type { CommandRun } from '../../support/commandLine'

let folder = ''
const runs: CommandRun[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
})
afterEach(async () => {
  endAll()
  for (const run of runs.splice(0)) {
    run.stop()
    await run.exitCode
  }
  rmSync(folder, { recursive: true })
})

const start = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const run = runInProcess(['gateway', '--port', '0', ...args], { folder, env })
  runs.push(run)
  await Promise.race([run.until(text => /Ctrl-C|"health"/.test(text)), run.exitCode])
  const url = /wss?:\S+/.exec(run.out())?.[0] ?? ''
  return { run, url, page: (path: string) => url.replace('ws', 'http').replace('/ctrader', path) }
}

const form = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => ({
  method: 'POST',
  redirect: 'manual' as const,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: String(new URLSearchParams(fields)),
})

describe('gateway --demo', () => {
  const demo = async () => {
    const { page, url, run } = await start(['--demo', '--origin', 'https://app.example.com'])
    const session = async (user: string): Promise<string> => {
      const answer = await fetch(page('/login'), form({ user, password: user }))
      return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    }
    const line = async (cookie: string) => {
      const visitor = await visit(url, { origin: 'http://localhost:4200', cookie })
      visitor.send(logIn('any'))
      return visitor
    }
    return { page, url, run, session, line }
  }

  it('says how to log in, and has two users, three accounts and one that both have', async () => {
    const { run, session, line } = await demo()
    expect(run.out()).toContain('account 34567890: ann and ben')
    const ann = await line(await session('ann'))
    const ben = await line(await session('ben'))
    ann.send(openAccount(12345678), { ...openAccount(34567890), clientMsgId: 'shared' })
    ben.send(openAccount(12345678), { ...openAccount(34567890), clientMsgId: 'shared' })
    expect(await ann.got(/"open"/)).toContain('2103')
    expect(await ben.got(/"open"/)).toContain('CH_CTID_TRADER_ACCOUNT_NOT_FOUND')
    await Promise.all([ann, ben].map(({ got }) => got(/"shared".*|2103.*shared/)))
  })

  it('shows a small form, then who is logged in, and ends the lines of a session that is over', async () => {
    const { page, session, line } = await demo()
    expect(await (await fetch(page('/'))).text()).toContain('<form method="post" action="/login">')
    const cookie = await session('ann')
    const headers = { cookie }
    const home = await (await fetch(page('/'), { headers })).text()
    expect(home).toMatch(/Logged in as ann[^]*12345678[^]*34567890/)
    const ann = await line(cookie)
    await ann.got(/2101/)
    const answer = await fetch(page('/logout'), form({}, headers))
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0')
    expect(await ann.closed).toBe(1008)
    const again = await line(cookie)
    await again.got(/CH_CLIENT_AUTH_FAILURE/)
    expect((await fetch(page('/logout'), form({}))).status).toBe(303)
  })

  it.each([
    ['another user', { user: 'eve', password: 'eve' }],
    ['a wrong password', { user: 'ann', password: 'ben' }],
    ['nothing', {}],
    ['very much', { user: 'a'.repeat(5_000) }],
  ])('refuses %s', async (_, fields) => {
    const { page } = await demo()
    expect((await fetch(page('/login'), form(fields))).status).toBe(401)
  })

  it('refuses forms of other pages, and takes those of its own', async () => {
    const { page } = await demo()
    const fields = { user: 'ann', password: 'ann' }
    expect((await fetch(page('/login'), form(fields, { origin: 'https://evil.example' }))).status).toBe(403)
    for (const origin of [page('').replace('127.0.0.1', '127.0.0.1'), 'http://localhost:4200'])
      expect((await fetch(page('/login'), form(fields, { origin }))).status).toBe(303)
  })

  it('ends at once, with 0', async () => {
    const { run, url, session, line } = await demo()
    const ann = await line(await session('ann'))
    await ann.got(/2101/)
    run.stop()
    expect(await run.exitCode).toBe(0)
    expect(await ann.closed).toBe(1001)
    await expect(visit(url)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('gateway --config', () => {
  const KEY = Buffer.alloc(32, 7).toString('base64')
  const env = { RX_CTRADER_CLIENT_SECRET: 'demo', RX_CTRADER_GRANT_KEYS: `2026-11:${KEY}` }
  const sessions = `exports.authenticate = ({ token }) => {
    if (token !== 'ticket') throw new Error('SECRET')
    return [{ userId: 'ann' }]
  }`
  const valid = {
    port: 8443,
    application: { clientId: 'demo' },
    origins: ['https://app.example.com'],
    grants: { folder: 'state/grants' },
    rights: 'state/rights.json',
    sessions: 'sessions.cjs',
  }
  const write = (config: object, module = sessions): void => {
    writeFileSync(join(folder, 'gateway.json'), JSON.stringify(config))
    writeFileSync(join(folder, 'sessions.cjs'), module)
  }
  const run = (variables: Readonly<Record<string, string>> = env, ...args: readonly string[]) =>
    start(['--config', 'gateway.json', ...args], variables)

  it('serves an account of a server, with orders in a journal and in the audit', async () => {
    const simulator = runInProcess(['simulate', '--port', '0', '--json', '--start', '2031-01-08T12:00Z'])
    runs.push(simulator)
    await simulator.until(text => text.endsWith('\n'))
    const [{ url: server }] = simulator.json() as [{ readonly url: string }]
    const account = { accountId: 12345678, environment: 'demo', grantId: 'one', scope: 'trade' }
    write(
      {
        ...valid,
        rights: undefined,
        lines: [{ name: 'demo', environment: 'demo', server }],
        limits: { burst: 200 },
        journal: 'state/journals',
        audit: 'state/audit/orders.jsonl',
      },
      `${sessions}
      const { concat, of, NEVER } = require(${JSON.stringify(require.resolve('rxjs'))})
      exports.entitle = () => concat(of([${JSON.stringify(account)}]), NEVER)`,
    )
    const { encryptedGrants } = await import('rx-ctrader/node')
    const store = encryptedGrants(join(folder, 'state/grants'), [{ id: '2026-11', key: KEY }])
    const tokens = { accessToken: 'demo', refreshToken: 'demo-refresh', expiresAt: Date.UTC(2040, 0) }
    await firstValueFrom(store.save('one', tokens, ''))

    const { url, page } = await run()
    expect((await fetch(page('/health'))).status).toBe(200)
    const client = createClient({
      connect: webSocketConnect(url),
      environment: 'demo',
      clientId: 'terminal',
      clientSecret: 'ticket',
    })
    const buy = { type: 'limit', symbol: 1, side: 'buy', volume: lots(1), price: price(0.5) } as const
    const placed$ = placeOrder(client.account({ accountId: 12345678, accessToken: 'any' }), buy)
    await firstValueFrom(placed$.pipe(filter(({ status }) => status === 'accepted')), {
      defaultValue: undefined,
    })
    const [line] = readFileSync(join(folder, 'state/audit/orders.jsonl'), 'utf8').split('\n')
    expect(JSON.parse(line ?? '')).toMatchObject({ userId: 'ann', accountId: 12345678, payloadType: 2106 })
    expect(readdirSync(join(folder, 'state/journals'))).toContain('12345678.jsonl')
  })

  it('serves with a certificate, and with pages for consents', async () => {
    writeFileSync(join(folder, 'cert.pem'), certificate.cert)
    writeFileSync(join(folder, 'key.pem'), certificate.key)
    write({
      ...valid,
      tls: { cert: 'cert.pem', key: 'key.pem' },
      oauth: { redirectUri: 'https://app.example.com/oauth/callback' },
    })
    const { url, run: running } = await run()
    expect(url).toMatch(/^wss:/)
    expect(running.out()).toContain('Consent: https://app.example.com/oauth/start')
    const visitor = await visit(url)
    visitor.send(logIn('ticket'))
    await visitor.got(/2101/)
  })

  it('needs no port in its file, as the command may have it', async () => {
    write({ ...valid, port: undefined })
    const { page } = await run()
    expect((await fetch(page('/health'))).status).toBe(200)
  })

  it('warns where it is open to others in plain text', async () => {
    write({ ...valid, host: '0.0.0.0', application: { clientId: 'demo', clientSecret: 'demo' } })
    const { run: running } = await run(env, '--json')
    expect(running.json()).toMatchObject([{ health: expect.stringMatching(/\/health$/) as string }])
    write({ ...valid, host: '0.0.0.0' })
    expect((await run()).run.out()).toContain('Warning: without tls')
  })

  const wrong = async (change: object, variables = env, module = sessions) => {
    write({ ...valid, ...change }, module)
    const { run: running } = await run(variables)
    return { code: await running.exitCode, err: running.err() }
  }
  it.each<[string, object]>([
    ['origins in gateway.json is missing', { origins: undefined }],
    ['origins.0 must be an origin', { origins: ['app.example.com'] }],
    ['origin in gateway.json is unknown', { origin: [] }],
    ['port in gateway.json must be a number', { port: '8443' }],
    ['port in gateway.json must be a whole number', { port: 80.5 }],
    ['host in gateway.json must be a text', { host: '' }],
    ['application.clientId in gateway.json is missing', { application: {} }],
    ['application.secret in gateway.json is unknown', { application: { secret: 'SECRET' } }],
    ['application in gateway.json must be an object', { application: 'SECRET' }],
    ['tls.key in gateway.json is missing', { tls: { cert: 'gateway.json' } }],
    ['tls.cert in gateway.json cannot be read: ENOENT', { tls: { cert: 'cert.pem', key: 'key.pem' } }],
    ['grants.folder in gateway.json is missing', { grants: {} }],
    ['lines in gateway.json must be a list', { lines: {} }],
    ['lines.0.url in gateway.json is unknown', { lines: [{ url: 'wss://a' }] }],
    ['lines.0 in gateway.json must be an object', { lines: [null] }],
    ['lines.0 in gateway.json must be an object', { lines: ['demo'] }],
    ...[5, 'junk', 'http://x', 'wss://user:SECRET@x'].map((server): [string, object] => [
      'lines.0.server in gateway.json must be an address without a user',
      { lines: [{ name: 'a', environment: 'demo', server }] },
    ]),
    ['path must not be /health', { path: '/health' }],
    ['tls.cert must be PEM', { tls: { cert: 'gateway.json', key: 'gateway.json' } }],
    ['sessions: ', { sessions: '.' }],
    ['cannot be used: EEXIST', { journal: 'gateway.json' }],
    ['cannot be used: EISDIR', { audit: '.' }],
    ['cannot be used: EEXIST', { grants: { folder: 'gateway.json' } }],
    ['oauth.redirectUri must be a URL', { oauth: {} }],
    ['host: 203.0.113.7 is not an address of this machine', { host: '203.0.113.7' }],
    ["lines.0.environment must be 'demo' or 'live'", { lines: [{ name: 'a' }] }],
    ['limits.burts is an unknown option', { limits: { burts: 1 } }],
    ['maxLines in gateway.json must be a number', { maxLines: '2' }],
    ['maxLines must be at least 1', { maxLines: 0 }],
    ['trustProxy must be a whole number', { trustProxy: 0.5 }],
    ['connectionsPerAddress must be a whole number', { connectionsPerAddress: 0 }],
    ['feeds in gateway.json must be an object', { feeds: [12345678] }],
    ['feeds.a in gateway.json must be a list of account ids', { feeds: { a: ['SECRET'] } }],
    ['feeds.b in gateway.json has an account of another feed', { feeds: { a: [1, 2], b: [2] } }],
    ['sessions in gateway.json is missing', { sessions: undefined }],
    ['sessions: there is no file', { sessions: 'other.cjs' }],
    ['rights is missing in', { rights: undefined }],
    ['oauth.redirectUri must begin with https://', { oauth: { redirectUri: 'http://a.example/callback' } }],
    ['oauth.secret in gateway.json is unknown', { oauth: { secret: 'SECRET' } }],
    ['role in gateway.json must be owner, edge or both', { role: 'edges' }],
    ['The role edge needs nats in gateway.json, or --nats', { role: 'edge' }],
    ['nats.server in gateway.json is unknown', { nats: { server: 'SECRET' } }],
    ['nats.servers in gateway.json is missing', { nats: {} }],
    ['nats.servers in gateway.json must have an address', { nats: { servers: [] } }],
    ['nats.servers.0 in gateway.json must be an address', { nats: { servers: ['http://SECRET'] } }],
    ['nats.servers.0 in gateway.json must be an address', { nats: { servers: [1] } }],
    ['nats.servers.0 in gateway.json must have no user', { nats: { servers: ['nats://a:SECRET@b'] } }],
    ['nats.replicas in gateway.json must be 1, 3 or 5', { nats: { servers: ['nats://b'], replicas: 2 } }],
    ['journal in gateway.json is for one process', { nats: { servers: ['nats://b'] }, journal: 'state' }],
    ['audit in gateway.json must be the name of a file, or { "nats": true }', { audit: 1 }],
    ['audit in gateway.json must be the name of a file, or { "nats": true }', { audit: ['nats'] }],
    ['audit.nat in gateway.json is unknown', { audit: { nat: true } }],
    ['audit.nats in gateway.json must be true', { audit: { nats: 'SECRET' } }],
    ['audit.nats in gateway.json needs nats in the file, or --nats', { audit: { nats: true } }],
    [
      'oauth in gateway.json needs the role both',
      { role: 'edge', nats: { servers: ['nats://b'] }, oauth: {} },
    ],
    [
      'nats.credentials cannot be read: ENOENT',
      { nats: { servers: ['nats://127.0.0.1:1'], credentials: 'user.creds' } },
    ],
  ])('says: %s', async (text, change) => {
    const { code, err } = await wrong(change)
    expect(err).toContain(text)
    expect(err).not.toContain('SECRET')
    expect(code).toBe(2)
  })

  it('says what is wrong with secrets, and never a secret', async () => {
    expect((await wrong({}, { RX_CTRADER_GRANT_KEYS: 'a:b' } as never)).err).toContain(
      'application.clientSecret in gateway.json or RX_CTRADER_CLIENT_SECRET is missing',
    )
    expect((await wrong({}, { RX_CTRADER_CLIENT_SECRET: 'SECRET' } as never)).err).toContain(
      'grants.keys in gateway.json or RX_CTRADER_GRANT_KEYS is missing',
    )
    for (const keys of ['SECRET', '2026:SECRET', ''])
      expect((await wrong({}, { ...env, RX_CTRADER_GRANT_KEYS: keys })).err).toMatch(
        /^grants\.keys\.0\.(key|id) must/,
      )
    const { err } = await wrong({ grants: { folder: 'x', keys: [{ id: 'a', key: 'SECRET' }] } }, {
      RX_CTRADER_CLIENT_SECRET: 'SECRET',
    } as never)
    expect(err).toContain('grants.keys.0.key must')
    expect(err).not.toContain('SECRET')
  })

  it.each([
    ['exports no function authenticate', 'exports.authenticate = 1'],
    ['must be a function', `${sessions}\nexports.entitle = 1`],
  ])('says that the module of sessions %s', async (text, module) => {
    const { code, err } = await wrong({}, env, module)
    expect([code, err]).toEqual([2, expect.stringContaining(text)])
    expect(err).not.toContain('SECRET')
  })

  it('says that oauth needs rights', async () => {
    const change = { rights: undefined, oauth: { redirectUri: 'https://app.example.com/oauth/callback' } }
    const module = `${sessions}\nexports.entitle = () => []`
    expect((await wrong(change, env, module)).err).toMatch(/oauth in .* needs rights/)
  })

  it('says that there is no file, or that it is no JSON', async () => {
    expect((await run()).run.err()).toMatch(/gateway\.json cannot be read: ENOENT/)
    writeFileSync(join(folder, 'gateway.json'), '{')
    expect((await run()).run.err()).toMatch(/gateway\.json is not valid JSON/)
  })

  it.each([
    ['neither', [], /Give --config with a file, or --demo/],
    ['both', ['--demo', '--config', 'gateway.json'], /Give --config with a file, or --demo/],
    [
      'origins beside a file',
      ['--config', 'gateway.json', '--origin', 'https://a.example'],
      /--origin is for --demo/,
    ],
  ])('wants a file or the demo, and not %s', async (_, args, text) => {
    const { run: running } = await start(args)
    expect([await running.exitCode, running.err()]).toEqual([2, expect.stringMatching(text)])
  })

  it.each([
    [['--role', 'owners'], 2, /must be one of owner, edge, both/],
    [['--nats', 'nats://ann:SECRET@127.0.0.1:1'], 2, /--nats must have no user/],
    [['--nats', '127.0.0.1'], 2, /--nats must be an address/],
    [['--nats', 'nats://127.0.0.1:1'], 1, /No NATS server can be used at nats:\/\/127\.0\.0\.1:1/],
  ] as const)('says what is wrong with %j', async (flags, code, text) => {
    write(valid)
    const { run: running } = await run(env, ...flags)
    expect([await running.exitCode, running.err()]).toEqual([code, expect.stringMatching(text)])
    expect(running.err()).not.toContain('SECRET')
  })

  it('does not take a role for the demo', async () => {
    const { run: running } = await start(['--demo', '--role', 'edge'])
    expect([await running.exitCode, running.err()]).toEqual([
      2,
      expect.stringMatching(/--role and --nats need --config/),
    ])
  })

  it('says which port is taken', async () => {
    write(valid)
    const { url } = await start(['--demo'])
    const second = runInProcess(['gateway', '--demo', '--port', new URL(url).port], { folder })
    expect(await second.exitCode).toBe(1)
    expect(second.err()).toMatch(/is in use/)
  })
})
