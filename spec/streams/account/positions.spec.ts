import { isDeepStrictEqual } from 'node:util'
import { config, map, take, tap } from 'rxjs'
import { PayloadType, orders, positions } from 'rx-ctrader'
import type { ProtoOAOrder, ProtoOAPosition } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../../support/account'
import { actAt, containing, sent } from '../../support/drawn'
import { SELL, tradesOn } from './trades'

const RECONCILE = PayloadType.PROTO_OA_RECONCILE_REQ
const TRADER = PayloadType.PROTO_OA_TRADER_REQ
const APP = PayloadType.PROTO_OA_APPLICATION_AUTH_REQ
const SATURDAY = Date.UTC(2026, 0, 10, 12)

const asked = { r: sent(RECONCILE), t: sent(TRADER) }

interface Changes<T> {
  readonly all: readonly T[]
  readonly added: readonly T[]
  readonly changed: readonly T[]
  readonly removed: readonly T[]
}

/** Such as "2: +1 ~0 -0": two in all, and one of them is new. */
const counts = ({ all, added, changed, removed }: Changes<unknown>): string =>
  `${all.length}: +${added.length} ~${changed.length} -${removed.length}`

/** The volumes of each list, in lots of 1,000. */
const volumes = ({
  all,
  added,
  changed,
  removed,
}: Changes<ProtoOAOrder | ProtoOAPosition>): Changes<number> => {
  const of = (list: readonly (ProtoOAOrder | ProtoOAPosition)[]): number[] =>
    list.map(({ tradeData }) => tradeData.volume / 100_000).sort((one, other) => one - other)
  return { all: of(all), added: of(added), changed: of(changed), removed: of(removed) }
}

const openIn = (broker: Simulator): readonly ProtoOAPosition[] =>
  broker.exchange.ledger(ACCOUNT).positions.filter(({ positionStatus }) => positionStatus === 1)
const byVolume = (broker: Simulator, volume: number): number | undefined =>
  openIn(broker).find(({ tradeData }) => tradeData.volume === volume)?.positionId

afterEach(() => {
  config.onUnhandledError = null
})

describe('positions', () => {
  it('has each position as the exchange does, from its opening to its close', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place, close } = tradesOn(kit)
      actAt(kit, '1s p 999ms c', {
        p: place,
        c: () => {
          close(openIn(broker)[0]?.positionId)
        },
      })
      let before: readonly ProtoOAPosition[] = []
      const change$ = positions(account).pipe(
        tap(({ all, added, removed }) => {
          expect(all).toEqual(openIn(broker))
          expect([added, removed]).toEqual([all, before])
          before = all
        }),
        map(counts),
      )
      expectObservable(change$, '^ 30s !').toBe('n 1254ms o 1002ms c', {
        n: '0: +0 ~0 -0',
        o: '1: +1 ~0 -0',
        c: '0: +0 ~0 -1',
      })
    })
  })

  it('reconciles once for two consumers; a late one gets all as added, at once', () => {
    marbles(kit => {
      const { account, expectObservable, expectRequests } = kit
      const { place } = tradesOn(kit)
      actAt(kit, '1s p', {
        p: () => {
          place()
          place({ tradeSide: SELL, volume: 200_000 })
        },
      })
      const change$ = positions(account).pipe(map(counts))
      const changes = { n: '0: +0 ~0 -0', o: '1: +1 ~0 -0', p: '2: +1 ~0 -0', b: '2: +2 ~0 -0' }
      expectObservable(change$, '^ 4900ms !').toBe('n 1254ms o--p', changes)
      expectObservable(change$, '^ 4900ms !').toBe('n 1254ms o--p', changes)
      expectObservable(change$, '3s ^ 1s !').toBe('3s b', changes)
      expectRequests(RECONCILE, TRADER).toBe('(tr)', asked)
    })
  })

  it('asks nothing with the last to leave, nor for the next to come in the same session', () => {
    marbles(({ account, expectObservable, expectRequests }) => {
      const all$ = positions(account).pipe(map(({ all }) => all))
      expectObservable(all$, '^  2s !').toBe('n', { n: [] })
      expectObservable(all$, '3s ^ 1s !').toBe('3s n', { n: [] })
      expectRequests().toBe('(tr)', asked)
    })
  })

  it('tells after a lost line what was opened, changed and closed meanwhile, at once', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place, placeElsewhere, closeElsewhere } = tradesOn(kit)
      actAt(kit, '1s p 3999ms e', {
        p: () => {
          place()
          place({ volume: 300_000 })
          place({ volume: 500_000 })
        },
        e: () => {
          closeElsewhere(byVolume(broker, 100_000))
          closeElsewhere(byVolume(broker, 300_000), 100_000)
          placeElsewhere({ volume: 700_000 })
        },
      })
      broker.faults('4999ms d')
      const change$ = positions(account).pipe(map(volumes))
      const isWhole$ = positions(account).pipe(
        map(({ all }) => [...all].sort((one, other) => one.positionId - other.positionId)),
        map(all => isDeepStrictEqual(all, openIn(broker))),
      )
      expectObservable(isWhole$, '6s ^ 1s !').toBe('6s w', { w: true })
      const none = { added: [], changed: [], removed: [] }
      expectObservable(change$, '^ 30s !').toBe('n 1253ms ab--c 4240ms r', {
        n: { ...none, all: [] },
        a: { ...none, all: [5], added: [5] },
        b: { ...none, all: [1, 5], added: [1] },
        c: { ...none, all: [1, 3, 5], added: [3] },
        r: { all: [2, 5, 7], added: [7], changed: [2], removed: [1] },
      })
    })
  })

  it('says nothing after a lost line when nothing has changed, and asks once on each line', () => {
    marbles(
      kit => {
        const { account, broker, expectObservable, expectRequests } = kit
        const { place } = tradesOn(kit)
        actAt(kit, '1s p', { p: place })
        // The next line opens 500 ms later, and is lost before the answers.
        broker.faults('5s d 549ms d')
        const change$ = positions(account).pipe(map(counts))
        expectObservable(change$, '^ 10s !').toBe('70ms n 1204ms o', { n: '0: +0 ~0 -0', o: '1: +1 ~0 -0' })
        expectRequests(RECONCILE, TRADER).toBe('50ms (tr) 6556ms (tr)', asked)
      },
      { simulator: { latency: 10 } },
    )
  })

  it('gives a consumer who comes while the line is down what was known last', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place } = tradesOn(kit)
      actAt(kit, '1s p', { p: place })
      broker.faults('5s d')
      const all$ = positions(account).pipe(map(({ all }) => all.map(({ tradeData }) => tradeData.volume)))
      expectObservable(all$, '^      30s   !').toBe('n 1254ms o', { n: [], o: [100_000] })
      expectObservable(all$, '5300ms ^ 99ms !').toBe('5300ms o', { o: [100_000] })
    })
  })

  it('reconciles again where the server ends the session of the account on a healthy line', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      const { placeElsewhere } = tradesOn(kit)
      broker.faults('4s a')
      actAt(kit, '   4s p', { p: placeElsewhere })
      expectObservable(positions(account).pipe(map(counts)), '^ 5s !').toBe('n 4499ms o', {
        n: '0: +0 ~0 -0',
        o: '1: +1 ~0 -0',
      })
      expectRequests(RECONCILE, TRADER).toBe('(tr) 4496ms (tr)', asked)
      // One line has been opened.
      expectRequests(APP).toBe('a', { a: sent(APP) })
    })
  })

  it('asks again where it is refused for the time being, and misses no event meanwhile', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      const { placeElsewhere } = tradesOn(kit)
      broker.fault({ kind: 'refuse', payloadType: RECONCILE, errorCode: 'CANT_ROUTE_REQUEST', times: 2 })
      actAt(kit, '500ms p', { p: placeElsewhere })
      expectObservable(positions(account).pipe(map(counts)), '^ 7s !').toBe('3s o', { o: '1: +1 ~0 -0' })
      expectRequests(RECONCILE).toBe('r 999ms r 1999ms r', asked)
    })
  })

  it('errors where the server never will answer', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.fault({ kind: 'refuse', payloadType: RECONCILE, errorCode: 'UNSUPPORTED_MESSAGE' })
      const change$ = positions(account).pipe(map(counts))
      const refused = containing({ reason: 'Refused', errorCode: 'UNSUPPORTED_MESSAGE' })
      expectObservable(change$, '^ 30s !').toBe('#', {}, refused)
      // A later consumer asks anew.
      expectObservable(change$, '5s ^ 1s !').toBe('5s n', { n: '0: +0 ~0 -0' })
    })
  })

  it('errors with the account', () => {
    marbles(({ account, broker, expectObservable }) => {
      broker.faults('1s b', { b: { kind: 'clientDisconnect', reason: 'blocked by an administrator' } })
      expectObservable(positions(account).pipe(map(counts)), '^ 30s !').toBe(
        'n 999ms #',
        { n: '0: +0 ~0 -0' },
        containing({ reason: 'ClientBlocked' }),
      )
    })
  })

  it('has the positions at the weekend too, when the market is closed', () => {
    marbles(
      ({ account, expectObservable }) => {
        const none = { all: [], added: [], changed: [], removed: [] }
        expectObservable(positions(account), '^ 2s !').toBe('n', { n: none })
        expectObservable(orders(account).pipe(map(counts)), '^ 2s !').toBe('n', { n: '0: +0 ~0 -0' })
      },
      { simulator: { start: SATURDAY } },
    )
  })

  it('goes on for the others where one throws and another leaves in the middle', () => {
    const thrown: unknown[] = []
    config.onUnhandledError = error => thrown.push(error)
    marbles(kit => {
      const { account, expectObservable } = kit
      const { place } = tradesOn(kit)
      positions(account)
        .pipe(take(2))
        .subscribe(() => {
          throw new Error('a consumer of its own')
        })
      const change$ = positions(account).pipe(map(counts))
      const changes = { n: '0: +0 ~0 -0', o: '1: +1 ~0 -0' }
      actAt(kit, '1s p', { p: place })
      expectObservable(change$.pipe(take(1))).toBe('(n|)', changes)
      expectObservable(change$, '^ 30s !').toBe('n 1254ms o', changes)
    })
    expect(thrown).toHaveLength(2)
  })
})

describe('orders', () => {
  const ordersIn = (broker: Simulator): readonly ProtoOAOrder[] => broker.exchange.ledger(ACCOUNT).orders

  it('has a pending order with its changes until it is filled, and not the order behind the protections', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place } = tradesOn(kit)
      actAt(kit, '1s p 999ms a', {
        p: () => {
          place({ orderType: 2, limitPrice: 1.095, relativeStopLoss: 5_000, relativeTakeProfit: 5_000 })
        },
        a: () => {
          const [order] = ordersIn(broker)
          account
            .request(PayloadType.PROTO_OA_AMEND_ORDER_REQ, {
              orderId: order?.orderId ?? 0,
              volume: 200_000,
            })
            .subscribe()
        },
      })
      broker.quotes('3s b', { b: { bid: 1.094, ask: 1.0942 } })
      const change$ = orders(account).pipe(
        tap(({ all }) => {
          for (const order of all) expect(ordersIn(broker)).toContainEqual(order)
        }),
        map(volumes),
      )
      const none = { added: [], changed: [], removed: [] }
      expectObservable(change$, '^ 60s !').toBe('n 999ms o 999ms a 999ms f', {
        n: { ...none, all: [] },
        o: { ...none, all: [1], added: [1] },
        a: { ...none, all: [2], changed: [2] },
        f: { ...none, all: [], removed: [2] },
      })
      const filled$ = kit.cold('20s a').pipe(map(() => openIn(broker).length))
      expectObservable(filled$).toBe('20s a', { a: 1 })
    })
  })

  it('has a market order for as long as it takes to fill it', () => {
    marbles(kit => {
      const { account, expectObservable } = kit
      const { place } = tradesOn(kit)
      actAt(kit, '1s p', { p: place })
      expectObservable(orders(account).pipe(map(counts)), '^ 3s !').toBe('n 999ms o 254ms f', {
        n: '0: +0 ~0 -0',
        o: '1: +1 ~0 -0',
        f: '0: +0 ~0 -1',
      })
    })
  })

  it('has what was placed and cancelled during a gap in one value, and shares the answer with positions', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      const { place, placeElsewhere } = tradesOn(kit)
      const limit = { orderType: 2, limitPrice: 1.01 } as const
      broker.faults('4999ms d')
      actAt(kit, '1s p 3999ms e', {
        p: () => {
          place(limit)
        },
        e: () => {
          const orderId = ordersIn(broker)[0]?.orderId ?? 0
          broker.trade((exchange, now) =>
            exchange.cancelOrder(
              ACCOUNT,
              { ctidTraderAccountId: ACCOUNT, orderId },
              { at: now, clientMsgId: 'elsewhere' },
            ),
          )
          placeElsewhere({ ...limit, volume: 400_000 })
        },
      })
      const none = { added: [], changed: [], removed: [] }
      expectObservable(orders(account).pipe(map(volumes)), '^ 10s !').toBe('n 999ms o 4498ms g', {
        n: { ...none, all: [] },
        o: { ...none, all: [1], added: [1] },
        g: { ...none, all: [4], added: [4], removed: [1] },
      })
      expectObservable(positions(account).pipe(map(counts)), '^ 10s !').toBe('n', { n: '0: +0 ~0 -0' })
      expectRequests(RECONCILE).toBe('r 5498ms r', asked)
    })
  })
})
