import { lots, pips, placeOrder, price } from 'rx-ctrader'
import type { NewOrder } from 'rx-ctrader'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import { statuses } from '../support/statuses'

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

describe('placeOrder', () => {
  it('tells what becomes of a market order, and completes', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(placeOrder(account, buy))
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
        expect(seen.completed).toBe(true)
        const { deals, orders } = broker.exchange.ledger(ACCOUNT)
        const [order] = orders
        expect(seen.values.at(-1)).toMatchObject({
          order,
          orderId: order?.orderId,
          clientOrderId: order?.clientOrderId,
          price: order?.executionPrice,
          volume: 1_000_000,
          deal: deals[0],
        })
      })
    })
  })

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, '[object Object]'],
  ])('knows no symbol %j', (symbol, words) => {
    scene(({ account, at, watch }) => {
      const seen = watch(placeOrder(account, { ...buy, symbol } as unknown as NewOrder))
      at(5_000, () => {
        expect(seen.error).toMatchObject({ reason: 'UnknownSymbol', symbol: words })
      })
    })
  })

  it('ends with the protections, where there are to be some', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(placeOrder(account, { ...buy, stopLoss: pips(20), takeProfit: pips(40) }))
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled', 'protected'])
        expect(seen.values.at(-1)).toMatchObject({ position: broker.exchange.ledger(ACCOUNT).positions[0] })
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('goes on with an order that waits, until it is filled', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(placeOrder(account, { ...buy, type: 'limit', price: price(0.9) }))
      at(60_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted'])
        expect(seen.completed).toBe(false)
        broker.shift(1, -20_000)
      })
      at(65_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('is rejected where there is not enough money', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(placeOrder(account, { ...buy, volume: lots(50) }))
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'rejected'])
        expect(seen.values.at(-1)).toMatchObject({ errorCode: 'NOT_ENOUGH_MONEY' })
        expect([seen.completed, seen.error]).toEqual([true, undefined])
      })
    })
  })

  it('places one with each subscription', () => {
    scene(({ account, at, broker, watch }) => {
      const order$ = placeOrder(account, buy)
      watch(order$)
      watch(order$)
      at(5_000, () => {
        expect(broker.exchange.ledger(ACCOUNT).orders).toHaveLength(2)
      })
    })
  })
})
