/** What the simulator behind a port bears: many prices to one client, many clients, and clients that do not read. */
import { setTimeout as wait } from 'node:timers/promises'
import { PayloadType, createClient, webSocketConnect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { bareClient, startServer, tradersOf } from './loadClient'
import type { BareClient, Login } from './loadClient'
import { conclude } from './measure'
import type { Row } from './measure'

/** A Wednesday on which all markets are open. */
const START = Date.UTC(2026, 0, 7, 15)
const SEED = 1
const SECONDS = 5
/** More prices than can be sent or read: as many come as the machine bears, the others are conflated. */
const FLAT_OUT = 50_000
/** 200 clients of 10 symbols get about 40,000 events a second. */
const BUSY = 20

const EVENTS_A_SECOND = 50_000
const CONNECTIONS = 200
const SYMBOLS_EACH = 10
/** What may be in use beside 200 connections, in MB. */
const USED = 40
/** By how much more for a client that does not read: what the marks of the port let wait, and as much for the market. */
const UNREAD = 16
const UNREAD_ANSWERS = 32

const { market } = createSimulator({ seed: SEED })
const symbolIds = market.catalogue.symbols.map(({ light }) => light.symbolId)
const [one = { clientId: '', accountId: 0 }, other = one] = tradersOf(2).logins

const base = { seed: SEED, start: START, limits: { connections: 25 } } as const

/** How many of the market's ticks a client was told, in %, as far as it has come. */
const toldTo = ({ times }: BareClient, symbolId: number): number => {
  const [first = NaN] = times
  const due = [...market.ticksBetween(symbolId, first + 1, times.at(-1) ?? NaN)].length
  return (100 * (times.length - 1)) / due
}

/** Events a second over some seconds. */
const count = async (spots: () => number): Promise<number> => {
  // The first second is the compiler's.
  await wait(1000)
  const [before, begin] = [spots(), process.hrtime.bigint()]
  await wait(SECONDS * 1000)
  return ((spots() - before) * 1e9) / Number(process.hrtime.bigint() - begin)
}

const toOneSocket = async (): Promise<Row> => {
  const server = await startServer({ ...base, ...tradersOf(1).options, speed: FLAT_OUT })
  const client = await bareClient(server.url, one, symbolIds)
  const rate = await count(() => client.spots)
  const { used } = await server.state()
  server.stop()
  return {
    name: `${symbolIds.length} symbols to one bare socket: events/s`,
    figures: { 'events/s': rate, 'of the ticks, %': toldTo(client, symbolIds[0] ?? 0), 'in use, MB': used },
    bounded: { value: rate, atLeast: EVENTS_A_SECOND },
  }
}

const toOneClient = async ({ clientId, accountId }: Login): Promise<Row> => {
  const server = await startServer({ ...base, ...tradersOf(1).options, speed: FLAT_OUT })
  const client = createClient({ connect: webSocketConnect(server.url), clientId, clientSecret: 'bench' })
  const account = client.account({ accountId, accessToken: 'bench' })
  let spots = 0
  const listening = account.on(PayloadType.PROTO_OA_SPOT_EVENT).subscribe(() => {
    spots += 1
  })
  listening.add(
    account
      .request(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, {
        symbolId: symbolIds,
        subscribeToSpotTimestamp: true,
      })
      .subscribe(),
  )
  const rate = await count(() => spots)
  const { used } = await server.state()
  listening.unsubscribe()
  server.stop()
  return {
    name: 'the same to a client of ours: events/s',
    figures: { 'events/s': rate, 'in use, MB': used },
    bounded: { value: rate },
  }
}

const toMany = async (): Promise<readonly Row[]> => {
  const { logins, options } = tradersOf(CONNECTIONS)
  const server = await startServer({ ...base, ...options, speed: BUSY })
  const clients: BareClient[] = []
  const symbols = symbolIds.slice(0, SYMBOLS_EACH)
  for (const [n, login] of logins.entries())
    clients.push(await bareClient(server.url, login, symbols, symbols[n % SYMBOLS_EACH]))
  const rate = await count(() => clients.reduce((sum, { spots }) => sum + spots, 0))
  const { used } = await server.state()
  const told = Math.min(...clients.map((client, n) => toldTo(client, symbols[n % SYMBOLS_EACH] ?? 0)))
  for (const { socket } of clients) socket.terminate()
  server.stop()
  const figures = { 'events/s': rate, 'of the ticks, %': told, 'in use, MB': used }
  const name = `${SYMBOLS_EACH} symbols to each of ${CONNECTIONS} sockets`
  return [
    {
      name: `${name}: of the ticks, to the last of them, %`,
      figures,
      bounded: { value: told, atLeast: 100 },
    },
    { name: '… in use, MB', figures: {}, bounded: { value: used, atMost: USED } },
  ]
}

/** One reads nothing for some seconds and then goes on, beside one that reads all the time. */
const toOneAsleep = async (): Promise<Row> => {
  const server = await startServer({ ...base, ...tradersOf(2).options, speed: FLAT_OUT })
  const awake = await bareClient(server.url, one, symbolIds)
  const asleep = await bareClient(server.url, other, symbolIds)
  await wait(1000)
  asleep.socket.pause()
  await wait(1000)
  const before = await server.state()
  const rate = await count(() => awake.spots)
  const after = await server.state()
  const reached = awake.times.at(-1) ?? NaN
  asleep.socket.resume()
  await wait(1000)
  if (after.lines !== 2 || !((asleep.times.at(-1) ?? NaN) > reached)) throw new Error('it did not go on')
  server.stop()
  return {
    name: `one of two sockets reads nothing for ${SECONDS + 2} s, then goes on: grown by, MB`,
    figures: { 'events/s': rate, 'in use, MB': after.used },
    bounded: { value: after.used - before.used, atMost: UNREAD },
  }
}

/** One asks for history without end and reads none of it. */
const toOneDeaf = async (): Promise<Row> => {
  const server = await startServer({ ...base, ...tradersOf(1).options, limits: false })
  const deaf = await bareClient(server.url, one, symbolIds)
  const askForBars = (): void => {
    deaf.ask(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, { period: 1, symbolId: symbolIds[0] })
  }
  askForBars()
  await wait(1000)
  const before = await server.state()
  deaf.socket.pause()
  let [most, asked] = [0, 0]
  for (let lines = 1; lines > 0; asked += 1) {
    if (asked > 200) throw new Error('it was not closed')
    askForBars()
    const state = await server.state()
    lines = state.lines
    most = Math.max(most, state.used - before.used)
  }
  server.stop()
  return {
    name: 'a socket that asks and never reads, until it is closed: grown by, MB',
    figures: {},
    bounded: { value: most, atMost: UNREAD_ANSWERS },
  }
}

const measure = async (): Promise<void> => {
  const rows = [
    await toOneSocket(),
    await toOneClient(one),
    ...(await toMany()),
    await toOneAsleep(),
    await toOneDeaf(),
  ]
  conclude('the simulator behind a port, its clients in another process', 'bounded', rows)
}

measure().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
