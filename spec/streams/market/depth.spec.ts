import { config, map, pairwise, take } from 'rxjs'
import { PayloadType, depth, depthEvents, toBook } from 'rx-ctrader'
import type { OrderBook } from 'rx-ctrader'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import { expectedBook } from '../../support/expectedBook'

const { PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_APPLICATION_AUTH_REQ } = PayloadType

const EURUSD = 1
const GBPUSD = 2
const NO_SYMBOL = 4711
const DEPTH = PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ
const NO_DEPTH = PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ
const LATENCY = 10
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
    scene(({ account, asked, at, subscribed, watch }) => {
      const first = watch(depth(account, EURUSD), 5_000)
      const second = watch(depth(account, EURUSD), 10_000)
      at(4_000, () => {
        expect(first.values.length).toBeGreaterThan(1)
        // The same books, not equal ones: what was read of one is there for the other.
        first.values.forEach((book, index) => {
          expect(second.values[index]).toBe(book)
        })
        expect(asked()).toEqual([DEPTH])
      })
      at(6_000, () => {
        expect(asked()).toEqual([])
        expect(subscribed().depth).toEqual([EURUSD])
      })
      at(11_000, () => {
        expect(asked()).toEqual([NO_DEPTH])
        expect(subscribed().depth).toEqual([])
      })
    })
  })

  it('gives a late consumer the current book at once, without asking again', () => {
    scene(({ account, asked, at, watch }) => {
      const early = watch(depth(account, EURUSD), 60_000)
      at(30_000, () => {
        const late = watch(depth(account, EURUSD), 20_000)
        expect(late.values).toHaveLength(1)
        expect(late.values[0]).toBe(early.values.at(-1))
        expect(asked()).toEqual([DEPTH])
      })
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

  it('asks for the books of several symbols that are wanted in one turn by one request', () => {
    scene(on => {
      const { account, asked, at, subscribed, watch } = on
      const seen = [EURUSD, GBPUSD].map(symbolId =>
        watch(depth(account, symbolId).pipe(beside(on, symbolId)), 20_000),
      )
      at(9_000, () => {
        expect(asked()).toEqual([DEPTH])
        expect(subscribed().depth).toEqual([EURUSD, GBPUSD])
        for (const { values } of seen) {
          expect(values.length).toBeGreaterThan(1)
          for (const [book, servers] of values) expect(book).toEqual(servers)
        }
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
    scene(on => {
      const { account, at, broker, watch } = on
      watch(depth(account, EURUSD), 60_000)
      at(20_000, () => {
        broker.drop()
      })
      at(20_100, () => {
        const late = watch(depth(account, EURUSD).pipe(beside(on)), 30_000)
        expect(late.values).toEqual([])
        at(29_000, () => {
          expect(late.values.length).toBeGreaterThan(5)
          for (const [book, servers] of late.values) expect(book).toEqual(servers)
        })
      })
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

  it('errors for a symbol that is refused because there is none, and for nobody else', () => {
    scene(({ account, at, watch }) => {
      const unknown = watch(depth(account, NO_SYMBOL))
      const known = watch(depth(account, EURUSD), 30_000)
      at(29_000, () => {
        expect(unknown.error).toMatchObject({ reason: 'UnknownSymbol', symbol: NO_SYMBOL, nearest: [] })
        expect(known.error).toBeUndefined()
        expect(known.values.length).toBeGreaterThan(5)
      })
    })
  })

  it('asks again after a refusal for the time being', () => {
    scene(on => {
      const { account, asked, at, broker, watch } = on
      broker.fault({ kind: 'refuse', payloadType: DEPTH, errorCode: 'UNKNOWN_ERROR', times: 2 })
      const seen = watch(depth(account, EURUSD).pipe(beside(on)), 30_000)
      at(29_000, () => {
        expect(asked()).toEqual([DEPTH, DEPTH, DEPTH])
        expect(seen.values.length).toBeGreaterThan(5)
        for (const [book, servers] of seen.values) expect(book).toEqual(servers)
      })
    })
  })

  it('errors with the account', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(depth(account, EURUSD), 60_000)
      at(5_000, () => {
        broker.fault({
          kind: 'refuse',
          payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
          errorCode: 'ACCOUNT_NOT_AUTHORIZED',
          times: 1_000,
        })
        broker.fault({
          kind: 'refuse',
          payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
          errorCode: 'CH_CLIENT_AUTH_FAILURE',
          times: 1_000,
        })
        broker.drop()
      })
      at(59_000, () => {
        expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'CH_CLIENT_AUTH_FAILURE' })
      })
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
    scene(
      on => {
        const { account, at, broker, watch } = on
        const seen = watch(depth(account, EURUSD).pipe(beside(on)), 60_000)
        at(20_000, () => {
          broker.drop()
        })
        at(59_000, () => {
          expect(seen.values).toHaveLength(2)
          for (const [book, servers] of seen.values) expect(book).toEqual(servers)
        })
      },
      { start: SATURDAY },
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
