import { PayloadType, lots, placeOrder, price } from 'rx-ctrader'
import { orderUpdates } from '../../src/orders/orderUpdates'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { actAt, sent } from '../support/drawn'
import { elsewhere } from '../support/elsewhere'
import { STATUS, statusOf, statuses } from '../support/statuses'

const {
  PROTO_OA_DEAL_LIST_REQ,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_ORDER_DETAILS_REQ,
  PROTO_OA_ORDER_LIST_REQ,
  PROTO_OA_RECONCILE_REQ,
} = PayloadType

const LIMIT = { orderType: 2, limitPrice: 1.01 } as const

const ledger = ({ broker }: Pick<Scene, 'broker'>) => broker.exchange.ledger(ACCOUNT)
const orderAt = (scene: Pick<Scene, 'broker'>, index: number) => {
  const order = ledger(scene).orders[index]
  if (!order) throw new Error(`there is no order ${index}`)
  return order
}

describe('orderUpdates, where a line is lost or a frame cannot be read,', () => {
  it('tells of an order that is only in the list of deals', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      broker.faults('1999ms (dl)', { l: { kind: 'lag', payloadType: PROTO_OA_ORDER_LIST_REQ, ms: 600_000 } })
      actAt(kit, '   2s     p', { p: elsewhere(broker).place })
      expectObservable(orderUpdates(account).pipe(statusOf), '^ 100s !').toBe('2499ms f', STATUS)
      // Its end is known, so nothing more is asked about it.
      expectRequests(PROTO_OA_ORDER_DETAILS_REQ).toBe('2499ms o', { o: sent(PROTO_OA_ORDER_DETAILS_REQ) })
    })
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
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place } = elsewhere(broker)
      const limit = (): void => {
        place(LIMIT)
      }
      broker.faults('1999ms (qd) 5995ms d', {
        q: { kind: 'swallow', payloadType: PROTO_OA_ORDER_LIST_REQ, takesEffect: true },
      })
      // The second limit order is told on the line on which the question is never answered.
      actAt(kit, '1s l 999ms m 3999ms l', { l: limit, m: place })
      expectObservable(orderUpdates(account).pipe(statusOf), '^ 30s !').toBe('1s a 4999ms a 2997ms f', STATUS)
    })
  })

  it('begins anew where the line is lost before the first answer', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place } = elsewhere(broker)
      place(LIMIT)
      broker.fault({ kind: 'swallow', payloadType: PROTO_OA_RECONCILE_REQ, takesEffect: true })
      broker.faults('1s d')
      actAt(kit, '   20s p', {
        p: () => {
          place(LIMIT)
        },
      })
      expectObservable(orderUpdates(account).pipe(statusOf), '^ 21s !').toBe('20s a', STATUS)
    })
  })

  it('tells the end of an order if it told its beginning before its first answer (G20)', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place, cancel } = elsewhere(broker)
      broker.fault({ kind: 'swallow', payloadType: PROTO_OA_RECONCILE_REQ, takesEffect: true })
      broker.faults('     999ms d')
      actAt(kit, '500ms p 499ms c', {
        p: () => {
          place(LIMIT)
        },
        c: () => {
          cancel(orderAt(kit, 0).orderId)
        },
      })
      expectObservable(orderUpdates(account).pipe(statusOf), '^ 20s !').toBe('500ms a 998ms c', STATUS)
    })
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('tells the end of an order that was lost, found out %s its first answer (G20)', (_, times) => {
    scene(({ account, at, broker, watch, wire }) => {
      const { cancel } = elsewhere(broker)
      broker.fault({ kind: 'swallow', payloadType: PROTO_OA_RECONCILE_REQ, takesEffect: true })
      const seen = watch(orderUpdates(account))
      at(500, () => {
        wire.lose(PROTO_OA_EXECUTION_EVENT, 1)
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
            payloadType: PROTO_OA_ORDER_LIST_REQ,
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
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_ORDER_LIST_REQ, takesEffect: true })
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
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place, cancel } = elsewhere(broker)
      broker.faults('1999ms b', { b: { kind: 'malformed', payloadType: PROTO_OA_EXECUTION_EVENT } })
      actAt(kit, '1s p 999ms c', {
        p: () => {
          place(LIMIT)
        },
        c: () => {
          cancel(orderAt(kit, 0).orderId)
        },
      })
      expectObservable(orderUpdates(account).pipe(statusOf), '^ 10s !').toBe('1s a 999ms c', STATUS)
    })
  })

  it('asks again, later, where the server could not now', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      broker.faults('1999ms (rd)', {
        r: {
          kind: 'refuse',
          payloadType: PROTO_OA_ORDER_LIST_REQ,
          errorCode: 'CH_SERVER_NOT_REACHABLE',
          times: 2,
        },
      })
      actAt(kit, '1s p 999ms p', {
        p: () => {
          elsewhere(broker).place(LIMIT)
        },
      })
      expectObservable(orderUpdates(account).pipe(statusOf), '^ 20s !').toBe('1s a 4498ms a', STATUS)
    })
  })
})
