import { config, filter, switchMap, take, takeUntil, timer } from 'rxjs'
import { PayloadType, ProtoOATrendbarPeriod, candles, spots, toPrice } from 'rx-ctrader'
import type { SymbolCandle } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'
import { scene } from '../../support/accountScene'
import type { Seen } from '../../support/virtualTime'

const [EURUSD, GBPUSD] = [1, 2]
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

interface Asked {
  readonly from?: number
  readonly to?: number
  readonly now: number
  readonly count?: number
}

/** Bars as the market has them. */
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
    }))

const formingOf = (bars: readonly SymbolCandle[]): SymbolCandle[] =>
  bars.map((bar, index) => ({ ...bar, closed: index < bars.length - 1 }))

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
  expect(closed).toEqual(bars)
  expect(last.closed).toBe(false)
  expect(seen.error).toBeUndefined()
}

afterEach(() => {
  config.onUnhandledError = null
})

describe('candles', () => {
  it('begins with the last closed bars, oldest first, and the forming one', () => {
    scene(
      ({ account, at, broker, watch }) => {
        const seen = watch(candles(account, EURUSD, M5, { history: 3 }), 10_000)
        at(9_000, () => {
          const bars = barsOf(broker, EURUSD, M5, { now: NOON + 90_000, count: 4 })
          expect(seen.values.slice(0, 4)).toEqual(formingOf(bars))
        })
      },
      { latency: 0, start: NOON + 90_000 },
    )
  })

  it('has none but the forming one without history', () => {
    scene(
      ({ account, at, broker, watch }) => {
        const seen = watch(candles(account, EURUSD, M5), 10_000)
        at(9_000, () => {
          expect(seen.values[0]).toEqual({
            ...barsOf(broker, EURUSD, M5, { now: NOON + 90_000, count: 1 })[0],
            closed: false,
          })
        })
      },
      { latency: 0, start: NOON + 90_000 },
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
            return [...(begins ? [bar] : []), { ...next, closed: false }]
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
    scene(({ account, asked, at, watch }) => {
      const first = watch(candles(account, EURUSD, M1, { history: 2 }), 20_000)
      const second = watch(candles(account, EURUSD, M1, { history: 2 }), 30_000)
      at(19_000, () => {
        expect(second.values).toEqual(first.values)
        expect(asked()).toEqual([SPOTS, BARS, HISTORY])
      })
      at(29_000, () => {
        expect(asked()).toEqual([])
      })
      at(31_000, () => {
        expect(asked()).toEqual([NO_BARS, NO_SPOTS])
      })
    })
  })

  it('gives a late subscriber the last closed bars and the forming one at once, without asking', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const early = watch(candles(account, EURUSD, M1, { history: 2 }), 250_000)
      at(200_000, () => {
        asked()
        const late = watch(candles(account, EURUSD, M1, { history: 2 }), 40_000)
        expect(late.values).toEqual([...closedIn(early).slice(-2), early.values.at(-1)])
        expect(late.values).toHaveLength(3)
        at(39_000, () => {
          expect(late.values.at(-1)).toEqual(early.values.at(-1))
          expect(closedIn(late).slice(-1)).toEqual(closedIn(early).slice(-1))
          expect(asked()).toEqual([])
        })
      })
      at(249_000, () => {
        expectWhole(broker, early)
      })
    })
  })

  it('shares the spots and the live bars with those who want another history', () => {
    scene(({ account, asked, at, watch }) => {
      watch(candles(account, EURUSD, M1, { history: 2 }), 20_000)
      const other = watch(candles(account, EURUSD, M1, { history: 4 }), 20_000)
      watch(spots(account, EURUSD), 20_000)
      at(19_000, () => {
        expect(asked()).toEqual([SPOTS, BARS, HISTORY, HISTORY])
        expect(closedIn(other).length).toBeGreaterThanOrEqual(4)
      })
    })
  })

  it('after a lost line and its gap has the bar that was forming and those that were missed, before the restore goes on', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(candles(account, EURUSD, M1, { history: 1 }), 500_000)
      at(100_000, () => {
        // Nobody is let in for four minutes.
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
    scene(
      ({ account, at, asked, broker, watch }) => {
        const seen = watch(candles(account, EURUSD, H1), 60_000)
        at(5_000, () => {
          asked()
          broker.fault({ kind: 'swallow', payloadType: HISTORY, takesEffect: true, times: 9 })
          broker.drop()
        })
        at(59_000, () => {
          expect(asked()).toEqual([SPOTS, BARS, HISTORY])
          expect(seen.timed.find(([ms]) => ms > 5_500)?.[0]).toBeLessThan(10_000)
          const now = broker.now() - 10
          expect(seen.values.at(-1)).toEqual({
            ...barsOf(broker, EURUSD, H1, { now, count: 1 })[0],
            closed: false,
          })
        })
      },
      { start: NOON + 90_000 },
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

  it('errors where the server refuses the symbol, and before asking where the period or the history is none', () => {
    scene(({ account, asked, at, watch }) => {
      const unknown = watch(candles(account, 4711, M1), 5_000)
      const wrong = [
        watch(candles(account, 'EURUSD', 99 as ProtoOATrendbarPeriod), 5_000),
        ...[-1, 0.5, NaN].map(history => watch(candles(account, 'EURUSD', M1, { history }), 5_000)),
      ]
      at(4_000, () => {
        expect(unknown.error).toMatchObject({ reason: 'UnknownSymbol', nearest: [] })
        expect(wrong.map(({ error }) => error)).toMatchObject([
          { reason: 'InvalidOption', option: 'period' },
          ...[1, 2, 3].map(() => ({ reason: 'InvalidOption', option: 'history' })),
        ])
        expect(asked()).toEqual([SPOTS])
      })
    })
  })

  it('errors where the server never will tell history', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: HISTORY, errorCode: 'INVALID_REQUEST' })
      const seen = watch(candles(account, EURUSD, M1, { history: 1 }), 5_000)
      at(4_000, () => {
        expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'INVALID_REQUEST' })
      })
    })
  })

  it('asks nothing again where its only consumer leaves and another comes in the same turn', () => {
    scene(({ account, asked, at, watch }) => {
      const first = watch(candles(account, EURUSD, M1, { history: 2 }))
      at(10_000, () => {
        asked()
        first.unsubscribe()
        const next = watch(candles(account, EURUSD, M1, { history: 2 }), 10_000)
        expect(next.values).toHaveLength(3)
        at(9_000, () => {
          expect(asked()).toEqual([])
          expect(next.values.length).toBeGreaterThan(3)
        })
      })
    })
  })

  it('asks no history any more where its consumer leaves before it is told', () => {
    scene(({ account, asked, at, subscribed, watch }) => {
      watch(candles(account, EURUSD, M1, { history: 2 }), 115)
      at(5_000, () => {
        expect(asked()).toEqual([SPOTS, BARS, HISTORY, NO_BARS, NO_SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('follows a symbol that is changed mid-stream', () => {
    scene(({ account, at, subscribed, watch }) => {
      const seen = watch(
        timer(0, 20_000).pipe(
          take(2),
          switchMap(n => candles(account, n === 0 ? 'GBPUSD' : BTCUSD, M1, { history: 1 })),
        ),
        40_000,
      )
      at(39_000, () => {
        const changedAt = seen.values.findIndex(({ symbolId }) => symbolId === BTCUSD)
        expect(seen.values.slice(0, changedAt).every(({ symbolId }) => symbolId === GBPUSD)).toBe(true)
        expect(seen.values.slice(changedAt, changedAt + 2).map(({ closed }) => closed)).toEqual([true, false])
        expect(subscribed().spots).toEqual([BTCUSD])
      })
    })
  })

  it('harms nobody by a consumer that leaves in the middle, or throws', () => {
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
