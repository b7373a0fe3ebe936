import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { PayloadType } from 'rx-ctrader'
import { commandLine } from '../../support/commandLine'
import type { CommandLine, CommandRun } from '../../support/commandLine'

jest.setTimeout(30_000)

// It is traded at any time, also by the clock of this machine.
const SYMBOL = 'BTCUSD'

let line: CommandLine
beforeEach(async () => {
  line = await commandLine()
})
afterEach(() => {
  line.close()
})

const ledger = () => line.broker.exchange.ledger(12345678)
const buy = (...more: readonly string[]) => line.run(['buy', SYMBOL, '0.01', ...more])
const positionId = (): number => ledger().positions[0]?.positionId ?? 0
const orderId = (): number => ledger().orders[0]?.orderId ?? 0

describe('buy and sell', () => {
  it('show the order, its margin and cost, and send it with --yes', async () => {
    const { code, out, err } = await buy('--yes')
    expect(code).toBe(0)
    expect(err).toMatch(/^account +12345678 \(demo\)\norder +buy 0\.01 lots of BTCUSD \(.* units\), market$/m)
    expect(err).toMatch(/^margin +\d+\.\d\d USD$/m)
    expect(err).toMatch(/^spread +\d+\.\d pips, \d+\.\d\d USD$/m)
    expect(out).toMatch(/^sent[^]*^filled {2}order \d+, position \d+ {2}.* units at \d+/m)
    expect(err).toMatch(/^swap +-\d+\.\d\d USD a day: -20 % a year$/m)
    const [position] = ledger().positions
    const commission = (-(position?.commission ?? 0) / 100).toFixed(2)
    expect(err).toMatch(
      new RegExp(`^commission +${commission} USD to open, and about as much to close \\(0\\.05 %\\)$`, 'm'),
    )
  })

  it('write a journal beside the credentials by default, or where they are told to', async () => {
    await buy('--yes')
    expect(readdirSync(line.folder)).toContain('orders-12345678.jsonl')
    await buy('--yes', '--journal', 'mine.jsonl')
    expect(readFileSync(join(line.folder, 'mine.jsonl'), 'utf8')).not.toBe('')
  })

  it.each([
    ['y', 0, 1],
    ['', 1, 0],
    ['n', 1, 0],
  ])('ask, and after %j end with %d', async (answer, code, count) => {
    const ended = await line.run(['sell', SYMBOL, '0.01'], { answers: [answer] })
    expect(ended.code).toBe(code)
    expect(ended.err).toContain('Send it? (y/N)')
    expect(ledger().positions).toHaveLength(count)
  })

  it('send nothing without a terminal and without --yes', async () => {
    const { code, err } = await buy()
    expect(code).toBe(2)
    expect(err).toContain('Nothing was sent: without a terminal, --yes is needed.')
    expect(ledger().positions).toHaveLength(0)
  })

  it('give the updates as JSON lines', async () => {
    const one = line.start(['buy', SYMBOL, '0.01', '--yes', '--json'])
    expect(await one.exitCode).toBe(0)
    expect(one.json().at(-1)).toMatchObject({ status: 'filled', price: expect.any(Number) as number })
  })

  it('place pending orders, with prices for protections', async () => {
    const args = [
      '--limit',
      '1000',
      '--stop-loss',
      '900',
      '--take-profit',
      '2000pips',
      '--label',
      'a',
      '--yes',
    ]
    const { code, out } = await buy(...args)
    expect([code, out]).toEqual([0, expect.stringMatching(/accepted/)])
    expect(ledger().orders).toHaveLength(1)
  })

  it('end with 1 if the server refuses', async () => {
    const refusal = { errorCode: 'MARKET_CLOSED', carrier: 2132 as const }
    line.broker.fault({ kind: 'refuse', payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ, ...refusal })
    const { code, out } = await buy('--yes')
    expect(code).toBe(1)
    expect(out).toMatch(/^refused .*MARKET_CLOSED/m)
  })

  it('are refused while the market is closed, and say when it opens', async () => {
    const saturday = Date.UTC(2031, 0, 11, 12)
    const doNotFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'] as const
    jest.useFakeTimers({
      now: saturday,
      doNotFake: [...doNotFake, 'clearImmediate', 'nextTick', 'queueMicrotask', 'performance'],
    })
    const ended = await line.run(['buy', 'EURUSD', '0.01', '--yes'])
    jest.useRealTimers()
    expect(ended.code).toBe(2)
    expect(ended.err).toMatch(/outside the trading hours of EURUSD; the nearest is 2031-01-12T22:00/)
    expect(ledger().positions).toHaveLength(0)
  })

  it('end with 3 if the outcome is not known at an interrupt', async () => {
    const payloadType = PayloadType.PROTO_OA_NEW_ORDER_REQ
    line.broker.fault({ kind: 'swallow', payloadType, takesEffect: false })
    const one = line.start(['buy', SYMBOL, '0.01', '--yes'])
    await one.until(text => text.includes('sent'))
    one.stop()
    expect(await one.exitCode).toBe(3)
  })

  /** An order that is executed, and whose answers do not come. */
  const unanswered = async (): Promise<CommandRun> => {
    const payloadType = PayloadType.PROTO_OA_NEW_ORDER_REQ
    line.broker.fault({ kind: 'swallow', payloadType, takesEffect: true })
    const one = line.start(['buy', SYMBOL, '0.01', '--yes'])
    await one.until(text => text.includes('sent'))
    while (ledger().positions.length === 0) await setImmediate()
    return one
  }

  it('are followed over a lost line, and end with what became of the order', async () => {
    const one = await unanswered()
    line.broker.fault({ kind: 'drop' })
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toMatch(/^sent\noutcome unknown .*the server is asked[^]*^filled {2}order \d+/m)
    expect(one.err()).toMatch(/^connection lost.*; next attempt in \d+ s[^]*^connected again$/m)
    expect(ledger().positions).toHaveLength(1)
  })

  it('end with 3 if the line is lost while the order is on its way, and does not come back', async () => {
    const one = await unanswered()
    const payloadType = PayloadType.PROTO_OA_APPLICATION_AUTH_REQ
    line.broker.fault({ kind: 'refuse', payloadType, errorCode: 'CANT_ROUTE_REQUEST', times: 9 })
    line.broker.fault({ kind: 'drop' })
    expect(await one.exitCode).toBe(3)
    expect(one.out()).toMatch(/^sent\noutcome unknown /m)
    expect(one.err()).toMatch(/^server responded with CANT_ROUTE_REQUEST$/m)
  })

  it.each([
    [['buy', SYMBOL, 'much'], /volume much must be lots/],
    [['buy', SYMBOL, '0.01', '--limit', '1', '--stop', '2'], /--limit or --stop, and not both/],
    [['buy', SYMBOL, '0.01', '--expires', '2031-02-01'], /--expires is for an order with/],
    [['buy', SYMBOL, '0.01', '--stop-loss', '1000'], /stopLoss/],
    [['buy', SYMBOL, '0.0000001'], /volume/],
    [['buy', 'BTCUSX', '1'], /nearest are BTCUSD/],
    [['close', '1'], /no position or order 1. The account has no positions and no orders/],
    [['amend', '1'], /Nothing is to be changed/],
  ])('%j is a mistake, with 2, and sends nothing', async (args, words) => {
    const { code, err } = await line.run([...args, '--yes'])
    expect(code).toBe(2)
    expect(err).toMatch(words)
    expect(ledger().positions).toHaveLength(0)
  })
})

describe('a live account', () => {
  it.each([
    ['y', 1],
    ['12345678', 0],
  ])('is named in the question, and %j ends with %d', async (answer, code) => {
    line.close()
    const known = { isLive: true, traderLogin: 1, brokerTitleShort: 'B' }
    line = await commandLine({ environment: 'live', accounts: [{ accountId: 12345678, ...known }] })
    const credentials = JSON.parse(readFileSync(line.credentials, 'utf8')) as object
    writeFileSync(line.credentials, JSON.stringify({ ...credentials, environment: 'live' }))
    const ended = await line.run(['buy', SYMBOL, '0.01'], { answers: [answer] })
    expect(ended.code).toBe(code)
    expect(ended.err).toMatch(/LIVE: real money[^]*Type its number 12345678 to send it/)
  })
})

describe('close, cancel and amend', () => {
  it('close a position, or a part of it', async () => {
    await line.run(['buy', SYMBOL, '0.02', '--yes'])
    const part = await line.run(['close', String(positionId()), '0.01', '--yes'])
    expect(part).toMatchObject({ code: 0, out: expect.stringContaining('filled') as string })
    expect(part.err).toMatch(/^now +position \d+: buy 0\.02 lots of BTCUSD at /m)
    const rest = await line.run(['close', String(positionId()), '--yes'])
    expect(rest.code).toBe(0)
    expect((await line.run(['positions', '--json'])).out).toBe('[]\n')
  })

  it('change and cancel an order', async () => {
    await buy('--limit', '1000', '--yes')
    const amended = await line.run(['amend', String(orderId()), '--price', '1100', '--yes'])
    expect(amended).toMatchObject({ code: 0, out: expect.stringContaining('changed') as string })
    const wrong = await line.run(['close', String(orderId()), '--yes'])
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('rx-ctrader cancel') as string })
    const cancelled = await line.run(['cancel', String(orderId()), '--yes'])
    expect(cancelled).toMatchObject({ code: 0, out: expect.stringContaining('cancelled') as string })
    expect((await line.run(['orders', '--json'])).out).toBe('[]\n')
  })

  it('change the protections of a position', async () => {
    await buy('--yes')
    const id = String(positionId())
    const amended = await line.run(['amend', id, '--stop-loss', '1000', '--yes'])
    expect(amended).toMatchObject({ code: 0, out: expect.stringContaining('protected') as string })
    expect((await line.run(['positions', '--json'])).out).toContain('"stopLoss":1000')
    const removed = await line.run(['amend', id, '--stop-loss', 'none', '--yes'])
    expect(removed).toMatchObject({ code: 0, err: expect.stringMatching(/stopLoss +none/) as string })
    expect((await line.run(['amend', id, '--price', '1', '--yes'])).code).toBe(2)
    expect((await line.run(['cancel', id, '--yes'])).err).toContain('rx-ctrader close')
  })
})

describe('the tables of the account', () => {
  it('list positions, orders, deals and profit, as text and as JSON', async () => {
    await buy('--yes')
    await buy('--limit', '1000', '--yes')
    const json = async (...args: readonly string[]): Promise<unknown> =>
      JSON.parse((await line.run([...args, '--json'])).out)
    expect((await line.run(['positions'])).out).toMatch(/^ *\d+ +BTCUSD +buy +0\.01 +\d+\.\d+ /m)
    expect(await json('positions')).toMatchObject([{ symbol: SYMBOL, side: 'buy', lots: 0.01 }])
    expect((await line.run(['orders'])).out).toMatch(/^ *\d+ +BTCUSD +buy +limit +0\.01 +1000/m)
    expect(await json('orders')).toMatchObject([{ type: 'limit', limitPrice: 1000 }])
    const range = ['--from', '2031-01-08', '--to', '2031-01-09']
    expect((await line.run(['deals', ...range])).out).toMatch(/BTCUSD +buy +0\.01/)
    expect(await json('deals', ...range)).toMatchObject([{ symbol: SYMBOL, profit: null }])
    expect((await line.run(['pnl'])).out).toMatch(/balance +profit +equity/)
    expect(await json('pnl')).toMatchObject([{ balance: 10_000, equity: expect.any(Number) as number }])
  })

  it('say that there is nothing', async () => {
    expect((await line.run(['positions'])).out).toBe('There are no open positions.\n')
    expect((await line.run(['orders'])).out).toBe('There are no pending orders.\n')
    expect((await line.run(['deals', '--from', '2031-01-08', '--to', '2031-01-09'])).out).toMatch(/no deals/)
  })

  it('change in place with --watch', async () => {
    const one = line.start(['positions', '--watch'], { size: { columns: 100, rows: 20 } })
    await one.until(text => text.includes('no open positions'))
    await buy('--yes')
    await one.until(text => text.includes('BTCUSD'))
    one.stop()
    expect(await one.exitCode).toBe(0)
  })

  it('are together on one screen with watch', async () => {
    await buy('--yes')
    const one = line.start(['watch', SYMBOL], { size: { columns: 100, rows: 30 } })
    await one.until(text => /equity \d+[^]*BTCUSD[^]*entry[^]*BTCUSD/.test(text))
    one.stop()
    expect(await one.exitCode).toBe(0)
    expect(existsSync(line.folder)).toBe(true)
    const lines = line.start(['watch', SYMBOL, '--count', '3', '--json'])
    expect(await lines.exitCode).toBe(0)
    expect(lines.json().at(-1)).toMatchObject({ quotes: [{ symbol: SYMBOL }] })
  })
})
