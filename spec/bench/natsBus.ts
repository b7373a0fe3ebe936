/** What a bus over NATS adds to a quote and to an order, and how many events pass it. Both ends are in this process. */
import { startNatsServer } from '../support/natsServer'
import { firstValueFrom, take } from 'rxjs'
import { natsBus } from 'rx-ctrader/nats'
import { boundedRow, conclude, median, percentile } from './measure'

const QUOTE = 200
const PACED = 10_000
/** Prices are sent over the bus and over NATS alone in turns, for so many ms each. */
const PACED_FOR = 1_000
const WINDOWS = 3
const MANY = 200_000
const BURST = 500
const APPENDS = 2_000
const TTL = 3_000

const turn = (): Promise<void> =>
  new Promise(resolve => {
    setImmediate(resolve)
  })
const pause = (ms: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, ms)
  })

/** Each message is as long as a quote, and begins with the time at which it was sent. */
const quote = (): string => performance.now().toFixed(3).padEnd(QUOTE)

/** Sends texts at a steady rate, and emits how long each was on its way, in ms. */
const pace = async (send: (text: string) => void, delays: number[]): Promise<readonly number[]> => {
  delays.length = 0
  // Timers are late by as much as a ms, so that as many leave in a turn as are due.
  const began = performance.now()
  for (let sent = 0; performance.now() - began < PACED_FOR;) {
    for (; sent < ((performance.now() - began) * PACED) / 1_000; sent += 1) send(quote())
    await pause(1)
  }
  await pause(200)
  return [...delays]
}
const timeEach = async (
  count: number,
  act: (index: number) => Promise<unknown>,
): Promise<readonly number[]> => {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const start = performance.now()
    await act(index)
    times.push(performance.now() - start)
  }
  return times
}
const measure = async (): Promise<void> => {
  const server = await startNatsServer()
  const [from, to] = [await server.connect(), await server.connect()]
  const owner = natsBus(from)
  const edge = natsBus(to)
  const successor = natsBus(await server.connect())

  const delays: number[] = []
  let received = 0
  edge.on('spot.*').subscribe(packet => {
    received += 1
    if (packet.kind === 'message') delays.push(performance.now() - Number(packet.body))
  })
  const delaysAlone: number[] = []
  to.subscribe('alone.*', {
    callback: (_, message) => {
      delaysAlone.push(performance.now() - Number(message.string()))
    },
  })
  edge.serve('ping', body => [body]).subscribe()
  await firstValueFrom(edge.ask('ping', '', 1_000))

  // Many first: code that has run a few hundred times is not compiled yet.
  const burstBegan = performance.now()
  for (let sent = 0; sent < MANY; sent += BURST) {
    for (let index = 0; index < BURST; index += 1) owner.publish('spot.1', quote())
    await turn()
  }
  while (received < MANY) await pause(1)
  const perSecond = (MANY / (performance.now() - burstBegan)) * 1_000

  const paced = { bus: [] as number[], alone: [] as number[] }
  for (let window = 0; window < WINDOWS; window += 1) {
    paced.bus.push(...(await pace(text => owner.publish('spot.1', text), delays)))
    paced.alone.push(...(await pace(text => from.publish('alone.1', text), delaysAlone)))
  }

  const asks = await timeEach(APPENDS, () => firstValueFrom(owner.ask('ping', quote(), 1_000)))
  const log = owner.log('bench')
  let last = 0
  const appends = await timeEach(APPENDS, async () => {
    last = await firstValueFrom(log.append(quote(), last))
  })

  // The second one sees the lease before it is given back.
  const held = owner.lease('bench', { ttl: TTL }).subscribe()
  await pause(500)
  const next = firstValueFrom(successor.lease('bench', { ttl: TTL }).pipe(take(1)))
  await pause(500)
  const givenBack = performance.now()
  held.unsubscribe()
  await next
  const handOver = performance.now() - givenBack

  await server.kill()
  conclude('a bus over NATS, on this machine', 'value', [
    boundedRow('a quote, at 10,000 a second, p50, ms', median(paced.bus), { atMost: 0.3 }),
    boundedRow('… p99, ms', percentile(paced.bus, 0.99), { atMost: 3 }),
    boundedRow('… the same with NATS alone, p50, ms', median(paced.alone), {}),
    boundedRow('… p99, ms', percentile(paced.alone, 0.99), {}),
    boundedRow('events a second, from end to end', perSecond, { atLeast: 50_000 }),
    boundedRow('a request and its answer, p50, ms', median(asks), { atMost: 1 }),
    boundedRow('an entry of a log, acknowledged, p50, ms', median(appends), { atMost: 1 }),
    boundedRow('a lease that is given back, taken after, ms', handOver, { atMost: 1_000 }),
  ])
}

void measure()
