import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { firstValueFrom, lastValueFrom, timer } from 'rxjs'
import { createClient, placeOrder, units } from 'rx-ctrader'
import { busConnect, natsBus, natsGrants } from 'rx-ctrader/nats'
import { endAll, logIn, openAccount, visit } from '../node/gateway/served'
import { commandLine } from '../support/commandLine'
import type { CommandLine, CommandRun } from '../support/commandLine'
import { gatewayVariables, writeGatewayFolder } from '../support/gatewayFolder'
import { startNatsServer } from '../support/natsServer'
import type { NatsServer } from '../support/natsServer'

jest.setTimeout(60_000)

const ACCOUNT = 12345678
const KEY = { id: '2026-11', key: Buffer.alloc(32, 7).toString('base64') }
const TOKENS = { accessToken: 'demo', refreshToken: 'demo-refresh', expiresAt: Date.UTC(2040, 0) }

/** Looks again and again: what happens in another process gives no sign. */
const until = async (isTrue: () => Promise<boolean>): Promise<void> => {
  while (!(await isTrue())) await firstValueFrom(timer(10))
}

describe('the command gateway in several processes', () => {
  let nats: NatsServer
  let scene: CommandLine
  const runs: CommandRun[] = []

  beforeEach(async () => {
    nats = await startNatsServer()
    scene = await commandLine()
    const change = { journal: undefined, grants: {}, audit: { nats: true } }
    await writeGatewayFolder(scene.folder, scene.url, change)
    const grants = natsGrants(await nats.connect(), [KEY])
    await lastValueFrom(grants.save('one', TOKENS, ''))
  })
  afterEach(async () => {
    endAll()
    for (const run of runs.splice(0)) {
      run.stop()
      await run.exitCode
    }
    scene.close()
    await nats.stop()
  })

  const start = async (role: string, env: Readonly<Record<string, string>> = {}) => {
    const args = ['gateway', '--config', 'gateway.json', '--port', '0', '--json']
    const run = scene.start([...args, '--role', role, '--nats', nats.url], { env })
    runs.push(run)
    await Promise.race([run.until(text => text.includes('"health"')), run.exitCode])
    const [said] = run.json() as [{ readonly health: string; readonly url: string }]
    const health = async (): Promise<{ readonly lines: readonly object[] }> =>
      (await (await fetch(said.health)).json()) as { readonly lines: readonly object[] }
    return { ...said, run, health }
  }
  const owner = () => start('owner', gatewayVariables)

  it('serves accounts of owners at edges that have no secret, and over the bus', async () => {
    const { health } = await owner()
    const edge = await start('edge')
    await until(async () => (await health()).lines.length === 1)
    expect(await health()).toMatchObject({ status: 'ok', bus: 'up', lines: [{ name: 'demo' }] })
    expect(await edge.health()).toMatchObject({ status: 'ok', bus: 'up', peers: 0, lines: [] })
    const visitor = await visit(edge.url)
    visitor.send(logIn('ann'), openAccount(ACCOUNT))
    await visitor.got(/2103/)
    const account = createClient({
      connect: busConnect(natsBus(await nats.connect()), () => ['ann']),
      clientId: 'report',
      clientSecret: 'not looked at',
    }).account({ accountId: ACCOUNT, accessToken: 'not looked at' })
    const order = { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(1_000) } as const
    expect(await lastValueFrom(placeOrder(account, order))).toMatchObject({ status: 'filled' })
    await visitor.got(/"executionType":3/)
    expect(scene.broker.exchange.ledger(ACCOUNT).positions).toHaveLength(1)
    const { streams } = await jetstreamManager(await nats.connect())
    const subject = `ctrader.v1.audit.demo.${ACCOUNT}`
    expect((await streams.getMessage('CTRADER_AUDIT', { last_by_subj: subject }))?.json()).toMatchObject({
      userId: 'ann',
      payloadType: 2106,
      payload: { ctidTraderAccountId: ACCOUNT },
    })
    expect(readdirSync(join(scene.folder, 'state'))).not.toContain('audit.jsonl')
  })

  it('hands the lines of an owner that ends to another in about a second', async () => {
    const first = await owner()
    await until(async () => (await first.health()).lines.length === 1)
    const second = await owner()
    // It has seen who holds the line.
    await firstValueFrom(timer(1_500))
    expect((await second.health()).lines).toEqual([])
    const began = performance.now()
    first.run.stop()
    await until(async () => (await second.health()).lines.length === 1)
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(await first.run.exitCode).toBe(0)
  })

  it('is all in one with the role both, with journals at NATS', async () => {
    const both = await start('both', gatewayVariables)
    await until(async () => (await both.health()).lines.length === 1)
    const visitor = await visit(both.url)
    visitor.send(logIn('ann'), openAccount(ACCOUNT))
    await visitor.got(/2103/)
    visitor.send({
      payloadType: 2106,
      clientMsgId: 'order',
      payload: { ctidTraderAccountId: ACCOUNT, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 },
    })
    await visitor.got(/"clientMsgId":"order"/)
    const log = natsBus(await nats.connect()).log(String(ACCOUNT))
    expect(await lastValueFrom(log.read())).toMatchObject({
      text: expect.stringContaining('settled') as string,
    })
  })
})
