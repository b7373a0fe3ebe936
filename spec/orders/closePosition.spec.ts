import {
  PayloadType,
  amendProtection,
  cancelOrder,
  closePosition,
  lots,
  pips,
  placeOrder,
  positions,
  price,
  units,
} from 'rx-ctrader'
import type { NewOrder } from 'rx-ctrader'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { statuses } from '../support/statuses'

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1), stopLoss: pips(50) }

const withPosition = (play: (all: Scene, positionId: number) => void): void => {
  scene(all => {
    all.watch(placeOrder(all.account, buy), 4_000)
    all.at(5_000, () => {
      play(all, all.broker.exchange.ledger(ACCOUNT).positions[0]?.positionId ?? NaN)
    })
  })
}

const volumeOf = ({ broker }: Scene): number | undefined =>
  broker.exchange.ledger(ACCOUNT).positions[0]?.tradeData.volume

describe('closePosition', () => {
  it('closes all of it', () => {
    withPosition((all, positionId) => {
      const seen = all.watch(closePosition(all.account, { positionId }))
      all.at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
        expect(seen.values.map(update => update.positionId)).toEqual([positionId, positionId, positionId])
        expect(seen.values.at(-1)).toMatchObject({
          volume: 1_000_000,
          deal: all.broker.exchange.ledger(ACCOUNT).deals[1],
        })
        expect([seen.completed, volumeOf(all)]).toEqual([true, 0])
      })
    })
  })

  it('closes a part of it, in whichever unit', () => {
    withPosition((all, positionId) => {
      const seen = all.watch(closePosition(all.account, { positionId, volume: units(3_000) }))
      all.at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
        expect(volumeOf(all)).toBe(700_000)
      })
    })
  })

  it('does not send what is more than there is', () => {
    withPosition((all, positionId) => {
      const seen = all.watch(closePosition(all.account, { positionId, volume: lots(0.2) }))
      all.at(5_000, () => {
        expect(seen.error).toMatchObject({ reason: 'InvalidOrder', rule: 'positionVolume', nearest: 0.1 })
        expect(all.wire.sentTypes()).not.toContain(PayloadType.PROTO_OA_CLOSE_POSITION_REQ)
      })
    })
  })

  it('does not close all of it where the volume is misspelt', () => {
    withPosition((all, positionId) => {
      const misspelt = { positionId, volumes: lots(0.01) }
      const seen = all.watch(closePosition(all.account, misspelt))
      all.at(5_000, () => {
        expect(seen.error).toMatchObject({
          reason: 'InvalidOrder',
          rule: 'field',
          field: 'volumes',
          nearest: 'volume',
        })
        expect(all.wire.sentTypes()).not.toContain(PayloadType.PROTO_OA_CLOSE_POSITION_REQ)
      })
    })
  })
})

describe('cancelOrder', () => {
  it('cancels', () => {
    scene(({ account, at, broker, watch }) => {
      const placed = watch(placeOrder(account, { ...buy, type: 'limit', price: price(0.9) }))
      at(1_000, () => {
        const { orderId = NaN } = placed.values.at(-1) ?? {}
        const seen = watch(cancelOrder(account, { orderId }))
        at(1_000, () => {
          expect(statuses(seen)).toEqual(['sent', 'cancelled'])
          expect(seen.values[0]).toEqual({ status: 'sent', orderId })
          expect([seen.completed, placed.completed]).toEqual([true, true])
          expect(statuses(placed)).toEqual(['sent', 'accepted', 'cancelled'])
          expect(broker.exchange.ledger(ACCOUNT).orders[0]?.orderStatus).toBe(5)
        })
      })
    })
  })

  it('is rejected by the server where there is no such order', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(cancelOrder(account, { orderId: 4711 }))
      at(1_000, () => {
        expect(seen.values.at(-1)).toMatchObject({
          status: 'rejected',
          errorCode: 'ORDER_NOT_FOUND',
          orderId: 4711,
        })
      })
    })
  })

  it('asks nothing that a stream of the account knows, and asks where none does (F3)', () => {
    scene(({ account, asked, at, watch }) => {
      const known = watch(positions(account), 5_000)
      watch(placeOrder(account, buy))
      at(3_000, () => {
        const [{ positionId } = { positionId: NaN }] = known.values.at(-1)?.all ?? []
        asked()
        const seen = watch(amendProtection(account, { positionId, stopLoss: pips(20) }))
        at(1_000, () => {
          expect(asked()).toEqual([PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ])
          expect(statuses(seen)).toEqual(['sent', 'protected'])
        })
        at(3_000, () => {
          asked()
          const closing = watch(closePosition(account, { positionId }))
          at(1_000, () => {
            expect(asked()).toEqual([
              PayloadType.PROTO_OA_RECONCILE_REQ,
              PayloadType.PROTO_OA_CLOSE_POSITION_REQ,
            ])
            expect(statuses(closing)).toContain('filled')
          })
        })
      })
    })
  })

  it('of an order that nobody has is not found where the server does not say so', () => {
    scene(({ account, at, broker, watch }) => {
      const payloadType = PayloadType.PROTO_OA_CANCEL_ORDER_REQ
      broker.fault({ kind: 'swallow', payloadType, takesEffect: false })
      const seen = watch(cancelOrder(account, { orderId: 4711 }))
      at(90_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toMatchObject({
          reason: 'NotFound',
          detail: 'order 4711 is not there (2181)',
        })
      })
    })
  })
})
