import {
  PayloadType,
  amendOrder,
  amendProtection,
  closeAll,
  closePosition,
  lots,
  pips,
  positions,
  price,
  units,
} from 'rx-ctrader'
import type { Account, OrderUpdate } from 'rx-ctrader'
import type { Observable } from 'rxjs'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { statuses } from '../support/statuses'

interface Ids {
  readonly positionId: number
  readonly orderId: number
}

interface Archived extends Scene {
  readonly ids: Ids
  readonly open: () => { readonly volume: number; readonly stopLoss?: number; readonly takeProfit?: number }
}

/** A position of 10 000 units and a pending order in EURUSD, which is archived: the server tells its name alone. */
const archived = (act: (scene: Archived) => void): void => {
  scene(
    one => {
      const { at, broker } = one
      at(500, () => {
        broker.trade((exchange, now) => {
          const ask = { ctidTraderAccountId: ACCOUNT, symbolId: 1, tradeSide: 1, volume: 1_000_000 } as const
          exchange.newOrder(ACCOUNT, { ...ask, orderType: 1 }, { at: now, clientMsgId: 'a' })
          exchange.newOrder(
            ACCOUNT,
            { ...ask, orderType: 2, limitPrice: 0.9, relativeStopLoss: 500 },
            { at: now, clientMsgId: 'b' },
          )
        })
      })
      at(3_000, () => {
        broker.fault({ kind: 'unlist', symbolId: 1 })
        const { orders, positions: all } = broker.exchange.ledger(ACCOUNT)
        const orderId = orders.find(
          ({ orderType, orderStatus }) => orderType === 2 && orderStatus === 1,
        )?.orderId
        const positionId = all[0]?.positionId
        act({
          ...one,
          ids: { orderId: orderId ?? NaN, positionId: positionId ?? NaN },
          open: () => {
            const [position] = broker.exchange.ledger(ACCOUNT).positions
            const { stopLoss, takeProfit, tradeData } = position ?? {}
            return {
              volume: tradeData?.volume ?? 0,
              ...(stopLoss !== undefined && { stopLoss }),
              ...(takeProfit !== undefined && { takeProfit }),
            }
          },
        })
      })
    },
    { unknowns: { archivedById: 'archivedSymbol' } },
  )
}

describe('in a symbol that the server gives only the name of', () => {
  it('a position gets its protections as they are given, and loses them (A6)', () => {
    archived(({ account, at, ids: { positionId }, open, watch }) => {
      const seen = watch(
        amendProtection(account, { positionId, stopLoss: price(0.95123), takeProfit: price(2.5) }),
      )
      at(2_000, () => {
        expect([seen.error, statuses(seen)]).toEqual([undefined, ['sent', 'protected']])
        expect(open()).toMatchObject({ stopLoss: 0.95123, takeProfit: 2.5 })
        const removing = watch(amendProtection(account, { positionId, takeProfit: null }))
        at(2_000, () => {
          expect([removing.error, statuses(removing).at(-1)]).toEqual([undefined, 'protected'])
          expect(open()).toEqual({ volume: 1_000_000, stopLoss: 0.95123 })
        })
      })
    })
  })

  it('what is finer than the symbol has it, the server judges (A6)', () => {
    archived(({ account, at, ids: { positionId }, watch }) => {
      const seen = watch(amendProtection(account, { positionId, stopLoss: price(0.9512345) }))
      at(2_000, () => {
        expect(seen.error).toBeUndefined()
        expect(seen.values.at(-1)).toMatchObject({ status: 'rejected', errorCode: 'INVALID_REQUEST' })
      })
    })
  })

  it.each<[string, (account: Account, ids: Ids) => Observable<OrderUpdate>, number]>([
    [
      'a part in units',
      (account, { positionId }) => closePosition(account, { positionId, volume: units(4_000) }),
      600_000,
    ],
    [
      'all in units',
      (account, { positionId }) => closePosition(account, { positionId, volume: units(10_000) }),
      0,
    ],
    ['all', (account, { positionId }) => closePosition(account, { positionId }), 0],
    ['everything', account => closeAll(account), 0],
  ])('a position is closed: %s (A6)', (_, close, left) => {
    archived(({ account, at, ids, open, watch }) => {
      const seen = watch(close(account, ids))
      at(2_000, () => {
        expect([seen.error, statuses(seen)]).toEqual([undefined, ['sent', 'accepted', 'filled']])
        expect(open().volume).toBe(left)
      })
    })
  })

  it('a pending order gets another price, and keeps its protections (A6)', () => {
    archived(({ account, at, broker, ids: { orderId }, watch }) => {
      const seen = watch(amendOrder(account, { orderId, price: price(0.91234), volume: units(20_000) }))
      at(2_000, () => {
        expect([seen.error, statuses(seen)]).toEqual([undefined, ['sent', 'replaced']])
        const order = broker.exchange.ledger(ACCOUNT).orders.find(one => one.orderId === orderId)
        expect(order).toMatchObject({
          limitPrice: 0.91234,
          relativeStopLoss: 500,
          tradeData: { volume: 2_000_000 },
        })
      })
    })
  })

  it.each<[string, string, (account: Account, ids: Ids) => Observable<OrderUpdate>]>([
    [
      'lotSize',
      'lots',
      (account, { positionId }) => closePosition(account, { positionId, volume: lots(0.04) }),
    ],
    [
      'pipPosition',
      'pips',
      (account, { positionId }) => amendProtection(account, { positionId, stopLoss: pips(20) }),
    ],
    ['pipPosition', 'pips', (account, { orderId }) => amendOrder(account, { orderId, takeProfit: pips(20) })],
  ])('what only its terms could say is refused, with the way out: %s (A6)', (rule, unit, act) => {
    archived(({ account, asked, at, ids, watch }) => {
      asked()
      const seen = watch(act(account, ids))
      at(2_000, () => {
        expect(seen.error).toMatchObject({ reason: 'InvalidOrder', rule })
        expect(String(seen.error)).toContain(unit)
        const commands: readonly number[] = [
          PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ,
          PayloadType.PROTO_OA_CLOSE_POSITION_REQ,
          PayloadType.PROTO_OA_AMEND_ORDER_REQ,
        ]
        expect(asked().filter(type => commands.includes(type))).toEqual([])
      })
    })
  })

  it('a protection that is removed needs no terms of the symbol (F3)', () => {
    archived(({ account, asked, at, ids: { positionId }, watch }) => {
      watch(positions(account), 20_000)
      at(1_000, () => {
        watch(amendProtection(account, { positionId, stopLoss: price(0.95) }))
        at(2_000, () => {
          asked()
          watch(amendProtection(account, { positionId, stopLoss: null }))
          at(1_000, () => {
            expect(asked()).toEqual([PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ])
          })
        })
      })
    })
  })
})
