import { candles, depth, placeOrder, positions, spots, trader, units } from 'rx-ctrader'
import { paperScene } from './scene'

describe('paper trading', () => {
  it('shows the prices of the real account, and trades at them in an account of its own', () => {
    paperScene(({ strategist, real, broker, watch, at }) => {
      const { account } = strategist({ balance: 5_000 })
      const quotes = watch(spots(account, 'EURUSD'), 60_000)
      const reals = watch(spots(real, 'EURUSD'), 60_000)
      const bars = watch(candles(account, 'EURUSD', 'M1', { history: 3 }), 60_000)
      const books = watch(depth(account, 'EURUSD'), 60_000)
      const order = watch(
        placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(10_000) }),
        60_000,
      )
      const held = watch(positions(account), 60_000)
      const own = watch(trader(account), 60_000)
      at(60_000, () => {
        expect(quotes.error).toBeUndefined()
        expect(quotes.values.length).toBeGreaterThan(10)
        expect(quotes.values.slice(-10)).toEqual(reals.values.slice(-10))
        expect(bars.values.length).toBeGreaterThan(3)
        expect(books.values.length).toBeGreaterThan(3)
        expect(order.values.map(({ status }) => status)).toEqual(['sent', 'accepted', 'filled'])
        expect(held.values.at(-1)?.all.length).toBe(1)
        expect(own.values.at(-1)?.balance).toBe(500_000)
        expect(broker.exchange.ledger(12345678).orders).toEqual([])
      })
    })
  })
})
