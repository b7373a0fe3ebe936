import { config, take } from 'rxjs'
import { PayloadType, orders, positions } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import { SELL, tradesOn } from './trades'

const RECONCILE = PayloadType.PROTO_OA_RECONCILE_REQ
const TRADER = PayloadType.PROTO_OA_TRADER_REQ
const ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ
const SATURDAY = Date.UTC(2026, 0, 10, 12)

afterEach(() => {
  config.onUnhandledError = null
})

describe('positions', () => {
  it('has each position as the exchange does, from its opening to its close', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { place, close } = tradesOn(stage)
      const seen = watch(positions(account), 30_000)
      at(1_000, () => {
        place()
      })
      at(2_000, () => {
        const [open] = broker.exchange.ledger(ACCOUNT).positions
        expect(seen.values.map(({ all }) => all)).toEqual([[], [open]])
        expect(seen.values[1]).toEqual({ all: [open], added: [open], changed: [], removed: [] })
        close(open?.positionId)
      })
      at(3_000, () => {
        const last = seen.values.at(-1)
        expect(last).toEqual({ all: [], added: [], changed: [], removed: seen.values[1]?.all })
      })
    })
  })

  it('reconciles once for two consumers; a late one gets all as added, at once', () => {
    scene(stage => {
      const { account, asked, at, watch } = stage
      const { place } = tradesOn(stage)
      watch(positions(account), 30_000)
      watch(positions(account), 30_000)
      at(1_000, () => {
        expect(asked().sort()).toEqual([TRADER, RECONCILE])
        place()
        place({ tradeSide: SELL, volume: 200_000 })
      })
      at(3_000, () => {
        asked()
        const late = watch(positions(account), 1_000)
        expect(late.values).toHaveLength(1)
        const [first] = late.values
        expect(first?.all).toHaveLength(2)
        expect(first).toEqual({ all: first?.all, added: first?.all, changed: [], removed: [] })
        expect(asked()).toEqual([])
      })
    })
  })

  it('asks nothing with the last to leave, and anew with the next to come', () => {
    scene(({ account, asked, at, watch }) => {
      watch(positions(account), 2_000)
      at(3_000, () => {
        expect(asked()).toHaveLength(2)
        watch(positions(account), 1_000)
      })
      at(5_000, () => {
        expect(asked().sort()).toEqual([TRADER, RECONCILE])
      })
    })
  })

  it('tells after a lost line what was opened, changed and closed meanwhile, at once', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { place, placeElsewhere, closeElsewhere } = tradesOn(stage)
      const seen = watch(positions(account), 30_000)
      let before: readonly number[] = []
      at(1_000, () => {
        place()
        place({ volume: 300_000 })
        place({ volume: 500_000 })
      })
      at(5_000, () => {
        const open = [...(seen.values.at(-1)?.all ?? [])]
        before = open
          .sort((a, b) => a.tradeData.volume - b.tradeData.volume)
          .map(({ positionId }) => positionId)
        expect(before).toHaveLength(3)
        broker.drop()
        closeElsewhere(before[0])
        closeElsewhere(before[1], 100_000)
        placeElsewhere({ volume: 700_000 })
      })
      const told = seen.values
      let last = 0
      at(5_400, () => {
        // Nothing is known of it yet: the line opens 500 ms after it was lost.
        last = told.length
        expect(told.at(-1)?.all).toHaveLength(3)
      })
      at(6_000, () => {
        expect(told).toHaveLength(last + 1)
        const { all, added, changed, removed } = told.at(-1) ?? { all: [] }
        expect(removed?.map(({ positionId }) => positionId)).toEqual([before[0]])
        expect(changed?.map(({ positionId, tradeData }) => [positionId, tradeData.volume])).toEqual([
          [before[1], 200_000],
        ])
        expect(added?.map(({ tradeData }) => tradeData.volume)).toEqual([700_000])
        const open = broker.exchange
          .ledger(ACCOUNT)
          .positions.filter(({ positionStatus }) => positionStatus === 1)
        expect([...all].sort((a, b) => a.positionId - b.positionId)).toEqual(open)
      })
    })
  })

  it('says nothing after a lost line when nothing has changed, and asks once on each line', () => {
    scene(stage => {
      const { account, asked, at, broker, watch } = stage
      const { place } = tradesOn(stage)
      const seen = watch(positions(account), 30_000)
      let before = 0
      at(1_000, () => {
        place()
      })
      at(5_000, () => {
        before = seen.values.length
        expect(asked().filter(type => type !== ORDER)).toHaveLength(2)
        broker.drop()
      })
      // The next line opens 500 ms later, and is lost before the answers.
      at(5_550, () => {
        broker.drop()
      })
      at(20_000, () => {
        expect(seen.values).toHaveLength(before)
        const types = asked()
        expect(types.filter(type => type === RECONCILE).length).toBeLessThanOrEqual(2)
        expect(types).toContain(RECONCILE)
      })
    })
  })

  it('gives a consumer who comes while the line is down what was known last', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { place } = tradesOn(stage)
      const seen = watch(positions(account), 30_000)
      at(1_000, () => {
        place()
      })
      at(5_000, () => {
        broker.drop()
      })
      at(5_300, () => {
        const late = watch(positions(account), 100)
        expect(late.values.map(({ all }) => all)).toEqual([seen.values.at(-1)?.all])
      })
    })
  })

  it('reconciles again where the server ends the session of the account on a healthy line', () => {
    scene(stage => {
      const { account, asked, at, broker, watch, wire } = stage
      const { placeElsewhere } = tradesOn(stage)
      const seen = watch(positions(account), 30_000)
      at(5_000, () => {
        asked()
        broker.fault({ kind: 'accountDisconnect', accountId: ACCOUNT })
        placeElsewhere()
      })
      at(9_000, () => {
        expect(asked().sort()).toEqual([TRADER, RECONCILE])
        expect(wire.lines.opened).toBe(1)
        expect(seen.values.at(-1)?.all).toHaveLength(1)
      })
    })
  })

  it('asks again where it is refused for the time being, and misses no event meanwhile', () => {
    scene(stage => {
      const { account, asked, at, broker, watch } = stage
      const { placeElsewhere } = tradesOn(stage)
      broker.fault({ kind: 'refuse', payloadType: RECONCILE, errorCode: 'CANT_ROUTE_REQUEST', times: 2 })
      const seen = watch(positions(account), 30_000)
      at(500, () => {
        placeElsewhere()
      })
      at(2_500, () => {
        expect(seen.values).toEqual([])
      })
      at(7_000, () => {
        expect(asked().filter(type => type === RECONCILE)).toHaveLength(3)
        expect(seen.values.at(-1)?.all).toHaveLength(1)
      })
    })
  })

  it('errors where the server never will answer', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: RECONCILE, errorCode: 'UNSUPPORTED_MESSAGE' })
      const seen = watch(positions(account), 30_000)
      at(5_000, () => {
        expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'UNSUPPORTED_MESSAGE' })
        // Whoever comes then asks anew.
        const next = watch(positions(account), 1_000)
        at(500, () => {
          expect(next.values).toHaveLength(1)
        })
      })
    })
  })

  it('errors with the account', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(positions(account), 30_000)
      at(1_000, () => {
        broker.fault({ kind: 'clientDisconnect', reason: 'blocked by an administrator' })
      })
      at(5_000, () => {
        expect(seen.error).toMatchObject({ reason: 'ClientBlocked' })
      })
    })
  })

  it('has the positions at the weekend too, when the market is closed', () => {
    scene(
      ({ account, at, watch }) => {
        const seen = watch(positions(account), 2_000)
        const pending = watch(orders(account), 2_000)
        at(1_000, () => {
          expect(seen.values).toEqual([{ all: [], added: [], changed: [], removed: [] }])
          expect(pending.values).toHaveLength(1)
        })
      },
      { start: SATURDAY },
    )
  })

  it('goes on for the others where one throws and another leaves in the middle', () => {
    const thrown: unknown[] = []
    config.onUnhandledError = error => thrown.push(error)
    scene(stage => {
      const { account, at, watch } = stage
      const { place } = tradesOn(stage)
      positions(account)
        .pipe(take(2))
        .subscribe(() => {
          throw new Error('a consumer of its own')
        })
      watch(positions(account).pipe(take(1)))
      const seen = watch(positions(account), 30_000)
      at(1_000, () => {
        place()
      })
      at(5_000, () => {
        expect(seen.values.at(-1)?.all).toHaveLength(1)
      })
    })
    expect(thrown).toHaveLength(2)
  })
})

describe('orders', () => {
  it('has a pending order with its changes until it is filled, and not the order behind the protections', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { place } = tradesOn(stage)
      const seen = watch(orders(account), 60_000)
      const told = (): unknown[] =>
        seen.values.map(({ added, changed, removed }) => [added.length, changed.length, removed.length])
      at(1_000, () => {
        const { bid } = broker.market.quoteAt(1, broker.now())
        place({
          orderType: 2,
          limitPrice: (bid - 500) / 100_000,
          relativeStopLoss: 5_000,
          relativeTakeProfit: 5_000,
        })
      })
      at(2_000, () => {
        const [order] = broker.exchange.ledger(ACCOUNT).orders
        expect(seen.values.at(-1)?.all).toEqual([order])
        watch(
          account.request(PayloadType.PROTO_OA_AMEND_ORDER_REQ, {
            orderId: order?.orderId ?? 0,
            volume: 200_000,
          }),
          20_000,
        )
      })
      at(3_000, () => {
        expect(told()).toEqual([
          [0, 0, 0],
          [1, 0, 0],
          [0, 1, 0],
        ])
        expect(seen.values.at(-1)?.all).toEqual(broker.exchange.ledger(ACCOUNT).orders)
        broker.shift(1, -600)
      })
      at(20_000, () => {
        expect(broker.exchange.ledger(ACCOUNT).positions).toHaveLength(1)
        expect(seen.values.at(-1)).toMatchObject({ all: [], removed: [{ tradeData: { volume: 200_000 } }] })
      })
    })
  })

  it('has a market order for as long as it takes to fill it', () => {
    scene(stage => {
      const { account, at, watch } = stage
      const { place } = tradesOn(stage)
      const seen = watch(orders(account), 60_000)
      at(1_000, () => {
        place()
      })
      at(3_000, () => {
        expect(seen.values.map(({ all }) => all.length)).toEqual([0, 1, 0])
      })
    })
  })

  it('has what was placed and cancelled during a gap in one value, and shares the answer with positions', () => {
    scene(stage => {
      const { account, asked, at, broker, watch } = stage
      const { place, placeElsewhere } = tradesOn(stage)
      const limit = { orderType: 2, limitPrice: 1.01 } as const
      const seen = watch(orders(account), 60_000)
      watch(positions(account), 60_000)
      at(1_000, () => {
        expect(asked().filter(type => type === RECONCILE)).toHaveLength(1)
        place(limit)
      })
      at(5_000, () => {
        const [order] = seen.values.at(-1)?.all ?? []
        broker.drop()
        broker.trade((exchange, now) =>
          exchange.cancelOrder(
            ACCOUNT,
            { ctidTraderAccountId: ACCOUNT, orderId: order?.orderId ?? 0 },
            { at: now, clientMsgId: 'elsewhere' },
          ),
        )
        placeElsewhere({ ...limit, volume: 400_000 })
      })
      at(10_000, () => {
        expect(asked().filter(type => type === RECONCILE)).toHaveLength(1)
        expect(seen.values.at(-1)).toMatchObject({
          added: [{ tradeData: { volume: 400_000 } }],
          changed: [],
          removed: [{ tradeData: { volume: 100_000 } }],
        })
      })
    })
  })
})
