/** The server of the kills, and their author. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { firstValueFrom, from } from 'rxjs'
import { PayloadType, ProtoOAOrderStatus, ProtoOAOrderType, createClient } from 'rx-ctrader'
import { journalIn, serveSimulator } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import { openIn } from '../../src/orders/journal'
import { wrongs } from '../orders/outcomes/judge'
import type { Deed, Told } from '../orders/outcomes/play'
import { randomFrom } from '../soak/random'
import type { Said } from './said'

const ACCOUNT = 12345678
/** Wednesday, 7 January 2026, noon UTC. */
const start = Date.UTC(2026, 0, 7, 12)
/** Long enough to find out all, whatever the last death left. */
const SETTLED_WITHIN = 30_000
/** No death begins later than so many ms; by then there have to have been so many. */
const LONGEST = 90_000
const FEWEST = 50

const { values } = parseArgs({
  options: {
    directory: { type: 'string', default: '.' },
    kills: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const wanted = Number(values.kills)
const seed = Number(values.seed)
const random = randomFrom(seed)
const code = readFileSync(join(values.directory, 'trader.js'), 'utf8')
const path = join(values.directory, 'orders.jsonl')

const broker = createSimulator({ start, seed, limits: false })
const deeds: Deed[] = []
createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
  .account({ accountId: ACCOUNT, accessToken: 'demo' })
  .on(PayloadType.PROTO_OA_EXECUTION_EVENT)
  .subscribe(({ clientMsgId, payload: { executionType, order, position } }) => {
    deeds.push({ clientMsgId, executionType, orderId: order?.orderId, positionId: position?.positionId })
  })

const told = new Map<string, Told>()
const atOnce = new Set<string>()
const recovered = new Set<string>()
const terminal: ReadonlySet<string> = new Set([
  'filled',
  'protected',
  'replaced',
  'cancelled',
  'expired',
  'rejected',
  'notSent',
])

const hear = (said: Said): void => {
  if (said.event !== 'told') return
  const { id, isRecovered, update } = said
  told.set(id, update)
  if (terminal.has(update.status) && !atOnce.has(id)) (isRecovered ? recovered : atOnce).add(id)
}

const born = (url: string, life: number, ...options: string[]) => {
  const child = spawn(
    process.execPath,
    ['-', '--url', url, '--journal', path, '--seed', String(seed + life), ...options],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  child.stdin.on('error', () => undefined)
  child.stdin.end(code)
  const lines = createInterface(child.stdout)
  const ready = new Promise<void>(resolve => {
    lines.on('line', line => {
      const said = JSON.parse(line) as Said
      if (said.event === 'ready') resolve()
      hear(said)
    })
  })
  return { child, ready, gone: Promise.all([once(child, 'exit'), once(lines, 'close')]) }
}

const kills = async (url: string): Promise<readonly string[]> => {
  const begun = Date.now()
  let killed = 0
  for (; killed < wanted && Date.now() - begun < LONGEST; killed += 1) {
    const { child, gone, ready } = born(url, killed)
    await Promise.race([ready, gone])
    if (random() < 0.2) broker.drop()
    await pause(random() * 900)
    child.kill('SIGKILL')
    await gone
  }
  const pending = broker.exchange
    .ledger(ACCOUNT)
    .orders.filter(
      ({ orderStatus, orderType }) =>
        orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
        orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT,
    )
  for (const { orderId } of pending)
    broker.trade((exchange, at) =>
      exchange.cancelOrder(ACCOUNT, { ctidTraderAccountId: ACCOUNT, orderId }, { at, clientMsgId: 'broker' }),
    )
  const last = born(url, killed, '--onlyRecover')
  await Promise.race([last.gone, pause(SETTLED_WITHIN)])
  last.child.kill('SIGKILL')

  const entries = await firstValueFrom(from(journalIn(path).load()))
  const open = openIn(entries)
  const broken = [
    ...wrongs({ broker, calls: [], stuck: [], entries, open, told, deeds, left: [] }),
    ...(killed < Math.min(wanted, FEWEST) ? [`only ${killed} kills`] : []),
  ]
  const intended = entries.filter(({ state }) => state === 'intended').length
  console.log(`kills                      ${killed} in ${Math.round((Date.now() - begun) / 1_000)} s`)
  console.log(`orders                     ${intended}`)
  console.log(`outcomes known at once     ${atOnce.size}`)
  console.log(`  after reconciliation     ${recovered.size}`)
  console.log(`  wrong                    ${broken.length}`)
  return broken
}

console.log(`${wanted} kills, seed ${seed}`)
serveSimulator(broker, { port: 0 }).subscribe(({ url }) => {
  kills(url).then(
    broken => {
      for (const what of broken) console.error(`wrong: ${what}`)
      process.exit(broken.length > 0 ? 1 : 0)
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
