import * as fc from 'fast-check'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  ProtoOATradeSide,
  ProtoOATrendbarPeriod,
  cashFlowBetween,
  dealsBetween,
  ordersBetween,
  ticksBetween,
  trendbarsBetween,
} from 'rx-ctrader'
import type { Account, Page, TimeRange } from 'rx-ctrader'
import type { Fault, Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { SentFrame } from '../../support/wiretap'

/** How many scenes of each kind: `HISTORY_RUNS=1000 npx jest history` for many more. */
const RUNS = Number(process.env['HISTORY_RUNS'] ?? 8)

const { BUY, SELL } = ProtoOATradeSide

const EURUSD = 1
const BTCUSD = 114
const NOON = Date.UTC(2026, 0, 7, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY
/** How long an account is traded on. */
const WEEKS = 5 * WEEK

interface Trouble {
  readonly at: number
  readonly kind: 'drop' | 'close' | 'accountDisconnect' | 'refuse' | 'tooLong' | 'swallow' | 'malformed'
}

/** They strike while the pages are read, which takes some seconds. */
const troubles = fc.array(
  fc.record<Trouble>({
    at: fc.integer({ min: 20, max: 4_000 }),
    kind: fc.constantFrom('drop', 'close', 'accountDisconnect', 'refuse', 'tooLong', 'swallow', 'malformed'),
  }),
  { maxLength: 4 },
)

interface List {
  readonly request: number
  readonly response: number
}

const faultOf = ({ kind }: Trouble, { request, response }: List): Fault => {
  switch (kind) {
    case 'refuse':
      return { kind, payloadType: request, errorCode: 'UNKNOWN_ERROR' }
    case 'tooLong':
      return { kind: 'refuse', payloadType: request, errorCode: 'INCORRECT_BOUNDARIES' }
    case 'swallow':
      return { kind, payloadType: request, takesEffect: false }
    case 'malformed':
      return { kind, payloadType: response }
    case 'accountDisconnect':
      return { kind, accountId: ACCOUNT }
    default:
      return { kind }
  }
}

interface Reading {
  readonly pages: (account: Account) => Observable<Page<unknown>>
  readonly range: TimeRange
  readonly items: (broker: Simulator) => readonly unknown[]
}

/** Reads lists while faults strike, and compares them with what the simulator itself knows. */
const expectAll = (
  lists: readonly [List, ...List[]],
  struck: readonly Trouble[],
  options: SimulatorOptions,
  readingsOf: (broker: Simulator) => readonly Reading[],
): void => {
  scene(({ account, at, broker, watch, wire }) => {
    struck.forEach((trouble, index) => {
      const list = lists[index % lists.length] ?? lists[0]
      at(trouble.at, () => broker.fault(faultOf(trouble, list)))
    })
    const asksForOneMs = ({ payload }: SentFrame): boolean =>
      payload?.['fromTimestamp'] !== undefined && payload['fromTimestamp'] === payload['toTimestamp']
    for (const { pages, range, items } of readingsOf(broker)) {
      const seen = watch(pages(account), 590_000)
      at(595_000, () => {
        const read = seen.values.flatMap(page => page.items)
        let next = range.from
        for (const { from, to } of seen.values) {
          expect(from).toBe(next)
          next = to + 1
        }
        const progress = seen.values.map(page => page.progress)
        expect(progress).toEqual([...progress].sort((a, b) => a - b))
        if (seen.error === undefined) {
          expect(seen.completed).toBe(true)
          expect(read).toEqual(items(broker))
          expect(next).toBe(range.to + 1)
          expect(progress.at(-1)).toBe(1)
        } else {
          // There is no smaller part of a single ms to ask for, so a server that finds it too long has the last word.
          expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'INCORRECT_BOUNDARIES' })
          expect(wire.sent.some(asksForOneMs)).toBe(true)
          expect(read).toEqual(items(broker).slice(0, read.length))
          expect(next).toBeLessThanOrEqual(range.to)
        }
      })
    }
  }, options)
}

const periods = Object.values(ProtoOATrendbarPeriod)

/** About how long a bar is. */
const lengths = [1, 2, 3, 4, 5, 10, 15, 30, 60, 240, 720, 1_440, 10_080, 43_200].map(count => count * MINUTE)

/** Changes of the clocks of New York and of Europe, a Christmas, a weekend, the beginning of all history, and now. */
const turns = [
  Date.UTC(2025, 2, 9, 7),
  Date.UTC(2025, 2, 30, 1),
  Date.UTC(2025, 9, 26, 1),
  Date.UTC(2025, 10, 2, 6),
  Date.UTC(2025, 11, 25),
  Date.UTC(2026, 0, 3, 12),
  Date.UTC(2000, 0, 2, 22),
  NOON,
]

const anchors = fc.oneof(fc.constantFrom(...turns), fc.integer({ min: Date.UTC(1999, 11), max: NOON }))

describe('bars', () => {
  const list = {
    request: PayloadType.PROTO_OA_GET_TRENDBARS_REQ,
    response: PayloadType.PROTO_OA_GET_TRENDBARS_RES,
  }
  const asked = fc.record({
    anchor: anchors,
    before: fc.integer({ min: 0, max: 200_000 }),
    after: fc.integer({ min: 0, max: 200_000 }),
    trendbarChunk: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant(14_000)),
    troubles,
  })

  it.each(Object.entries(ProtoOATrendbarPeriod))(
    'of %s are those of the market, each once and in order, for any answers and any loss of the line',
    (_, period) => {
      fc.assert(
        fc.property(asked, ({ anchor, before, after, trendbarChunk, troubles: struck }) => {
          const length = lengths[periods.indexOf(period)] ?? NaN
          expectAll([list], struck, { unknowns: { trendbarChunk } }, ({ market }) => {
            // In thousandths of a bar; and none that is still forming, which changes while it is asked for.
            const to = Math.min(
              anchor + Math.floor((after * length) / 1_000),
              market.barOpening(EURUSD, period, NOON) - 1,
            )
            const range = { from: Math.min(to, anchor - Math.floor((before * length) / 1_000)), to }
            return [
              {
                range,
                pages: account => trendbarsBetween(account, { symbol: EURUSD, period, ...range }),
                items: broker =>
                  broker.market
                    .barsBetween(EURUSD, period, { ...range, now: broker.now() })
                    .map(({ openedAt, open, high, low, close, volume }) => ({
                      timestamp: openedAt,
                      volume,
                      open: open / 100_000,
                      high: high / 100_000,
                      low: low / 100_000,
                      close: close / 100_000,
                    })),
              },
            ]
          })
        }),
        { numRuns: Math.ceil(RUNS / 3) },
      )
    },
  )
})

describe('ticks', () => {
  const list = {
    request: PayloadType.PROTO_OA_GET_TICKDATA_REQ,
    response: PayloadType.PROTO_OA_GET_TICKDATA_RES,
  }
  const asked = fc.record({
    anchor: anchors,
    side: fc.constantFrom('bid', 'ask'),
    minutes: fc.integer({ min: 0, max: 120_000 }),
    tickChunk: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(5_000)),
    tickSpan: fc.oneof(fc.integer({ min: 1_000, max: HOUR }), fc.constantFrom(7 * DAY, Infinity)),
    troubles,
  })

  it('are those of the market, each once and in order, for any answers and any loss of the line', () => {
    fc.assert(
      fc.property(asked, ({ anchor, side, minutes, tickChunk, tickSpan, troubles: struck }) => {
        // No longer than can be read in ten minutes, at five requests a second.
        const longest = Math.min(minutes * 60, tickChunk * 100_000, tickSpan * 500)
        const range = { from: anchor - longest, to: anchor - 1 }
        fc.pre(range.from <= range.to)
        expectAll([list], struck, { unknowns: { tickChunk, tickSpan } }, () => [
          {
            range,
            pages: account => ticksBetween(account, { symbol: EURUSD, side, ...range }),
            items: ({ market }) =>
              [...market.ticksBetween(EURUSD, range.from, range.to)].flatMap(tick => {
                const price = tick[side]
                return price === undefined ? [] : [{ timestamp: tick.at, price: price / 100_000 }]
              }),
          },
        ])
      }),
      { numRuns: RUNS },
    )
  })
})

type Does = 'deposit' | 'withdraw' | 'buy' | 'sell' | 'limit'

interface Deed {
  readonly after: number
  readonly does: Does
  readonly times: number
}

/** Trades and pays on an account, in weeks that the exchange knows before they come. */
const carryOut = (deeds: readonly Deed[], { exchange }: Simulator): void => {
  for (const { after, does, times } of [...deeds].sort((a, b) => a.after - b.after)) {
    const at = NOON + after
    const order = (tradeSide: ProtoOATradeSide, terms: object): void => {
      const volume = 1
      const request = { ctidTraderAccountId: ACCOUNT, symbolId: BTCUSD, volume, ...terms }
      exchange.newOrder(ACCOUNT, { ...request, orderType: 1, tradeSide, ...terms }, { at, clientMsgId: '' })
    }
    for (let time = 0; time < times; time += 1)
      switch (does) {
        case 'deposit':
          exchange.deposit(ACCOUNT, 5_000, at)
          break
        case 'withdraw':
          exchange.withdraw(ACCOUNT, 100, at)
          break
        case 'limit':
          order(BUY, { orderType: 2, limitPrice: 10_000 })
          break
        default:
          order(does === 'buy' ? BUY : SELL, {})
      }
  }
  exchange.advanceTo(NOON + WEEKS + DAY)
}

interface Rows extends List {
  readonly pages: (account: Account, range: TimeRange) => Observable<Page<unknown>>
  readonly rows: (
    broker: Simulator,
  ) => readonly { readonly row: unknown; readonly at: number; readonly id: number }[]
}

describe('what happened on an account', () => {
  const asked = fc.record({
    deeds: fc.array(
      fc.record<Deed>({
        after: fc.integer({ min: 0, max: WEEKS }),
        does: fc.constantFrom('deposit', 'withdraw', 'buy', 'sell', 'limit'),
        times: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 5, maxLength: 15 },
    ),
    bounds: fc.tuple(
      fc.integer({ min: -3 * WEEK, max: WEEKS + WEEK }),
      fc.integer({ min: -3 * WEEK, max: WEEKS + WEEK }),
    ),
    edge: fc.nat(),
    // More than happens in a ms: no server can tell more of one ms.
    listChunk: fc.constantFrom(7, 20, 10_000),
    listCut: fc.constantFrom('oldest' as const, 'newest' as const),
    troubles,
  })

  const lists: readonly [Rows, ...Rows[]] = [
    {
      request: PayloadType.PROTO_OA_DEAL_LIST_REQ,
      response: PayloadType.PROTO_OA_DEAL_LIST_RES,
      pages: dealsBetween,
      rows: (broker: Simulator) =>
        broker.exchange
          .ledger(ACCOUNT)
          .deals.map(deal => ({ row: deal, at: deal.executionTimestamp, id: deal.dealId })),
    },
    {
      request: PayloadType.PROTO_OA_ORDER_LIST_REQ,
      response: PayloadType.PROTO_OA_ORDER_LIST_RES,
      pages: ordersBetween,
      rows: (broker: Simulator) =>
        broker.exchange.ledger(ACCOUNT).orders.map(order => ({
          row: order,
          at: order.utcLastUpdateTimestamp ?? NaN,
          id: order.orderId,
        })),
    },
    {
      request: PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ,
      response: PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_RES,
      pages: cashFlowBetween,
      rows: (broker: Simulator) =>
        broker.exchange.ledger(ACCOUNT).cashFlow.map(entry => ({
          row: entry,
          at: entry.changeBalanceTimestamp,
          id: entry.balanceHistoryId,
        })),
    },
  ]

  it('is in its deals, orders and cash flow, each once and in order, for any loss of the line', () => {
    fc.assert(
      fc.property(asked, ({ deeds, bounds, edge, listChunk, listCut, troubles: struck }) => {
        expectAll(lists, struck, { unknowns: { listChunk, listCut } }, broker => {
          carryOut(deeds, broker)
          return lists.map(({ pages, rows }) => {
            // Half of the ranges have something at one of their ends, to the ms.
            const times = rows(broker).map(({ at }) => at)
            const one = edge % 2 === 0 ? NOON + bounds[0] : (times[edge % times.length] ?? NOON)
            const other = NOON + bounds[1]
            const range = { from: Math.min(one, other), to: Math.max(one, other) }
            return {
              range,
              pages: account => pages(account, range),
              items: () =>
                rows(broker)
                  .filter(({ at }) => at >= range.from && at <= range.to)
                  .sort((a, b) => a.at - b.at || a.id - b.id)
                  .map(({ row }): unknown => JSON.parse(JSON.stringify(row))),
            }
          })
        })
      }),
      { numRuns: RUNS },
    )
  })
})
