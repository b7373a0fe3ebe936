/** The server of the kills, and their author. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { firstValueFrom, from } from 'rxjs'
import { PayloadType, createClient } from 'rx-ctrader'
import type { JournalEntry } from 'rx-ctrader'
import { fileJournal } from 'rx-ctrader/node'
import { openIntents } from '../../src/orders/model/journal'
import { wrongs } from '../orders/outcomes/judge'
import type { Deed, Told } from '../orders/outcomes/play'
import { cancelWaiting, createBroker, directory, random, runDrill, seed, wanted } from './drill'
import { killProgram, startProgram } from './program'
import type { Said } from './said'

/** Two traders are killed at the same time, each with an account and a journal of his own. */
const accountIds = [11, 12]
/** No death begins later, in ms; by then there have to have been so many. */
const LONGEST = 85_000
const FEWEST = 50
/** Long enough to find out all that the last death left. */
const SETTLED_WITHIN = 30_000

const broker = createBroker(accountIds)
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
  const path = join(directory, `orders-${accountId}.jsonl`)
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
    let ready: () => void = () => undefined
    const isReady = new Promise<void>(resolve => {
      ready = resolve
    })
    const program = startProgram('trader', [...own, ...options], line => {
      const said = JSON.parse(line) as Said
      if (said.event === 'ready') ready()
      hear(said)
    })
    return { ...program, ready: isReady }
  }

  /** Trades until it is killed. */
  const live = async (): Promise<void> => {
    const trader = born()
    await Promise.race([trader.ready, trader.gone])
    if (random() < 0.2) broker.fault({ kind: 'drop', on: { accountId } })
    await pause(random() * 900)
    await killProgram(trader)
  }

  /** Finds out what is left. */
  const settle = async (): Promise<void> => {
    cancelWaiting(broker, accountId)
    const last = born('--onlyRecover')
    await Promise.race([last.gone, pause(SETTLED_WITHIN)])
    // Its journal is free when it is gone, and not before.
    await killProgram(last)
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

runDrill(broker, `${wanted} kills`, async url => {
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
})
