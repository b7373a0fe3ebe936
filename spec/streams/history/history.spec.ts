import { of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  CTraderError,
  PayloadType,
  ProtoOATrendbarPeriod,
  cashFlowBetween,
  dealsBetween,
  ordersBetween,
  ticksBetween,
  trendbarsBetween,
} from 'rx-ctrader'
import type { Account, Link, Page, TimeRange, Trendbar } from 'rx-ctrader'
import { readPages } from '../../../src/streams/history/pages'
import { barList } from '../../../src/streams/history/trendbarsBetween'
import { scene } from '../../support/accountScene'

const { PROTO_OA_ERROR_RES } = PayloadType

const ACCOUNT = 12345678

const EURUSD = 1

const NOON = Date.UTC(2026, 0, 7, 12)

const MINUTE = 60_000

const HOUR = 60 * MINUTE

const DAY = 24 * HOUR

const WEEK = 7 * DAY

const { M1 } = ProtoOATrendbarPeriod

const TICKS = PayloadType.PROTO_OA_GET_TICKDATA_REQ

const DEALS = PayloadType.PROTO_OA_DEAL_LIST_REQ

const ORDERS = PayloadType.PROTO_OA_ORDER_LIST_REQ

const CASH_FLOW = PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ

const yesterday = { from: NOON - DAY, to: NOON - 1 }

const openings = (pages: readonly Page<Trendbar>[]): number[] =>
  pages.flatMap(({ items }) => items.map(({ timestamp }) => timestamp))

/** A link at which a year of minutes is told, so many bars at a time. */
const minutesLink = (chunk: number, told: { bars: number; most: number; given: number }): Link => {
  const request = (
    _: number,
    { fromTimestamp: from, toTimestamp: to }: { fromTimestamp: number; toTimestamp: number },
  ) => {
    const last = Math.floor(to / MINUTE)
    const first = Math.ceil(from / MINUTE)
    const oldest = Math.max(first, last - chunk + 1)
    const trendbar = Array.from({ length: last - oldest + 1 }, (__, index) => ({
      volume: 1,
      low: 100_000,
      utcTimestampInMinutes: oldest + index,
    }))
    told.bars += trendbar.length
    told.most = Math.max(told.most, told.bars - told.given)
    return of({ ctidTraderAccountId: ACCOUNT, period: M1, trendbar, hasMore: oldest > first })
  }
  return { request } as unknown as Link
}

const on =
  (link: Link) =>
  <T>(ask: (link: Link) => Observable<T>): Observable<T> =>
    ask(link)

describe('the pages of bars', () => {
  const minutes = barList(ACCOUNT, EURUSD, M1)

  it('is a year of minutes in bounded memory: a few answers at a time', () => {
    const told = { bars: 0, most: 0, given: 0 }
    const year = { from: Date.UTC(2025, 0), to: Date.UTC(2026, 0) - 1 }
    let next = year.from
    let completed = false
    readPages(on(minutesLink(14_000, told)), minutes, year).subscribe({
      next: ({ items }) => {
        told.given += items.length
        for (const { timestamp } of items) {
          if (timestamp !== next) throw new Error(`a bar at ${timestamp}, and not ${next}`)
          next += MINUTE
        }
      },
      complete: () => {
        completed = true
      },
    })
    expect(completed).toBe(true)
    expect(next).toBe(year.to + 1)
    expect(told.most).toBeLessThanOrEqual(4 * 14_000)
    // What shares its ms with the end of a cut answer is told twice.
    expect(told.bars - told.given).toBeLessThan(100)
  })

  const linkOf = (answer: object): Link => ({ request: () => of(answer) }) as unknown as Link
  const asked = { from: 0, to: 10 * MINUTE }
  const read = (link: Link): readonly Page<Trendbar>[] => {
    const pages: Page<Trendbar>[] = []
    readPages(on(link), minutes, asked).subscribe(page => pages.push(page))
    return pages
  }

  it('has bars with a close also where that is the low, and none without a time', () => {
    const trendbar = [
      { volume: 2, low: 100_000, deltaHigh: 50, utcTimestampInMinutes: 1 },
      { volume: 3, low: 100_000 },
      { volume: 4, low: 100_000, deltaOpen: 10, deltaClose: 20, deltaHigh: 30, utcTimestampInMinutes: 3 },
    ]
    expect(read(linkOf({ trendbar, hasMore: false }))).toEqual([
      {
        from: 0,
        to: 10 * MINUTE,
        progress: 1,
        items: [
          { timestamp: MINUTE, volume: 2, open: 1, high: 1.0005, low: 1, close: 1 },
          { timestamp: 3 * MINUTE, volume: 4, open: 1.0001, high: 1.0003, low: 1, close: 1.0002 },
        ],
      },
    ])
  })

  it('looks for more at a server that does not say whether there are', () => {
    const all = [1, 2, 3, 4, 5, 6, 7].map(minute => ({
      volume: minute,
      low: 1,
      utcTimestampInMinutes: minute,
    }))
    const request = (
      _: number,
      { fromTimestamp, toTimestamp }: { fromTimestamp: number; toTimestamp: number },
    ) => {
      const within = all.filter(
        ({ utcTimestampInMinutes: minute }) =>
          minute * MINUTE >= fromTimestamp && minute * MINUTE <= toTimestamp,
      )
      return of(within.length > 0 ? { trendbar: within.slice(-3) } : {})
    }
    const pages = read({ request } as unknown as Link)
    expect(openings(pages)).toEqual(all.map(bar => bar.utcTimestampInMinutes * MINUTE))
    expect(pages.at(-1)?.progress).toBe(1)
  })

  it('passes on what it may not ask again', () => {
    const cause = new CTraderError({
      reason: 'Refused',
      payloadType: PROTO_OA_ERROR_RES,
      errorCode: 'SYMBOL_NOT_FOUND',
    })
    const errors: unknown[] = []
    const link = { request: () => throwError(() => cause) } as unknown as Link
    readPages(on(link), minutes, asked).subscribe({ error: (error: unknown) => errors.push(error) })
    expect(errors).toEqual([cause])
  })
})

describe('the history of an account', () => {
  it('is asked for a week at a time, in the historical lane', () => {
    scene(({ account, at, asked, watch, wire }) => {
      const range = { from: NOON - 2 * WEEK, to: NOON }
      const lists = [
        dealsBetween(account, range),
        ordersBetween(account, range),
        cashFlowBetween(account, range),
      ]
      const seen = lists.map(list$ => watch<Page<unknown>>(list$))
      const ticks = watch(ticksBetween(account, { symbol: EURUSD, side: 'bid', from: 0, to: WEEK }))
      at(10_000, () => {
        for (const { completed, values } of seen) {
          expect(completed).toBe(true)
          expect(values.map(({ from, to }) => to - from)).toEqual([WEEK - 1, WEEK - 1, 0])
          expect(values.map(({ progress }) => Math.round(progress * 100))).toEqual([50, 100, 100])
        }
        expect(seen[2]?.values[2]?.items).toMatchObject([{ delta: 1_000_000, changeBalanceTimestamp: NOON }])
        expect(ticks.completed).toBe(true)
        const types = asked()
        expect(types.sort()).toEqual([
          DEALS,
          DEALS,
          DEALS,
          CASH_FLOW,
          CASH_FLOW,
          CASH_FLOW,
          TICKS,
          TICKS,
          ORDERS,
          ORDERS,
          ORDERS,
        ])
        const longest = wire.sent.map(
          ({ payload = {} }) => Number(payload['toTimestamp']) - Number(payload['fromTimestamp']),
        )
        expect(Math.max(...longest.filter(Number.isFinite))).toBe(WEEK - 1)
        // Five a second.
        expect(seen.flatMap(({ timed }) => timed.map(([ms]) => ms)).filter(ms => ms < 1_000)).toHaveLength(4)
      })
    })
  })

  it('has an order again that changes while it is read, and misses none', () => {
    const orders = [1, 2, 3, 4, 5, 6].map(orderId => ({
      orderId,
      utcLastUpdateTimestamp: orderId * 10,
      tradeData: {},
    }))
    let asked = 0
    const link = {
      request: (
        _: number,
        { fromTimestamp, toTimestamp }: { fromTimestamp: number; toTimestamp: number },
      ) => {
        asked += 1
        const moved = orders[1]
        if (asked === 2 && moved) moved.utcLastUpdateTimestamp = 95
        const within = orders
          .filter(({ utcLastUpdateTimestamp: at }) => at >= fromTimestamp && at <= toTimestamp)
          .sort((a, b) => b.utcLastUpdateTimestamp - a.utcLastUpdateTimestamp)
        return of({ order: within.slice(0, 3), hasMore: within.length > 3 })
      },
    } as unknown as Link
    const account = { accountId: ACCOUNT, accountAuth$: of(link), authenticated$: of() } as unknown as Account
    const ids: number[] = []
    ordersBetween(account, { from: 0, to: 99 }).subscribe(({ items }) =>
      ids.push(...items.map(({ orderId }) => orderId)),
    )
    expect(ids).toEqual([1, 3, 4, 5, 6, 2])
  })

  it('has what is of the same ms in its order: deals by their ids, ticks as the server has them', () => {
    const times = { createTimestamp: 4, executionTimestamp: 5 }
    const deal = [3, 1, 2].map(dealId => ({ dealId, ...times }))
    const tickData = [5, 0, 0, -1].map((timestamp, index) => ({ timestamp, tick: index === 0 ? 100_000 : 1 }))
    const link = { request: () => of({ deal, tickData, hasMore: false }) } as unknown as Link
    const account = { accountId: ACCOUNT, accountAuth$: of(link), authenticated$: of() } as unknown as Account
    const ids: number[] = []
    dealsBetween(account, { from: 0, to: 9 }).subscribe(({ items }) =>
      ids.push(...items.map(({ dealId }) => dealId)),
    )
    expect(ids).toEqual([1, 2, 3])
    const prices: number[] = []
    ticksBetween(account, { symbol: EURUSD, side: 'ask', from: 0, to: 9 }).subscribe(({ items }) => {
      prices.push(...items.map(({ price }) => price))
    })
    expect(prices).toEqual([1.00003, 1.00002, 1.00001, 1])
  })

  it('orders orders by when they were placed where the server does not say when they changed', () => {
    const order = [
      { orderId: 1, tradeData: { openTimestamp: 7 } },
      { orderId: 2, tradeData: {} },
      { orderId: 3, tradeData: { openTimestamp: 9 }, utcLastUpdateTimestamp: 5 },
    ]
    const link = { request: () => of({ order, hasMore: false }) } as unknown as Link
    const account = { accountId: ACCOUNT, accountAuth$: of(link), authenticated$: of() } as unknown as Account
    const ids: number[] = []
    ordersBetween(account, { from: 0, to: 99 }).subscribe(({ items }) =>
      ids.push(...items.map(({ orderId }) => orderId)),
    )
    expect(ids).toEqual([2, 3, 1])
  })
})

describe('what cannot be asked for', () => {
  const wrong: readonly (readonly [option: string, range: TimeRange])[] = [
    ['from', { from: 2, to: 1 }],
    ['from', { from: NaN, to: 1 }],
    ['from', { from: 0.5, to: 1 }],
    ['from', { from: -Infinity, to: 1 }],
    ['from', { from: -8.64e15, to: 1 }],
    ['to', { from: 0, to: Infinity }],
    ['to', { from: 0, to: undefined as unknown as number }],
    ['to', { from: 0, to: '1' as unknown as number }],
  ]

  it.each(wrong)('errors naming %s, and sends nothing: %j', (option, range) => {
    scene(({ account, asked, at, watch }) => {
      const seen = [
        trendbarsBetween(account, { symbol: 'EURUSD', period: M1, ...range }),
        ticksBetween(account, { symbol: 'EURUSD', side: 'bid', ...range }),
        dealsBetween(account, range),
        ordersBetween(account, range),
        cashFlowBetween(account, range),
      ].map(pages$ => watch<Page<unknown>>(pages$))
      at(1_000, () => {
        for (const { error } of seen) expect(error).toMatchObject({ reason: 'InvalidOption', option })
        expect(asked()).toEqual([])
      })
    })
  })

  it('errors naming the period or the side that does not exist', () => {
    scene(({ account, asked, at, watch }) => {
      const period = 15 as unknown as typeof M1
      const side = 'mid' as unknown as 'bid'
      const noBars = watch(trendbarsBetween(account, { symbol: 'EURUSD', period, ...yesterday }))
      const noTicks = watch(ticksBetween(account, { symbol: 'EURUSD', side, ...yesterday }))
      at(1_000, () => {
        expect(noBars.error).toMatchObject({ reason: 'InvalidOption', option: 'period' })
        expect(noTicks.error).toMatchObject({ reason: 'InvalidOption', option: 'side' })
        expect(asked()).toEqual([])
      })
    })
  })
})
