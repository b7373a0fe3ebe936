/** What owners and edges in processes of their own carry over NATS, and what that adds to prices. */
import { setTimeout as pause } from 'node:timers/promises'
import { startNatsServer } from '../support/natsServer'
import { boundedRow, conclude, median, percentile } from './measure'
import { edgeAt, openBrowser, startOwner } from './natsParts'

const PRICES = 100_000
const PACED = 3_000
const LINES = ['demo-1', 'demo-2']
/** So many that both lines have some. */
const ACCOUNTS = [1, 2, 3, 4, 5, 6, 7, 8]

const cpu = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1e6
}

const SPOT = '"payloadType":2131'

/** Events of a second of the processor, of the owners and of the edge. */
const carry = async (count: number) => {
  const server = await startNatsServer()
  const owners = []
  for (let n = 0; n < count; n += 1) owners.push(await startOwner(server.url, `owner ${n}`, LINES, 2 / count))
  const browser = await openBrowser(await edgeAt(server, ACCOUNTS), ACCOUNTS)
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
  ])
}

measure().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
