import { config, map, repeat, switchMap, take, takeUntil, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  candles,
  createClient,
  depth,
  depthEvents,
  trendbarEvents,
  spotEvents,
  spots,
  ticks,
  toPrice,
} from 'rx-ctrader'
import type { Account, Quote } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'
import { scene } from '../../support/accountScene'
import { obliging, scriptedServer } from '../../support/scriptedServer'
import type { Reply, ScriptedServer } from '../../support/scriptedServer'
import { inVirtualTime } from '../../support/virtualTime'
import type { VirtualTime } from '../../support/virtualTime'

const [EURUSD, GBPUSD, USDCHF] = [1, 2, 3]
const BTCUSD = 114
const { M1 } = ProtoOATrendbarPeriod
const SATURDAY = Date.UTC(2026, 0, 10, 12)

const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ

/** The quote as the market has it. */
const quoteOf = ({ market }: Simulator, symbolId: number, at: number): Quote => {
  const quote = market.quoteAt(symbolId, at)
  return {
    symbolId,
    bid: toPrice(quote.bid),
    ask: toPrice(quote.ask),
    spread: toPrice(quote.ask - quote.bid),
    timestamp: quote.at,
    sessionClose: toPrice(market.sessionClose(symbolId, at)),
  }
}

afterEach(() => {
  config.onUnhandledError = null
})

describe('spots', () => {
  it('has both sides where it comes again while the subscription is given back (B1)', () => {
    for (const latency of [0, 10, 100])
      for (const pause of [0, 1, 5, 10, 50, 100, 150, 1_000])
        scene(
          ({ account, at, broker, watch }) => {
            const seen = watch(
              spots(account, EURUSD).pipe(take(1), repeat({ count: 4, delay: () => timer(pause) })),
              30_000,
            )
            at(29_000, () => {
              expect(seen.values).toEqual(Array(4).fill(quoteOf(broker, EURUSD, SATURDAY)))
              expect(seen.completed).toBe(true)
            })
          },
          { start: SATURDAY, latency },
          // What is given back waits for its turn, and is withdrawn.
          pause === 0 || pause === 10 ? { rateLimits: { live: 1, historical: 1 } } : {},
        )
  })

  it.each<[what: string, of: (account: Account) => Observable<unknown>]>([
    ['ticks', account => ticks(account, EURUSD)],
    ['spotEvents', account => spotEvents(account, EURUSD)],
    ['depth', account => depth(account, EURUSD).pipe(map(({ bestBid }) => bestBid?.price))],
    ['depthEvents', account => depthEvents(account, EURUSD).pipe(map(({ newQuotes }) => newQuotes?.length))],
    ['candles', account => candles(account, EURUSD, M1)],
  ])('so have %s, whenever they come again (B1)', (_, of) => {
    for (const latency of [0, 10])
      for (const pause of [0, 1, 10, 15, 20, 1_000])
        scene(
          ({ account, at, watch }) => {
            const seen = watch(
              of(account).pipe(take(1), repeat({ count: 3, delay: () => timer(pause) })),
              30_000,
            )
            at(29_000, () => {
              expect(seen.values).toHaveLength(3)
              expect(seen.values).toEqual(Array(3).fill(seen.values[0]))
              expect(seen.completed).toBe(true)
            })
          },
          { start: SATURDAY, latency },
          // What is given back waits for its turn, and is withdrawn.
          pause === 0 || pause === 10 ? { rateLimits: { live: 1, historical: 1 } } : {},
        )
  })

  it('is the quote of the market after each of its ticks, one-sided ones too', () => {
    scene(
      ({ account, at, broker, watch }) => {
        const start = broker.now()
        const seen = watch(spots(account, EURUSD), 120_000)
        at(121_000, () => {
          const times = [...broker.market.ticksBetween(EURUSD, start, start + 119_999)]
          expect(times.some(({ ask }) => ask === undefined)).toBe(true)
          expect(seen.values).toEqual([
            quoteOf(broker, EURUSD, start),
            ...times.map(tick => quoteOf(broker, EURUSD, tick.at)),
          ])
        })
      },
      { latency: 0 },
    )
  })

  it('shares one subscription; a late subscriber gets the last quote at once; it is given back with the last', () => {
    scene(({ account, asked, at, subscribed, watch }) => {
      const first = watch(spots(account, EURUSD), 20_000)
      at(10_000, () => {
        const late = watch(spots(account, EURUSD), 20_000)
        expect(late.values).toEqual([first.values.at(-1)])
        expect(asked()).toEqual([SPOTS])
      })
      at(25_000, () => {
        expect(asked()).toEqual([])
        expect(subscribed().spots).toEqual([EURUSD])
      })
      at(31_000, () => {
        expect(asked()).toEqual([NO_SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('takes many symbols by one request, each of them once, and shares them with those who take one', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const many = watch(spots(account, [EURUSD, GBPUSD, 'EURUSD', USDCHF, EURUSD]), 20_000)
      at(10_000, () => {
        const one = watch(spots(account, GBPUSD), 10_000)
        expect(one.values).toEqual([many.values.filter(({ symbolId }) => symbolId === GBPUSD).at(-1)])
        expect(asked().filter(type => type === SPOTS)).toEqual([SPOTS])
      })
      at(19_000, () => {
        const eurusd = many.values.filter(({ symbolId }) => symbolId === EURUSD)
        expect(new Set(eurusd.map(({ timestamp }) => timestamp)).size).toBe(eurusd.length)
        for (const symbolId of [EURUSD, GBPUSD, USDCHF])
          expect(many.values.filter(quote => quote.symbolId === symbolId).at(-1)).toMatchObject({
            bid: toPrice(broker.market.quoteAt(symbolId, broker.now() - 10).bid),
          })
      })
    })
  })

  it('takes no symbols for nothing', () => {
    scene(({ account, asked, at, watch }) => {
      const seen = watch(spots(account, []), 1_000)
      at(900, () => {
        expect(seen).toMatchObject({ values: [], completed: true })
        expect(asked()).toEqual([])
      })
    })
  })

  it('takes a symbol by its name, and errors for a name there is not, with the nearest', () => {
    scene(({ account, at, watch }) => {
      const known = watch(spots(account, 'EUR/USD'), 5_000)
      const unknown = watch(spots(account, 'EURUDS'), 5_000)
      at(4_000, () => {
        expect(known.values[0]).toMatchObject({ symbolId: EURUSD })
        expect(unknown.error).toMatchObject({ reason: 'UnknownSymbol' })
      })
    })
  })

  it.each<[string, (account: Account) => Observable<unknown>]>([
    ['live bars are', account => trendbarEvents(account, EURUSD, M1)],
    ['candles are', account => candles(account, EURUSD, M1)],
    ['spot events are', account => spotEvents(account, EURUSD)],
  ])(
    'has a quote at once where %s subscribed already, also while the market is closed at the weekend',
    (_, other) => {
      scene(
        ({ account, asked, at, broker, watch }) => {
          watch(other(account), 60_000)
          at(30_000, () => {
            asked()
            const seen = watch(spots(account, EURUSD), 10_000)
            expect(seen.values).toEqual([quoteOf(broker, EURUSD, SATURDAY)])
            at(5_000, () => {
              expect(seen.values).toHaveLength(1)
              expect(asked()).toEqual([])
            })
          })
        },
        { start: SATURDAY },
      )
    },
  )

  it('is silent through a lost line, and after the restore begins with the quote of then', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = watch(spots(account, EURUSD), 30_000)
      at(5_000, () => {
        broker.drop()
        broker.shift(EURUSD, 1_000)
      })
      at(29_000, () => {
        expect(asked()).toEqual([SPOTS, SPOTS])
        const [, first] = seen.timed.find(([ms]) => ms > 5_000) ?? []
        expect(seen.timed.some(([ms]) => ms > 5_000 && ms < 5_500)).toBe(false)
        expect(first).toEqual(quoteOf(broker, EURUSD, first?.timestamp ?? NaN))
        expect(seen.error).toBeUndefined()
      })
    })
  })

  it('gives a late subscriber in the gap no quote of before', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(spots(account, EURUSD), 30_000)
      at(5_000, broker.drop)
      at(5_200, () => {
        const before = seen.values.length
        const late = watch(spots(account, EURUSD), 20_000)
        expect([before > 0, late.values]).toEqual([true, []])
        at(15_000, () => {
          expect(late.values.length).toBeGreaterThan(0)
          expect(late.values).toEqual(seen.values.slice(before))
        })
      })
    })
  })

  it('after the restore has each symbol that is not refused, and the refused one later', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(spots(account, [EURUSD, GBPUSD]), 30_000)
      const times = (symbolId: number) =>
        seen.timed.filter(([ms, quote]) => ms > 5_000 && quote.symbolId === symbolId).map(([ms]) => ms)
      at(5_000, () => {
        broker.fault({ kind: 'refuse', payloadType: SPOTS, errorCode: 'UNKNOWN_ERROR', times: 2 })
        broker.drop()
      })
      at(29_000, () => {
        expect(Math.min(...times(GBPUSD))).toBeLessThan(5_700)
        expect(Math.min(...times(EURUSD))).toBeGreaterThan(6_500)
        expect(Math.min(...times(EURUSD))).toBeLessThan(7_000)
      })
    })
  })

  it('errors for a symbol the account does not have', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(spots(account, 4711), 5_000)
      at(4_000, () => {
        expect(seen.error).toMatchObject({ reason: 'UnknownSymbol', nearest: [] })
      })
    })
  })

  it('has a quote where the answer was lost, and it is there already when it is asked for again', () => {
    scene(
      ({ account, asked, at, broker, watch }) => {
        broker.fault({ kind: 'swallow', payloadType: SPOTS, takesEffect: true })
        const seen = watch(spots(account, EURUSD), 30_000)
        at(29_000, () => {
          expect(asked()).toEqual([SPOTS, SPOTS, NO_SPOTS, SPOTS])
          expect(seen.values.at(-1)).toEqual(quoteOf(broker, EURUSD, SATURDAY))
        })
      },
      { start: SATURDAY },
    )
  })

  it('has a quote where the server only says that the account is gone, and goes on', () => {
    scene(
      ({ account, at, broker, watch }) => {
        watch(trendbarEvents(account, EURUSD, M1), 60_000)
        at(5_000, () => {
          broker.fault({ kind: 'accountDisconnect', accountId: 12345678, spurious: true })
        })
        at(30_000, () => {
          const seen = watch(spots(account, EURUSD), 10_000)
          expect(seen.values).toEqual([quoteOf(broker, EURUSD, SATURDAY)])
        })
      },
      { start: SATURDAY },
    )
  })

  it('follows a symbol that is changed mid-stream, and subscribes nothing needless', () => {
    scene(({ account, asked, at, subscribed, watch }) => {
      const seen = watch(
        timer(0, 5_000).pipe(switchMap(n => spots(account, [EURUSD, EURUSD, BTCUSD][n] ?? GBPUSD))),
        18_000,
      )
      at(9_000, () => {
        expect(asked()).toEqual([SPOTS])
      })
      at(14_000, () => {
        expect(seen.values.at(-1)).toMatchObject({ symbolId: BTCUSD })
        expect(asked()).toEqual([SPOTS, NO_SPOTS])
        expect(subscribed().spots).toEqual([BTCUSD])
      })
    })
  })

  it('harms nobody by a consumer that leaves at its first quote, or throws', () => {
    const thrown: unknown[] = []
    config.onUnhandledError = error => thrown.push(error)
    scene(({ account, asked, at, watch }) => {
      const seen = watch(spots(account, EURUSD), 10_000)
      const quote$ = spots(account, EURUSD).pipe(takeUntil(timer(10_000)))
      const leaving = quote$.subscribe(() => {
        leaving.unsubscribe()
      })
      const throwing = quote$.subscribe(() => {
        throwing.unsubscribe()
        throw new Error('a consumer')
      })
      at(9_000, () => {
        expect(thrown).toEqual([new Error('a consumer')])
        expect(seen.error).toBeUndefined()
        expect(seen.timed.at(-1)?.[0]).toBeGreaterThan(7_000)
        expect(asked()).toEqual([SPOTS])
      })
    })
  })

  describe('at a server that tells one side at a time', () => {
    const served: Reply = (frame, line) => {
      obliging(frame, line)
      const { payloadType, clientMsgId, payload } = frame
      if (payloadType === SPOTS)
        line.say({
          payloadType: PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_RES,
          clientMsgId,
          payload: { ctidTraderAccountId: payload?.['ctidTraderAccountId'] },
        })
    }
    const event = (fields: object): object => ({
      payloadType: PayloadType.PROTO_OA_SPOT_EVENT,
      payload: { ctidTraderAccountId: 1, symbolId: EURUSD, ...fields },
    })
    const playing = (play: (time: VirtualTime, account: Account, server: ScriptedServer) => void): void => {
      inVirtualTime(time => {
        const server = scriptedServer(served)
        const client = createClient({
          connect: server.connect,
          clientId: 'demo',
          clientSecret: 'demo',
          random: () => 0.5,
        })
        play(time, client.account({ accountId: 1, accessToken: 't' }), server)
      })
    }

    it('never mixes a side of before a lost line with one of after', () => {
      playing(({ at, watch }, account, server) => {
        const seen = watch(spots(account, EURUSD), 20_000)
        const say = (fields: object): void => server.lines.at(-1)?.say(event(fields))
        at(1_000, () => {
          say({ bid: 100_000, ask: 100_001, timestamp: 1 })
          server.lines[0]?.end()
        })
        at(5_000, () => {
          say({ bid: 200_000, timestamp: 2 })
          expect(seen.values).toHaveLength(1)
          say({ ask: 200_002, timestamp: 3 })
          expect(seen.values).toMatchObject([{ bid: 1 }, { bid: 2, ask: 2.00002, timestamp: 3 }])
        })
      })
    })

    it('never mixes them where the account alone was away', () => {
      playing(({ at, watch }, account, server) => {
        const seen = watch(spots(account, EURUSD), 20_000)
        const say = (frame: object): void => server.lines[0]?.say(frame)
        at(1_000, () => {
          say(event({ bid: 100_000, ask: 100_001, timestamp: 1 }))
          say({
            payloadType: PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
            payload: { ctidTraderAccountId: 1 },
          })
        })
        at(5_000, () => {
          expect(server.lines).toHaveLength(1)
          say(event({ bid: 200_000, timestamp: 2 }))
          expect(seen.values).toHaveLength(1)
          say(event({ ask: 200_002, timestamp: 3 }))
          expect(seen.values).toMatchObject([{ bid: 1 }, { bid: 2, ask: 2.00002, timestamp: 3 }])
        })
      })
    })
  })
})
