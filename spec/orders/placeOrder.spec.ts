import { PayloadType, lots, pips, price } from 'rx-ctrader'
import { placeOrder } from '../../src/orders/placeOrder'
import { scene } from '../support/accountScene'

const market = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) } as const

const statuses = (seen: { readonly values: readonly { readonly status: string }[] }): string[] =>
  seen.values.map(({ status }) => status)

describe('placeOrder', () => {
  it('tells what becomes of a market order, and completes', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(placeOrder(account, market))
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled'])
        expect(seen.completed).toBe(true)
        const [order] = broker.exchange.ledger(12345678).orders
        expect(seen.values.at(-1)).toMatchObject({
          order,
          orderId: order?.orderId,
          clientOrderId: order?.clientOrderId,
        })
      })
    })
  })

  it('ends with the protections, where there are to be some', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(placeOrder(account, { ...market, stopLoss: pips(20), takeProfit: pips(40) }))
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'filled', 'protected'])
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('finds out what became of an order whose answer was lost with the line', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(placeOrder(account, { ...market, stopLoss: pips(20) }))
      at(200, () => {
        broker.drop()
      })
      at(20_000, () => {
        console.log(
          seen.timed.map(([ms, { status }]) => `${ms} ${status}`),
          seen.error,
        )
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'outcomeUnknown', 'filled', 'protected'])
        expect(seen.completed).toBe(true)
        expect(broker.exchange.ledger(12345678).orders).toHaveLength(2)
      })
    })
  })
  it('x', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'swallow', payloadType: 2106, takesEffect: false })
      const seen = watch(placeOrder(account, { ...market, stopLoss: pips(20) }))
      at(40_000, () => {
        console.log(
          seen.timed.map(([ms, { status }]) => `${ms} ${status}`),
          seen.error,
        )
      })
    })
  })
})
