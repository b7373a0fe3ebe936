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
import type { JournalEntry } from 'rx-ctrader'
import { fileJournal, serveSimulator } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import { openIntents } from '../../src/orders/model/journal'
import { wrongs } from '../orders/outcomes/judge'
import type { Deed, Told } from '../orders/outcomes/play'
import { randomFrom } from '../soak/random'
import type { Said } from './said'

/** Two traders are killed at the same time, each with an account and a journal of his own. */
const accountIds = [11, 12]
/** Wednesday, 7 January 2026, noon UTC. */
const start = Date.UTC(2026, 0, 7, 12)
/** No death begins later, in ms; by then there have to have been so many. */
const LONGEST = 85_000
const FEWEST = 50
/** Long enough to find out all that the last death left. */
const SETTLED_WITHIN = 30_000

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

const broker = createSimulator({
  start,
  seed,
  accounts: accountIds.map(accountId => ({
    accountId,
    isLive: false,
    traderLogin: accountId,
    brokerTitleShort: 'Test',
  })),
  grants: [{ accessToken: 'demo', refreshToken: 'demo-refresh', accountIds, permissionScope: 1 }],
})
const observer = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })

const terminal: ReadonlySet<string> = new Set([
  'filled',
  'protected',
  'replaced',
  'cancelled',
  'expired',
  'rejected',
  'notSent',
  'notFound',
])

const traderOf = (url: string, accountId: number) => {
  const path = join(values.directory, `orders-${accountId}.jsonl`)
  const told = new Map<string, Told>()
  const atOnce = new Set<string>()
  const recovered = new Set<string>()
  const deeds: Deed[] = []
  observer
    .account({ accountId, accessToken: 'demo' })
    .on(PayloadType.PROTO_OA_EXECUTION_EVENT)
    .subscribe(({ clientMsgId, payload: { executionType, order, position } }) => {
      deeds.push({ clientMsgId, executionType, orderId: order?.orderId, positionId: position?.positionId })
    })

  const hear = (said: Said): void => {
    if (said.event !== 'told') return
    const { id, isRecovered, update } = said
    told.set(id, update)
    if (update.status === 'outcomeUnknown') doubted.add(id)
    if (!terminal.has(update.status) || atOnce.has(id) || recovered.has(id)) return
    const known = isRecovered || doubted.has(id) ? recovered : atOnce
    known.add(id)
  }
  const doubted = new Set<string>()

  let lives = 0
  const born = (...options: string[]) => {
    lives += 1
    const own = ['--url', url, '--journal', path, '--account', `${accountId}`, '--seed', `${seed + lives}`]
    const child = spawn(process.execPath, ['-', ...own, ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
    // It may be killed before it has read what it is to do.
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

  /** Trades until it is killed. */
  const live = async (): Promise<void> => {
    const { child, gone, ready } = born()
    await Promise.race([ready, gone])
    if (random() < 0.2) broker.fault({ kind: 'drop', on: { accountId } })
    await pause(random() * 900)
    child.kill('SIGKILL')
    await gone
  }

  /** Finds out what is left. */
  const settle = async (): Promise<void> => {
    for (const { orderId, orderStatus, orderType } of broker.exchange.ledger(accountId).orders)
      if (
        orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
        orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT
      )
        broker.trade((exchange, at) =>
          exchange.cancelOrder(
            accountId,
            { ctidTraderAccountId: accountId, orderId },
            { at, clientMsgId: 'broker' },
          ),
        )
    const last = born('--onlyRecover')
    await Promise.race([last.gone, pause(SETTLED_WITHIN)])
    last.child.kill('SIGKILL')
    // Its journal is free when it is gone, and not before.
    await last.gone
  }

  const entries = (): Promise<readonly JournalEntry[]> => firstValueFrom(from(fileJournal(path).load()))

  return {
    live,
    settle,
    result: async () => {
      const all = await entries()
      return {
        intent: all.filter(({ state }) => state === 'intended').length,
        atOnce: atOnce.size,
        recovered: recovered.size,
        wrong: wrongs({
          accountId,
          broker,
          calls: [],
          stuck: [],
          entries: all,
          open: openIntents(all),
          told,
          deeds,
          left: [],
        }),
      }
    },
  }
}

const kills = async (url: string): Promise<readonly string[]> => {
  const begun = Date.now()
  let killed = 0
  const results = await Promise.all(
    accountIds.map(async accountId => {
      const trader = traderOf(url, accountId)
      for (; killed < wanted && Date.now() - begun < LONGEST; killed += 1) await trader.live()
      await trader.settle()
      return trader.result()
    }),
  )
  const sum = (key: 'intent' | 'atOnce' | 'recovered'): number =>
    results.reduce((total, result) => total + result[key], 0)
  const wrong = results.flatMap(result => result.wrong)
  console.log(`kills                   ${killed} in ${Math.round((Date.now() - begun) / 1_000)} s`)
  console.log(`orders                  ${sum('intent')}`)
  console.log(`outcomes known at once  ${sum('atOnce')}`)
  console.log(`  after reconciliation  ${sum('recovered')}`)
  console.log(`  wrong                 ${wrong.length}`)
  return killed < Math.min(wanted, FEWEST) ? [...wrong, `only ${killed} kills`] : wrong
}

console.log(`${wanted} kills, seed ${seed}`)
serveSimulator(broker, { port: 0 }).subscribe(({ url }) => {
  kills(url).then(
    broken => {
      for (const what of broken) console.error(`broken: ${what}`)
      process.exit(broken.length > 0 ? 1 : 0)
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
