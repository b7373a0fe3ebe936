import { readFileSync } from 'node:fs'
import { definitions } from '../../src/cli/definitions'
import { commandLine } from '../support/commandLine'
import type { CommandLine } from '../support/commandLine'

jest.setTimeout(60_000)

let line: CommandLine
beforeAll(async () => {
  line = await commandLine()
  await line.run(['buy', 'BTCUSD', '0.02', '--yes'])
  await line.run(['buy', 'BTCUSD', '0.01', '--limit', '1000', '--yes'])
})
afterAll(() => {
  line.close()
})

const ledger = () => line.broker.exchange.ledger(12345678)
const positionId = () => String(ledger().positions[0]?.positionId)
const orderId = () => String(ledger().orders.find(({ limitPrice }) => limitPrice !== undefined)?.orderId)

const day = ['--from', '2031-01-07', '--to', '2031-01-08'] as const

/** A command line of each command that ends by itself, with what it writes into a pipe. */
const commands: Readonly<Record<string, readonly [args: () => readonly string[], text: RegExp]>> = {
  doctor: [() => [], /^ok +credentials/],
  accounts: [() => [], /^\* +12345678/m],
  watch: [() => ['BTCUSD', '--count', '1'], /^account 12345678/],
  positions: [() => [], /BTCUSD +buy/],
  orders: [() => [], /BTCUSD +buy/],
  pnl: [() => [], /equity/],
  deals: [() => ['--from', '2031-01-08', '--to', '2031-01-09'], /BTCUSD +buy/],
  symbols: [() => ['gold'], /XAUUSD/],
  symbol: [() => ['EURUSD'], /digits +5/],
  quotes: [() => ['EURUSD', '--count', '1'], /EURUSD {2}\d\.\d{5}/],
  candles: [() => ['EURUSD', 'M1', '--count', '1'], /^2031-01-08 /],
  depth: [() => ['EURUSD', '--count', '1'], /EURUSD {2}bids/],
  buy: [() => ['BTCUSD', '0.01', '--yes'], /^filled/m],
  sell: [() => ['BTCUSD', '0.01', '--yes'], /^filled/m],
  amend: [() => [orderId(), '--price', '1001', '--yes'], /^changed/m],
  close: [() => [positionId(), '0.01', '--yes'], /^filled/m],
  cancel: [() => [orderId(), '--yes'], /^cancelled/m],
  export: [() => ['EURUSD', 'M1', ...day, '-o', 'bars.csv', '--force'], /^bars\.csv: [\d,]+ rows/],
  record: [() => ['EURUSD', '--seconds', '0.1', '-o', 'session.jsonl', '--force'], /^session\.jsonl: /],
  completion: [() => ['bash'], /^_rx_ctrader\(\)/],
}
/** The fields that the guide names for each command. `symbol` has those of the official message. */
const documented = new Map(
  [
    ...readFileSync('docs/command-line.md', 'utf8').matchAll(
      /^\| (`\w+`.*?) +\| (?:one value|a line).*?\| (.*?) +\|$/gm,
    ),
  ].flatMap(([, names = '', fields = '']) =>
    [...names.matchAll(/\w+/g)].map(
      ([name]) => [name, [...fields.matchAll(/\w+/g)].map(([field]) => field)] as const,
    ),
  ),
)

/** These go on until Ctrl-C, ask a browser, or run a module that only a process can load. They have their own specs. */
const others = ['login', 'replay', 'simulate', 'backtest', 'sweep', 'paper']

it('the guide has the fields of each command', () => {
  const names = definitions.map(({ name }) => name)
  expect([...documented.keys(), 'symbol', 'backtest', 'sweep'].sort()).toEqual([...names].sort())
})

it('each command is here, or has its own specs', () => {
  const names = definitions.map(({ name }) => name)
  expect([...Object.keys(commands), ...others].sort()).toEqual([...names].sort())
})

describe.each(Object.entries(commands))('%s in a pipe', (name, [args, words]) => {
  it('writes lines without control characters, and ends with 0', async () => {
    const lines = await line.run([name, ...args()])
    expect([lines.code, lines.err.includes('\u001b')]).toEqual([0, false])
    expect(lines.out).toMatch(words)
    // eslint-disable-next-line no-control-regex -- These are what must not be there.
    expect(lines.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})

describe('the commands with --json', () => {
  beforeAll(() => line.run(['buy', 'BTCUSD', '0.01', '--limit', '1000', '--yes']))

  it.each(Object.entries(commands).filter(([name]) => name !== 'cancel' && name !== 'amend'))(
    'write JSON: %s',
    async (name, [args]) => {
      const one = line.start([name, ...args(), '--json'])
      expect(await one.exitCode).toBe(0)
      const fields = one
        .json()
        .flat()
        .flatMap(value => Object.keys(value as object))
      const known = documented.get(name) ?? fields
      expect(fields.length).toBeGreaterThan(0)
      expect(fields.filter(field => !known.includes(field))).toEqual([])
    },
  )
})
