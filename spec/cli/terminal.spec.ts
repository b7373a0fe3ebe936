import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PayloadType, webSocketConnect } from 'rx-ctrader'
import { readCredentials } from 'rx-ctrader/node'
import { ProtoOAPositionStatus } from 'rx-ctrader/protocol'
import { commandLine } from '../support/commandLine'
import type { CommandLine } from '../support/commandLine'
import { rawClient } from '../support/rawClient'
import { startInTerminal } from './program'
import type { Started } from './program'

jest.setTimeout(60_000)

const [CTRL_C, CTRL_D, ENTER] = ['\u0003', '\u0004', '\r']
/** What a screen writes at its end: a clean line, wrapping, and the cursor. */
const RESTORED = '\r\u001b[J\u001b[?7h\u001b[?25h'

const known = { isLive: false, brokerTitleShort: 'B' }
const accounts = [
  { ...known, accountId: 12345678, traderLogin: 3000001 },
  { ...known, accountId: 2, traderLogin: 22 },
]

let line: CommandLine
beforeAll(async () => {
  line = await commandLine({ accounts })
})
afterAll(() => {
  line.close()
})

const inTerminal = (...args: readonly string[]): Started => startInTerminal(args, { cwd: line.folder })

const open = () =>
  line.broker.exchange
    .ledger(12345678)
    .positions.filter(({ positionStatus }) => positionStatus === ProtoOAPositionStatus.POSITION_STATUS_OPEN)

/** Waits for a text, and types. */
const answer = async (one: Started, text: string, keys: string): Promise<void> => {
  await one.until(all => all.includes(text))
  one.child.stdin.write(keys)
}

describe('a command in a terminal', () => {
  it('draws in place, and leaves cursor, wrapping and a clean line on Ctrl-C', async () => {
    const one = inTerminal('quotes', 'EURUSD', 'XAUUSD')
    await one.until(text => /EURUSD +\d\.\d{5}[^]*XAUUSD +\d/.test(text))
    one.child.stdin.write(CTRL_C)
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toContain('\u001b[2m')
    expect(one.out().endsWith(RESTORED)).toBe(true)
  })

  it('has no colours with NO_COLOR, and still draws in place', async () => {
    const one = startInTerminal(['quotes', 'EURUSD'], { cwd: line.folder, env: { NO_COLOR: '1' } })
    await answer(one, 'EURUSD', CTRL_C)
    expect(await one.exitCode).toBe(0)
    expect(one.out()).not.toContain('\u001b[2m')
  })

  it('leaves a clean line where it drew nothing', async () => {
    const one = inTerminal('simulate', '--port', '0')
    await answer(one, 'Ctrl-C ends it.', CTRL_C)
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toContain('^C')
    expect(one.out().endsWith(RESTORED)).toBe(true)
  })

  it('says at Ctrl-C what it has done, with the cursor as before', async () => {
    const one = inTerminal('record', 'EURUSD', '-o', 'session.jsonl')
    await answer(one, '1 s', CTRL_C)
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toMatch(/session\.jsonl: \d+ rows, \d+ kB, in \d s/)
    expect(one.out().endsWith(RESTORED)).toBe(true)
  })

  it('asks before it closes a position', async () => {
    expect((await line.run(['buy', 'BTCUSD', '0.01', '--yes', '--journal', 'buy.jsonl'])).code).toBe(0)
    const { positionId = 0 } = open()[0] ?? {}
    const other = inTerminal('close', `${positionId}`)
    await answer(other, 'Send it? (y/N) ', CTRL_C)
    expect(await other.exitCode).toBe(1)
    expect(other.out()).toMatch(/\(y\/N\) [^\n]*\n[^]*Nothing was sent\./)
    expect(open()).toHaveLength(1)
    const one = inTerminal('close', `${positionId}`)
    await answer(one, 'Send it? (y/N) ', `y${ENTER}`)
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toMatch(/filled {2}order \d+/)
    expect(open()).toHaveLength(0)
  })
})

/** A browser that allows access at once: it follows redirects, keeps cookies, and sends the form. */
const browser = `#!${process.execPath}
const allow = async begin => {
  const first = await fetch(begin, { redirect: 'manual' })
  const cookie = first.headers.getSetCookie()[0].split(';')[0]
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = 'decision=allow&account=12345678&account=2'
  const page = first.headers.get('location')
  const granted = await fetch(page, { method: 'POST', redirect: 'manual', headers, body })
  await fetch(granted.headers.get('location'), { headers: { cookie } })
}
void allow(process.argv[2])
`

describe('login in a terminal', () => {
  const login = (...args: readonly string[]): Started => {
    const path = join(line.folder, 'browser.cjs')
    writeFileSync(path, browser)
    chmodSync(path, 0o700)
    const http = line.url.replace('ws', 'http')
    const urls = [
      '--auth-url',
      `${http}/my/settings/openapi/grantingaccess/`,
      '--token-url',
      `${http}/apps/token`,
    ]
    const given = [
      'login',
      '--server',
      line.url,
      '--credentials',
      'new.json',
      '--port',
      '8799',
      ...urls,
      ...args,
    ]
    return startInTerminal(given, { cwd: line.folder, env: { BROWSER: path } })
  }

  it('asks for id, secret and account, and does not show the secret', async () => {
    const one = login()
    await answer(one, 'Client id of your application', `demo${ENTER}`)
    await answer(one, 'Its secret (it is not shown): ', `demo${ENTER}`)
    await answer(one, 'Which account? (1–2) ', `2${ENTER}`)
    expect(await one.exitCode).toBe(0)
    // Once as it was typed: the id.
    expect(one.out().match(/demo\r/g)).toHaveLength(1)
    expect(readCredentials(join(line.folder, 'new.json'))).toMatchObject({ accountId: 2, server: line.url })
  })

  it.each([
    [CTRL_C, 0, /not shown\): [^\n]*\n/],
    [CTRL_D, 2, /not shown\): [^\n]*\n[^]*There was no answer\./],
  ])('ends at a question by %j with %d, on a clean line', async (key, code, words) => {
    const one = login('--client-id', 'other')
    await answer(one, 'Its secret', key)
    expect(await one.exitCode).toBe(code)
    expect(one.out()).toMatch(words)
  })
})

describe('paper in a terminal', () => {
  it('runs a strategy in TypeScript until Ctrl-C, and goes on with what it has kept', async () => {
    symlinkSync(resolve('node_modules'), join(line.folder, 'node_modules'))
    const index = JSON.stringify(resolve('src/index'))
    writeFileSync(
      join(line.folder, 'strategy.ts'),
      `import { placeOrder, units } from ${index}
import type { Account } from ${index}
export default (account: Account) =>
  placeOrder(account, { type: 'market', symbol: 'BTCUSD', side: 'buy', volume: units(0.01) })
`,
    )
    for (const count of [1, 2]) {
      const args = ['paper', 'strategy.ts', '--store', 'paper.json']
      const one = startInTerminal(args, { cwd: line.folder, isSource: true })
      await answer(one, 'filled', CTRL_C)
      expect(await one.exitCode).toBe(0)
      expect(one.out()).toMatch(
        new RegExp(
          `The paper account has balance 10000\\.00, equity \\d+\\.\\d\\d, open positions ${count}; kept in paper\\.json`,
        ),
      )
      expect(one.out().endsWith(RESTORED)).toBe(true)
    }
    expect(open()).toHaveLength(0)
  })
})

describe('rx-ctrader simulate as a process', () => {
  it('says its URL and credentials that work, and closes its lines at the end', async () => {
    const simulator = inTerminal('simulate', '--port', '0', '--seed', '42')
    await simulator.until(text => text.includes('Ctrl-C'))
    const url = /ws:\/\/\S+:\d+/.exec(simulator.out())?.[0] ?? ''
    const path = join(line.folder, 'simulator.json')
    writeFileSync(path, /\{[^}]*\}/.exec(simulator.out())?.[0] ?? '', { mode: 0o600 })
    const { clientId, clientSecret, accountId, accessToken, server } = readCredentials(path) ?? {}
    expect(server).toBe(url)
    const client = rawClient(webSocketConnect(url))
    client.send(
      { payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, payload: { clientId, clientSecret } },
      {
        payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
        payload: { ctidTraderAccountId: accountId, accessToken },
      },
    )
    await client.until(() => client.received.length === 2 || client.closed !== undefined)
    expect(client.frames().map(({ payloadType }) => payloadType)).toEqual([2101, 2103])
    simulator.child.stdin.write(CTRL_C)
    expect(await simulator.exitCode).toBe(0)
    await client.until(() => client.closed !== undefined)
    expect(client.closed).toMatchObject({ code: 1001, wasClean: true })
  })
})

describe('an interrupt', () => {
  it('ends a stream with 0, also if it comes twice', async () => {
    const one = inTerminal('quotes', 'EURUSD', '--json')
    await answer(one, 'EURUSD', CTRL_C + CTRL_C)
    expect(await one.exitCode).toBe(0)
  })
})
