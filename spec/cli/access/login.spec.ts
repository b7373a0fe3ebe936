import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { ProtoOAClientPermissionScope } from 'rx-ctrader/protocol'
import { commandLine } from '../../support/commandLine'
import type { CommandLine, CommandRun, RunOptions } from '../../support/commandLine'
import { OWNER_ONLY } from '../../support/fileMode'

const known = { isLive: false, brokerTitleShort: 'B' }
const accounts = [
  { ...known, accountId: 12345678, traderLogin: 3000001, isLive: true },
  { ...known, accountId: 2, traderLogin: 22 },
]

let line: CommandLine
let port = 0
beforeEach(async () => {
  line = await commandLine({
    accounts,
    applications: [
      { clientId: 'demo', clientSecret: 'demo' },
      { clientId: 'new', clientSecret: 'new', active: false },
    ],
    grants: [
      {
        accessToken: 'demo',
        refreshToken: 'demo-refresh',
        accountIds: [2],
        permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
      },
    ],
  })
  const free = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => free.once('listening', resolve))
  ;({ port } = free.address() as AddressInfo)
  await new Promise(resolve => free.close(resolve))
})
afterEach(() => {
  line.close()
})

const http = (): string => line.url.replace('ws', 'http')
const urls = (): readonly string[] => [
  ...['--server', line.url],
  ...['--auth-url', `${http()}/my/settings/openapi/grantingaccess/`],
  ...['--token-url', `${http()}/apps/token`],
]
const env = { RX_CTRADER_CLIENT_ID: 'demo', RX_CTRADER_CLIENT_SECRET: 'demo' }

const start = (args: readonly string[] = [], options: RunOptions = {}): CommandRun =>
  line.start(['login', '--credentials', 'new.json', '--port', `${port}`, ...urls(), ...args], {
    env,
    ...options,
  })

const saved = () => JSON.parse(readFileSync(join(line.folder, 'new.json'), 'utf8')) as Record<string, unknown>
const wasSaved = (): boolean => {
  try {
    saved()
    return true
  } catch {
    return false
  }
}

/** What a browser does: it follows redirects, keeps cookies, and sends the form of the consent page. */
const browse = async (
  begin: string,
  decision: 'allow' | 'deny' = 'allow',
  chosen: readonly number[] = [12345678, 2],
) => {
  const first = await fetch(begin, { redirect: 'manual' })
  const [cookie = ''] = first.headers.getSetCookie()[0]?.split(';') ?? []
  const page = first.headers.get('location') ?? ''
  const fields = [['decision', decision], ...chosen.map(id => ['account', String(id)])]
  const body = String(new URLSearchParams(fields))
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const granted = await fetch(page, { method: 'POST', redirect: 'manual', headers, body })
  const back = granted.headers.get('location') ?? ''
  return { page, cookie, back, visit: (headers = { cookie }) => fetch(back, { headers }) }
}

/** The address of the first page, once the login tells it. */
const beginning = async (login: CommandRun): Promise<string> => {
  await login.until(text => text.includes('/begin'))
  return /http:\S+\/begin/.exec(login.err())?.[0] ?? ''
}

describe('login', () => {
  it('writes the account that is chosen, for its owner only, and says what is next', async () => {
    const opened: string[] = []
    const login = start([], { answers: ['2'], open: url => opened.push(url) })
    const begin = await beginning(login)
    expect(opened).toEqual([begin])
    const { page, visit } = await browse(begin)
    expect(Object.fromEntries(new URL(page).searchParams)).toMatchObject({
      client_id: 'demo',
      redirect_uri: `http://localhost:${port}/`,
      scope: 'trading',
      product: 'web',
    })
    const shown = await (await visit()).text()
    expect(shown).toMatch(/Access is granted[^]*Go back to the terminal/)
    expect(await login.exitCode).toBe(0)
    expect(saved()).toEqual({
      accountId: 2,
      clientId: 'demo',
      clientSecret: 'demo',
      accessToken: 'access-1-1',
      refreshToken: 'refresh-1-1',
      expiresAt: expect.any(Number) as number,
      environment: 'demo',
      server: line.url,
    })
    expect(statSync(join(line.folder, 'new.json')).mode & 0o777).toBe(OWNER_ONLY)
    expect(login.out()).toMatch(/^\* +2 +22 +B +demo +10000\.00 +USD +trading$/m)
    expect(login.out()).toContain('Next: npx rx-ctrader quotes EURUSD')
    expect(login.out() + login.err()).not.toMatch(/access-1-1|refresh-1-1/)
    await expect(fetch(begin)).rejects.toThrow()
    expect(await line.run(['accounts', '--credentials', 'new.json'])).toMatchObject({ code: 0 })
  })

  it('takes the only account, and the one that is named', async () => {
    const only = start(['--json'])
    await (await browse(await beginning(only), 'allow', [2])).visit()
    expect(await only.exitCode).toBe(0)
    expect(only.json()).toMatchObject([{ accountId: 2, environment: 'demo', accounts: [{ selected: true }] }])
    const named = start(['--account', '3000001', '--scope', 'accounts'])
    await (await browse(await beginning(named))).visit()
    expect(await named.exitCode).toBe(0)
    expect(saved()).toMatchObject({ accountId: 12345678, environment: 'live' })
    expect(named.out()).toMatch(/^\* +12345678.* live .* accounts$/m)
  })

  it('takes a demo account where there is no one to ask', async () => {
    const login = start()
    await (await browse(await beginning(login))).visit()
    await login.exitCode
    expect(saved()).toMatchObject({ accountId: 2 })
  })

  it('asks again if there is no such account, but not for ever', async () => {
    const login = start([], { answers: ['7', 'x', '1'] })
    await (await browse(await beginning(login))).visit()
    expect(await login.exitCode).toBe(0)
    expect(saved()).toMatchObject({ accountId: 12345678 })
    const other = start([], { answers: ['7', 'x', '3'] })
    await (await browse(await beginning(other))).visit()
    expect(await other.exitCode).toBe(2)
    expect(other.err()).toContain('There is no account 3.')
  })

  it('asks for the id and the secret of the application', async () => {
    const login = start([], { env: {}, answers: ['demo', 'demo', '1'] })
    await (await browse(await beginning(login))).visit()
    expect(await login.exitCode).toBe(0)
    expect(login.err()).toMatch(/Client id[^]*secret/)
  })

  it('takes the id and the secret of the file that is there', async () => {
    writeFileSync(join(line.folder, 'new.json'), JSON.stringify({ clientId: 'demo', clientSecret: 'demo' }))
    const login = start([], { env: {} })
    await (await browse(await beginning(login))).visit()
    expect(await login.exitCode).toBe(0)
  })

  it('says at once, before any consent, that the id or the secret is wrong', async () => {
    const login = start([], { env: { ...env, RX_CTRADER_CLIENT_SECRET: 'hush' } })
    expect(await login.exitCode).toBe(1)
    expect(login.err()).toMatch(/clientId or clientSecret is incorrect\nCheck the id and the secret/)
    expect(login.err()).not.toMatch(/hush|begin/)
  })

  it('says that the application is not approved yet', async () => {
    const login = start([], { env: { RX_CTRADER_CLIENT_ID: 'new', RX_CTRADER_CLIENT_SECRET: 'new' } })
    expect(await login.exitCode).toBe(1)
    expect(login.err()).toMatch(/not in active state[^]*approved/)
  })

  it('says that access was declined, in the terminal and in the browser', async () => {
    const login = start()
    const begin = await beginning(login)
    const { visit } = await browse(begin, 'deny')
    expect(await (await visit()).text()).toContain('Access was declined')
    expect(await login.exitCode).toBe(1)
    await expect(fetch(begin)).rejects.toThrow()
    expect(login.err()).toContain('Access was declined on the consent page. Nothing was written.')
    expect(wasSaved()).toBe(false)
  })

  it('says that a code is too late, or was used', async () => {
    const login = start()
    const begin = await beginning(login)
    const { back, cookie } = await browse(begin)
    const late = back.replace(/code=.*/, 'code=late')
    expect(await (await fetch(late, { headers: { cookie } })).text()).toMatch(/code was refused.*one minute/)
    expect(await login.exitCode).toBe(1)
    await expect(fetch(begin)).rejects.toThrow()
    expect(login.err()).toMatch(/^The code was refused \(.*\)\. A code is good for one minute, and once\./m)
  })

  it('ignores the code of another login, and goes on', async () => {
    const login = start()
    const { back, visit } = await browse(await beginning(login))
    expect((await fetch(back)).status).toBe(403)
    expect((await visit({ cookie: 'rx_ctrader_login=guessed' })).status).toBe(403)
    expect((await fetch(`${back}&state=guessed`)).status).toBe(403)
    expect((await fetch(`http://localhost:${port}/other`)).status).toBe(404)
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(404)
    expect((await fetch(back, { method: 'POST' })).status).toBe(404)
    expect((await visit()).status).toBe(200)
    expect(await login.exitCode).toBe(0)
  })

  it('takes a code with the state of this login, where the cookie is lost', async () => {
    const login = start()
    const { page, back } = await browse(await beginning(login))
    const state = new URL(page).searchParams.get('state') ?? ''
    expect((await fetch(`${back}&state=${state}`)).status).toBe(200)
    expect(await login.exitCode).toBe(0)
  })

  it('is reached from this machine alone', async () => {
    const login = start()
    await beginning(login)
    const isAnswered = (host: string): Promise<boolean> =>
      new Promise(resolve => {
        const socket = connect({ host, port, timeout: 1_000 })
        const end = (isOpen: boolean) => () => {
          socket.destroy()
          resolve(isOpen)
        }
        socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false))
      })
    const own = Object.values(networkInterfaces()).flatMap((list = []) => list)
    const outside = own.filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0)
    // On macOS this is not an address of the machine.
    const other = process.platform === 'darwin' ? [] : ['127.0.0.2']
    const answers = [...outside.map(({ address }) => address), ...other].map(isAnswered)
    expect(await Promise.all([isAnswered('127.0.0.1'), ...answers])).toEqual([
      true,
      ...answers.map(() => false),
    ])
    login.stop()
    expect(await login.exitCode).toBe(0)
  })

  it('closes its port when it is interrupted', async () => {
    const login = start()
    const begin = await beginning(login)
    login.stop()
    expect(await login.exitCode).toBe(0)
    await expect(fetch(begin)).rejects.toThrow()
    expect(wasSaved()).toBe(false)
  })

  it('says that the port is in use', async () => {
    const login = start()
    await beginning(login)
    const other = start()
    expect(await other.exitCode).toBe(1)
    expect(other.err()).toMatch(/Port \d+ is in use. Give another one with --port/)
    login.stop()
  })
})

describe('login without a browser', () => {
  /** Grants access at the address that is shown, and pastes the one that it leads to. */
  const paste = async (answer: (back: string) => string): Promise<CommandRun> => {
    let give: (text: string) => void = () => undefined
    const answered = new Promise<string>(resolve => {
      give = resolve
    })
    const login = start(['--no-browser', '--account', '2'], { ask: () => answered })
    await login.until(text => text.includes('Paste it here'))
    const page = /http:\S+grantingaccess\S+/.exec(login.err())?.[0] ?? ''
    const body = 'decision=allow&account=2'
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const granted = await fetch(page, { method: 'POST', redirect: 'manual', headers, body })
    give(answer(granted.headers.get('location') ?? ''))
    return login
  }

  it.each<[string, (back: string) => string]>([
    ['address', back => back],
    ['code alone', back => new URL(back).searchParams.get('code') ?? ''],
  ])('takes the %s that is pasted', async (_, answer) => {
    const login = await paste(answer)
    expect(await login.exitCode).toBe(0)
    expect(saved()).toMatchObject({ accountId: 2 })
  })

  it.each<[string, (back: string) => string, RegExp, number]>([
    ['nothing', () => '', /no address/, 2],
    ['an address without a code', () => 'http://localhost:8765/', /has no code/, 2],
    ['a refusal', () => 'http://localhost:8765/?error=access_denied', /was declined/, 1],
    ['the state of another login', back => `${back}&state=guessed`, /another login/, 2],
  ])('refuses %s', async (_, answer, words, code) => {
    const login = await paste(answer)
    expect(await login.exitCode).toBe(code)
    expect(login.err()).toMatch(words)
    expect(wasSaved()).toBe(false)
  })

  it('needs a terminal', async () => {
    const login = start(['--no-browser'])
    expect(await login.exitCode).toBe(2)
    expect(login.err()).toContain('--no-browser needs a terminal')
  })
})

describe('what login is given', () => {
  it.each([
    [['--scope', 'all'], {}, /--scope.*one of trading, accounts/],
    [['--auth-url', 'http://elsewhere.example/'], {}, /--auth-url must begin with https/],
    [['--token-url', 'x'], {}, /--token-url must be a URL/],
    [['--redirect-uri', 'https://own.example/'], env, /leads to another machine: give --no-browser/],
    [[], {}, /client id is missing.*--client-id/],
    [['--client-id', 'demo'], {}, /secret of the application is missing.*RX_CTRADER_CLIENT_SECRET/],
  ])('%j is a mistake, with 2', async (args, env, words) => {
    const login = start(args, { env })
    expect(await login.exitCode).toBe(2)
    expect(login.err()).toMatch(words)
  })

  it.each([
    [200, '<html>', /answered with status 200, and not with JSON/],
    [
      500,
      '{"errorCode":"X","description":"redirect_uri is wrong"}',
      /redirect URI http.*was refused.*--redirect-uri/,
    ],
    [200, '{"errorCode":"ACCESS_DENIED"}', /tokens were refused \(ACCESS_DENIED\)/],
  ])('says what a token endpoint answers with %d %j', async (status, body, words) => {
    const endpoint = createServer((_, response) => response.writeHead(status).end(body)).listen(
      0,
      '127.0.0.1',
    )
    await new Promise(resolve => endpoint.once('listening', resolve))
    const { port: tokenPort } = endpoint.address() as AddressInfo
    const login = start(['--token-url', `http://127.0.0.1:${tokenPort}/`])
    await (await browse(await beginning(login))).visit()
    endpoint.close()
    expect(await login.exitCode).toBe(1)
    expect(login.err()).toMatch(words)
  })

  it('says that a token endpoint is not reached, without the secret', async () => {
    const login = start(['--token-url', 'http://127.0.0.1:1/'], { env: { ...env } })
    await (await browse(await beginning(login))).visit()
    expect(await login.exitCode).toBe(1)
    expect(login.err()).toContain('The token endpoint at 127.0.0.1:1 cannot be reached.')
    expect(login.err()).not.toContain('client_secret')
  })
})
