/** What an order of a warm account costs, from the call to its frame: with a journal in memory, and in a file. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filter, firstValueFrom, lastValueFrom, map, shareReplay } from 'rxjs'
import { PayloadType, createClient, lots, memoryJournal, placeOrder, warmUp } from 'rx-ctrader'
import type { Account, Connect, Journal, NewOrder } from 'rx-ctrader'
import { fileJournal } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import { conclude, median } from './measure'

const ORDERS = 1_000
/** The first ones run before the code is compiled. */
const FIRST = 400

const MARKER = `"payloadType":${PayloadType.PROTO_OA_NEW_ORDER_REQ}`

/** A warm account, and when its last order left, in ns. */
const createWarm = async (): Promise<{ readonly account: Account; readonly leftAt: () => bigint }> => {
  const simulator = createSimulator({ limits: false })
  let left = 0n
  const connect: Connect = (...given) =>
    simulator.connect(...given).pipe(
      map(line => ({
        ...line,
        send: (text: string) => {
          if (text.includes(MARKER)) left = process.hrtime.bigint()
          line.send(text)
        },
      })),
    )
  const rateLimits = { live: 1e6, historical: 1e6 }
  const client = createClient({ connect, clientId: 'demo', clientSecret: 'demo', rateLimits })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })
  const warm$ = warmUp(account, { symbols: ['EURUSD'] })
  warm$.subscribe()
  await firstValueFrom(warm$.pipe(filter(isWarm => isWarm)))
  return { account, leftAt: () => left }
}

const order: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.01) }

/** How long each order took to leave, in µs. */
const timesToLeave = async (journal: Journal): Promise<readonly number[]> => {
  const { account, leftAt } = await createWarm()
  const times: number[] = []
  const filled: Promise<unknown>[] = []
  for (let n = 0; n < ORDERS; n += 1) {
    const called = process.hrtime.bigint()
    const update$ = placeOrder(account, order, { journal }).pipe(
      shareReplay({ bufferSize: 100, refCount: true }),
    )
    filled.push(lastValueFrom(update$))
    await firstValueFrom(update$)
    times.push(Number(leftAt() - called) / 1_000)
  }
  await Promise.all(filled)
  return times.slice(FIRST)
}

const measureAll = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orders-'))
  const inMemory = median(await timesToLeave(memoryJournal()))
  const inFile = median(await timesToLeave(fileJournal(join(folder, 'orders.jsonl'))))
  await rm(folder, { recursive: true })
  return [
    {
      name: 'journal in memory, µs',
      figures: { median: inMemory },
      bounded: { value: inMemory, atMost: 300 },
    },
    { name: 'journal in a file that is synced, µs', figures: { median: inFile } },
  ]
}

void measureAll().then(rows =>
  conclude('an order of a warm account, from its call to its frame', 'bounded', rows),
)
