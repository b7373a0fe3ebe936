import { config, of, take, throwError } from 'rxjs'
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
import { pagesOf } from '../../../src/streams/history/pages'
import { barList } from '../../../src/streams/history/trendbarsBetween'
import { scene } from '../../support/accountScene'

const { PROTO_OA_ERROR_RES } = PayloadType

const ACCOUNT = 12345678
const EURUSD = 1
const NO_SYMBOL = 4711
const NOON = Date.UTC(2026, 0, 7, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY
const { M1, M5, M10, H1, H4, D1, W1, MN1 } = ProtoOATrendbarPeriod

const BARS = PayloadType.PROTO_OA_GET_TRENDBARS_REQ
const TICKS = PayloadType.PROTO_OA_GET_TICKDATA_REQ
const DEALS = PayloadType.PROTO_OA_DEAL_LIST_REQ
const ORDERS = PayloadType.PROTO_OA_ORDER_LIST_REQ
const CASH_FLOW = PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ
const ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ

const yesterday = { from: NOON - DAY, to: NOON - 1 }
const bars = { symbol: EURUSD, period: M5, ...yesterday }

const openings = (pages: readonly Page<Trendbar>[]): number[] =>
  pages.flatMap(({ items }) => items.map(({ timestamp }) => timestamp))

describe('trendbars', () => {
  it('asks for nothing before somebody subscribes, and for each who does anew', () => {
    scene(({ account, asked, at, watch }) => {
      const pages$ = trendbarsBetween(account, bars)
      at(1_000, () => {
        expect(asked()).toEqual([])
        const seen = [watch(pages$), watch(pages$)]
        at(1_000, () => {
          expect(asked()).toEqual([BARS, BARS])
          expect(seen[0]?.values).toHaveLength(1)
          expect(seen[1]?.values).toEqual(seen[0]?.values)
          expect(seen.map(({ completed }) => completed)).toEqual([true, true])
        })
      })
    })
  })

  it('takes a symbol by its name', () => {
    scene(({ account, at, watch }) => {
      const byName = watch(trendbarsBetween(account, { ...bars, symbol: 'eur/usd' }))
      const byId = watch(trendbarsBetween(account, bars))
      at(1_000, () => {
        // But for the break of half an hour.
        expect(openings(byId.values)).toHaveLength(DAY / (5 * MINUTE) - 6)
        expect(byName.values).toEqual(byId.values)
      })
    })
  })

  it.each([
    [M1, 35],
    [M5, 35],
    [M10, 245],
    [H1, 245],
    [H4, 366],
    [D1, 366],
    [W1, 1_830],
    [MN1, 1_830],
  ])('of period %d asks for at most %d days at a time', (period, days) => {
    scene(({ account, at, watch, wire }) => {
      // Before the first of all bars: none of these answers is cut off.
      const to = Date.UTC(2000, 0)
      watch(trendbarsBetween(account, { symbol: EURUSD, period, from: to - days * DAY, to }))
      at(5_000, () => {
        const ranges = wire.sent.flatMap(({ payloadType, payload }) =>
          payloadType === BARS ? [payload] : [],
        )
        expect(ranges).toEqual([
          {
            ctidTraderAccountId: ACCOUNT,
            fromTimestamp: to - days * DAY,
            toTimestamp: to - 1,
            period,
            symbolId: EURUSD,
          },
          { ctidTraderAccountId: ACCOUNT, fromTimestamp: to, toTimestamp: to, period, symbolId: EURUSD },
        ])
      })
    })
  })

  it('stops with its consumer: nothing is asked for any more', () => {
    scene(
      ({ account, asked, at, watch }) => {
        const leaving = watch(trendbarsBetween(account, bars), 1_500)
        const content = watch(trendbarsBetween(account, bars).pipe(take(3)))
        at(1_600, () => {
          expect(leaving.completed).toBe(false)
          expect(content.completed).toBe(true)
          expect(asked()).not.toEqual([])
        })
        at(60_000, () => {
          expect(asked()).toEqual([])
        })
      },
      { unknowns: { trendbarChunk: 10 } },
    )
  })

  it('does not ask once more for a consumer who has enough', () => {
    scene(({ account, asked, at, watch }) => {
      watch(trendbarsBetween(account, { ...bars, from: NOON - 20 * 35 * DAY, period: W1 }).pipe(take(1)))
      watch(cashFlowBetween(account, { from: NOON - 20 * WEEK, to: NOON }).pipe(take(2)))
      at(60_000, () => {
        expect(asked()).toEqual([BARS, CASH_FLOW, CASH_FLOW])
      })
    })
  })

  it('harms no other by a consumer who throws', () => {
    const thrown: unknown[] = []
    config.onUnhandledError = error => thrown.push(error)
    scene(
      ({ account, at, watch }) => {
        trendbarsBetween(account, bars).subscribe(({ progress }) => {
          throw new Error(progress < 1 ? 'in between' : 'at the end')
        })
        const other = watch(trendbarsBetween(account, bars))
        at(60_000, () => {
          expect(thrown[0]).toEqual(new Error('in between'))
          expect(thrown.at(-1)).toEqual(new Error('at the end'))
          expect(other.completed).toBe(true)
        })
      },
      { unknowns: { trendbarChunk: 50 } },
    )
    config.onUnhandledError = null
  })

  it('goes on after a lost line from where it was, and does not tell of it', () => {
    scene(
      ({ account, at, broker, watch, wire }) => {
        const seen = watch(trendbarsBetween(account, bars))
        const windows = (): string[] =>
          wire.sent.flatMap(({ payloadType, payload }) =>
            payloadType === BARS
              ? [`${String(payload?.['fromTimestamp'])} ${String(payload?.['toTimestamp'])}`]
              : [],
          )
        let before = 0
        at(2_105, () => {
          broker.drop()
        })
        // What was said before that is still on its way for 100 ms.
        at(2_210, () => {
          expect(wire.lines.open).toBe(0)
          before = windows().length
          expect(before).toBeGreaterThan(5)
        })
        at(2_600, () => {
          expect(windows()).toHaveLength(before)
        })
        at(60_000, () => {
          expect(seen.completed).toBe(true)
          expect(openings(seen.values)).toEqual(
            broker.market
              .barsBetween(EURUSD, M5, { ...yesterday, now: broker.now() })
              .map(bar => bar.openedAt),
          )
          // Only what was under way is asked for twice.
          expect(windows()).toHaveLength(new Set(windows()).size + 1)
          expect(windows()[before]).toBe(windows()[before - 1])
        })
      },
      { unknowns: { trendbarChunk: 10 }, latency: 100 },
    )
  })

  it('waits for the first line, and is silent while there is none', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'maintenance', seconds: 40, drops: true })
      const seen = watch(trendbarsBetween(account, bars))
      at(20_000, () => {
        expect(seen).toMatchObject({ values: [], completed: false, error: undefined })
        broker.fault({ kind: 'recover' })
      })
      at(100_000, () => {
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('errors when the session has failed', () => {
    scene(
      ({ account, at, watch }) => {
        const seen = watch(trendbarsBetween(account, bars))
        at(60_000, () => {
          expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'CH_CLIENT_AUTH_FAILURE' })
        })
      },
      { applications: [{ clientId: 'another', clientSecret: 'one' }] },
    )
  })

  it('errors where the server has no such symbol, and asks again where it only could not', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const unknown = watch(trendbarsBetween(account, { ...bars, symbol: NO_SYMBOL }))
      at(1_000, () => {
        expect(unknown.error).toMatchObject({ reason: 'UnknownSymbol', symbol: NO_SYMBOL, nearest: [] })
        expect(asked()).toEqual([BARS])
        broker.fault({ kind: 'refuse', payloadType: BARS, errorCode: 'UNKNOWN_ERROR', times: 2 })
        const known = watch(trendbarsBetween(account, bars))
        at(30_000, () => {
          expect(asked()).toEqual([BARS, BARS, BARS])
          expect(known.completed).toBe(true)
          expect(known.timed[0]?.[0]).toBeGreaterThan(4_000)
        })
      })
    })
  })

  it('has one empty page for a weekend, on which the market is closed', () => {
    const saturday = Date.UTC(2026, 0, 3, 12)
    const closed = { from: saturday, to: saturday + DAY - 1 }
    scene(
      ({ account, at, watch }) => {
        const seen = watch(trendbarsBetween(account, { symbol: EURUSD, period: M1, ...closed }))
        const ticks = watch(ticksBetween(account, { symbol: EURUSD, side: 'ask', ...closed }))
        at(1_000, () => {
          for (const { values, completed } of [seen, ticks]) {
            expect(values).toEqual([{ ...closed, items: [], progress: 1 }])
            expect(completed).toBe(true)
          }
        })
      },
      { start: saturday + DAY },
    )
  })

  it('has no bar from before history begins, and none of the future; the last is the one that is forming', () => {
    scene(({ account, at, broker, watch }) => {
      const from = Date.UTC(1999, 0)
      const early = watch(
        trendbarsBetween(account, { symbol: EURUSD, period: D1, from, to: Date.UTC(2000, 0, 10) }),
      )
      const future = watch(
        trendbarsBetween(account, { symbol: EURUSD, period: M1, from: NOON + DAY, to: NOON + 90 * DAY }),
      )
      at(30_000, () => {
        expect(openings(early.values)).toEqual([2, 3, 4, 5, 6, 9].map(day => Date.UTC(2000, 0, day, 22)))
        expect(future.values.map(({ items }) => items)).toEqual([[], [], []])
        expect(future.values.at(-1)?.progress).toBe(1)
        const now = watch(
          trendbarsBetween(account, { symbol: EURUSD, period: H1, from: NOON - HOUR, to: NOON + DAY }),
        )
        at(1_000, () => {
          // As it stood when the question had come, 10 ms later.
          const forming = broker.market.formingBar(EURUSD, H1, NOON + 30_010)
          expect(openings(now.values)).toEqual([NOON - HOUR, NOON])
          expect(now.values[0]?.items[1]).toEqual({
            timestamp: NOON,
            volume: forming?.volume,
            open: (forming?.open ?? NaN) / 100_000,
            high: (forming?.high ?? NaN) / 100_000,
            low: (forming?.low ?? NaN) / 100_000,
            close: (forming?.close ?? NaN) / 100_000,
          })
        })
      })
    })
  })

  it('holds up no order: each goes out at once, however many bars are asked for', () => {
    scene(
      ({ account, at, broker, watch, wire }) => {
        const from = NOON - 2 * WEEK
        const seen = watch(
          trendbarsBetween(account, { symbol: EURUSD, period: M1, from, to: from + 5_000 * MINUTE - 1 }),
        )
        const times = [100, 400, 1_000, 1_001, 1_002, 2_345, 5_000, 12_000]
        const sent = (): number => wire.sent.filter(({ payloadType }) => payloadType === ORDER).length
        times.forEach((ms, index) => {
          at(ms, () => {
            const order = { symbolId: EURUSD, orderType: 1, tradeSide: 1, volume: 100_000 } as const
            watch(account.request(ORDER, order))
          })
          // A slot of the live lane: a fiftieth of a second, and a bit.
          at(ms + 21, () => {
            expect(sent()).toBeGreaterThan(index)
          })
        })
        at(60_000, () => {
          expect(openings(seen.values).length).toBeGreaterThan(3_000)
          expect(seen.timed[0]?.[0]).toBeLessThan(12_000)
          expect(seen.timed.at(-1)?.[0]).toBeGreaterThan(12_000)
          expect(broker.exchange.ledger(ACCOUNT).orders).toHaveLength(times.length)
        })
      },
      { unknowns: { trendbarChunk: 50 }, latency: 0 },
    )
  })
})

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
    pagesOf(on(minutesLink(14_000, told)), minutes, year).subscribe({
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
    pagesOf(on(link), minutes, asked).subscribe(page => pages.push(page))
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
    pagesOf(on(link), minutes, asked).subscribe({ error: (error: unknown) => errors.push(error) })
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
