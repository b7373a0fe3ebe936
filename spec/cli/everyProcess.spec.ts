import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { PayloadType } from 'rx-ctrader'
import { definitions } from '../../src/cli/definitions'
import { commandLine } from '../support/commandLine'
import type { CommandLine } from '../support/commandLine'
import { orderId, positionId, prepareAccount, showing, trading } from './commandTable'
import { startCommand } from './program'
import type { Started } from './program'

// Each command as a process with pipes: what it writes, a refusal, a lost line, and a closed market.

jest.setTimeout(120_000)

let line: CommandLine
beforeAll(async () => {
  line = await commandLine()
  await prepareAccount(line)
  writeFileSync(join(line.folder, 'strategy.js'), 'exports.default = () => []\n')
})
afterAll(() => {
  line.close()
})
afterEach(() => {
  line.broker.fault({ kind: 'recover' })
})

type Env = Readonly<Record<string, string>>
const start = (args: readonly string[], env: Env = {}, at = line): Started =>
  startCommand(args, { cwd: at.folder, env })

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}
const endOf = async (one: Started): Promise<Ended> => ({
  code: await one.exitCode,
  out: one.out(),
  err: one.err(),
})

/** As many at a time as keep the processors busy. */
const AT_A_TIME = 4

/** Runs the commands, and gives what is wrong with each that did not do what it should. */
const mistakes = async (
  commands: Readonly<Record<string, readonly string[]>>,
  isRight: (ended: Ended, name: string) => boolean,
  at = line,
): Promise<readonly unknown[]> => {
  const left = Object.entries(commands)
  const found: unknown[] = []
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [name, args] = next
      const ended = await endOf(start([name, ...args], {}, at))
      if (!isRight(ended, name)) found.push({ name, ...ended })
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return found
}

// eslint-disable-next-line no-control-regex -- These are what must not be there.
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/
const isPlain = ({ out, err }: Ended): boolean => !controls.test(out) && !controls.test(err)

const argsOf = (table: typeof showing): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(table).map(([name, [args]]) => [name, args(line)]))

/** What each command that trades sends. */
const sentBy = {
  buy: PayloadType.PROTO_OA_NEW_ORDER_REQ,
  sell: PayloadType.PROTO_OA_NEW_ORDER_REQ,
  amend: PayloadType.PROTO_OA_AMEND_ORDER_REQ,
  close: PayloadType.PROTO_OA_CLOSE_POSITION_REQ,
  cancel: PayloadType.PROTO_OA_CANCEL_ORDER_REQ,
} as const

/** Those that ask a server for something. */
const sessionArgs = (): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(argsOf(showing)).filter(([name]) => name !== 'completion' && name !== 'record'),
  )

const settled = async (holds: () => boolean): Promise<void> => {
  for (let left = 1_500; !holds(); left -= 1) {
    if (left === 0) throw new Error('waited in vain')
    await wait(20)
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** A login as far as its first page. */
const login = async (env: Env = {}): Promise<Started> => {
  const http = line.url.replace('ws', 'http')
  const urls = [
    '--auth-url',
    `${http}/my/settings/openapi/grantingaccess/`,
    '--token-url',
    `${http}/apps/token`,
  ]
  const file = ['--credentials', 'new.json', '--server', line.url, '--port', `${await freePort()}`]
  const given = { RX_CTRADER_CLIENT_ID: 'demo', RX_CTRADER_CLIENT_SECRET: 'demo', BROWSER: 'none', ...env }
  return start(['login', ...file, ...urls], given)
}

/** Allows access, as a browser does: it follows redirects, keeps a cookie, and sends a form. */
const allow = async (begin: string): Promise<void> => {
  const first = await fetch(begin, { redirect: 'manual' })
  const [cookie = ''] = first.headers.getSetCookie()[0]?.split(';') ?? []
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const form = {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: 'decision=allow&account=12345678',
  } as const
  const granted = await fetch(first.headers.get('location') ?? '', form)
  await fetch(granted.headers.get('location') ?? '', { headers: { cookie } })
}
const beginning = async (one: Started): Promise<string> => {
  await one.until(text => text.includes('/begin'))
  return /http:\S+\/begin/.exec(one.err())?.[0] ?? ''
}

it('each command is tried here, or with a strategy in TypeScript', () => {
  const here = [...Object.keys({ ...showing, ...trading }), 'login', 'simulate', 'replay', 'paper']
  expect([...here, 'gateway', 'backtest', 'sweep'].sort()).toEqual(definitions.map(({ name }) => name).sort())
})

describe('commands whose output is piped', () => {
  it('write lines without control characters, and end with 0', async () => {
    const isRight = (ended: Ended, name: string): boolean =>
      ended.code === 0 && isPlain(ended) && showing[name]?.[1].test(ended.out) === true
    expect(await mistakes(argsOf(showing), isRight)).toEqual([])
  })

  it('do so also where they trade', async () => {
    for (const [name, [args, text]] of Object.entries(trading)) {
      const ended = await endOf(start([name, ...args(line)]))
      expect(ended).toMatchObject({ code: 0, out: expect.stringMatching(text) as string })
      expect(isPlain(ended)).toBe(true)
    }
  })

  it('do so where a browser is asked, and where the command goes on', async () => {
    const one = await login()
    await allow(await beginning(one))
    const ended = await endOf(one)
    expect(ended).toMatchObject({ code: 0, out: expect.stringMatching(/^\* +12345678 /m) as string })
    expect(isPlain(ended)).toBe(true)
    await endOf(start(['record', 'EURUSD', '--seconds', '0.1', '-o', 'replayed.jsonl']))
    for (const args of [
      ['simulate', '--port', '0'],
      ['gateway', '--demo', '--port', '0'],
      ['replay', 'replayed.jsonl', '--port', '0'],
      ['paper', 'strategy.js'],
    ]) {
      const going = start(args)
      await going.until(text => /Ctrl-C|on paper/.test(text))
      expect(isPlain({ code: 0, out: going.out(), err: going.err() })).toBe(true)
    }
  })
})

describe('commands that are refused', () => {
  it('end with 1, say why, and show no secret', async () => {
    const before = JSON.parse(readFileSync(line.credentials, 'utf8')) as object
    writeFileSync(join(line.folder, 'wrong.json'), JSON.stringify({ ...before, clientSecret: 'hush' }), {
      mode: 0o600,
    })
    const going = { record: ['EURUSD', '-o', 'refused.jsonl'], paper: ['strategy.js'] }
    const asking = { ...sessionArgs(), ...argsOf(trading), ...going }
    const wrong = Object.fromEntries(
      Object.entries(asking).map(([name, args]) => [name, [...args, '--credentials', 'wrong.json']]),
    )
    const isRight = ({ code, out, err }: Ended): boolean =>
      code === 1 && (out + err).includes('incorrect') && !(out + err).includes('hush')
    expect(await mistakes(wrong, isRight)).toEqual([])
    const refused = await endOf(await login({ RX_CTRADER_CLIENT_SECRET: 'hush' }))
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('is incorrect') as string })
  })

  it('end with 1 also where the server refuses what they send', async () => {
    await prepareAccount(line)
    const args = {
      buy: ['BTCUSD', '0.01'],
      close: [positionId(line)],
      amend: [orderId(line), '--price', '1001'],
      cancel: [orderId(line)],
    }
    for (const name of ['buy', 'close', 'amend', 'cancel'] as const) {
      const refusal = { errorCode: 'MARKET_CLOSED', carrier: PayloadType.PROTO_OA_ORDER_ERROR_EVENT }
      line.broker.fault({ kind: 'refuse', payloadType: sentBy[name], ...refusal })
      const ended = await endOf(start([name, ...args[name], '--yes']))
      expect([name, ended.code, `${ended.out}${ended.err}`.includes('MARKET_CLOSED')]).toEqual([
        name,
        1,
        true,
      ])
    }
  })

  it.each([
    [['replay', 'none.jsonl'], 1, /none\.jsonl/],
    [['backtest', 'none.js', '--history', 'bars.csv'], 2, /There is no file none\.js/],
    [['sweep', 'strategy.js', '--history', 'bars.csv'], 2, /--param is missing/],
    [['gateway', '--config', 'none.json'], 2, /none\.json cannot be read/],
    [['simulate', '--host', '192.0.2.1'], 1, /is not an address of this machine/],
  ])('%j ends with %d', async (args, code, words) => {
    expect(await endOf(start(args))).toMatchObject({
      code,
      err: expect.stringMatching(words) as string,
    })
  })
})

describe('commands whose line is lost', () => {
  /** The first requests of commands. They are held back until all processes wait for an answer. */
  const held = [
    PayloadType.PROTO_OA_SYMBOLS_LIST_REQ,
    PayloadType.PROTO_OA_RECONCILE_REQ,
    PayloadType.PROTO_OA_TRADER_REQ,
    PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
    PayloadType.PROTO_OA_DEAL_LIST_REQ,
  ]

  /** Waits until each process has a line, and has sent something on it. */
  const connected = async (count: number): Promise<void> => {
    await settled(() => line.broker.lines().length === count)
    await wait(300)
  }

  it('ask again on the next line, and end with 0', async () => {
    for (const payloadType of held) line.broker.fault({ kind: 'slow', payloadType, ms: 60_000, times: 99 })
    const started = Object.entries(sessionArgs()).map(
      ([name, args]) => [name, start([name, ...args])] as const,
    )
    await connected(started.length)
    line.broker.fault({ kind: 'recover' })
    line.broker.fault({ kind: 'drop' })
    const ended = await Promise.all(started.map(async ([name, one]) => [name, await endOf(one)] as const))
    const wrong = ended.filter(
      ([name, { code, out, err }]) =>
        code !== 0 ||
        !showing[name]?.[1].test(out) ||
        (name !== 'doctor' && !err.includes('connection lost')),
    )
    expect(wrong).toEqual([])
  })

  it('go on where they go on, and say both on standard error', async () => {
    const commands = [
      ['quotes', 'EURUSD'],
      ['candles', 'EURUSD', 'M1'],
      ['depth', 'EURUSD'],
      ['watch', 'BTCUSD'],
      ['positions', '--watch'],
      ['record', 'EURUSD', '-o', 'lost.jsonl'],
      ['paper', 'strategy.js'],
    ]
    const started = commands.map(args => start(args))
    await connected(started.length)
    line.broker.fault({ kind: 'drop' })
    for (const one of started) await one.until(text => text.includes('connected again'))
    for (const one of started) expect(one.err()).toMatch(/^connection lost.*; next attempt in \d+ s$/m)
  })

  /** What orders have made of the account so far. */
  const traded = (): string => {
    const { positions, orders } = line.broker.exchange.ledger(12345678)
    return JSON.stringify([
      positions.map(({ positionId: id, positionStatus, tradeData }) => [
        id,
        positionStatus,
        tradeData.volume,
      ]),
      orders.map(({ orderId: id, orderStatus, limitPrice }) => [id, orderStatus, limitPrice]),
    ])
  }

  /** A second order would be one more. */
  const entities = (): readonly number[] => {
    const { positions, orders } = line.broker.exchange.ledger(12345678)
    return [positions.length, orders.length]
  }

  it.each(Object.entries(sentBy))(
    'send once what %s asks for, and end with what became of it',
    async (name, payloadType) => {
      const [args, text] = trading[name] ?? [() => [], /./]
      const before = traded()
      line.broker.fault({ kind: 'swallow', payloadType, takesEffect: true })
      const one = start([name, ...args(line)])
      await settled(() => traded() !== before)
      const after = entities()
      line.broker.fault({ kind: 'drop' })
      expect(await endOf(one)).toMatchObject({ code: 0, out: expect.stringMatching(text) as string })
      expect(entities()).toEqual(after)
    },
  )
})

describe('commands whose market is closed', () => {
  const HOUR = 3_600_000
  const WEEK = 7 * 24 * HOUR
  let closed: CommandLine
  beforeAll(async () => {
    // By the clock of this machine, which the command has, too. It opens for an hour in two days.
    const now = Date.now()
    const sinceSunday = (now - 5 * HOUR + 4 * 24 * HOUR) % WEEK
    const opening = ((sinceSunday + 48 * HOUR) % (WEEK - HOUR)) / 1_000
    const schedule = [{ startSecond: Math.floor(opening), endSecond: Math.floor(opening) + 3_600 }]
    closed = await commandLine({ start: now, symbols: [{ name: 'EURUSD', schedule }] })
    writeFileSync(join(closed.folder, 'strategy.js'), 'exports.default = () => []\n')
  })
  afterAll(() => {
    closed.close()
  })

  it('show what there was last, and when it opens', async () => {
    const words: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
      doctor: [[], /^ok +quotes +EURUSD is closed until .* UTC; the last one is of/m],
      symbol: [['EURUSD'], /^market +closed until .* UTC$/m],
      quotes: [['EURUSD', '--count', '1'], /EURUSD {2}\d\.\d{5}/],
      depth: [['EURUSD', '--count', '1'], /EURUSD {2}bids/],
      candles: [['EURUSD', 'M1', '--count', '1'], /\d\.\d{5}/],
      watch: [['EURUSD', '--count', '1'], /^account 12345678/],
      record: [['EURUSD', '--seconds', '0.1', '-o', 'closed.jsonl'], /^closed\.jsonl: /],
      paper: [['strategy.js', '--seconds', '0.1'], /^$/],
    }
    const args = Object.fromEntries(Object.entries(words).map(([name, [given]]) => [name, given]))
    const isRight = ({ code, out }: Ended, name: string): boolean =>
      code === 0 && words[name]?.[1].test(out) === true
    expect(await mistakes(args, isRight, closed)).toEqual([])
  })

  it('send no order at the market, and say that the server refuses others', async () => {
    for (const name of ['buy', 'sell'])
      expect(await endOf(start([name, 'EURUSD', '0.01', '--yes'], {}, closed))).toMatchObject({
        code: 2,
        err: expect.stringMatching(/outside the trading hours of EURUSD; the nearest is \d{4}-/) as string,
      })
    const limit = await endOf(start(['buy', 'EURUSD', '0.01', '--limit', '0.9', '--yes'], {}, closed))
    expect(limit).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^refused .*MARKET_CLOSED/m) as string,
    })
  })
})
