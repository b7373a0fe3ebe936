import { PayloadType, lots, pips, price } from 'rx-ctrader'
import type { NewOrder } from 'rx-ctrader'
import { dryRun } from '../../src/orders/dryRun'
import { scene } from '../support/accountScene'

const ACCOUNT = 12345678
const MARGIN = PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ
const buy: NewOrder = {
  symbol: 'EURUSD',
  side: 'buy',
  type: 'market',
  volume: lots(0.1),
  stopLoss: pips(20),
}

describe('dryRun', () => {
  it('gives what would be sent, and the margin it would take, and sends no order', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const sell: NewOrder = { ...buy, side: 'sell', type: 'limit', price: price(1.2), volume: lots(0.03) }
      const seen = [watch(dryRun(account, buy)), watch(dryRun(account, sell))]
      at(5_000, () => {
        expect(seen[0]).toMatchObject({
          values: [
            {
              request: {
                ctidTraderAccountId: ACCOUNT,
                symbolId: 1,
                orderType: 1,
                tradeSide: 1,
                volume: 1_000_000,
                relativeStopLoss: 200,
              },
              moneyDigits: 2,
            },
          ],
          completed: true,
        })
        expect(seen[1]?.values).toMatchObject([
          { request: { tradeSide: 2, limitPrice: 1.2 }, moneyDigits: 2 },
        ])
        const types = asked()
        expect(types.filter(type => type === MARGIN)).toHaveLength(2)
        expect(types).not.toContain(PayloadType.PROTO_OA_NEW_ORDER_REQ)
        expect(broker.exchange.ledger(ACCOUNT).orders).toEqual([])
      })
    })
  })

  it('gives the margin of the side of the order, which is what a position then takes', () => {
    scene(({ account, at, broker, watch }) => {
      at(1_000, () => {
        account
          .request(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
            symbolId: 1,
            orderType: 1,
            tradeSide: 1,
            volume: 1_000_000,
          })
          .subscribe()
      })
      at(10_000, () => {
        const big = { ...buy, volume: lots(5) }
        const [bought, sold] = [watch(dryRun(account, big)), watch(dryRun(account, { ...big, side: 'sell' }))]
        at(1_000, () => {
          const used = broker.exchange.ledger(ACCOUNT).positions[0]?.usedMargin ?? NaN
          const small = watch(dryRun(account, buy))
          at(1_000, () => {
            // The rate has moved a little since.
            const expected = small.values[0]?.expectedMargin ?? NaN
            expect(Math.abs(expected - used) / used).toBeLessThan(0.01)
            expect(bought.values[0]?.expectedMargin).toBeGreaterThan(40 * expected)
            expect(sold.values[0]?.expectedMargin).toBeGreaterThan(40 * expected)
          })
        })
      })
    })
  })

  it('errors with what is wrong, and asks for no margin then', () => {
    scene(({ account, asked, at, watch }) => {
      const seen = watch(dryRun(account, { ...buy, volume: lots(0.013) }))
      at(5_000, () => {
        expect(seen.values).toEqual([])
        expect(seen.error).toMatchObject({ reason: 'InvalidOrder', rule: 'stepVolume', nearest: 0.01 })
        expect(asked()).not.toContain(MARGIN)
      })
    })
  })
})
