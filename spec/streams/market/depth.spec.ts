import { config, map, pairwise, take, tap } from 'rxjs'
import { PayloadType, depth, depthEvents, toBook } from 'rx-ctrader'
import type { OrderBook } from 'rx-ctrader'
import { marbles, request } from 'rx-ctrader/testing'
import { scene } from '../../support/accountScene'
import { containing, readAt, sent, subscribedOn } from '../../support/drawn'
import type { Scene } from '../../support/accountScene'
import { expectedBook } from '../../support/expectedBook'

const { PROTO_OA_APPLICATION_AUTH_REQ } = PayloadType

const EURUSD = 1
const GBPUSD = 2
const NO_SYMBOL = 4711
const DEPTH = PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ
const NO_DEPTH = PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ
const LATENCY = 10
const requests = { s: sent(DEPTH), u: sent(NO_DEPTH) }
const SATURDAY = Date.UTC(2026, 0, 10, 12)

/** The server's book as of the event that comes now. */
const serversBook = ({ broker }: Scene, symbolId = EURUSD): OrderBook =>
  expectedBook(broker.market, symbolId, broker.now() - LATENCY)

/** Each book beside the server's at that time. */
const beside = (on: Scene, symbolId?: number) => map((book: OrderBook) => [book, serversBook(on, symbolId)])

describe('depth', () => {
  afterEach(() => {
    config.onUnhandledError = null
  })

  it('subscribes with the first consumer and emits the server’s book, with each change', () => {
    scene(on => {
      const { account, asked, at, watch } = on
      const seen = watch(depth(account, EURUSD).pipe(beside(on)), 60_000)
      at(1_000, () => {
        expect(asked()).toEqual([DEPTH])
        const [[book] = []] = seen.values
        expect(book?.bids).toHaveLength(10)
        expect(book?.asks).toHaveLength(10)
      })
      at(59_000, () => {
        expect(seen.values.length).toBeGreaterThan(10)
        for (const [book, servers] of seen.values) expect(book).toEqual(servers)
        expect(asked()).toEqual([])
      })
    })
  })

  it('takes a name for a symbol', () => {
    scene(on => {
      const seen = on.watch(depth(on.account, 'gbp/usd').pipe(beside(on, GBPUSD)), 10_000)
      on.at(9_000, () => {
        expect(seen.values.length).toBeGreaterThan(0)
        for (const [book, servers] of seen.values) expect(book).toEqual(servers)
      })
    })
  })

  it('shares one subscription; the first to leave sends nothing, the last one unsubscribes', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      broker.quotes('3s b', { b: { bid: 1.2, ask: 1.2002 } })
      const first: OrderBook[] = []
      const second: OrderBook[] = []
      const bid$ = (into: OrderBook[]) =>
        depth(account, EURUSD).pipe(
          tap(book => into.push(book)),
          map(({ bestBid }) => bestBid?.price),
        )
      const bids = { a: 1.1, b: 1.2 }
      expectObservable(bid$(first), '^ 5s !').toBe('a 2999ms b', bids)
      expectObservable(bid$(second), '^ 10s !').toBe('a 2999ms b', bids)
      // The same books, not equal ones: what was read of one is there for the other.
      const isSame$ = readAt(kit, '4s a', () => first.every((book, index) => second[index] === book))
      expectObservable(isSame$).toBe('4s a', { a: true })
      expectRequests().toBe('s 10s u', requests)
      const subscribed$ = readAt(kit, '6s a 4999ms a', () => subscribedOn(kit).depth)
      expectObservable(subscribed$).toBe('6s a 4999ms n', { a: [EURUSD], n: [] })
    })
  })

  it('gives a late consumer the current book at once, without asking again', () => {
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      broker.quotes('5s b', { b: { bid: 1.2, ask: 1.2002 } })
      let current: OrderBook | undefined
      const book$ = depth(account, EURUSD)
      const early$ = book$.pipe(
        tap(book => (current = book)),
        map(({ bestBid }) => bestBid?.price),
      )
      expectObservable(early$, '^ 60s !').toBe('a 4999ms b', { a: 1.1, b: 1.2 })
      const isCurrent$ = book$.pipe(map(book => book === current))
      expectObservable(isCurrent$, '30s ^ 20s !').toBe('30s c', { c: true })
      expectRequests().toBe('s 60s u', requests)
    })
  })

  it('has the current book at once also where only the raw events were listened to before', () => {
    scene(on => {
      const { account, asked, at, watch } = on
      let servers: OrderBook | undefined
      watch(depthEvents(account, EURUSD).pipe(map(() => (servers = serversBook(on)))), 60_000)
      at(30_000, () => {
        const seen = watch(depth(account, EURUSD).pipe(beside(on)), 20_000)
        expect(seen.values.map(([book]) => book)).toEqual([servers])
        at(19_000, () => {
          expect(seen.values.length).toBeGreaterThan(5)
          for (const [book, now] of seen.values.slice(1)) expect(book).toEqual(now)
          expect(asked()).toEqual([DEPTH])
        })
      })
    })
  })

  it('asks for the books of several symbols that are wanted in one turn in one request', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      broker.quotes('4s (eg)', {
        e: { bid: 1.2, ask: 1.2002 },
        g: { symbolId: GBPUSD, bid: 1.3, ask: 1.3002 },
      })
      for (const symbolId of [EURUSD, GBPUSD]) {
        const isServers$ = depth(account, symbolId).pipe(
          map(book => [book, expectedBook(broker.market, symbolId, broker.now())]),
          map(([book, servers]) => {
            expect(book).toEqual(servers)
            return true
          }),
        )
        expectObservable(isServers$, '^ 20s !').toBe('a 3999ms a', { a: true })
      }
      const both = { symbolId: [EURUSD, GBPUSD] }
      expectRequests().toBe('s 20s u', { s: request(DEPTH, both), u: request(NO_DEPTH, both) })
      expectObservable(readAt(kit, '9s a', () => subscribedOn(kit).depth)).toBe('9s a', {
        a: [EURUSD, GBPUSD],
      })
    })
  })

  it('makes the book anew after a dropped line, of what the server has then', () => {
    scene(on => {
      const { account, asked, at, broker, subscribed, watch } = on
      const seen = watch(depth(account, EURUSD).pipe(beside(on)), 60_000)
      let before = 0
      at(20_000, () => {
        asked()
        broker.drop()
        before = seen.values.length
      })
      at(20_400, () => {
        expect(asked()).toEqual([])
        expect(seen.values).toHaveLength(before)
      })
      at(59_000, () => {
        expect(asked()).toEqual([DEPTH])
        expect(subscribed().depth).toEqual([EURUSD])
        expect(seen.values.length).toBeGreaterThan(before + 5)
        for (const [book, servers] of seen.values) expect(book).toEqual(servers)
      })
    })
  })

  it('is what toBook makes of depthEvents, also after lost lines and for a late consumer (B3)', () => {
    scene(on => {
      const { account, at, broker, watch } = on
      const seen = watch(depthEvents(account, EURUSD).pipe(toBook(), beside(on)), 60_000)
      const marks = watch(depthEvents(account, EURUSD).pipe(map(({ whole }) => whole)), 60_000)
      at(20_000, () => {
        broker.drop()
      })
      at(40_000, () => {
        broker.fault({ kind: 'accountDisconnect', accountId: 12345678 })
      })
      at(50_000, () => {
        const late = watch(depthEvents(account, EURUSD).pipe(toBook()), 9_000)
        const books = watch(depth(account, EURUSD), 9_000)
        expect(late.values).toEqual(books.values)
        at(8_000, () => {
          expect(late.values).toEqual(books.values)
          expect(late.values.length).toBeGreaterThan(1)
        })
      })
      at(59_000, () => {
        expect(marks.values.filter(whole => whole)).toHaveLength(3)
        expect(marks.values[0]).toBe(true)
        for (const [book, servers] of seen.values) expect(book).toEqual(servers)
      })
    })
  })

  it('gives a consumer who comes in a gap nothing of before, but the restored book', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.faults('20s d')
      broker.quotes('20100ms b 9s c', { b: { bid: 1.2, ask: 1.2002 }, c: { bid: 1.3, ask: 1.3002 } })
      const bid$ = depth(account, EURUSD).pipe(map(({ bestBid }) => bestBid?.price))
      const bids = { a: 1.1, b: 1.2, c: 1.3 }
      expectObservable(bid$, '^       60s !').toBe('a 20499ms b 8600ms c', bids)
      expectObservable(bid$, '20050ms ^ 30s !').toBe('20500ms b 8600ms c', bids)
    })
  })

  it('is restored where the account is authenticated anew on a line that is fine', () => {
    scene(on => {
      const { account, asked, at, broker, watch } = on
      const seen = watch(depth(account, EURUSD).pipe(beside(on)), 60_000)
      at(20_000, () => {
        asked()
        broker.fault({ kind: 'accountDisconnect', accountId: 12345678 })
      })
      at(59_000, () => {
        expect(asked()).toEqual([DEPTH])
        expect(seen.timed.at(-1)?.[0]).toBeGreaterThan(25_000)
        for (const [book, servers] of seen.values) expect(book).toEqual(servers)
      })
    })
  })

  it('errors for a symbol that is refused because it does not exist, and for no other', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.quotes('5s b', { b: { bid: 1.2, ask: 1.2002 } })
      const unknown = containing({ reason: 'UnknownSymbol', symbol: NO_SYMBOL, nearest: [] })
      expectObservable(depth(account, NO_SYMBOL)).toBe('#', {}, unknown)
      const bid$ = depth(account, EURUSD).pipe(map(({ bestBid }) => bestBid?.price))
      expectObservable(bid$, '^ 30s !').toBe('a 4999ms b', { a: 1.1, b: 1.2 })
    })
  })

  it('asks again after a refusal for the time being', () => {
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      broker.fault({ kind: 'refuse', payloadType: DEPTH, errorCode: 'UNKNOWN_ERROR', times: 2 })
      broker.quotes('2s b 8s c', { b: { bid: 1.2, ask: 1.2002 }, c: { bid: 1.3, ask: 1.3002 } })
      const bid$ = depth(account, EURUSD).pipe(map(({ bestBid }) => bestBid?.price))
      expectObservable(bid$, '^ 30s !').toBe('3s b 7s c', { b: 1.2, c: 1.3 })
      expectRequests().toBe('s 999ms s 1999ms s 27s u', requests)
    })
  })

  it('errors with the account', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.faults('5s (bd)', {
        b: {
          kind: 'refuse',
          payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
          errorCode: 'CH_CLIENT_AUTH_FAILURE',
          times: 1_000,
        },
      })
      const bid$ = depth(account, EURUSD).pipe(map(({ bestBid }) => bestBid?.price))
      const failure = containing({ reason: 'Refused', errorCode: 'CH_CLIENT_AUTH_FAILURE' })
      expectObservable(bid$, '^ 60s !').toBe('a 5499ms #', { a: 1.1 }, failure)
    })
  })

  it('has the book of a closed market at a weekend, also for a late consumer', () => {
    scene(
      on => {
        const { account, asked, at, broker, watch } = on
        const seen = watch(depth(account, EURUSD).pipe(beside(on)), 60_000)
        at(30_000, () => {
          expect(broker.market.isOpen(EURUSD, broker.now())).toBe(false)
          const late = watch(depth(account, EURUSD), 10_000)
          const [[book, servers] = []] = seen.values
          expect(seen.values).toHaveLength(1)
          expect(book).toEqual(servers)
          expect(late.values).toEqual([book])
          expect(asked()).toEqual([DEPTH])
        })
      },
      { start: SATURDAY },
    )
  })

  it('has it again after a line was dropped while the market is closed', () => {
    marbles(
      ({ account, broker, expectObservable }) => {
        broker.faults('20s d')
        const book = expectedBook(broker.market, EURUSD, SATURDAY)
        expectObservable(depth(account, EURUSD), '^ 60s !').toBe('b 20499ms b', { b: book })
      },
      { simulator: { start: SATURDAY } },
    )
  })

  it('begins with as much as has come where the server sends the first book in pieces', () => {
    scene(
      on => {
        const { account, at, watch } = on
        const seen = watch(depth(account, EURUSD).pipe(beside(on)), 30_000)
        at(29_000, () => {
          const levels = seen.values.map(([book]) => (book?.bids.length ?? 0) + (book?.asks.length ?? 0))
          expect(levels.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
          const whole = seen.values.slice(19)
          expect(whole.length).toBeGreaterThan(5)
          for (const [book, servers] of whole) expect(book).toEqual(servers)
        })
      },
      { unknowns: { firstDepthIsFull: false } },
    )
  })

  it('harms no consumer when another throws', () => {
    scene(({ account, at, watch }) => {
      const reported: unknown[] = []
      config.onUnhandledError = error => reported.push(error)
      const throwing = depth(account, EURUSD).subscribe(() => {
        throw new Error('of a consumer')
      })
      const seen = watch(depth(account, EURUSD), 30_000)
      at(29_000, () => {
        throwing.unsubscribe()
        expect(reported[0]).toEqual(new Error('of a consumer'))
        expect(seen.error).toBeUndefined()
        expect(seen.values.length).toBeGreaterThan(5)
      })
    })
  })

  it('harms no consumer when another leaves in the middle of an event', () => {
    scene(on => {
      const { account, at, asked, watch } = on
      const leaving = watch(depth(account, EURUSD).pipe(take(3)))
      const seen = watch(depth(account, EURUSD).pipe(beside(on)), 30_000)
      at(29_000, () => {
        expect(leaving).toMatchObject({ completed: true })
        expect(seen.values.length).toBeGreaterThan(5)
        for (const [book, servers] of seen.values) expect(book).toEqual(servers)
        expect(asked()).toEqual([DEPTH])
      })
    })
  })

  it('leaves what a consumer keeps as it was', () => {
    scene(on => {
      const { account, at, watch } = on
      const seen = watch(depth(account, EURUSD).pipe(beside(on), pairwise()), 30_000)
      at(29_000, () => {
        expect(seen.values.length).toBeGreaterThan(5)
        for (const [[before, then], [book, now]] of seen.values) {
          expect(before).toEqual(then)
          expect(book).toEqual(now)
        }
      })
    })
  })
})
