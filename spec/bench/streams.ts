/**
 * What market data of 100 symbols costs on its way to consumers: spots, bars and depth, over a socket, from another
 * process. Times are of the processor, all threads of this process together, so that what else runs on the machine
 * does not count.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { ProtoOATrendbarPeriod, candles, createClient, depth, spots, webSocketConnect } from 'rx-ctrader'
import { accountId } from './frames'
import { conclude } from './measure'

const EVENTS = 300_000
const FOR_THE_COMPILER = 300_000
const SYMBOLS = 100
const EVENTS_A_SECOND = 50_000

const symbolIds = Array.from({ length: SYMBOLS }, (_, n) => n + 1)

/** Who sends the events. */
interface Feed {
  readonly url: string
  /** No number is all that can be read. */
  readonly send: (perSecond?: number) => void
  readonly stop: () => void
}

const startFeed = async (): Promise<Feed> => {
  const server = fork('spec/bench/streamsFeed.mjs')
  const [{ url }] = (await once(server, 'message')) as [{ url: string }]
  return {
    url,
    send: perSecond => {
      server.send({ perSecond })
    },
    stop: () => {
      server.kill()
    },
  }
}

/** A listener: how many events came so far, and how it ends. */
interface Listener {
  readonly events: () => number
  readonly leave: () => void
}

let kept: unknown

/** A bare socket, and what is done with the texts. */
const bare = async (url: string, take: (text: string) => void): Promise<Listener> => {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  let events = 0
  socket.onmessage = ({ data }) => {
    events += 1
    take(data as string)
  }
  await once(socket, 'open')
  const ask = (payloadType: number, payload: object): void => {
    socket.send(JSON.stringify({ payloadType, payload: { ctidTraderAccountId: accountId, ...payload } }))
  }
  ask(2102, {})
  return {
    events: () => events,
    leave: () => {
      socket.terminate()
    },
  }
}

/** Consumers of quotes, candles and books of all symbols. */
const streams = async (url: string): Promise<Listener> => {
  const client = createClient({ connect: webSocketConnect(url), clientId: 'bench', clientSecret: 'bench' })
  client.rejected$.subscribe(({ faults }) => {
    throw new Error(JSON.stringify(faults))
  })
  const account = client.account({ accountId, accessToken: 'bench' })
  const counts = { quotes: 0, books: 0 }
  const waitingFor = new Set(symbolIds)
  const listening = spots(account, symbolIds).subscribe(({ spread }) => {
    counts.quotes += 1
    kept = spread
  })
  for (const symbolId of symbolIds) {
    listening.add(
      candles(account, symbolId, ProtoOATrendbarPeriod.M1).subscribe(({ close }) => {
        waitingFor.delete(symbolId)
        kept = close
      }),
    )
    listening.add(
      depth(account, symbolId).subscribe(({ bestBid, imbalance }) => {
        counts.books += 1
        kept = [bestBid, imbalance]
      }),
    )
  }
  // Bars are subscribed one by one, in the lane.
  while (waitingFor.size > 0) await wait(10)
  return {
    events: () => counts.quotes + counts.books,
    leave: () => {
      listening.unsubscribe()
    },
  }
}

interface Cost {
  /** µs of the processor for one event. */
  readonly each: number
  readonly perSecond: number
  /** Of one core, in %. */
  readonly busy: number
}

const costOf = async (
  { url, send }: Feed,
  listen: (url: string) => Promise<Listener>,
  perSecond?: number,
): Promise<Cost> => {
  send(EVENTS_A_SECOND / 10)
  const { events, leave } = await listen(url)
  send(perSecond)
  const until = async (count: number): Promise<void> => {
    while (events() < count) await wait(10)
  }
  await until(FOR_THE_COMPILER)
  const [before, cpu, begin] = [events(), process.cpuUsage(), process.hrtime.bigint()]
  await until(before + EVENTS)
  const { user, system } = process.cpuUsage(cpu)
  const [count, took] = [events() - before, Number(process.hrtime.bigint() - begin) / 1_000]
  leave()
  await wait(100)
  return {
    each: (user + system) / count,
    perSecond: (count * 1e6) / took,
    busy: (100 * (user + system)) / took,
  }
}

const measure = async (): Promise<void> => {
  const feed = await startFeed()
  const socket = await costOf(feed, url =>
    bare(url, text => {
      kept = text
    }),
  )
  const parsed = await costOf(feed, url =>
    bare(url, text => {
      kept = JSON.parse(text)
    }),
  )
  const all = await costOf(feed, streams)
  const paced = await costOf(feed, streams, EVENTS_A_SECOND)
  feed.stop()
  if (kept === undefined) throw new Error('nothing was measured')

  const part = (name: string, each: number) => ({
    name,
    figures: { 'an event, µs': each, 'share, %': (100 * each) / all.each },
  })
  conclude(`spots, bars and depth of ${SYMBOLS} symbols, to consumers of all of them`, 'events/s', [
    part('the socket', socket.each),
    part('JSON.parse', parsed.each - socket.each),
    part('ours, to the last consumer', all.each - parsed.each),
    {
      ...part('all of it: events in a second of one core', all.each),
      bounded: { value: 1e6 / all.each, atLeast: EVENTS_A_SECOND },
    },
    {
      name: `${EVENTS_A_SECOND.toLocaleString('en')} events a second: how many came`,
      figures: { 'an event, µs': paced.each, 'of one core, %': paced.busy },
      // What is due in a turn of the clock may come after it.
      bounded: { value: paced.perSecond, atLeast: EVENTS_A_SECOND * 0.99 },
    },
  ])
}

measure().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
