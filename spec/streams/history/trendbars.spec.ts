import { config, take } from 'rxjs'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  cashFlowBetween,
  ticksBetween,
  trendbarsBetween,
} from 'rx-ctrader'
import type { Page, Trendbar } from 'rx-ctrader'
import { scene } from '../../support/accountScene'

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

const CASH_FLOW = PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ

const ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ

const yesterday = { from: NOON - DAY, to: NOON - 1 }

const bars = { symbol: EURUSD, period: M5, ...yesterday }

const openings = (pages: readonly Page<Trendbar>[]): number[] =>
  pages.flatMap(({ items }) => items.map(({ timestamp }) => timestamp))

describe('trendbars', () => {
  it('asks for nothing before it is subscribed, and for each subscriber anew', () => {
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
      // Before the first of all bars: no answer is cut off here.
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
