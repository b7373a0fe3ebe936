import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Pressure, ServerConnection } from 'rx-ctrader/simulator'
import { createBacklog, mergeDepths } from '../../src/simulator/server/backlog'
import { ACCOUNT } from '../support/account'
import { inVirtualTime } from '../support/virtualTime'
import { accountAuth, appAuth, request, version } from './faultScene'

const { PROTO_OA_EXECUTION_EVENT, PROTO_OA_SPOT_EVENT, PROTO_OA_SUBSCRIBE_SPOTS_REQ, PROTO_OA_VERSION_RES } =
  PayloadType

interface Spot {
  readonly payloadType: number
  readonly payload: { readonly bid?: number; readonly ask?: number; readonly symbolId: number }
}

/** A subscriber of one symbol's spots over a line that can be jammed. */
const slowClient = (
  play: (client: {
    readonly heard: string[]
    readonly closed: string[]
    readonly connection: ServerConnection
    readonly jam: (pressure: Pressure) => void
    readonly at: (ms: number, act: () => void) => void
    readonly quote: () => { readonly bid: number; readonly ask: number }
  }) => void,
  requests: readonly object[] = [
    request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, 'spots', { ctidTraderAccountId: ACCOUNT, symbolId: [1] }),
  ],
): void => {
  inVirtualTime(({ at }) => {
    const broker = createSimulator()
    const [heard, closed]: string[][] = [[], []]
    let pressure: Pressure = 'none'
    const connection = broker.accept({
      send: text => heard?.push(text),
      close: (code, reason) => closed?.push(`${code} ${reason}`),
      cut: () => closed?.push('cut'),
      pressure: () => pressure,
    })
    for (const frame of [appAuth, accountAuth, ...requests]) connection.receive(JSON.stringify(frame))
    at(3_600_000, connection.closed)
    play({
      heard: heard ?? [],
      closed: closed ?? [],
      connection,
      at,
      jam: now => {
        pressure = now
      },
      quote: () => broker.market.quoteAt(1, broker.now()),
    })
  })
}

const MINUTE = 60_000

describe('a client that reads too slowly', () => {
  it('gets one spot event with both sides as they are, when it has read', () => {
    slowClient(({ heard, connection, jam, at, quote }) => {
      at(1_000, () => {
        jam('high')
        heard.length = 0
        // The heartbeat of a client keeps the line.
        at(30_000, () => connection.receive('{"payloadType":51}'))
      })
      at(25_000, () => {
        expect(heard).toEqual([])
        connection.drained()
        expect(heard).toEqual([])
        jam('none')
        connection.drained()
        expect(heard).toHaveLength(1)
        const spot = JSON.parse(heard[0] ?? '') as Spot
        const { bid, ask } = quote()
        expect(spot).toMatchObject({ payloadType: PROTO_OA_SPOT_EVENT, payload: { symbolId: 1, bid, ask } })
        connection.drained()
        expect(heard).toHaveLength(1)
        connection.closed()
      })
    })
  })

  it('gets every spot event while it reads', () => {
    slowClient(({ heard, connection, at }) => {
      at(25_000, () => {
        expect(heard.filter(text => text.includes('"payloadType":2131')).length).toBeGreaterThan(3)
        connection.closed()
      })
    })
  })

  it('gets answers at once, behind the prices from before them', () => {
    slowClient(({ heard, connection, jam, at }) => {
      at(1_000, () => {
        jam('high')
        heard.length = 0
      })
      at(20_000, () => {
        connection.receive(JSON.stringify(version()))
        expect(heard.map(text => (JSON.parse(text) as Spot).payloadType)).toEqual([
          PROTO_OA_SPOT_EVENT,
          PROTO_OA_VERSION_RES,
        ])
        connection.closed()
      })
    })
  })

  it('gets prices again as they come when it reads again', () => {
    slowClient(({ heard, connection, jam, at }) => {
      at(1_000, () => jam('high'))
      at(10_000, () => {
        jam('none')
        heard.length = 0
      })
      at(50_000, () => {
        expect(heard.filter(text => text.includes('"payloadType":2131')).length).toBeGreaterThan(3)
        connection.closed()
      })
    })
  })

  it('is closed with 1013 when even that is too much', () => {
    slowClient(({ heard, closed, connection, jam, at }) => {
      at(1_000, () => {
        jam('over')
        heard.length = 0
      })
      at(MINUTE, () => {
        expect(heard).toEqual([])
        expect(closed).toEqual(['1013 Client reads too slowly'])
        connection.receive(JSON.stringify(version()))
        expect(heard).toEqual([])
      })
    })
  })
})

type Depth = Parameters<typeof mergeDepths>[0]

const quotes = fc.uniqueArray(
  fc.record({ id: fc.integer({ min: 1, max: 8 }), size: fc.integer({ min: 1, max: 100 }), bid: fc.nat() }),
  { selector: ({ id }) => id, maxLength: 5 },
)
const depths = fc
  .record({ newQuotes: quotes, deletedQuotes: fc.uniqueArray(fc.integer({ min: 1, max: 8 })) })
  .map(({ newQuotes, deletedQuotes }): Depth => ({
    ctidTraderAccountId: ACCOUNT,
    symbolId: 1,
    newQuotes,
    deletedQuotes: deletedQuotes.filter(id => !newQuotes.some(quote => quote.id === id)),
  }))

const fold = (book: ReadonlyMap<number, unknown>, { newQuotes = [], deletedQuotes = [] }: Depth) => {
  const next = new Map(book)
  for (const id of deletedQuotes) next.delete(id)
  for (const quote of newQuotes) next.set(quote.id, quote)
  return next
}
const sorted = (book: ReadonlyMap<number, unknown>): unknown => [...book].sort(([a], [b]) => a - b)

describe('conflated depth', () => {
  it('leads from the same book to the same book as the events it stands for', () => {
    fc.assert(
      fc.property(depths, fc.array(depths, { minLength: 1, maxLength: 6 }), (before, events) => {
        const book = fold(new Map(), before)
        const merged = events.reduce(mergeDepths)
        expect(sorted(fold(book, merged))).toEqual(sorted(events.reduce(fold, book)))
        const ids = new Set(merged.newQuotes?.map(({ id }) => id))
        expect(merged.deletedQuotes?.some(id => ids.has(id))).toBe(false)
      }),
    )
  })
})

describe('conflated spots', () => {
  it('keep the latest of each side, of the time and of the bar of each period, by account and symbol', () => {
    const backlog = createBacklog()
    const bar = (period: number, volume: number): object => ({ period, volume, low: 1 })
    const take = (payload: object): boolean =>
      backlog.take(PROTO_OA_SPOT_EVENT, { ctidTraderAccountId: 1, symbolId: 1, ...payload })
    take({ bid: 1, trendbar: [bar(1, 1), bar(5, 1)], timestamp: 10 })
    take({ ask: 2, timestamp: 20 })
    take({ symbolId: 2, bid: 9 })
    take({ bid: 3, trendbar: [bar(1, 2)], timestamp: 30 })
    take({ ctidTraderAccountId: 2, bid: 7 })
    expect(backlog.take(PROTO_OA_EXECUTION_EVENT, {})).toBe(false)
    const sent: unknown[] = []
    backlog.empty((_, payload) => sent.push(payload))
    expect(sent).toEqual([
      {
        ctidTraderAccountId: 1,
        symbolId: 1,
        bid: 3,
        ask: 2,
        timestamp: 30,
        trendbar: [bar(5, 1), bar(1, 2)],
      },
      { ctidTraderAccountId: 1, symbolId: 2, bid: 9 },
      { ctidTraderAccountId: 2, symbolId: 1, bid: 7 },
    ])
    expect(backlog.isEmpty()).toBe(true)
  })
})
