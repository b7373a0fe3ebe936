import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import { ProtoOATrendbarPeriod } from '../../../src/protocol/messages/enums'
import type { ProtoOATickData, ProtoOATrendbar } from '../../../src/protocol/messages/quotes'
import { createMarket } from '../../../src/simulator/market/createMarket'
import type { Bar, Tick } from '../../../src/simulator/market/model/market'
import { ACCOUNT } from '../../support/account'
import {
  answerTo,
  ask,
  converse,
  expectOfficial,
  expectAuthenticationNeeded,
  refusal,
} from '../../support/conversation'
import type { ConversationOptions } from '../../support/conversation'

const { PROTO_OA_GET_TICKDATA_REQ, PROTO_OA_GET_TRENDBARS_REQ } = PayloadType

const { M1, M5, M15, H1, H4, D1, W1, MN1 } = ProtoOATrendbarPeriod
const periods = Object.values(ProtoOATrendbarPeriod)
const BID = 1
const ASK = 2
const EURUSD = 1
const USDJPY = 4
const UNKNOWN = 999_999
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY

const market = createMarket(1)
const WEDNESDAY = Date.UTC(2026, 0, 7, 14)
/** When the one request of a conversation is answered. */
const NOW = WEDNESDAY + 250

const trendbars = (payload: object): object =>
  ask(PROTO_OA_GET_TRENDBARS_REQ, { symbolId: EURUSD, period: M1, ...payload })
const ticks = (payload: object): object =>
  ask(PROTO_OA_GET_TICKDATA_REQ, { symbolId: EURUSD, type: BID, ...payload })

interface Trendbars {
  readonly trendbar?: readonly ProtoOATrendbar[]
  readonly hasMore: boolean
  readonly [field: string]: unknown
}
interface Ticks {
  readonly tickData?: readonly ProtoOATickData[]
  readonly hasMore: boolean
}

/** One line for them all: a new server would look everything up anew. */
const barsOfEach = (payloads: readonly object[], options: ConversationOptions = {}): Trendbars[] =>
  converse(payloads.map(trendbars), { start: WEDNESDAY, ...options }).replies.map(
    ([frame]) => frame?.payload as unknown as Trendbars,
  )

const payloadOf = (request: object, options: ConversationOptions = {}): unknown =>
  answerTo(request, { start: WEDNESDAY, ...options })?.payload
const barsOf = (payload: object, options?: ConversationOptions): Trendbars =>
  payloadOf(trendbars(payload), options) as Trendbars
const ticksOf = (payload: object, options?: ConversationOptions): Ticks =>
  payloadOf(ticks(payload), options) as Ticks

const errorOf = (request: object, options?: ConversationOptions): unknown =>
  (payloadOf(request, options) as { readonly errorCode?: string }).errorCode

const toTrendbar = ({ openedAt, open, high, low, close, volume }: Bar): ProtoOATrendbar => ({
  volume,
  low,
  deltaOpen: open - low,
  deltaClose: close - low,
  deltaHigh: high - low,
  utcTimestampInMinutes: openedAt / MINUTE,
})

/** Served prices as they are, newest first. */
const unfold = ({ tickData = [] }: Ticks): { at: number; price: number }[] => {
  let [at, price] = [0, 0]
  return tickData.map(({ timestamp, tick }) => ({ at: (at += timestamp), price: (price += tick) }))
}

const openings = ({ trendbar = [] }: Trendbars): number[] =>
  trendbar.map(({ utcTimestampInMinutes = NaN }) => utcTimestampInMinutes * MINUTE)

describe('history', () => {
  it.each([
    ['a request for trendbars', trendbars({})],
    ['a request for ticks', ticks({})],
  ])('is refused before application and account are authenticated: %s', (_, request) => {
    expectAuthenticationNeeded(request)
  })

  it('is refused for unknown symbols, periods and sides', () => {
    expect(answerTo(trendbars({ symbolId: UNKNOWN }))).toEqual(refusal('SYMBOL_NOT_FOUND'))
    expect(answerTo(ticks({ symbolId: UNKNOWN }))).toEqual(refusal('SYMBOL_NOT_FOUND'))
    expect(answerTo(trendbars({ period: 99 }))).toEqual(refusal('INVALID_REQUEST'))
    expect(answerTo(ticks({ type: 3 }))).toEqual(refusal('INVALID_REQUEST'))
  })

  it('is refused for a range that ends before it begins', () => {
    const range = { fromTimestamp: WEDNESDAY - HOUR, toTimestamp: WEDNESDAY - HOUR - 1 }
    expect(answerTo(trendbars(range))).toEqual(refusal('INCORRECT_BOUNDARIES'))
    expect(answerTo(trendbars({ ...range, count: 5 }))).toEqual(refusal('INCORRECT_BOUNDARIES'))
    expect(answerTo(ticks(range))).toEqual(refusal('INCORRECT_BOUNDARIES'))
    expect(errorOf(trendbars({ fromTimestamp: NOW + HOUR }))).toBe('INCORRECT_BOUNDARIES')
    expect(errorOf(ticks({ fromTimestamp: NOW + HOUR }))).toBe('INCORRECT_BOUNDARIES')
  })

  it('is written as the server writes it', () => {
    const range = { fromTimestamp: WEDNESDAY - HOUR, toTimestamp: WEDNESDAY }
    expectOfficial(
      converse([trendbars(range), trendbars({ count: 0 }), ticks(range), ticks({ ...range, type: ASK })], {
        start: WEDNESDAY,
      }).texts,
    )
  })

  it('of bars is made of the ticks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2026, 0) }),
        fc.constantFrom(EURUSD, USDJPY),
        fc.constantFrom(M1, M5, M15, H1),
        (time, symbolId, period) => {
          const from = market.barOpening(symbolId, H1, time)
          const range = { symbolId, fromTimestamp: from, toTimestamp: from + HOUR - 1 }
          const [bids, asks, bars] = converse(
            [ticks({ ...range, type: BID }), ticks({ ...range, type: ASK }), trendbars({ ...range, period })],
            { start: WEDNESDAY },
          ).replies.map(([frame]) => frame?.payload)
          const sides = [
            ...unfold(bids as unknown as Ticks).map(price => ({ ...price, side: 'bid' })),
            ...unfold(asks as unknown as Ticks).map(price => ({ ...price, side: 'ask' })),
          ]
          const built = new Map<number, ProtoOATrendbar>()
          const opening = (at: number): number => market.barOpening(symbolId, period, at)
          for (const openedAt of new Set(sides.map(({ at }) => opening(at)))) {
            const inside = sides.filter(({ at }) => opening(at) === openedAt)
            const prices = inside.filter(({ side }) => side === 'bid').map(({ price }) => price)
            const [close, open] = [prices[0], prices.at(-1)]
            if (open === undefined || close === undefined) continue
            built.set(
              openedAt,
              toTrendbar({
                openedAt,
                open,
                close,
                high: Math.max(...prices),
                low: Math.min(...prices),
                volume: inside.length,
              }),
            )
          }
          expect((bars as unknown as Trendbars).trendbar ?? []).toEqual(
            [...built.entries()].sort(([a], [b]) => a - b).map(([, bar]) => bar),
          )
        },
      ),
      { numRuns: 8 },
    )
  })
})

describe('trendbars', () => {
  it('are the bars that opened in the range, both ends included, oldest first and without a period', () => {
    const range = { fromTimestamp: WEDNESDAY - HOUR, toTimestamp: WEDNESDAY - MINUTE }
    const bars = market.barsBetween(EURUSD, M1, { from: WEDNESDAY - HOUR, to: WEDNESDAY - MINUTE, now: NOW })
    expect(bars).toHaveLength(60)
    expect(barsOf(range)).toEqual({
      ctidTraderAccountId: ACCOUNT,
      period: M1,
      timestamp: WEDNESDAY - MINUTE,
      trendbar: bars.map(toTrendbar),
      symbolId: EURUSD,
      hasMore: false,
    })
  })

  it('of every period are the market’s', () => {
    const served = barsOfEach(periods.map(period => ({ period, toTimestamp: WEDNESDAY, count: 20 })))
    const now = NOW + periods.length * 250
    periods.forEach((period, i) => {
      const bars = market.barsBetween(EURUSD, period, {
        from: Date.UTC(2020, 0),
        to: WEDNESDAY,
        now: now - (periods.length - i) * 250,
        count: 20,
      })
      expect(bars).toHaveLength(20)
      expect(served[i]).toMatchObject({ period, trendbar: bars.map(toTrendbar), hasMore: true })
    })
  })

  it('are counted back from the end, which is included, with any beginning of the range', () => {
    const last = WEDNESDAY - 30 * MINUTE
    const minutes = [-4, -3, -2, -1, 0].map(i => last + i * MINUTE)
    const served = barsOfEach([
      { toTimestamp: last, count: 5 },
      { toTimestamp: last - 1, count: 4 },
      { fromTimestamp: last - MINUTE, toTimestamp: last, count: 5 },
    ])
    expect(served.map(openings)).toEqual([minutes, minutes.slice(0, 4), minutes])
  })

  it('have more when older ones of the range did not fit', () => {
    const to = WEDNESDAY - 30 * MINUTE
    const range = (minutes: number): object => ({ fromTimestamp: to - minutes * MINUTE, toTimestamp: to })
    const more = (payloads: readonly object[], trendbarChunk = 14_000): boolean[] =>
      barsOfEach(payloads, { unknowns: { trendbarChunk } }).map(({ hasMore }) => hasMore)
    expect(
      more([
        { ...range(5), count: 5 },
        { ...range(4), count: 5 },
        { ...range(1), count: 5 },
        { toTimestamp: to, count: 5 },
      ]),
    ).toEqual([true, false, false, true])
    expect(more([range(4), range(5)], 5)).toEqual([false, true])
  })

  it('come in chunks, the newest first, with which one can go on to the first', () => {
    const [fromTimestamp, last] = [WEDNESDAY - 10 * HOUR, WEDNESDAY - MINUTE]
    const pages: ProtoOATrendbar[][] = []
    for (let toTimestamp = last, more = true; more;) {
      const page = barsOf({ period: M5, fromTimestamp, toTimestamp }, { unknowns: { trendbarChunk: 50 } })
      pages.unshift([...(page.trendbar ?? [])])
      toTimestamp = (openings(page)[0] ?? NaN) - 1
      more = page.hasMore
    }
    expect(pages.map(page => page.length)).toEqual([20, 50, 50])
    expect(pages.flat()).toEqual(barsOf({ period: M5, fromTimestamp, toTimestamp: last }).trendbar)
  })

  it('come in chunks also when more are counted', () => {
    const page = barsOf({ count: 100 }, { unknowns: { trendbarChunk: 7 } })
    expect(page.trendbar).toHaveLength(7)
    expect(page.hasMore).toBe(true)
  })

  it('are the last chunk without a range, and end with the one that is forming', () => {
    const page = barsOf({ period: H4 }, { unknowns: { trendbarChunk: 3 } })
    expect(page.trendbar).toEqual(
      market.barsBetween(EURUSD, H4, { from: WEDNESDAY - WEEK, to: NOW, now: NOW, count: 3 }).map(toTrendbar),
    )
    const forming = market.formingBar(EURUSD, H4, NOW)
    expect(page.trendbar?.at(-1)).toEqual(forming && toTrendbar(forming))
    expect(page['timestamp']).toBe(NOW)
  })

  it('do not know the future', () => {
    const range = { period: H1, fromTimestamp: WEDNESDAY - DAY }
    const known = barsOf(range)
    expect(openings(known).at(-1)).toBe(WEDNESDAY)
    expect(barsOf({ ...range, toTimestamp: NOW + WEEK }).trendbar).toEqual(known.trendbar)
  })

  it('are empty where the market was closed, or before there was one', () => {
    const saturday = Date.UTC(2026, 0, 3, 12)
    const none = { hasMore: false }
    const closed = barsOf({ fromTimestamp: saturday, toTimestamp: saturday + HOUR })
    expect(closed).toMatchObject(none)
    expect(closed).not.toHaveProperty('trendbar')
    for (const range of [{ toTimestamp: 0 }, { toTimestamp: 0, count: 5 }, { toTimestamp: -1e15 }])
      expect(barsOf(range)).not.toHaveProperty('trendbar')
    expect(barsOf({ count: 0 })).not.toHaveProperty('trendbar')
  })

  it('reach over the weekend', () => {
    const monday = Date.UTC(2026, 0, 12)
    const friday = openings(
      barsOf({ period: H1, toTimestamp: monday, count: 10 }, { start: monday + DAY }),
    )[0]
    expect(friday).toBeLessThan(Date.UTC(2026, 0, 9, 22))
  })

  it('may be asked for in ranges of any length', () => {
    expect(barsOf({ period: M1, fromTimestamp: WEDNESDAY - 400 * DAY, count: 500 }).trendbar).toHaveLength(
      500,
    )
    const years = (period: number, count: number): object => ({
      period,
      fromTimestamp: WEDNESDAY - count * 365 * DAY,
    })
    for (const [first = NaN] of barsOfEach([years(D1, 2), years(W1, 6), years(MN1, 6)]).map(openings))
      expect(new Date(first).getUTCFullYear()).toBeLessThanOrEqual(2024)
  })
})

describe('ticks', () => {
  const range = { fromTimestamp: WEDNESDAY - HOUR, toTimestamp: WEDNESDAY - 1 }
  const pricesIn = (side: 'bid' | 'ask', from: number, to: number): { at: number; price: number }[] =>
    [...market.ticksBetween(EURUSD, from, to)].flatMap((tick: Tick) => {
      const price = tick[side]
      return price === undefined ? [] : [{ at: tick.at, price }]
    })
  it.each([
    ['bids', BID, 'bid'],
    ['asks', ASK, 'ask'],
  ] as const)(
    'are the changes of the %s, newest first, each as the difference from the one before',
    (_, type, side) => {
      const served = ticksOf({ ...range, type })
      const expected = pricesIn(side, WEDNESDAY - HOUR, WEDNESDAY - 1).reverse()
      expect(served.tickData?.length).toBeGreaterThan(500)
      expect(served.tickData?.[0]).toEqual({ timestamp: expected[0]?.at, tick: expected[0]?.price })
      for (const { timestamp } of served.tickData?.slice(1) ?? []) expect(timestamp).toBeLessThan(0)
      expect(unfold(served)).toEqual(expected)
      expect(served.hasMore).toBe(false)
    },
  )

  it('include both ends of the range', () => {
    const [first, second, third] = pricesIn('bid', WEDNESDAY - HOUR, WEDNESDAY)
    const between = { fromTimestamp: first?.at, toTimestamp: third?.at }
    expect(unfold(ticksOf(between))).toEqual([third, second, first])
  })

  it('come in chunks, with which one can go on to the first', () => {
    const pages: { at: number; price: number }[][] = []
    for (let toTimestamp = range.toTimestamp, more = true; more;) {
      const page = ticksOf({ ...range, toTimestamp }, { unknowns: { tickChunk: 300 } })
      pages.push(unfold(page))
      toTimestamp = (pages.at(-1)?.at(-1)?.at ?? NaN) - 1
      more = page.hasMore
    }
    expect(pages.length).toBeGreaterThan(1)
    for (const page of pages.slice(0, -1)) expect(page).toHaveLength(300)
    expect(pages.flat()).toEqual(unfold(ticksOf(range)))
  })

  it('have no more when they fit exactly', () => {
    const count = pricesIn('bid', WEDNESDAY - HOUR, WEDNESDAY - 1).length
    expect(ticksOf(range, { unknowns: { tickChunk: count } }).hasMore).toBe(false)
    expect(ticksOf(range, { unknowns: { tickChunk: count - 1 } }).hasMore).toBe(true)
  })

  it('may be asked for a week at a time, unless there is no such limit', () => {
    const tooLong = ticks({ fromTimestamp: WEDNESDAY - WEEK - 1, toTimestamp: WEDNESDAY })
    expect(answerTo(tooLong, { start: WEDNESDAY })).toEqual(refusal('INCORRECT_BOUNDARIES'))
    expect(errorOf(ticks({ fromTimestamp: WEDNESDAY - WEEK, toTimestamp: WEDNESDAY }))).toBeUndefined()
    expect(errorOf(tooLong, { unknowns: { tickSpan: Infinity } })).toBeUndefined()
    expect(errorOf(tooLong, { unknowns: { tickSpan: HOUR } })).toBe('INCORRECT_BOUNDARIES')
  })

  it('end now where no end is said, and do not know the future', () => {
    const until = (toTimestamp?: number): unknown =>
      unfold(ticksOf({ fromTimestamp: WEDNESDAY - MINUTE, toTimestamp }))
    const expected = pricesIn('bid', WEDNESDAY - MINUTE, NOW).reverse()
    expect(until()).toEqual(expected)
    expect(until(NOW + HOUR)).toEqual(expected)
  })

  it('are the last chunk without a range', () => {
    for (const tickSpan of [WEEK, Infinity]) {
      const page = ticksOf({}, { unknowns: { tickChunk: 5, tickSpan } })
      expect(unfold(page)).toEqual(
        pricesIn('bid', WEDNESDAY - HOUR, NOW)
          .reverse()
          .slice(0, 5),
      )
      expect(page.hasMore).toBe(true)
    }
  })

  it('are empty where the market was closed, or before there was one', () => {
    const saturday = Date.UTC(2026, 0, 3, 12)
    for (const toTimestamp of [0, -1e15]) expect(ticksOf({ toTimestamp })).not.toHaveProperty('tickData')
    expect(ticksOf({ fromTimestamp: saturday, toTimestamp: saturday + HOUR })).toEqual({
      ctidTraderAccountId: ACCOUNT,
      hasMore: false,
    })
  })
})
