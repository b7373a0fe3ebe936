import { asyncScheduler, switchMap, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  amendProtection,
  cancelOrder,
  amendOrder,
  closeAll,
  closePosition,
  lots,
  orderUpdates,
  pips,
  placeOrder,
  price,
} from 'rx-ctrader'
import type { NewOrder, OrderUpdate } from 'rx-ctrader'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { statuses } from '../support/statuses'

const { PROTO_OA_ORDER_LIST_REQ } = PayloadType

const ORDERS = PayloadType.PROTO_OA_ORDER_LIST_RES
const OPEN = PayloadType.PROTO_OA_RECONCILE_RES

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }
const waiting: NewOrder = { ...buy, type: 'limit', price: price(0.9) }

/** The first entity, or another one, of the next answers of a type cannot be read. */
const spoil = ({ broker }: Pick<Scene, 'broker'>, payloadType: number, times: number, index = 0): void => {
  broker.fault({ kind: 'unreadableEntity', payloadType, times, index })
}

/** The server does it, and the line is lost before it can say so. */
const losing = ({ broker }: Scene, command$: Observable<OrderUpdate>): Observable<OrderUpdate> =>
  command$.pipe(
    tap(({ status }) => {
      if (status !== 'sent') return
      broker.fault({ kind: 'swallow', takesEffect: true })
      asyncScheduler.schedule(() => {
        broker.drop()
      }, 15)
    }),
  )

/** With one position that is open. */
const withPosition = (play: (scene: Scene, positionId: number) => void): void => {
  scene(all => {
    all.watch(placeOrder(all.account, buy))
    all.at(2_000, () => {
      play(all, all.broker.exchange.ledger(ACCOUNT).positions[0]?.positionId ?? NaN)
    })
  })
}

describe('what is listed and cannot be read', () => {
  it.each([ORDERS, OPEN])('may be the order that is looked for: it does not count as absent (%d)', list => {
    scene(all => {
      const { account, at, watch } = all
      spoil(all, list, 100)
      const seen = watch(losing(all, placeOrder(account, list === ORDERS ? buy : waiting)))
      // The other list has it not.
      if (list === OPEN) all.broker.fault({ kind: 'lag', payloadType: PROTO_OA_ORDER_LIST_REQ, ms: 600_000 })
      at(90_000, () => {
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
        expect((seen.error as Error).message).toContain('the server did not answer')
        expect((seen.error as Error).message).toContain('expected all of them, got a part of them')
      })
    })
  })

  it('may be the position that was protected: it does not count as closed', () => {
    withPosition((all, positionId) => {
      const { account, at, watch } = all
      const seen = watch(losing(all, amendProtection(account, { positionId, stopLoss: pips(20) })))
      at(20, () => {
        spoil(all, OPEN, 4)
      })
      at(60_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'protected'])
      })
    })
  })

  it('may be the position of an order that asks for protections', () => {
    scene(all => {
      const { account, at, watch } = all
      spoil(all, OPEN, 10)
      const seen = watch(losing(all, placeOrder(account, { ...buy, stopLoss: pips(20) })))
      at(120_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown', 'filled', 'protected'])
      })
    })
  })

  it('is not said to be closed when it is to be changed, and nothing is sent', () => {
    withPosition((all, positionId) => {
      const { account, at, watch } = all
      spoil(all, OPEN, 2)
      const closing = watch(closePosition(account, { positionId }))
      at(1_000, () => {
        const amending = watch(amendProtection(account, { positionId, stopLoss: pips(20) }))
        at(1_000, () => {
          for (const { error } of [closing, amending])
            expect(error).toMatchObject({ reason: 'NotSent', cause: { reason: 'InvalidAnswer' } })
        })
      })
    })
  })

  it('is not said not to wait when it is to be amended', () => {
    scene(all => {
      const { account, at, watch } = all
      const seen = watch(placeOrder(account, waiting))
      at(1_000, () => {
        spoil(all, OPEN, 1)
        const orderId = seen.values.at(-1)?.orderId ?? NaN
        const amending = watch(amendOrder(account, { orderId, price: price(0.8) }))
        at(1_000, () => {
          expect(amending.error).toMatchObject({ reason: 'NotSent', cause: { reason: 'InvalidAnswer' } })
          watch(cancelOrder(account, { orderId }))
        })
      })
    })
  })

  it('is not closed with all others, which is said when those are', () => {
    withPosition((all, positionId) => {
      const { account, at, broker, watch } = all
      watch(placeOrder(account, buy))
      at(2_000, () => {
        spoil(all, OPEN, 1)
        const seen = watch(closeAll(account))
        at(3_000, () => {
          expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
          expect(seen.error).toMatchObject({ reason: 'NotSent', cause: { reason: 'InvalidAnswer' } })
          const open = broker.exchange.ledger(ACCOUNT).positions.filter(one => one.positionStatus === 1)
          expect(open.map(one => one.positionId)).toEqual([positionId])
        })
      })
    })
  })

  it('is told of later where it became something while the line was down', () => {
    scene(({ account, at, broker, watch }) => {
      const payload = { ctidTraderAccountId: ACCOUNT, symbolId: 1, volume: 100_000, tradeSide: 1 } as const
      const place = (clientMsgId: string, asked: object): void => {
        broker.trade((exchange, now) => {
          exchange.newOrder(ACCOUNT, { ...payload, orderType: 1, ...asked }, { at: now, clientMsgId })
        })
      }
      // By when this was is known what is missed later.
      place('first', {})
      const seen = watch(timer(1_000).pipe(switchMap(() => orderUpdates(account))))
      at(2_000, () => {
        broker.drop()
        place('second', { orderType: 2, limitPrice: 0.9 })
        broker.trade((exchange, now) => {
          const orderId = exchange.ledger(ACCOUNT).orders[1]?.orderId ?? NaN
          const command = { at: now, clientMsgId: 'other' }
          exchange.cancelOrder(ACCOUNT, { ctidTraderAccountId: ACCOUNT, orderId }, command)
        })
        // It is asked for with growing pauses.
        spoil({ broker }, ORDERS, 3)
      })
      at(30_000, () => {
        spoil({ broker }, ORDERS, 2, 1)
        place('third', {})
      })
      at(100_000, () => {
        expect(statuses(seen)).toEqual(['accepted', 'filled'])
      })
      at(200_000, () => {
        expect(statuses(seen)).toEqual(['accepted', 'filled', 'cancelled'])
      })
    })
  })
})
