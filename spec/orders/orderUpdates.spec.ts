import { tap } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { orderUpdates } from '../../src/orders/orderUpdates'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { actAt, containing, sent } from '../support/drawn'
import { elsewhere } from '../support/elsewhere'
import { STATUS, statusOf, statuses } from '../support/statuses'

const { PROTO_OA_DEAL_LIST_REQ, PROTO_OA_EXECUTION_EVENT, PROTO_OA_ORDER_LIST_REQ, PROTO_OA_RECONCILE_REQ } =
  PayloadType

const RICH = {
  accounts: [
    { accountId: ACCOUNT, isLive: false, traderLogin: 1, brokerTitleShort: 'x', balance: 100_000_000_000 },
  ],
}
const named = { ctidTraderAccountId: ACCOUNT }
const LIMIT = { orderType: 2, limitPrice: 1.01 } as const
const asked = {
  r: sent(PROTO_OA_RECONCILE_REQ),
  d: sent(PROTO_OA_DEAL_LIST_REQ),
  o: sent(PROTO_OA_ORDER_LIST_REQ),
}

const ledger = ({ broker }: Pick<Scene, 'broker'>) => broker.exchange.ledger(ACCOUNT)
const orderAt = (scene: Pick<Scene, 'broker'>, index: number) => {
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
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place, cancel, amend } = elsewhere(broker)
      place()
      place(LIMIT)
      place(LIMIT)
      cancel(orderAt(kit, 2).orderId)
      actAt(kit, '1s a 999ms c', {
        a: () => {
          amend(orderAt(kit, 1).orderId, { limitPrice: 1.005 })
        },
        c: () => {
          cancel(orderAt(kit, 1).orderId)
        },
      })
      expectObservable(orderUpdates(account).pipe(statusOf), '^ 3s !').toBe('255ms f 744ms r 999ms c', STATUS)
    })
  })

  it('tells nothing of what was filled just before it begins', () => {
    marbles(({ account, broker, expectObservable }) => {
      elsewhere(broker).place()
      expectObservable(orderUpdates(account), '1s ^ 60s !').toBe('')
    })
  })

  it('adds up partial fills', () => {
    scene(
      play => {
        const { account, at, broker, watch } = play
        const seen = watch(orderUpdates(account), 120_000)
        at(1_000, () => {
          // A share. The book holds about 100 of it.
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

  it('errors where the server will not tell', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const errorCode = 'UNSUPPORTED_MESSAGE'
      broker.fault({ kind: 'refuse', payloadType: PROTO_OA_DEAL_LIST_REQ, errorCode })
      actAt(kit, '2s p', {
        p: () => {
          elsewhere(broker).place(LIMIT)
        },
      })
      const status$ = orderUpdates(account).pipe(statusOf)
      expectObservable(status$).toBe('#', {}, containing({ reason: 'Refused', errorCode }))
      expectObservable(status$, '1s ^ 2s !').toBe('2s a', STATUS)
    })
  })

  it('asks each thing once for all subscribers, and tells late subscribers only what comes', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      actAt(kit, '1s p 1099ms p 1899ms p', {
        p: () => {
          elsewhere(broker).place(LIMIT)
        },
      })
      const status$ = orderUpdates(account).pipe(statusOf)
      expectObservable(status$, '^   3900ms !').toBe('1s a 1099ms a', STATUS)
      expectObservable(status$, '^   4990ms !').toBe('1s a 1099ms a 1899ms a', STATUS)
      expectObservable(status$, '2s ^ 900ms !').toBe('2100ms a', STATUS)
      expectRequests().toBe('(rdo)', asked)
    })
  })

  it('is left with the last, and begins anew with the next', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      actAt(kit, '2s p', {
        p: () => {
          elsewhere(broker).place(LIMIT)
        },
      })
      expectObservable(orderUpdates(account), '^  1s !').toBe('')
      expectObservable(orderUpdates(account), '3s ^ 1s !').toBe('')
      expectRequests().toBe('(rdo) 2995ms (rdo)', asked)
    })
  })

  it('tells the others when one throws', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const update$ = orderUpdates(account)
      const failing$ = update$.pipe(
        tap(() => {
          throw new Error('a consumer')
        }),
      )
      actAt(kit, '1s p', { p: elsewhere(broker).place })
      expectObservable(update$.pipe(statusOf), '^ 2s !').toBe('1s a 254ms f', STATUS)
      expectObservable(failing$, '^ 2s !').toBe('1s #', {}, containing({ message: 'a consumer' }))
    })
  })

  it('errors with the account', () => {
    marbles(({ client, expectObservable }) => {
      const stranger = client.account({ accountId: ACCOUNT + 1, accessToken: 'demo' })
      expectObservable(orderUpdates(stranger), '^ 5s !').toBe('#', {}, expect.anything())
    })
  })

  it('tells each thing once where messages come twice or behind the next', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const payloadType = PROTO_OA_EXECUTION_EVENT
      broker.faults('1s d 998ms r', {
        d: { kind: 'duplicate', payloadType, times: 3 },
        r: { kind: 'reorder', payloadType },
      })
      actAt(kit, '   1s p 999ms q', {
        p: () => {
          elsewhere(broker).place({ relativeStopLoss: 1_000 })
        },
        q: elsewhere(broker).place,
      })
      expectObservable(orderUpdates(account).pipe(statusOf), '^ 5s !').toBe('1s a 254ms fp 997ms f', STATUS)
    })
  })
})
