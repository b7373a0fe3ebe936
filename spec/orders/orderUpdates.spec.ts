import { tap } from 'rxjs'
import { PayloadType, ProtoOAOrderType, ProtoOATradeSide, lots, placeOrder, price } from 'rx-ctrader'
import { orderUpdates } from '../../src/orders/orderUpdates'
import type { Simulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { statuses } from '../support/statuses'

const { PROTO_OA_DEAL_LIST_REQ, PROTO_OA_EXECUTION_EVENT, PROTO_OA_ORDER_LIST_REQ, PROTO_OA_RECONCILE_REQ } =
  PayloadType

const RICH = {
  accounts: [
    { accountId: ACCOUNT, isLive: false, traderLogin: 1, brokerTitleShort: 'x', balance: 100_000_000_000 },
  ],
}
const named = { ctidTraderAccountId: ACCOUNT }

/** Another terminal, or the broker: what it does is told to all sessions of the account. */
const elsewhere = (broker: Simulator) => {
  const command = (at: number) => ({ at, clientMsgId: `elsewhere-${at}` })
  return {
    place: (asked: object = {}): void => {
      broker.trade((exchange, at) =>
        exchange.newOrder(
          ACCOUNT,
          {
            ...named,
            symbolId: 1,
            orderType: ProtoOAOrderType.MARKET,
            tradeSide: ProtoOATradeSide.BUY,
            volume: 100_000,
            ...asked,
          },
          command(at),
        ),
      )
    },
    cancel: (orderId: number): void => {
      broker.trade((exchange, at) => exchange.cancelOrder(ACCOUNT, { ...named, orderId }, command(at)))
    },
    amend: (orderId: number, asked: object): void => {
      broker.trade((exchange, at) =>
        exchange.amendOrder(ACCOUNT, { ...named, orderId, ...asked }, command(at)),
      )
    },
    close: (positionId: number, volume: number): void => {
      broker.trade((exchange, at) =>
        exchange.closePosition(ACCOUNT, { ...named, positionId, volume }, command(at)),
      )
    },
  }
}

const LIMIT = { orderType: 2, limitPrice: 1.01 } as const

const ledger = ({ broker }: Scene) => broker.exchange.ledger(ACCOUNT)
const orderAt = (scene: Scene, index: number) => {
  const order = ledger(scene).orders[index]
  if (!order) throw new Error(`there is no order ${index}`)
  return order
}

describe('orderUpdates', () => {
  it('tells of every order, also of those of other terminals and of the server', () => {
    scene(play => {
      const { account, at, broker, watch } = play
      const { place, close } = elsewhere(broker)
      const seen = watch(orderUpdates(account))
      at(1_000, () => {
        place({ relativeStopLoss: 1_000, relativeTakeProfit: 1_000 })
      })
      at(2_000, () => {
        const [position] = ledger(play).positions
        expect(statuses(seen)).toEqual(['accepted', 'filled', 'protected'])
        expect(seen.values[1]).toMatchObject({ order: orderAt(play, 0), deal: ledger(play).deals[0] })
        expect(seen.values[2]).toMatchObject({ position, orderId: orderAt(play, 1).orderId })
        close(position?.positionId ?? 0, 100_000)
      })
      at(3_000, () => {
        // The closing order, and the end of the one behind the protections.
        expect(statuses(seen).slice(3)).toEqual(['accepted', 'filled', 'cancelled'])
        expect(seen.values[4]).toMatchObject({ deal: { closePositionDetail: { closedVolume: 100_000 } } })
        expect(seen.values[5]).toMatchObject({ order: { orderType: 4 } })
      })
    })
  })

  it('tells when protections are changed, or execute', () => {
    scene(play => {
      const { account, at, broker, watch } = play
      elsewhere(broker).place({ relativeStopLoss: 1_000 })
      const seen = watch(orderUpdates(account))
      at(1_000, () => {
        seen.values.length = 0
        const { positionId = 0 } = orderAt(play, 0)
        broker.trade((exchange, now) =>
          exchange.amendPosition(
            ACCOUNT,
            { ...named, positionId, stopLoss: 1.01 },
            { at: now, clientMsgId: 'p' },
          ),
        )
      })
      at(2_000, () => {
        expect(seen.values).toMatchObject([{ status: 'protected', position: { stopLoss: 1.01 } }])
        broker.shift(1, -20_000)
      })
      at(60_000, () => {
        expect(statuses(seen)).toEqual(['protected', 'filled'])
        expect(seen.values[1]).toMatchObject({ order: { orderType: 4 }, deal: { closePositionDetail: {} } })
      })
    })
  })

  it('tells nothing of what was before, and what becomes of it', () => {
    scene(play => {
      const { account, at, broker, watch } = play
      const { place, cancel, amend } = elsewhere(broker)
      place()
      place(LIMIT)
      place(LIMIT)
      cancel(orderAt(play, 2).orderId)
      const seen = watch(orderUpdates(account))
      at(100, () => {
        expect(seen.values).toEqual([])
      })
      at(1_000, () => {
        expect(statuses(seen)).toEqual(['filled'])
        amend(orderAt(play, 1).orderId, { limitPrice: 1.005 })
      })
      at(2_000, () => {
        cancel(orderAt(play, 1).orderId)
      })
      at(3_000, () => {
        expect(statuses(seen)).toEqual(['filled', 'replaced', 'cancelled'])
      })
    })
  })

  it('tells nothing of what was filled just before it begins', () => {
    scene(({ account, at, broker, watch }) => {
      elsewhere(broker).place()
      at(1_000, () => {
        const seen = watch(orderUpdates(account))
        at(60_000, () => {
          expect(statuses(seen)).toEqual([])
        })
      })
    })
  })

  it('tells of an order that is only in the list of deals', () => {
    scene(({ account, at, asked, broker, watch }) => {
      const seen = watch(orderUpdates(account))
      at(2_000, () => {
        broker.drop()
        broker.fault({ kind: 'lag', payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ, ms: 600_000 })
        elsewhere(broker).place()
      })
      at(10_000, () => {
        expect(statuses(seen)).toEqual(['filled'])
        asked()
      })
      at(100_000, () => {
        // Of what is told to its end nothing more is asked.
        expect(asked()).not.toContain(PayloadType.PROTO_OA_ORDER_DETAILS_REQ)
      })
    })
  })

  it('adds up partial fills', () => {
    scene(
      play => {
        const { account, at, broker, watch } = play
        const seen = watch(orderUpdates(account), 120_000)
        at(1_000, () => {
          // A share, of which the book holds about 100.
          const { ask } = broker.market.quoteAt(201, broker.now())
          elsewhere(broker).place({
            symbolId: 201,
            orderType: 2,
            limitPrice: Math.round(ask / 1_000 + 100) / 100,
            volume: 50_000,
          })
        })
        at(119_000, () => {
          const { deals } = ledger(play)
          const [order] = ledger(play).orders
          expect(deals.length).toBeGreaterThan(2)
          const fills = seen.values.flatMap(update => ('deal' in update ? [update] : []))
          expect(fills.map(({ deal }) => deal)).toEqual(deals)
          expect(fills.at(-1)).toMatchObject({ volume: order?.executedVolume, price: order?.executionPrice })
        })
      },
      { ...RICH, start: Date.UTC(2026, 0, 7, 15) },
    )
  })

  it('tells once what happened while the line was down: ended, begun, amended, filled', () => {
    scene(play => {
      const { account, at, broker, watch } = play
      const { place, cancel, amend } = elsewhere(broker)
      const seen = watch(orderUpdates(account))
      at(1_000, () => {
        place(LIMIT)
        place(LIMIT)
        place(LIMIT)
      })
      at(2_000, () => {
        expect(statuses(seen)).toEqual(['accepted', 'accepted', 'accepted'])
        broker.drop()
        cancel(orderAt(play, 0).orderId)
        amend(orderAt(play, 1).orderId, { limitPrice: 1.005 })
        place({ relativeStopLoss: 1_000 })
        place(LIMIT)
        place(LIMIT)
        cancel(orderAt(play, 5).orderId)
      })
      at(20_000, () => {
        const of = (orderId: number) => seen.values.slice(3).filter(update => update.orderId === orderId)
        const { orders, deals } = ledger(play)
        expect(orders.map(({ orderId }) => of(orderId).map(({ status }) => status))).toEqual([
          ['cancelled'],
          ['replaced'],
          [],
          ['filled'],
          ['accepted'],
          ['cancelled'],
          ['protected'],
        ])
        expect(of(orderAt(play, 3).orderId)).toMatchObject([
          { deal: deals[0], price: deals[0]?.executionPrice },
        ])
        broker.drop()
      })
      at(40_000, () => {
        expect(seen.values).toHaveLength(9)
        broker.drop()
        cancel(orderAt(play, 1).orderId)
      })
      at(60_000, () => {
        expect(seen.values.slice(9)).toMatchObject([
          { status: 'cancelled', orderId: orderAt(play, 1).orderId },
        ])
      })
    })
  })

  it('finds out what happened while one question after another is lost with its line', () => {
    scene(play => {
      const { account, at, broker, watch } = play
      const { place } = elsewhere(broker)
      const seen = watch(orderUpdates(account))
      at(1_000, () => {
        place(LIMIT)
      })
      at(2_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ, takesEffect: true })
        broker.drop()
        place()
      })
      at(6_000, () => {
        // Heard on the line on which the question was never answered.
        place(LIMIT)
      })
      at(8_000, () => {
        expect(statuses(seen)).toEqual(['accepted', 'accepted'])
        broker.drop()
      })
      at(30_000, () => {
        expect(statuses(seen)).toEqual(['accepted', 'accepted', 'filled'])
      })
    })
  })

  it('begins anew where the line is lost before the first answer', () => {
    scene(play => {
      const { account, at, broker, watch } = play
      const { place } = elsewhere(broker)
      place(LIMIT)
      broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_RECONCILE_REQ, takesEffect: true })
      const seen = watch(orderUpdates(account))
      at(1_000, () => {
        broker.drop()
      })
      at(20_000, () => {
        expect(seen.values).toEqual([])
        place(LIMIT)
      })
      at(21_000, () => {
        expect(statuses(seen)).toEqual(['accepted'])
      })
    })
  })

  it('tells the end of an order of which it told the beginning before its first answer (G20)', () => {
    scene(play => {
      const { account, at, broker, watch } = play
      const { place, cancel } = elsewhere(broker)
      broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_RECONCILE_REQ, takesEffect: true })
      const seen = watch(orderUpdates(account))
      at(500, () => {
        place(LIMIT)
      })
      at(1_000, () => {
        expect(statuses(seen)).toEqual(['accepted'])
        broker.drop()
        cancel(seen.values[0]?.orderId ?? 0)
      })
      at(20_000, () => {
        expect(statuses(seen)).toEqual(['accepted', 'cancelled'])
      })
    })
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('tells the end of an order that was lost, found out %s its first answer (G20)', (_, times) => {
    scene(({ account, at, broker, watch, wire }) => {
      const { cancel } = elsewhere(broker)
      broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_RECONCILE_REQ, takesEffect: true })
      const seen = watch(orderUpdates(account))
      at(500, () => {
        wire.lose(PayloadType.PROTO_OA_EXECUTION_EVENT, 1)
        const order = {
          symbol: 'EURUSD',
          side: 'buy',
          type: 'limit',
          price: price(1),
          volume: lots(0.01),
        } as const
        watch(placeOrder(account, order))
      })
      at(1_500, () => {
        const [order] = broker.exchange.ledger(ACCOUNT).orders
        broker.drop()
        cancel(order?.orderId ?? NaN)
        if (times > 0)
          broker.fault({
            kind: 'refuse',
            payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
            errorCode: 'UNKNOWN_ERROR',
            times,
          })
      })
      at(30_000, () => {
        expect(statuses(seen)).toEqual(['cancelled'])
      })
    })
  })

  it('tells what has changed since the first of its answers, though the line was lost before the last (G20)', () => {
    scene(({ account, at, broker, watch }) => {
      const { place, cancel } = elsewhere(broker)
      place(LIMIT)
      place(LIMIT)
      place()
      at(1_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ, takesEffect: true })
        const seen = watch(orderUpdates(account))
        at(29_000, () => {
          expect(statuses(seen).sort()).toEqual(['accepted', 'cancelled', 'filled'])
        })
      })
      at(2_500, () => {
        const [first] = broker.exchange.ledger(ACCOUNT).orders
        broker.drop()
        cancel(first?.orderId ?? NaN)
        place()
        place(LIMIT)
      })
    })
  })

  const HOUR = 3_600_000
  it.each([
    ['right', 0, 0, ['filled']],
    ['set right meanwhile', -HOUR, HOUR, ['filled']],
    ['behind, and so all that happened is later', -HOUR, 0, []],
    ['ahead, and so nothing is', HOUR, 0, []],
  ])(
    'tells what happened before its first answer, where our clock can tell: %s (G20)',
    (_, by, set, told) => {
      scene(({ account, at, broker, setWallClock, watch }) => {
        const { place } = elsewhere(broker)
        setWallClock(broker.now() + by)
        place()
        at(15_000, () => {
          for (const payloadType of [PROTO_OA_RECONCILE_REQ, PROTO_OA_DEAL_LIST_REQ, PROTO_OA_ORDER_LIST_REQ])
            broker.fault({ kind: 'swallow', payloadType, takesEffect: true })
          const seen = watch(orderUpdates(account))
          at(500, () => {
            broker.drop()
            place()
            setWallClock(set)
          })
          at(60_000, () => {
            expect(statuses(seen)).toEqual(told)
          })
        })
      })
    },
  )

  it('tells what happened before its first answer, however long ago the last of it was (G20)', () => {
    scene(({ account, at, broker, setWallClock, watch }) => {
      const { place } = elsewhere(broker)
      setWallClock(broker.now())
      place()
      // Not at a whole ms, as clocks are.
      at(1_000.25, () => {
        broker.fault({ kind: 'maintenance', seconds: 90, drops: true })
        const seen = watch(orderUpdates(account))
        at(500, () => {
          place()
        })
        at(85_000, () => {
          place()
        })
        at(500_000, () => {
          expect(statuses(seen)).toEqual(['filled', 'filled'])
        })
      })
    })
  })

  it('tells all of a gap also after an event of a time that cannot be (G8)', () => {
    for (const wrong of [253402300799000, 1e300])
      scene(play => {
        const { account, at, broker, watch } = play
        const { place, cancel } = elsewhere(broker)
        const seen = watch(orderUpdates(account))
        at(1_000, () => {
          place(LIMIT)
        })
        at(2_000, () => {
          const tradeData = { symbolId: 1, volume: 100_000, tradeSide: 1 }
          const order = { orderId: 8, tradeData, orderType: 2, orderStatus: 1, utcLastUpdateTimestamp: wrong }
          const payload = { ctidTraderAccountId: ACCOUNT, executionType: 2, order }
          broker.fault({
            kind: 'push',
            text: JSON.stringify({ payloadType: PROTO_OA_EXECUTION_EVENT, payload }),
          })
          broker.drop()
          cancel(seen.values[0]?.orderId ?? 0)
        })
        at(20_000, () => {
          expect(statuses(seen)).toEqual(['accepted', 'accepted', 'cancelled'])
        })
      })
  })

  it('tells what a frame said that could not be read (B2)', () => {
    scene(play => {
      const { account, at, broker, watch } = play
      const { place, cancel } = elsewhere(broker)
      const seen = watch(orderUpdates(account))
      at(1_000, () => {
        place(LIMIT)
      })
      at(2_000, () => {
        broker.fault({ kind: 'malformed', payloadType: PayloadType.PROTO_OA_EXECUTION_EVENT })
        cancel(seen.values[0]?.orderId ?? 0)
      })
      at(10_000, () => {
        expect(statuses(seen)).toEqual(['accepted', 'cancelled'])
      })
    })
  })

  it('asks again, later, where the server could not now', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(orderUpdates(account))
      at(1_000, () => {
        elsewhere(broker).place(LIMIT)
      })
      at(2_000, () => {
        const errorCode = 'CH_SERVER_NOT_REACHABLE'
        broker.fault({
          kind: 'refuse',
          payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
          errorCode,
          times: 2,
        })
        broker.drop()
        elsewhere(broker).place(LIMIT)
      })
      at(20_000, () => {
        expect(statuses(seen)).toEqual(['accepted', 'accepted'])
      })
    })
  })

  it('errors where the server will not tell', () => {
    scene(({ account, at, broker, watch }) => {
      const errorCode = 'UNSUPPORTED_MESSAGE'
      broker.fault({ kind: 'refuse', payloadType: PayloadType.PROTO_OA_DEAL_LIST_REQ, errorCode })
      const seen = watch(orderUpdates(account))
      at(1_000, () => {
        expect(seen.error).toMatchObject({ reason: 'Refused', errorCode })
        const again = watch(orderUpdates(account))
        elsewhere(broker).place(LIMIT)
        at(1_000, () => {
          expect(statuses(again)).toEqual(['accepted'])
        })
      })
    })
  })

  it('asks each thing once, whoever else listens, and tells late subscribers only what comes', () => {
    scene(({ account, at, asked, broker, watch }) => {
      const first = watch(orderUpdates(account))
      const second = watch(orderUpdates(account))
      at(1_000, () => {
        expect(asked().sort()).toEqual([
          PROTO_OA_RECONCILE_REQ,
          PROTO_OA_DEAL_LIST_REQ,
          PROTO_OA_ORDER_LIST_REQ,
        ])
        elsewhere(broker).place(LIMIT)
      })
      at(2_000, () => {
        const late = watch(orderUpdates(account))
        at(100, () => {
          expect(late.values).toEqual([])
          elsewhere(broker).place(LIMIT)
        })
        at(1_000, () => {
          expect(asked()).toEqual([])
          expect([first, second, late].map(({ values }) => values.length)).toEqual([2, 2, 1])
        })
      })
      at(4_000, () => {
        first.unsubscribe()
        elsewhere(broker).place(LIMIT)
      })
      at(5_000, () => {
        expect([first, second].map(({ values }) => values.length)).toEqual([2, 3])
      })
    })
  })

  it('is left with the last, and begins anew with the next', () => {
    scene(({ account, at, asked, broker, watch }) => {
      const first = watch(orderUpdates(account), 1_000)
      at(2_000, () => {
        asked()
        elsewhere(broker).place(LIMIT)
      })
      at(3_000, () => {
        expect(first.values).toEqual([])
        const next = watch(orderUpdates(account))
        at(1_000, () => {
          expect(asked().sort()).toEqual([
            PROTO_OA_RECONCILE_REQ,
            PROTO_OA_DEAL_LIST_REQ,
            PROTO_OA_ORDER_LIST_REQ,
          ])
          expect(next.values).toEqual([])
        })
      })
    })
  })

  it('tells the others when one throws', () => {
    scene(({ account, at, broker, watch }) => {
      const updates$ = orderUpdates(account)
      const seen = watch(updates$)
      const failing = watch(
        updates$.pipe(
          tap(() => {
            throw new Error('a consumer')
          }),
        ),
      )
      at(1_000, () => {
        elsewhere(broker).place()
      })
      at(2_000, () => {
        expect(failing.error).toMatchObject({ message: 'a consumer' })
        expect(statuses(seen)).toEqual(['accepted', 'filled'])
      })
    })
  })

  it('errors with the account', () => {
    scene(({ client, at, watch }) => {
      const stranger = client.account({ accountId: ACCOUNT + 1, accessToken: 'demo' })
      const seen = watch(orderUpdates(stranger))
      at(5_000, () => {
        expect(seen.error).toBeDefined()
      })
    })
  })

  it('tells each thing once where messages come twice or behind the next', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(orderUpdates(account))
      at(1_000, () => {
        broker.fault({ kind: 'duplicate', payloadType: PayloadType.PROTO_OA_EXECUTION_EVENT, times: 3 })
        elsewhere(broker).place({ relativeStopLoss: 1_000 })
      })
      at(2_000, () => {
        expect(statuses(seen)).toEqual(['accepted', 'filled', 'protected'])
        broker.fault({ kind: 'reorder', payloadType: PayloadType.PROTO_OA_EXECUTION_EVENT })
        elsewhere(broker).place()
      })
      at(5_000, () => {
        expect(statuses(seen).slice(3)).toEqual(['filled'])
      })
    })
  })
})
