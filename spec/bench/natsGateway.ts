/** What owners and edges in processes of their own carry over NATS, and what that adds to prices and orders. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { NEVER, concat, of } from 'rxjs'
import { createEdge } from 'rx-ctrader/gateway'
import type { Entitlement, Gateway } from 'rx-ctrader/gateway'
import { natsBus } from 'rx-ctrader/nats'
import { startNatsServer } from '../support/natsServer'
import type { NatsServer } from '../support/natsServer'
import { boundedRow, conclude, median, percentile } from './measure'

const PRICES = 100_000
const PACED = 3_000
const ORDERS = 300
/** The first of them, which new code makes slow. */
const WARM = 100
/** Longer than the turn of an order in its lane takes at 50 a second, in ms. */
const BETWEEN_ORDERS = 25
const LINES = ['demo-1', 'demo-2']
/** So many that both lines have some. */
const ACCOUNTS = [1, 2, 3, 4, 5, 6, 7, 8]

const cpu = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1e6
}

interface Pumped {
  readonly cpu: number
  readonly accounts: number
}

const startOwner = async (nats: string, name: string, maxLines: number) => {
  const child = fork('spec/bench/natsOwner.mjs')
  const answer = async <T>(message: object): Promise<T> => {
    child.send(message)
    const [answered] = (await once(child, 'message')) as [T]
    return answered
  }
  await answer({ nats, name, lines: LINES, maxLines })
  return { pump: (message: object) => answer<Pumped>(message), stop: () => child.kill() }
}

const entitlements: readonly Entitlement[] = ACCOUNTS.map(accountId => ({
  accountId,
  environment: 'demo',
  grantId: `grant ${accountId}`,
  scope: 'trade',
}))

/** A browser at an edge, with all accounts and a symbol of each. */
const openBrowser = async (edge: Gateway) => {
  let onText: (text: string) => void = () => undefined
  const { receive } = edge.accept(
    {
      send: text => {
        onText(text)
      },
      close: (code, reason) => {
        throw new Error(`closed: ${code} ${reason}`)
      },
      cut: () => undefined,
    },
    {},
  )
  const ask = async (payloadType: number, payload: object): Promise<void> => {
    for (;;) {
      const answer = await new Promise<string>(resolve => {
        onText = text => {
          if (text.includes('"clientMsgId":"ask"')) resolve(text)
        }
        receive(JSON.stringify({ payloadType, clientMsgId: 'ask', payload }))
      })
      if (answer.includes(`"payloadType":${payloadType + 1},`)) return
      // The line has no owner yet.
      await pause(200)
    }
  }
  await ask(2100, { clientId: 'bench', clientSecret: 'bench' })
  for (const ctidTraderAccountId of ACCOUNTS) {
    await ask(2102, { ctidTraderAccountId, accessToken: 'any' })
    await ask(2127, { ctidTraderAccountId, symbolId: [1], subscribeToSpotTimestamp: true })
  }
  return {
    receive,
    listen: (listener: (text: string) => void) => {
      onText = listener
    },
  }
}

const edgeAt = async (server: NatsServer): Promise<Gateway> =>
  createEdge({
    bus: natsBus(await server.connect()),
    origins: [],
    limits: { framesPerSecond: 10_000, burst: 10_000 },
    authenticate: () => of({ userId: 'bench' }),
    entitle: () => concat(of(entitlements), NEVER),
  })

const SPOT = '"payloadType":2131'

/** Events of a second of the processor, of the owners and of the edge. */
const carry = async (count: number) => {
  const server = await startNatsServer()
  const owners = []
  for (let n = 0; n < count; n += 1) owners.push(await startOwner(server.url, `owner ${n}`, 2 / count))
  const browser = await openBrowser(await edgeAt(server))
  let received = 0
  browser.listen(text => {
    if (text.includes(SPOT)) received += 1
  })
  // New code is slow.
  await Promise.all(owners.map(({ pump }) => pump({ prices: PRICES / 2 })))
  while (received < (PRICES / 2) * count) await pause(10)
  received = 0
  const begin = cpu()
  const pumped = await Promise.all(owners.map(({ pump }) => pump({ prices: PRICES })))
  const all = PRICES * count
  const waited = performance.now()
  while (received < all && performance.now() - waited < 20_000) await pause(10)
  const edge = received / (cpu() - begin)
  return { server, owners, browser, edge, lost: all - received, rates: pumped.map(one => PRICES / one.cpu) }
}

const measure = async (): Promise<void> => {
  const one = await carry(1)
  const [owner] = one.owners

  const delays: number[] = []
  one.browser.listen(text => {
    const at = /"timestamp":(\d+)/.exec(text)?.[1]
    if (text.includes(SPOT) && at !== undefined)
      delays.push(performance.timeOrigin + performance.now() - Number(at) / 1_000)
  })
  await owner?.pump({ prices: PACED, perTurn: 1, pause: 1 })
  await pause(200)

  const orders: number[] = []
  for (let n = 0; n < ORDERS; n += 1) {
    const began = performance.now()
    const answered = new Promise<void>(resolve => {
      one.browser.listen(text => {
        if (text.includes(`"clientMsgId":"order ${n}"`)) resolve()
      })
    })
    one.browser.receive(
      JSON.stringify({
        payloadType: 2106,
        clientMsgId: `order ${n}`,
        payload: { ctidTraderAccountId: 1, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 },
      }),
    )
    await answered
    if (n >= WARM) orders.push(performance.now() - began)
    await pause(BETWEEN_ORDERS)
  }
  for (const { stop } of one.owners) stop()
  await one.server.kill()

  const two = await carry(2)
  for (const { stop } of two.owners) stop()
  await two.server.kill()
  const sum = (rates: readonly number[]): number => rates.reduce((total, rate) => total + rate, 0)

  conclude('owners and edges in processes of their own, over NATS', 'measured', [
    boundedRow('prices a second of an owner’s processor', sum(one.rates), { atLeast: 50_000 }),
    boundedRow('… of an edge’s, with one browser', one.edge, { atLeast: 50_000 }),
    boundedRow('… lost', one.lost + two.lost, { atMost: 0 }),
    boundedRow('… of two owners, times one', sum(two.rates) / sum(one.rates), { atLeast: 1.8 }),
    boundedRow('a price from cTrader to the browser, p50, ms', median(delays), { atMost: 1.3 }),
    boundedRow('… p99, ms', percentile(delays, 0.99), { atMost: 13 }),
    boundedRow('an order through edge, owner and journal, p50, ms', median(orders), { atMost: 2 }),
  ])
}

measure().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
