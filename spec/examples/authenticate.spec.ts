import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { WebSocketServer } from 'ws'
import type { RawFrame } from '../support/rawClient'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_REFRESH_TOKEN_REQ,
} = PayloadType

jest.setTimeout(30_000)

const beginning = [
  'connected to server',
  'requested application authentication',
  'application authentication completed',
  'requested account authentication',
  'account authentication completed',
]
const ready = 'fully authenticated and ready for more communication with the server'

/** What is said of the place, and everything after it. */
const SIMULATOR = /^a simulator of this program, at 127\.0\.0\.1:\d+: no real server, no real money$/

const credentials = {
  accountId: 12345678,
  clientId: 'SECRET-id',
  clientSecret: 'SECRET-secret',
  accessToken: 'SECRET-access',
  refreshToken: 'SECRET-refresh',
  environment: 'demo',
}

const brokerOf = (environment: 'demo' | 'live' = 'demo'): Simulator =>
  createSimulator({
    environment,
    applications: [{ clientId: 'SECRET-id', clientSecret: 'SECRET-secret' }],
    accounts: [
      { accountId: 12345678, isLive: environment === 'live', traderLogin: 1, brokerTitleShort: 'Broker' },
    ],
    grants: [
      {
        accessToken: 'SECRET-access',
        refreshToken: 'SECRET-refresh',
        accountIds: [12345678],
        permissionScope: 1,
      },
    ],
  })

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
const started: ChildProcess[] = []
const listening: WebSocketServer[] = []

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  for (const server of listening.splice(0)) {
    for (const webSocket of server.clients) webSocket.terminate()
    server.close()
    await once(server, 'close')
  }
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const fileOf = (content: unknown): string => {
  const path = join(folder, 'credentials.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
  return path
}

interface Program {
  readonly lines: string[]
  readonly errors: () => string
  /** Waits for a line that is this text, the first, second … time. */
  readonly says: (line: string, times?: number) => Promise<void>
  /** Waits for lines in which there is this. */
  readonly shows: (pattern: RegExp) => Promise<void>
  readonly exit: Promise<{ code: number | null; signal: string | null }>
  readonly interrupt: (signal?: 'SIGINT' | 'SIGKILL' | 'SIGTERM') => void
}

/** Starts the example as a user does. */
const start = (...options: string[]): Program => startIn([], ...options)

const root = join(__dirname, '..', '..')

/** The same with something that is loaded before. */
const startIn = (before: readonly string[], ...options: string[]): Program => startWith(root, before, options)

/** The same in another folder. */
const startFrom = (cwd: string, ...options: string[]): Program => startWith(cwd, [], options)

/** The same behind a process that does nothing but start it, as the shell does that npm starts a script in. */
const startBehind = (...options: string[]): Program => {
  const program = [require.resolve('tsx'), join(root, 'docs/examples/authenticate.ts'), ...options]
  const shell = `require('child_process').spawn(process.execPath, ['--import', ...${JSON.stringify(program)}], { stdio: 'inherit' })`
  return run(root, ['--eval', shell])
}

const startWith = (cwd: string, before: readonly string[], options: readonly string[]): Program => {
  const imports = [require.resolve('tsx'), ...before].flatMap(module => ['--import', module])
  return run(cwd, [...imports, join(root, 'docs/examples/authenticate.ts'), ...options])
}

const run = (cwd: string, options: readonly string[]): Program => {
  const child = spawn(process.execPath, options, {
    cwd,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  const news = new EventEmitter()
  const lines: string[] = []
  let rest = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    news.emit('line')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const exit = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    news.emit('line')
    expect(lines.join('\n') + rest + errors).not.toContain('SECRET')
    return { code, signal } as Awaited<Program['exit']>
  })
  const until = async (isSo: () => boolean, sought: string): Promise<void> => {
    while (!isSo()) {
      if (child.exitCode !== null)
        throw new Error(`ended without "${sought}":\n${lines.join('\n')}\n${errors}`)
      await once(news, 'line')
    }
  }
  return {
    lines,
    errors: () => errors,
    says: (line, times = 1) => until(() => lines.filter(said => said === line).length >= times, line),
    shows: pattern => until(() => pattern.test(lines.join('\n')), pattern.source),
    exit,
    interrupt: (signal = 'SIGINT') => {
      child.kill(signal)
    },
  }
}

interface Server {
  readonly url: string
  /** The payload types that came in, line by line, without heartbeats. */
  readonly asked: number[][]
  /** How each line ended, as the server sees it. */
  readonly endings: { code: number; reason: string }[]
  readonly ended: (count: number) => Promise<void>
  /** Hears nothing from its clients any more, not even that they close. */
  readonly freeze: () => void
}

/** The simulator on a port, with an eye on what comes in and how it ends. */
const serve = async (broker: Simulator): Promise<Server> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  listening.push(server)
  const news = new EventEmitter()
  const asked: number[][] = []
  const endings: Server['endings'] = []
  server.on('connection', webSocket => {
    const types: number[] = []
    asked.push(types)
    const connection = broker.accept({
      send: text => {
        webSocket.send(text)
      },
      close: (code, reason) => {
        webSocket.close(code, reason)
      },
      cut: () => {
        webSocket.terminate()
      },
    })
    webSocket.on('message', data => {
      const text = (data as Buffer).toString()
      const { payloadType } = JSON.parse(text) as RawFrame
      if (payloadType !== HEARTBEAT_EVENT) types.push(payloadType)
      connection.receive(text)
    })
    webSocket.on('close', (code, reason) => {
      connection.closed()
      endings.push({ code, reason: reason.toString() })
      news.emit('ended')
    })
  })
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    endings,
    ended: async count => {
      while (endings.length < count) await once(news, 'ended')
    },
    freeze: () => {
      for (const webSocket of server.clients) webSocket.pause()
    },
  }
}

describe('the example without credentials', () => {
  it('authenticates at a simulator of its own, is ready once a second, and ends in time', async () => {
    const program = start('--quiet', '--seconds', '2', '--simulator')
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.lines[0]).toMatch(SIMULATOR)
    expect(program.lines.slice(1, 7)).toEqual([...beginning, ready])
    const readies = program.lines.slice(6)
    expect(new Set(readies)).toEqual(new Set([ready]))
    expect([2, 3]).toContain(readies.length)
    expect(program.errors()).toBe('')
  })

  it('shows what three symbols cost, at most once a second each, beside that', async () => {
    const program = start('--seconds', '2', '--simulator')
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.lines[0]).toMatch(SIMULATOR)
    expect(program.lines.slice(1, 7)).toEqual([...beginning, ready])
    const shown = program.lines.slice(6).filter(line => line !== ready)
    const price = String.raw`\d+\.\d+`
    const quotes = new RegExp(
      `^(EURUSD|GBPUSD|XAUUSD) ${price} / ${price}, ${price} pips, \\d\\d:\\d\\d:\\d\\d$`,
    )
    expect(shown.filter(line => !quotes.test(line))).toEqual([])
    const names = shown.map(line => line.slice(0, 6))
    expect(new Set(names)).toEqual(new Set(['EURUSD', 'GBPUSD', 'XAUUSD']))
    expect(names.length).toBeLessThanOrEqual(9)
    expect(program.errors()).toBe('')
  })

  it('shows them on a terminal as a table that changes in place', async () => {
    const terminal = 'Object.assign(process.stdout, { isTTY: true, columns: 80, rows: 24 })'
    const program = startIn([`data:text/javascript,${terminal}`], '--simulator')
    // Up to the first row that has changed. Which one, and when, is the market's affair.
    await program.shows(new RegExp(`${String.fromCharCode(27)}\\[[1-3]A`))
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.lines[0]).toMatch(SIMULATOR)
    expect(program.lines.slice(1, 6)).toEqual(beginning)
    const block = program.lines.slice(6).join('\n')
    // Once in words, and from then on only what changes.
    expect(block.split(ready)).toHaveLength(2)
    expect(block).toMatch(/symbol +bid +ask +pips +UTC\nEURUSD +\d\S+ +\d\S+ .*\nGBPUSD .*\nXAUUSD /)
    expect(program.errors()).toBe('')
  })

  it('takes Ctrl-C on a terminal for a key, so that it ends no shell that npm has started (F9)', async () => {
    const terminal = `
      Object.assign(process.stdout, { isTTY: true, columns: 80, rows: 24 })
      const { stdin } = process
      const pressed = on => {
        if (on) setTimeout(() => stdin.emit('data', '\\u0003'), 100)
        return stdin
      }
      Object.assign(stdin, { isTTY: true, setRawMode: pressed })`
    const program = startIn([`data:text/javascript,${encodeURIComponent(terminal)}`], '--simulator')
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.errors()).toBe('')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('runs until %s, then ends by itself', async signal => {
    const program = start('--simulator')
    await program.says(ready, 2)
    program.interrupt(signal)
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.errors()).toBe('')
  })

  it('ends where the shell that has started it ends without a word', async () => {
    const program = startBehind('--simulator')
    await program.says(ready, 2)
    program.interrupt('SIGKILL')
    // That is when its output is closed, too.
    expect(await program.exit).toEqual({ code: null, signal: 'SIGKILL' })
    expect(program.errors()).toBe('')
  })
})

describe('the example with credentials', () => {
  it('authenticates at the server, once, and leaves it cleanly when interrupted', async () => {
    const server = await serve(brokerOf())
    const program = start('--server', server.url, '--credentials', fileOf(credentials))
    await program.says(ready)
    const host = new URL(server.url).host
    expect(program.lines.slice(0, 7)).toEqual([
      `the server ${host}, credentials of ${join(folder, 'credentials.json')}`,
      ...beginning,
      ready,
    ])
    expect(server.asked).toEqual([[PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ]])
    const interrupted = Date.now()
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(Date.now() - interrupted).toBeLessThan(1500)
    await server.ended(1)
    expect(server.endings).toEqual([{ code: 1000, reason: '' }])
    expect(program.errors()).toBe('')
  })

  it('ends within seconds of an interrupt though the server is dead', async () => {
    const server = await serve(brokerOf())
    const program = start('--server', server.url, '--credentials', fileOf(credentials))
    await program.says(ready)
    server.freeze()
    const interrupted = Date.now()
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(Date.now() - interrupted).toBeLessThan(5000)
  })

  it.each(['demo', 'live'] as const)(
    'asks for the account list first if they name no host (%s)',
    async host => {
      const server = await serve(brokerOf(host))
      const path = fileOf({ ...credentials, environment: undefined })
      const program = start('--server', server.url, '--credentials', path)
      await program.says(ready)
      expect(server.asked).toEqual([
        [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ],
        [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ],
      ])
      const place = new URL(server.url).host
      expect(program.lines.slice(0, 8)).toEqual([
        `the server ${place}, which knows whose the account is, credentials of ${path}`,
        `it is a ${host} account: the server ${place}`,
        ...beginning,
        ready,
      ])
      program.interrupt()
      expect(await program.exit).toEqual({ code: 0, signal: null })
      await server.ended(2)
      expect(server.endings.map(({ code }) => code)).toEqual([1000, 1000])
    },
  )

  it.each([
    ['for a named host', 'demo', beginning.slice(0, 2)],
    ['when it asks for the host', undefined, []],
  ])('gives up after one attempt if the secret is wrong, %s', async (_, environment, before) => {
    const server = await serve(brokerOf())
    const path = fileOf({ ...credentials, clientSecret: 'SECRET-wrong', environment })
    const program = start('--server', server.url, '--credentials', path)
    expect(await program.exit).toEqual({ code: 1, signal: null })
    expect(program.lines.slice(1, before.length + 1)).toEqual(before)
    expect(program.lines.slice(before.length + 1).join('\n')).toBe(
      "server responded with error: { errorCode: 'CH_CLIENT_AUTH_FAILURE', description: 'clientId or clientSecret is incorrect' }",
    )
    expect(server.asked).toEqual([[PROTO_OA_APPLICATION_AUTH_REQ]])
    expect(program.errors()).toBe('')
  })

  it('renews a token that is refused, and keeps the new pair in their file', async () => {
    const server = await serve(brokerOf())
    const path = fileOf({ ...credentials, accessToken: 'SECRET-old', note: 'mine' })
    const program = start('--server', server.url, '--credentials', path)
    await program.says(ready)
    expect(program.lines.slice(1, 7)).toEqual([...beginning, ready])
    expect(server.asked).toEqual([
      [
        PROTO_OA_APPLICATION_AUTH_REQ,
        PROTO_OA_ACCOUNT_AUTH_REQ,
        PROTO_OA_REFRESH_TOKEN_REQ,
        PROTO_OA_ACCOUNT_AUTH_REQ,
      ],
    ])
    program.interrupt()
    await program.exit
    const kept = JSON.parse(readFileSync(path, 'utf8')) as object
    expect(kept).toMatchObject({
      ...credentials,
      accessToken: 'access-1-1',
      refreshToken: 'refresh-1-1',
      note: 'mine',
    })
    expect(Object.keys(kept)).toContain('expiresAt')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it.each([['CH_ACCESS_TOKEN_INVALID', { accessToken: 'SECRET-wrong', refreshToken: 'SECRET-used' }]])(
    'gives up after one attempt if the account is refused with %s',
    async (errorCode, wrong) => {
      const server = await serve(brokerOf())
      const program = start('--server', server.url, '--credentials', fileOf({ ...credentials, ...wrong }))
      expect(await program.exit).toEqual({ code: 1, signal: null })
      expect(program.lines.slice(1, 5)).toEqual(beginning.slice(0, 4))
      expect(program.lines.slice(5).join(' ')).toMatch(
        new RegExp(`^server responded with error: \\{.*errorCode: '${errorCode}'`),
      )
      expect(server.asked).toEqual([
        [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_REFRESH_TOKEN_REQ],
      ])
    },
  )

  it('says it if the account is not one of the token', async () => {
    const server = await serve(brokerOf())
    const path = fileOf({ ...credentials, accountId: 999, environment: undefined })
    const program = start('--server', server.url, '--credentials', path)
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines.slice(1)).toEqual(['accountId is not among the accounts of this access token'])
    expect(server.asked).toEqual([[PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ]])
    expect(program.errors()).toBe('')
  })

  it('tells why there is no line, as where the server cannot be reached (F2)', async () => {
    const unreachable = 'ws://127.0.0.1:9'
    const program = start('--server', unreachable, '--credentials', fileOf(credentials), '--seconds', '1')
    await program.exit
    expect(program.lines[1]).toMatch(
      /^connection closed \{ code: 1006, .*\}: connect ECONNREFUSED 127\.0\.0\.1:9$/,
    )
  })

  it('tells how the server closed the line and authenticates again', async () => {
    const broker = brokerOf()
    const server = await serve(broker)
    const program = start('--server', server.url, '--credentials', fileOf(credentials))
    const closed = "connection closed { code: 1000, reason: 'Bye', wasClean: true }"
    await program.says(ready)
    broker.close(1000, 'Bye')
    await program.says(beginning.at(-1) ?? '', 2)
    await program.says(closed)
    const since = program.lines.slice(program.lines.indexOf(closed))
    expect(since.slice(0, 6)).toEqual([closed, ...beginning])
    expect(program.lines.filter(line => line === closed)).toHaveLength(1)
    expect(server.asked).toEqual([
      [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ],
      [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ],
    ])
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.errors()).toBe('')
  })
})

describe('the example with unusable input', () => {
  it.each(['accountId'])('names %s in one line if it is missing', async field => {
    const path = fileOf({ ...credentials, [field]: undefined })
    const program = start('--credentials', path)
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines).toEqual([`${field} in ${path} is missing`])
    expect(program.errors()).toBe('')
  })

  it('says in one line that the credentials are no JSON', async () => {
    const path = fileOf('{ "clientSecret": "SECRET-secret", }')
    const program = start('--credentials', path)
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines).toEqual([expect.stringContaining(`${path} is not valid JSON`)])
    expect(program.errors()).toBe('')
  })

  it.each([
    ['a word as seconds', ['--seconds', 'x', '--simulator'], /^--seconds must be a number/],
    ['an option there is not', ['--second', '2', '--simulator'], /--second/],
    ['something that is no option', ['simulate'], /'simulate'/],
    [
      'a file that is not there',
      ['--credentials', 'nosuch.json'],
      /^--credentials: there is no file nosuch\.json$/,
    ],
    [
      'a server, and a file that is not there',
      ['--server', 'wss://localhost', '--credentials', 'nosuch.json'],
      /there is no file nosuch\.json$/,
    ],
    ['a server for a simulator', ['--simulator', '--server', 'wss://localhost'], /^--simulator has neither/],
    ['plain text to no server', ['--allow-insecure'], /^--allow-insecure is for a --server$/],
  ])('ends before anything is connected, and simulates nothing: %s (F1)', async (_, options, line) => {
    const program = start(...options)
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines).toEqual([expect.stringMatching(line)])
    expect(program.errors()).toBe('')
  })

  it('has no credentials for a server by chance: that is no reason to simulate (F1)', async () => {
    const program = startFrom(mkdtempSync(join(folder, 'empty-')), '--server', 'foo')
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines).toEqual(['--server needs credentials, and there is no file credentials.json'])
  })

  it('refuses a server that is no address (F1)', async () => {
    const program = start('--server', 'foo', '--credentials', fileOf(credentials))
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines.at(-1)).toBe('url is not a URL')
    expect(program.lines[0]).toContain('the server an unusable URL')
  })

  it('goes to another machine in plain text where that is wanted (F4)', async () => {
    const server = await serve(brokerOf())
    const url = server.url.replace('127.0.0.1', '0.0.0.0')
    const program = start('--server', url, '--allow-insecure', '--credentials', fileOf(credentials))
    await program.says(ready)
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
  })

  it('refuses an address that would carry the secrets in plain text', async () => {
    const program = start('--server', 'ws://example.com:5036', '--credentials', fileOf(credentials))
    const ended = await program.exit
    expect(program.lines).toEqual([
      expect.stringContaining('the server example.com:5036') as string,
      expect.stringMatching(/^url must begin with wss:.*allowInsecure$/) as string,
    ])
    expect(program.errors()).toBe('')
    expect(ended).toEqual({ code: 2, signal: null })
  })
})
