/** A gateway behind a port with a thousand browsers: deliveries, latency, memory, reconnects, and one that does not read. */
import { once } from 'node:events'
import { cpus, loadavg } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { createSimulator } from 'rx-ctrader/simulator'
import { bareBrowser, startGateway } from './gatewayClient'
import type { BareBrowser, GatewayServer, GatewayUse } from './gatewayClient'
import { boundedRow, conclude } from './measure'
import type { Row } from './measure'

/** A Wednesday on which all markets are open. */
const START = Date.UTC(2026, 0, 7, 15)
const ACCOUNT = 12345678
const BROWSERS = 1_000
const SYMBOLS = 100
const SECONDS = 5
const ROUNDS = 3
/** The symbols have about 96 prices a second. */
const PRICES_A_SECOND = 96

const { market } = createSimulator()
const known = market.catalogue.symbols.map(({ light }) => light.symbolName)
const symbols = Array.from({ length: SYMBOLS - known.length }, (_, n) => ({
  name: `OWN${n}`,
  like: known[n % known.length] ?? '',
}))

const simulatorAt = (pricesPerSecond: number) => ({
  start: START,
  speed: pricesPerSecond / PRICES_A_SECOND,
  symbols,
})
const symbolIds = createSimulator({ symbols }).market.catalogue.symbols.map(({ light }) => light.symbolId)

const limits = { linesPerUser: 10, subscriptions: 2 * SYMBOLS } as const

const openAll = async (url: string, count = BROWSERS): Promise<readonly BareBrowser[]> => {
  const browsers: BareBrowser[] = []
  const open = async (first: number): Promise<void> => {
    for (let n = first; n < count; n += 20)
      browsers.push(await bareBrowser(url, `user ${n % 200}`, ACCOUNT, symbolIds))
  }
  await Promise.all(Array.from({ length: 20 }, (_, n) => open(n)))
  return browsers
}

const total = (browsers: readonly BareBrowser[]): number =>
  browsers.reduce((sum, { prices }) => sum + prices, 0)

interface Run {
  readonly before: GatewayUse
  readonly after: GatewayUse
  readonly seconds: number
  readonly delivered: number
}

/** Lets prices through for some seconds, and waits until the last of them have arrived. */
const run = async ({ use }: GatewayServer, browsers: readonly BareBrowser[]): Promise<Run> => {
  const delivered = total(browsers)
  const before = await use(true)
  const begin = process.hrtime.bigint()
  await wait(SECONDS * 1_000)
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9
  const after = await use(false)
  let last = NaN
  while (last !== total(browsers)) {
    last = total(browsers)
    await wait(500)
  }
  return { before, after, seconds, delivered: total(browsers) - delivered }
}

const figure = (name: string, value: number): Row => ({ name, figures: {}, bounded: { value } })

const closeAll = async ({ use }: GatewayServer, browsers: readonly BareBrowser[]): Promise<void> => {
  for (const { socket } of browsers) socket.close()
  while ((await use()).peers > 1) await wait(100)
}

/** 200 prices a second to each browser. */
const deliveries = async (): Promise<readonly Row[]> => {
  const server = await startGateway(simulatorAt(200), ACCOUNT, limits)
  const first = await bareBrowser(server.url, 'first', ACCOUNT, symbolIds)
  const empty = await server.use()
  const browsers = await openAll(server.url)
  const memory = ((await server.use()).used - empty.used) / BROWSERS / 1_000
  const { before, after, seconds, delivered } = await run(server, [first, ...browsers])
  const due = (after.prices - before.prices) * (BROWSERS + 1)
  const cpu = after.cpu - before.cpu
  await closeAll(server, browsers)
  const asked = (await server.use()).requests
  const begin = process.hrtime.bigint()
  await openAll(server.url)
  const opening = Number(process.hrtime.bigint() - begin) / 1e9
  const last = await server.use()
  server.stop()
  return [
    figure('deliveries a second', delivered / seconds),
    figure('processor of the gateway, %', (100 * cpu) / seconds),
    boundedRow('deliveries in a second of its processor', delivered / cpu, { atLeast: 200_000 }),
    boundedRow('deliveries that were lost', due - delivered, { atMost: 0 }),
    boundedRow('memory of a browser with its socket, kB', memory, { atMost: 40 }),
    boundedRow('lines to the simulator', last.lines, { atMost: 1 }),
    boundedRow('subscriptions to the simulator', last.spotRequests, { atMost: SYMBOLS }),
    boundedRow('requests to the simulator when all come back', last.requests - asked, { atMost: 50 }),
    boundedRow('… until the last of them has its subscriptions, s', opening, { atMost: 3 }),
  ]
}

/** How long each price takes from the simulator's frame to a browser, in ms, from the shortest to the longest time. */
const timesThrough = async (isBare: boolean): Promise<readonly number[]> => {
  const server = await startGateway(simulatorAt(500), ACCOUNT, limits, isBare)
  const browsers = await openAll(server.url, 100)
  const noted = browsers.filter((_, n) => n % 10 === 0)
  for (const browser of noted) browser.isNoted = true
  const { after } = await run(server, browsers)
  server.stop()
  return after.arrivals
    .flatMap(([price, at]) =>
      noted.flatMap(({ arrivals }) => {
        const arrival = arrivals.get(price)
        return arrival === undefined ? [] : [Number(arrival - BigInt(at)) / 1e6]
      }),
    )
    .sort((a, b) => a - b)
}

const at = (times: readonly number[], share: number): number => times[Math.floor(times.length * share)] ?? NaN

/** 500 prices a second to 100 browsers, beside a server that only sends them on: the rest is what the gateway adds. */
const latency = async (): Promise<readonly Row[]> => {
  const rounds: (readonly [bare: readonly number[], times: readonly number[]])[] = []
  for (let n = 0; n < ROUNDS; n += 1) rounds.push([await timesThrough(true), await timesThrough(false)])
  // What else runs on the machine makes a round slower, and none faster.
  const best = (of: 0 | 1, share: number): number => Math.min(...rounds.map(round => at(round[of], share)))
  const rowOf = (name: string, share: number, atMost: number): Row => ({
    name,
    figures: { 'the sockets alone': best(0, share), 'through the gateway': best(1, share) },
    bounded: { value: best(1, share) - best(0, share), atMost },
  })
  return [
    rowOf('latency at 50,000 deliveries a second, median, ms', 0.5, 1),
    rowOf('… of 99 %, ms', 0.99, 10),
  ]
}

/** One asks for history without end and reads none of it. */
const unread = async (): Promise<Row> => {
  const server = await startGateway(simulatorAt(50), ACCOUNT, limits)
  const deaf = await bareBrowser(server.url, 'deaf', ACCOUNT, symbolIds)
  const before = await server.use()
  deaf.socket.pause()
  const day = 86_400_000
  const history = {
    period: 1,
    symbolId: symbolIds[0],
    fromTimestamp: START - 4 * day,
    toTimestamp: START - day,
  }
  let most = 0
  for (let peers = 1, asked = 0; peers > 0; asked += 1) {
    if (asked > 1_000) throw new Error('it was not closed')
    // Each answer is another text.
    deaf.ask(2137, history, `ask ${asked}`)
    const now = await server.use()
    peers = now.peers
    most = Math.max(most, now.used - before.used)
    await wait(25)
  }
  const closed = once(deaf.socket, 'close')
  deaf.socket.resume()
  const [code] = (await closed) as [number]
  if (code !== 1013) throw new Error(`it was closed with ${code}`)
  server.stop()
  return boundedRow('one that asks and reads nothing, until it is closed with 1013, MB', most / 1_000_000, {
    atMost: 20,
  })
}

const measure = async (): Promise<void> => {
  const [load = NaN] = loadavg()
  const rows = [...(await deliveries()), ...(await latency()), await unread()]
  const title = `a gateway behind a port, ${BROWSERS} browsers with ${SYMBOLS} symbols in another process`
  conclude(`${title} (${cpus().length} processors, load ${load.toFixed(1)} before)`, 'measured', rows)
}

measure().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
