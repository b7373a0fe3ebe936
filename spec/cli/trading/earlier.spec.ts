import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PayloadType } from 'rx-ctrader'
import { ProtoOATradeSide } from 'rx-ctrader/protocol'
import { commandLine } from '../../support/commandLine'
import type { CommandLine } from '../../support/commandLine'

jest.setTimeout(60_000)

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
const journal = () => readFileSync(join(line.folder, 'orders-12345678.jsonl'), 'utf8')
const buy = (...more: readonly string[]) => line.run(['buy', SYMBOL, '0.01', ...more, '--yes'])

/** An order whose answers do not come, of a command that is interrupted. */
const interrupted = async (takesEffect: boolean): Promise<number> => {
  line.broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ, takesEffect })
  const one = line.start(['buy', SYMBOL, '0.01', '--yes'])
  await one.until(text => text.includes('sent'))
  one.stop()
  return one.exitCode
}

describe('an order of an earlier run', () => {
  it('whose outcome was open is looked up before anything is sent, and said', async () => {
    expect(await interrupted(true)).toBe(3)
    const { code, err } = await buy()
    expect(code).toBe(0)
    expect(err).toMatch(
      /Asking the server what became of 1 of an earlier run\.\nearlier +buy 0\.01 lots of BTCUSD, .*: filled {2}order \d+, position \d+ .*\naccount/,
    )
    expect(ledger().positions).toHaveLength(2)
    expect((await buy()).err).not.toContain('earlier')
  })

  it('that has no sign on the server keeps --yes from sending, with 3, and lets a user decide', async () => {
    expect(await interrupted(false)).toBe(3)
    const sell = line.run(['sell', SYMBOL, '0.01'], { answers: ['y'] })
    const [{ code, err }, asked] = await Promise.all([buy(), sell])
    expect(code).toBe(3)
    expect(err).toMatch(
      /in doubt: the server shows no sign of it.*remove its line from .*orders-12345678\.jsonl/,
    )
    expect(err).toContain('Nothing was sent, because an earlier order is in doubt')
    expect(asked.code).toBe(0)
    expect(ledger().positions).toMatchObject([{ tradeData: { tradeSide: ProtoOATradeSide.SELL } }])
  })

  it('that waits for its price is not looked up again', async () => {
    await buy('--limit', '1000')
    expect(journal()).toContain('"outcome":"accepted"')
    expect((await buy()).err).not.toContain('Asking')
  })

  it('that was found waiting for its price is settled', async () => {
    await buy('--limit', '1000')
    const intents = journal()
      .split('\n')
      .filter(text => text.includes('intended'))
    writeFileSync(join(line.folder, 'orders-12345678.jsonl'), `${intents.join('\n')}\n`)
    expect((await buy()).err).toMatch(/earlier +buy 0\.01 lots of BTCUSD, .*: accepted {2}order \d+/)
    expect((await buy()).err).not.toContain('Asking')
  })

  it('that cannot be read is named, and does not stop others', async () => {
    const lines = `{"state":"intended","id":"x1","accountId":12345678,"payloadType":1,"payload":{},"at":1}\n`
    writeFileSync(join(line.folder, 'orders-12345678.jsonl'), lines)
    const { code, err } = await buy()
    expect(code).toBe(0)
    expect(err).toContain('orders-12345678.jsonl has invalid entries: x1')
  })
})

describe('an earlier change', () => {
  it.each([
    ['close', (id: number) => ['close', `${id}`], /earlier +close of position \d+/],
    ['amend', (id: number) => ['amend', `${id}`, '--stop-loss', '100'], /earlier +change of position \d+/],
  ] as const)('of %s is looked up, too', async (_, command, words) => {
    await buy()
    const payloadType = {
      close: PayloadType.PROTO_OA_CLOSE_POSITION_REQ,
      amend: PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ,
    }[_]
    line.broker.fault({ kind: 'swallow', payloadType, takesEffect: true })
    const one = line.start([...command(ledger().positions[0]?.positionId ?? 0), '--yes'])
    await one.until(text => text.includes('sent'))
    one.stop()
    expect(await one.exitCode).toBe(3)
    expect((await buy()).err).toMatch(words)
  })
})
