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
import { marbles, request } from 'rx-ctrader/testing'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import { containing, readAt, sent, subscribedOn } from '../../support/drawn'
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
const BARS = PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ

const subscribe = (...symbolId: number[]) => request(SPOTS, { symbolId, subscribeToSpotTimestamp: true })
const unsubscribe = (...symbolId: number[]) => request(NO_SPOTS, { symbolId })

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

  it('shares one subscription; a late subscriber gets the last quote at once; the last to leave releases it', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      broker.quotes('5s b', { b: { bid: 1.2, ask: 1.2002 } })
      const bid$ = spots(account, EURUSD).pipe(map(({ bid }) => bid))
      const bids = { a: 1.1, b: 1.2 }
      expectObservable(bid$, '^         20s     !').toBe('a 4999ms b', bids)
      expectObservable(bid$, '10s ^     20s     !').toBe('10s b', bids)
      expectRequests().toBe('s 30s u', { s: subscribe(EURUSD), u: unsubscribe(EURUSD) })
      expectObservable(readAt(kit, '25s a 5999ms a', () => subscribedOn(kit).spots)).toBe('25s a 5999ms n', {
        a: [EURUSD],
        n: [],
      })
    })
  })

  it('takes many symbols in one request, each of them once, and shares them with those who take one', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      broker.quotes('5s (gu)', { g: { symbolId: GBPUSD, bid: 1.3, ask: 1.3001 }, u: { bid: 1.2, ask: 1.2 } })
      const bid$ = (symbol: Parameters<typeof spots>[1]) =>
        spots(account, symbol).pipe(map(({ symbolId, bid }) => `${symbolId}: ${bid}`))
      const opening = (symbolId: number): string =>
        `${symbolId}: ${toPrice(broker.market.quoteAt(symbolId, broker.now()).bid)}`
      const bids = {
        a: opening(EURUSD),
        b: opening(GBPUSD),
        c: opening(USDCHF),
        g: '2: 1.3',
        u: '1: 1.2',
      }
      const many$ = bid$([EURUSD, GBPUSD, 'EURUSD', USDCHF, EURUSD])
      expectObservable(many$, '^ 20s !').toBe('(abc) 4995ms (ug)', bids)
      expectObservable(bid$(GBPUSD), '10s ^ 9s !').toBe('10s g', bids)
      expectRequests(SPOTS).toBe('s', { s: subscribe(EURUSD, GBPUSD, USDCHF) })
    })
  })

  it('takes no symbols without a request', () => {
    marbles(({ account, expectObservable, expectRequests }) => {
      expectObservable(spots(account, [])).toBe('|')
      expectRequests().toBe('')
    })
  })

  it('takes a symbol by its name, and errors for an unknown name, with the nearest ones', () => {
    marbles(({ account, expectObservable }) => {
      const id$ = (name: string) => spots(account, name).pipe(map(({ symbolId }) => symbolId))
      expectObservable(id$('EUR/USD'), '^ 5s !').toBe('a', { a: EURUSD })
      expectObservable(id$('EURUDS'), '^ 5s !').toBe('#', {}, containing({ reason: 'UnknownSymbol' }))
    })
  })

  it.each<[string, (account: Account) => Observable<unknown>, string]>([
    ['live bars are', account => trendbarEvents(account, EURUSD, M1), '(sb)  59996ms (cu)'],
    ['candles are', account => candles(account, EURUSD, M1), '        (sbh) 59995ms (cu)'],
    ['spot events are', account => spotEvents(account, EURUSD), '     s     59999ms u'],
  ])('has a quote at once where %s subscribed already, also at the weekend', (_, other, requests) => {
    marbles(
      ({ account, broker, expectObservable, expectRequests }) => {
        other(account)
          .pipe(takeUntil(timer(60_000)))
          .subscribe()
        const quote = quoteOf(broker, EURUSD, SATURDAY)
        expectObservable(spots(account, EURUSD), '30s ^ 10s !').toBe('30s q', { q: quote })
        expectRequests().toBe(requests, {
          s: subscribe(EURUSD),
          b: sent(BARS),
          h: sent(PayloadType.PROTO_OA_GET_TRENDBARS_REQ),
          c: sent(PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ),
          u: unsubscribe(EURUSD),
        })
      },
      { simulator: { start: SATURDAY } },
    )
  })

  it('is silent through a lost line, and begins after the gap with the quote of then', () => {
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      broker.quotes('5001ms b', { b: { bid: 1.2, ask: 1.2002 } })
      broker.faults('5s   d')
      const bid$ = spots(account, EURUSD).pipe(map(({ bid, ask }) => [bid, ask]))
      expectObservable(bid$, '^ 30s !').toBe('a 5499ms b', { a: [1.1, 1.1002], b: [1.2, 1.2002] })
      expectRequests(SPOTS).toBe('s 5499ms s', { s: subscribe(EURUSD) })
    })
  })

  it('gives a late subscriber in the gap no quote of before', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.faults('5s d')
      broker.quotes('15s b', { b: { bid: 1.2, ask: 1.2002 } })
      const bid$ = spots(account, EURUSD).pipe(map(({ bid }) => bid))
      const bids = { a: 1.1, b: 1.2 }
      expectObservable(bid$, '^      30s !').toBe('a 5499ms a 9499ms b', bids)
      expectObservable(bid$, '5200ms ^ 20s !').toBe('5500ms    a 9499ms b', bids)
    })
  })

  it('has each symbol after the gap that is not refused, and the refused one later', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.faults('5s (rd)', {
        r: { kind: 'refuse', payloadType: SPOTS, errorCode: 'UNKNOWN_ERROR', times: 2 },
      })
      const id$ = spots(account, [EURUSD, GBPUSD]).pipe(map(({ symbolId }) => symbolId))
      expectObservable(id$, '^ 30s !').toBe('(eg) 5496ms g 999ms e', { e: EURUSD, g: GBPUSD })
    })
  })

  it('errors for a symbol the account does not have', () => {
    marbles(({ account, expectObservable }) => {
      const unknown = containing({ reason: 'UnknownSymbol', nearest: [] })
      expectObservable(spots(account, 4711), '^ 5s !').toBe('#', {}, unknown)
    })
  })

  it('has a quote where the answer was lost: the subscription is there already when it is asked for again', () => {
    marbles(
      ({ account, broker, expectObservable, expectRequests }) => {
        broker.fault({ kind: 'swallow', payloadType: SPOTS, takesEffect: true })
        const quotes = { q: quoteOf(broker, EURUSD, SATURDAY) }
        expectObservable(spots(account, EURUSD), '^ 30s !').toBe('11s q', quotes)
        expectRequests().toBe('s 10999ms (sus) 18996ms u', {
          s: subscribe(EURUSD),
          u: unsubscribe(EURUSD),
        })
      },
      { simulator: { start: SATURDAY } },
    )
  })

  it('has a quote where the server only says that the account is gone, and goes on', () => {
    marbles(
      ({ account, broker, expectObservable }) => {
        broker.faults('5s a', { a: { kind: 'accountDisconnect', accountId: ACCOUNT, spurious: true } })
        trendbarEvents(account, EURUSD, M1)
          .pipe(takeUntil(timer(60_000)))
          .subscribe()
        const quotes = { q: quoteOf(broker, EURUSD, SATURDAY) }
        expectObservable(spots(account, EURUSD), '30s ^ 10s !').toBe('30s q', quotes)
      },
      { simulator: { start: SATURDAY } },
    )
  })

  it('follows a symbol that is changed mid-stream, and subscribes only what is new', () => {
    marbles(kit => {
      const { account, cold, expectObservable, expectRequests } = kit
      const symbol$ = cold('a 4999ms a 4999ms b', { a: EURUSD, b: BTCUSD })
      const id$ = symbol$.pipe(
        switchMap(symbol => spots(account, symbol)),
        map(({ symbolId }) => symbolId),
      )
      expectObservable(id$, '^ 14s !').toBe('a 4999ms a 4999ms b', { a: EURUSD, b: BTCUSD })
      expectRequests().toBe('s 9999ms (tu) 3997ms v', {
        s: subscribe(EURUSD),
        u: unsubscribe(EURUSD),
        t: subscribe(BTCUSD),
        v: unsubscribe(BTCUSD),
      })
      const subscribed$ = readAt(kit, '9s a 3s a', () => subscribedOn(kit).spots)
      expectObservable(subscribed$).toBe('9s a 3s b', { a: [EURUSD], b: [BTCUSD] })
    })
  })

  it('disturbs no other by a consumer that leaves at its first quote, or throws', () => {
    const thrown: unknown[] = []
    config.onUnhandledError = error => thrown.push(error)
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      broker.quotes('8s b', { b: { bid: 1.2, ask: 1.2002 } })
      const quote$ = spots(account, EURUSD).pipe(takeUntil(timer(10_000)))
      const leaving = quote$.subscribe(() => {
        leaving.unsubscribe()
      })
      const throwing = quote$.subscribe(() => {
        throwing.unsubscribe()
        throw new Error('a consumer')
      })
      const bid$ = spots(account, EURUSD).pipe(map(({ bid }) => bid))
      expectObservable(bid$, '^ 10s !').toBe('a 7999ms b', { a: 1.1, b: 1.2 })
      expectRequests().toBe('s 10s u', { s: subscribe(EURUSD), u: unsubscribe(EURUSD) })
    })
    expect(thrown).toEqual([new Error('a consumer')])
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
