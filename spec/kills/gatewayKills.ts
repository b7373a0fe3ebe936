/** The server behind a gateway that is killed, the traders in front of it, and who kills it. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
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
import { isCommand } from '../../src/protocol/table'
import type { MessageType } from '../../src/protocol/table'
import { wrongs } from '../orders/outcomes/judge'
import type { Deed, Told } from '../orders/outcomes/play'
import { randomFrom } from '../soak/random'
import type { Said } from './said'

const accountIds = [11, 12]
/** Wednesday, 7 January 2026, noon UTC. */
const start = Date.UTC(2026, 0, 7, 12)
/** No death begins later, in ms. */
const LONGEST = 240_000
/** Long enough to find out all that the last death left. */
const SETTLED_WITHIN = 40_000

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
const codeOf = (name: string): string => readFileSync(join(values.directory, `${name}.js`), 'utf8')

/** Without what a gateway puts before an id. */
const ownId = (id: string): string => id.replace(/^[^~]+~[^~]+~/, '')

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

/** How often the server has received each order command. */
const received = new Map<string, number>()
const watched: typeof broker = {
  ...broker,
  accept: peer => {
    const connection = broker.accept(peer)
    return {
      ...connection,
      receive: text => {
        const { clientMsgId = '', payloadType } = JSON.parse(text) as {
          readonly clientMsgId?: string
          readonly payloadType: MessageType
        }
        if (isCommand(payloadType)) received.set(clientMsgId, (received.get(clientMsgId) ?? 0) + 1)
        connection.receive(text)
      },
    }
  },
}

/** The simulator's ledger with the ids of the traders, as the judge wants it. */
const judged: typeof broker = {
  ...broker,
  exchange: {
    ...broker.exchange,
    ledger: accountId => {
      const ledger = broker.exchange.ledger(accountId)
      const orders = ledger.orders.map(order =>
        order.clientOrderId === undefined ? order : { ...order, clientOrderId: ownId(order.clientOrderId) },
      )
      return { ...ledger, orders }
    },
  },
}

const startProcess = (name: string, options: readonly string[], onLine: (line: string) => void) => {
  const child = spawn(process.execPath, ['-', ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => undefined)
  child.stdin.end(codeOf(name))
  const lines = createInterface(child.stdout)
  lines.on('line', onLine)
  return { child, gone: Promise.all([once(child, 'exit'), once(lines, 'close')]) }
}

const kill = async ({ child, gone }: { readonly child: ChildProcess; readonly gone: Promise<unknown> }) => {
  child.kill('SIGKILL')
  await gone
}

/** A gateway that listens. */
const startGateway = async (server: string, port: string) => {
  let ready: (url: string) => void = () => undefined
  const url = new Promise<string>(resolve => {
    ready = resolve
  })
  const options = ['--url', server, '--port', port, '--directory', values.directory]
  const started = startProcess('gateway', [...options, '--accounts', accountIds.join()], line => {
    ready(line)
  })
  return { ...started, url: await url }
}

const load = (path: string): Promise<readonly JournalEntry[]> =>
  firstValueFrom(from(fileJournal(path).load()))

const traderOf = (accountId: number) => {
  const path = join(values.directory, `orders-${accountId}.jsonl`)
  const told = new Map<string, Told>()
  const deeds: Deed[] = []
  observer
    .account({ accountId, accessToken: 'demo' })
    .on(PayloadType.PROTO_OA_EXECUTION_EVENT)
    .subscribe(({ clientMsgId, payload: { executionType, order, position } }) => {
      const id = clientMsgId === undefined ? undefined : ownId(clientMsgId)
      deeds.push({
        clientMsgId: id,
        executionType,
        orderId: order?.orderId,
        positionId: position?.positionId,
      })
    })
  const open = (url: string, ...options: string[]) => {
    const own = ['--url', url, '--journal', path, '--account', `${accountId}`, '--seed', `${seed}`]
    return startProcess('trader', [...own, ...options], line => {
      const said = JSON.parse(line) as Said
      if (said.event === 'told') told.set(said.id, said.update)
    })
  }
  return {
    open,
    result: async () => {
      const entries = await load(path)
      const open = openIntents(entries)
      const outcome = {
        accountId,
        broker: judged,
        calls: [],
        stuck: [],
        entries,
        open,
        told,
        deeds,
        left: [],
      }
      return {
        orders: entries.filter(({ state }) => state === 'intended').length,
        wrong: wrongs(outcome).map(what => `account ${accountId}: ${what}`),
      }
    },
  }
}

/** Orders that wait for a price that does not come would stay open. */
const cancelWaiting = (accountId: number): void => {
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
}

interface Checked {
  readonly orders: number
  readonly unsent: number
  readonly wrong: readonly string[]
}

/** What the gateway has written down, beside what the server has received. */
const checkJournal = async (accountId: number): Promise<Checked> => {
  const entries = await load(join(values.directory, `gateway-${accountId}.jsonl`))
  const open = openIntents(entries)
  const count = (id: string): number => received.get(id) ?? 0
  const intended = entries.filter(({ state }) => state === 'intended')
  return {
    orders: intended.length,
    unsent: intended.filter(({ id }) => count(id) === 0).length,
    wrong: [
      ...open
        .filter(({ id }) => count(id) > 0)
        .map(({ id }) => `${id} was received, and its outcome is open`),
      ...entries.flatMap(entry =>
        entry.state === 'settled' && entry.outcome === 'notSent' && count(entry.id) > 0
          ? [`${entry.id} was received, and is said to be notSent`]
          : [],
      ),
    ],
  }
}

const kills = async (server: string): Promise<readonly string[]> => {
  const begun = Date.now()
  let gateway = await startGateway(server, '0')
  const { url } = gateway
  const { port } = new URL(url)
  const traders = accountIds.map(traderOf)
  const trading = traders.map(({ open }) => open(url))
  let killed = 0
  for (; killed < wanted && Date.now() - begun < LONGEST; killed += 1) {
    await pause(1_000 + random() * 1_500)
    if (random() < 0.2) broker.fault({ kind: 'drop', on: { accountId: accountIds[killed % 2] ?? NaN } })
    await kill(gateway)
    gateway = await startGateway(server, port)
  }
  await pause(2_000)
  await Promise.all(trading.map(kill))
  accountIds.forEach(cancelWaiting)
  const last = traders.map(({ open }) => open(url, '--onlyRecover'))
  await Promise.race([Promise.all(last.map(({ gone }) => gone)), pause(SETTLED_WITHIN)])
  await Promise.all(last.map(kill))
  await kill(gateway)

  const results = await Promise.all(traders.map(({ result }) => result()))
  const checked = await Promise.all(accountIds.map(checkJournal))
  const intended = new Set(
    (await Promise.all(accountIds.map(id => load(join(values.directory, `gateway-${id}.jsonl`))))).flatMap(
      entries => entries.map(({ id }) => id),
    ),
  )
  const doubled = [...received].filter(([, times]) => times > 1).map(([id]) => `${id} was received twice`)
  const unwritten = [...received.keys()]
    .filter(id => !intended.has(id))
    .map(id => `${id} was received, and is in no journal`)
  const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0)
  const unknown = checked.flatMap(({ wrong }) => wrong)
  const wrong = results.flatMap(one => one.wrong)
  console.log(`kills of the gateway    ${killed} in ${Math.round((Date.now() - begun) / 1_000)} s`)
  console.log(`orders of the traders   ${sum(results.map(({ orders }) => orders))}`)
  console.log(`  in its journals       ${sum(checked.map(({ orders }) => orders))}`)
  console.log(`  received              ${received.size}`)
  console.log(`  written, never sent   ${sum(checked.map(({ unsent }) => unsent))}`)
  console.log(`  received twice        ${doubled.length}`)
  console.log(`  received, not written ${unwritten.length}`)
  console.log(`  unknown to it         ${unknown.length}`)
  console.log(`  wrong for the traders ${wrong.length}`)
  const few = received.size < 2 * killed ? [`only ${received.size} orders`] : []
  return [...doubled, ...unwritten, ...unknown, ...wrong, ...few]
}

console.log(`${wanted} kills of a gateway, seed ${seed}`)
serveSimulator(watched, { port: 0 }).subscribe(({ url }) => {
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
