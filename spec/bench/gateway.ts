/** What a gateway costs with many browsers on one line: deliveries, memory, and what cTrader is asked. Without sockets. */
import { NEVER, Observable, Subject, concat, of } from 'rxjs'
import type { Connect } from 'rx-ctrader'
import { createGateway } from 'rx-ctrader/gateway'
import type { Gateway } from 'rx-ctrader/gateway'
import { accountId } from './frames'
import { boundedRow, conclude, median } from './measure'

const BROWSERS = 1_000
const SYMBOLS = Array.from({ length: 100 }, (_, index) => index + 1)
const EVENTS = 200
const ROUNDS = 21

interface Frame {
  readonly payloadType: number
  readonly clientMsgId?: string
}

/** A server that says yes to everything, and counts what it is asked. */
const createServer = () => {
  const counts = { lines: 0, requests: 0 }
  const frame$ = new Subject<string>()
  const say = (payloadType: number, payload: object, clientMsgId?: string): void => {
    frame$.next(
      JSON.stringify({ payloadType, clientMsgId, payload: { ctidTraderAccountId: accountId, ...payload } }),
    )
  }
  const connect: Connect = () =>
    new Observable(subscriber => {
      counts.lines += 1
      subscriber.next({
        frame$,
        send: text => {
          const { payloadType, clientMsgId } = JSON.parse(text) as Frame
          if (payloadType === 51) return
          counts.requests += 1
          queueMicrotask(() => {
            say(payloadType + 1, {}, clientMsgId)
          })
        },
      })
    })
  return { connect, counts, say }
}

const frames: readonly string[] = [
  { payloadType: 2100, payload: { clientId: 'bench', clientSecret: 'bench' } },
  { payloadType: 2102, payload: { ctidTraderAccountId: accountId, accessToken: 'bench' } },
  { payloadType: 2127, clientMsgId: 's', payload: { ctidTraderAccountId: accountId, symbolId: SYMBOLS } },
].map(frame => JSON.stringify(frame))

const nextTurn = (): Promise<void> =>
  new Promise(resolve => {
    setImmediate(resolve)
  })

/** A browser that has subscribed to all symbols. */
const openBrowser = async (gateway: Gateway, onText: (text: string) => void): Promise<() => void> => {
  let subscribed = (): void => undefined
  const isSubscribed = new Promise<void>(resolve => {
    subscribed = resolve
  })
  const { closed, receive } = gateway.accept(
    {
      send: text => {
        if (text.includes('"payloadType":2128')) subscribed()
        onText(text)
      },
      close: () => undefined,
      cut: () => undefined,
    },
    {},
  )
  for (const frame of frames) {
    receive(frame)
    await nextTurn()
  }
  await isSubscribed
  return closed
}

const openAll = async (gateway: Gateway, onText: (text: string) => void): Promise<(() => void)[]> => {
  const closers: (() => void)[] = []
  for (let n = 0; n < BROWSERS; n += 1) closers.push(await openBrowser(gateway, onText))
  return closers
}

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const cpu = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1_000_000
}

const measure = async (): Promise<void> => {
  const { connect, counts, say } = createServer()
  const gateway = createGateway({
    application: { clientId: 'bench', clientSecret: 'bench' },
    origins: [],
    lines: [{ name: 'demo', environment: 'demo', connect }],
    grants: { load: () => of({ tokens: { accessToken: 'bench' }, version: '1' }), save: () => NEVER },
    authenticate: () => of({ userId: 'bench' }),
    entitle: () =>
      concat(of([{ accountId, environment: 'demo', grantId: 'one', scope: 'trade' } as const]), NEVER),
    limits: { linesPerUser: 2 * BROWSERS },
  })
  let delivered = 0
  const note = (text: string): void => {
    if (text.includes('"payloadType":2131')) delivered += 1
  }
  const stay = await openBrowser(gateway, note)
  const empty = heap()
  const browsers = await openAll(gateway, note)
  const memory = (heap() - empty) / BROWSERS / 1_000

  let bid = 100_000
  const rates = Array.from({ length: ROUNDS }, () => {
    delivered = 0
    const begin = cpu()
    for (let n = 0; n < EVENTS; n += 1)
      say(2131, { symbolId: SYMBOLS[n % 100], bid: (bid += 1), ask: bid + 10 })
    return { rate: delivered / (cpu() - begin), lost: EVENTS * (BROWSERS + 1) - delivered }
  })

  const before = counts.requests
  for (const close of browsers) close()
  await openAll(gateway, note)
  const requests = counts.requests - before
  stay()

  const perSecond = median(rates.map(({ rate }) => rate))
  conclude('a gateway with 1,000 browsers and 100 symbols, without sockets', 'measured', [
    boundedRow('deliveries a second of one core', perSecond, { atLeast: 200_000 }),
    boundedRow('deliveries that were lost', Math.max(...rates.map(({ lost }) => lost)), { atMost: 0 }),
    boundedRow('memory of a browser, kB', memory, { atMost: 40 }),
    boundedRow('lines to cTrader', counts.lines, { atMost: 1 }),
    boundedRow('requests to cTrader when all come back', requests, { atMost: 50 }),
  ])
}

measure().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
