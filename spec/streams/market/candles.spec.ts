import { config, filter, map, switchMap, take, takeUntil, timer } from 'rxjs'
import { PayloadType, ProtoOATrendbarPeriod, candles, spots, toPrice } from 'rx-ctrader'
import type { SymbolCandle } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'
import { marbles } from 'rx-ctrader/testing'
import { scene } from '../../support/accountScene'
import { containing, readAt, sent, subscribedOn } from '../../support/drawn'
import type { Seen } from '../../support/virtualTime'

const EURUSD = 1
const BTCUSD = 114
const { M1, M5, H1, D1, W1, MN1 } = ProtoOATrendbarPeriod
const MINUTE = 60_000
const NOON = Date.UTC(2026, 0, 7, 12)
const SATURDAY = Date.UTC(2026, 0, 10, 12)

const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ
const BARS = PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ
const NO_BARS = PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ
const HISTORY = PayloadType.PROTO_OA_GET_TRENDBARS_REQ

const requests = { s: sent(SPOTS), u: sent(NO_SPOTS), b: sent(BARS), c: sent(NO_BARS), h: sent(HISTORY) }
const NUMBER: unknown = expect.any(Number)

interface Asked {
  readonly from?: number
  readonly to?: number
  readonly now: number
  readonly count?: number
}

/** Bars as the market has them, and as its history gives them. */
const barsOf = (
  { market }: Simulator,
  symbolId: number,
  period: ProtoOATrendbarPeriod,
  { from = 0, to = Infinity, now, ...rest }: Asked,
): SymbolCandle[] =>
  market
    .barsBetween(symbolId, period, { from, to, now, ...rest })
    .map(({ openedAt, open, high, low, close, volume }) => ({
      symbolId,
      period,
      timestamp: openedAt,
      open: toPrice(open),
      high: toPrice(high),
      low: toPrice(low),
      close: toPrice(close),
      volume,
      closed: true,
      late: true,
    }))

const formingOf = (bars: readonly SymbolCandle[]): SymbolCandle[] =>
  bars.map((bar, index) => {
    const closed = index < bars.length - 1
    return { ...bar, closed, late: closed }
  })

const closedIn = ({ values }: Seen<SymbolCandle>): SymbolCandle[] => values.filter(({ closed }) => closed)

/** That those are the closed bars of the market, each once, from the first to the one before the forming one. */
const expectWhole = (broker: Simulator, seen: Seen<SymbolCandle>): void => {
  const closed = closedIn(seen)
  const [first] = closed
  const last = seen.values.at(-1)
  if (!first || !last) throw new Error('no bars')
  const bars = barsOf(broker, first.symbolId, first.period, {
    from: first.timestamp,
    to: last.timestamp - 1,
    now: broker.now(),
  })
  expect(closed.map(bar => ({ ...bar, late: true }))).toEqual(bars)
  expect(last.closed).toBe(false)
  expect(seen.error).toBeUndefined()
}

afterEach(() => {
  config.onUnhandledError = null
})

describe('candles', () => {
  it('begins with the last closed bars, oldest first, and the forming one', () => {
    marbles(
      ({ account, broker, expectObservable }) => {
        const [a, b, c, d] = formingOf(barsOf(broker, EURUSD, M5, { now: NOON + 90_000, count: 4 }))
        const candle$ = candles(account, EURUSD, M5, { history: 3 })
        expectObservable(candle$, '^ 10s !').toBe('(abcd)', { a, b, c, d })
      },
      { simulator: { start: NOON + 90_000 } },
    )
  })

  it('has only the forming one without history', () => {
    marbles(
      ({ account, broker, expectObservable }) => {
        const [a] = formingOf(barsOf(broker, EURUSD, M5, { now: NOON + 90_000, count: 1 }))
        expectObservable(candles(account, EURUSD, M5), '^ 10s !').toBe('a', { a })
      },
      { simulator: { start: NOON + 90_000 } },
    )
  })

  it('is the forming bar of the market after each tick, and each bar once more when the next one begins', () => {
    scene(
      ({ account, at, broker, watch }) => {
        const start = NOON + 90_000
        const seen = watch(candles(account, EURUSD, M1), 240_000)
        at(241_000, () => {
          const ticks = [...broker.market.ticksBetween(EURUSD, start + 1, start + 239_999)]
          const first = barsOf(broker, EURUSD, M1, { now: start, count: 1 })
          const after = ticks.flatMap(({ at: now }) => {
            const [bar, next] = barsOf(broker, EURUSD, M1, { from: now - (now % MINUTE) - MINUTE, now })
            if (!bar || !next) throw new Error('no bars')
            const begins = broker.market.nextTick(EURUSD, next.timestamp - 1).at === now
            const late = false
            return [...(begins ? [{ ...bar, late }] : []), { ...next, closed: false, late }]
          })
          expect(ticks.filter(({ bid }) => bid === undefined).length).toBeGreaterThan(5)
          expect(seen.values).toEqual([...formingOf(first), ...after])
          expect(closedIn(seen)).toHaveLength(4)
        })
      },
      { latency: 0, start: NOON + 90_000 },
    )
  })

  it('asks for history once the live bars are there, and shares both', () => {
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      broker.quotes('15s b', { b: { bid: 1.2, ask: 1.2002 } })
      const close$ = candles(account, EURUSD, M1, { history: 2 }).pipe(map(({ close }) => close))
      const closes = { a: 1.1, b: 1.2, x: NUMBER }
      expectObservable(close$, '^ 20s !').toBe('(xxa) 14995ms (ab)', closes)
      expectObservable(close$, '^ 30s !').toBe('(xxa) 14995ms (ab)', closes)
      expectRequests().toBe('(sbh) 29996ms (cu)', requests)
    })
  })

  it('gives a late subscriber the last closed bars and the forming one at once, without asking', () => {
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      broker.quotes('65s a 59999ms b 59999ms c 39s d', {
        a: { bid: 1.11, ask: 1.12 },
        b: { bid: 1.12, ask: 1.13 },
        c: { bid: 1.13, ask: 1.14 },
        d: { bid: 1.14, ask: 1.15 },
      })
      const close$ = candles(account, EURUSD, M1, { history: 2 }).pipe(
        map(({ close, closed }) => (closed ? `closed at ${close}` : close)),
      )
      const closes = {
        x: expect.stringMatching('closed at') as unknown,
        o: 1.1,
        O: 'closed at 1.1',
        a: 1.11,
        A: 'closed at 1.11',
        b: 1.12,
        B: 'closed at 1.12',
        c: 1.13,
        d: 1.14,
      }
      expectObservable(close$, '^     250s !').toBe(
        '(xxo) 64995ms (Oa) 59996ms (Ab) 59996ms (Bc) 38997ms d',
        closes,
      )
      expectObservable(close$, '200s ^ 40s !').toBe('200s (ABc) 23996ms d', closes)
      expectRequests().toBe('(sbh) 249996ms (cu)', requests)
    })
  })

  it('shares the spots and the live bars with those who want another history', () => {
    marbles(({ account, expectObservable, expectRequests }) => {
      const closed$ = (history: number) =>
        candles(account, EURUSD, M1, { history }).pipe(map(({ closed }) => closed))
      expectObservable(closed$(2), '^ 20s !').toBe('(yyn)', { y: true, n: false })
      expectObservable(closed$(4), '^ 20s !').toBe('(yyyyn)', { y: true, n: false })
      expectObservable(spots(account, EURUSD).pipe(map(({ bid }) => bid)), '^ 20s !').toBe('a', { a: 1.1 })
      expectRequests().toBe('(sbhh) 19995ms (cu)', requests)
    })
  })

  it('after a lost line and its gap has the bar that was forming and those that were missed, before the restore goes on', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(candles(account, EURUSD, M1, { history: 1 }), 500_000)
      at(100_000, () => {
        // No client is let in for four minutes.
        broker.fault({ kind: 'maintenance', seconds: 240, drops: true })
      })
      at(499_000, () => {
        expectWhole(broker, seen)
        const after = seen.timed.filter(([ms]) => ms > 101_000)
        expect(after[0]?.[0]).toBeGreaterThan(340_000)
        expect(after.findIndex(([, { closed }]) => !closed)).toBeGreaterThanOrEqual(4)
      })
    })
  })

  it('goes on at once after a drop where the next live bar is the one that was forming', () => {
    marbles(
      ({ account, broker, expectObservable, expectRequests }) => {
        broker.faults('5s (hd)', {
          h: { kind: 'swallow', payloadType: HISTORY, takesEffect: true, times: 9 },
        })
        broker.quotes('8s b', { b: { bid: 1.2, ask: 1.2002 } })
        const candle$ = candles(account, EURUSD, H1)
        const [bar] = barsOf(broker, EURUSD, H1, { now: NOON + 90_000, count: 1 })
        const forming = { ...bar, closed: false, late: false, volume: NUMBER }
        expectObservable(candle$, '^ 60s !').toBe('a 7999ms b', {
          a: forming,
          b: { ...forming, high: 1.2, close: 1.2 },
        })
        expectRequests().toBe('(sbh) 5495ms (sbh) 54496ms (cu)', requests)
      },
      { simulator: { start: NOON + 90_000 } },
    )
  })

  it('does not go on before it knows what it missed, however often history is refused', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(candles(account, EURUSD, M1, { history: 2 }), 400_000)
      at(50_000, () => {
        broker.fault({ kind: 'refuse', payloadType: HISTORY, errorCode: 'UNKNOWN_ERROR', times: 5 })
        broker.fault({ kind: 'maintenance', seconds: 70, drops: true })
      })
      at(399_000, () => {
        expectWhole(broker, seen)
        const [ms] = seen.timed.find(([time]) => time > 51_000) ?? [NaN]
        // Five pauses: 1, 2, 4, 8 and 16 s.
        expect(ms).toBeGreaterThan(150_000)
      })
    })
  })

  it('is restored where the server forgets the account, or only says so', () => {
    for (const spurious of [false, true])
      scene(({ account, at, broker, watch }) => {
        const seen = watch(candles(account, EURUSD, M1, { history: 1 }), 300_000)
        for (const ms of [59_990, 130_000])
          at(ms, () => {
            broker.fault({ kind: 'accountDisconnect', accountId: 12345678, spurious })
          })
        at(299_000, () => {
          expectWhole(broker, seen)
          expect(closedIn(seen).length).toBeGreaterThan(4)
        })
      })
  })

  it('counts an ask that comes twice once', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'duplicate', payloadType: PayloadType.PROTO_OA_SPOT_EVENT, times: 10_000 })
      const seen = watch(candles(account, EURUSD, M1, { history: 1 }), 300_000)
      at(299_000, () => {
        expectWhole(broker, seen)
        expect(closedIn(seen).length).toBeGreaterThan(4)
      })
    })
  })

  it('gets as many closed bars as are wanted by as many requests as it takes', () => {
    scene(
      ({ account, asked, at, broker, watch }) => {
        const seen = watch(candles(account, EURUSD, M1, { history: 10 }), 20_000)
        at(19_000, () => {
          expect(asked()).toEqual([SPOTS, BARS, HISTORY, HISTORY, HISTORY, HISTORY])
          expect(seen.values.slice(0, 11)).toEqual(
            formingOf(barsOf(broker, EURUSD, M1, { now: NOON, count: 11 })),
          )
        })
      },
      { latency: 0, unknowns: { trendbarChunk: 3 } },
    )
  })

  it('has all closed bars there are where more are wanted', () => {
    const start = Date.UTC(2001, 2, 14, 12)
    scene(
      ({ account, asked, at, broker, watch }) => {
        const seen = watch(candles(account, EURUSD, MN1, { history: 1_000 }), 5_000)
        at(4_000, () => {
          expect(asked()).toEqual([SPOTS, BARS, HISTORY, HISTORY])
          expect(seen.values.filter(({ closed }) => closed)).toEqual(
            barsOf(broker, EURUSD, MN1, { now: start, to: start - 31 * 86_400_000 }),
          )
        })
      },
      { latency: 0, start },
    )
  })

  it.each([
    ['at the weekend', EURUSD, SATURDAY],
    ['before its market opens', 201, Date.UTC(2026, 0, 7, 9)],
  ])('tells from history alone what there is %s, while the market is closed', (_, symbolId, start) => {
    scene(
      ({ account, at, broker, watch }) => {
        expect(broker.market.isOpen(symbolId, start)).toBe(false)
        for (const period of [M1, H1, D1, W1]) {
          const seen = watch(candles(account, symbolId, period, { history: 3 }), 20_000)
          at(19_000, () => {
            expect(seen.values).toEqual(formingOf(barsOf(broker, symbolId, period, { now: start, count: 4 })))
          })
        }
        at(10_000, broker.drop)
      },
      { start },
    )
  })

  it('closes the last bar of the week when the first of the next one begins', () => {
    const opening = Date.UTC(2026, 0, 11, 22)
    scene(
      ({ account, at, broker, watch }) => {
        const seen = watch(candles(account, EURUSD, M1, { history: 2 }), 600_000)
        at(599_000, () => {
          expectWhole(broker, seen)
          const [, , friday, sunday] = closedIn(seen)
          expect(friday?.timestamp).toBeLessThan(SATURDAY)
          expect(sunday?.timestamp).toBeGreaterThanOrEqual(opening)
          expect(seen.values[3]).toBe(friday)
        })
      },
      { start: opening - 60_000 },
    )
  })

  it('errors where the server refuses the symbol, and sends nothing for an invalid period or history', () => {
    marbles(({ account, expectObservable, expectRequests }) => {
      const error = (fields: object): unknown => containing(fields)
      expectObservable(candles(account, 4711, M1), '^ 5s !').toBe(
        '#',
        {},
        error({ reason: 'UnknownSymbol', nearest: [] }),
      )
      expectObservable(candles(account, 'EURUSD', 99 as ProtoOATrendbarPeriod), '^ 5s !').toBe(
        '#',
        {},
        error({ reason: 'InvalidOption', option: 'period' }),
      )
      for (const history of [-1, 0.5, NaN])
        expectObservable(candles(account, 'EURUSD', M1, { history }), '^ 5s !').toBe(
          '#',
          {},
          error({ reason: 'InvalidOption', option: 'history' }),
        )
      expectRequests().toBe('s', requests)
    })
  })

  it('errors where the server never will give history', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.fault({ kind: 'refuse', payloadType: HISTORY, errorCode: 'INVALID_REQUEST' })
      const refused = containing({ reason: 'Refused', errorCode: 'INVALID_REQUEST' })
      expectObservable(candles(account, EURUSD, M1, { history: 1 }), '^ 5s !').toBe('#', {}, refused)
    })
  })

  it('asks nothing again where its only consumer leaves and another comes in the same turn', () => {
    marbles(({ account, broker, cold, expectObservable, expectRequests }) => {
      broker.quotes('15s b', { b: { bid: 1.2, ask: 1.2002 } })
      const closed$ = cold('a 9999ms a').pipe(
        switchMap(() => candles(account, EURUSD, M1, { history: 2 })),
        map(({ closed }) => closed),
      )
      const is = { y: true, n: false }
      expectObservable(closed$, '^ 20s !').toBe('(yyn) 9995ms (yyn) 4995ms (yn)', is)
      expectRequests().toBe('(sbh) 19996ms (cu)', requests)
    })
  })

  it('asks no history any more where its consumer leaves before it is answered', () => {
    marbles(
      kit => {
        const { account, expectObservable, expectRequests } = kit
        // With a latency of 10 ms, the account is authenticated after 50 ms.
        expectObservable(candles(account, EURUSD, M1, { history: 2 }), '^ 99ms !').toBe('')
        expectRequests().toBe('50ms s 19ms b 19ms h 9ms (cu)', requests)
        expectObservable(readAt(kit, '5s a', () => subscribedOn(kit).spots)).toBe('5s a', { a: [] })
      },
      { simulator: { latency: 10 } },
    )
  })

  it('follows a symbol that is changed mid-stream', () => {
    marbles(kit => {
      const { account, cold, expectObservable } = kit
      const candle$ = cold('a 19999ms b', { a: 'GBPUSD', b: BTCUSD }).pipe(
        switchMap(symbol => candles(account, symbol, M1, { history: 1 })),
        map(({ symbolId, closed }) => `${symbolId} ${closed ? 'closed' : 'forming'}`),
      )
      expectObservable(candle$, '^ 40s !').toBe('(gh) 19996ms (bc)', {
        g: '2 closed',
        h: '2 forming',
        b: '114 closed',
        c: '114 forming',
      })
      expectObservable(readAt(kit, '39s a', () => subscribedOn(kit).spots)).toBe('39s a', { a: [BTCUSD] })
    })
  })

  it('disturbs no other by a consumer that leaves in the middle, or throws', () => {
    const thrown: unknown[] = []
    config.onUnhandledError = error => thrown.push(error)
    scene(({ account, at, broker, watch }) => {
      const throwing = candles(account, EURUSD, M1, { history: 2 })
        .pipe(
          filter(({ closed }) => !closed),
          takeUntil(timer(100_000)),
        )
        .subscribe(() => {
          throwing.unsubscribe()
          throw new Error('a consumer')
        })
      const leaving = watch(candles(account, EURUSD, M1, { history: 2 }).pipe(take(2)))
      const seen = watch(candles(account, EURUSD, M1, { history: 2 }), 100_000)
      at(99_000, () => {
        expect(thrown).toEqual([new Error('a consumer')])
        expect(leaving).toMatchObject({ completed: true, values: [{ closed: true }, { closed: true }] })
        expectWhole(broker, seen)
      })
    })
  })
})
