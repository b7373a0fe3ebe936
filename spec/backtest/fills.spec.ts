import { EMPTY, merge } from 'rxjs'
import { pips, placeOrder, price, units } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import type { Fills, Trade } from 'rx-ctrader/backtest'
import { START, at, eurusd, minutes, resultOf, still, withoutCosts } from './support'

const history = eurusd(minutes(still(1.1, 30)))

const bought = async (fills: Fills, volume = 10_000): Promise<Pick<Trade, 'entryTime' | 'entryPrice'>> => {
  const { open } = await resultOf(
    (account: Account) =>
      at(30_000, () =>
        placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(volume) }),
      ),
    { history, symbols: withoutCosts, fills, account: { leverage: 500, balance: 1_000_000 } },
  )
  const [position] = open
  if (!position) throw new Error('nothing was bought')
  return position
}

describe('the fills of a backtest', () => {
  it('are late by the latency', async () => {
    expect((await bought({ latency: 0 })).entryTime).toBe(START + 30_000)
    expect((await bought({ latency: 1_500 })).entryTime).toBe(START + 31_500)
  })

  it('lose a number of points', async () => {
    expect((await bought({})).entryPrice).toBe(1.1001)
    expect((await bought({ slippage: 3 })).entryPrice).toBe(1.10013)
  })

  it('go through the book, the deeper the larger they are', async () => {
    const small = (await bought({ slippage: 'depth' }, 1_000)).entryPrice
    const large = (await bought({ slippage: 'depth' }, 10_000_000)).entryPrice
    expect(small).toBe(1.1001)
    expect(large).toBeGreaterThan(1.1002)
  })

  it('let a stop slip, and a limit not', async () => {
    const bars = minutes([...still(1.1, 3), [1.1, 1.103, 1.1, 1.102], ...still(1.102, 3)])
    const { open } = await resultOf(
      account =>
        at(30_000, () =>
          merge(
            placeOrder(account, {
              type: 'stop',
              symbol: 'EURUSD',
              side: 'buy',
              volume: units(1_000),
              price: price(1.102),
            }),
            placeOrder(account, {
              type: 'limit',
              symbol: 'EURUSD',
              side: 'sell',
              volume: units(1_000),
              price: price(1.102),
            }),
            EMPTY,
          ),
        ),
      { history: eurusd(bars), symbols: withoutCosts, fills: { slippage: 10 } },
    )
    expect(open).toMatchObject([
      { side: 'buy', entryPrice: 1.1021 },
      { side: 'sell', entryPrice: 1.102 },
    ])
  })

  it('never slip beyond the limit of an order', async () => {
    const bars = minutes([...still(1.1, 3), [1.1, 1.103, 1.1, 1.103], ...still(1.103, 3)])
    const { open } = await resultOf(
      account =>
        at(30_000, () =>
          merge(
            placeOrder(account, {
              type: 'marketRange',
              symbol: 'EURUSD',
              side: 'buy',
              volume: units(1_000),
              basePrice: price(1.1001),
              slippage: pips(1),
            }),
            placeOrder(account, {
              type: 'stopLimit',
              symbol: 'EURUSD',
              side: 'buy',
              volume: units(2_000),
              price: price(1.102),
              slippage: pips(15),
            }),
          ),
        ),
      { history: eurusd(bars), symbols: withoutCosts, fills: { slippage: 180 } },
    )
    // Slippage costs 18 pips. The orders allow only 1 and 15 of them.
    expect(open).toMatchObject([
      { volume: 1_000, entryPrice: 1.1002 },
      { volume: 2_000, entryPrice: 1.1035 },
    ])
  })

  it.each([
    ['fills.latency', { latency: -1 }],
    ['fills.slippage', { slippage: -1 }],
    ['fills.limits', { limits: 'maybe' }],
    ['fills.speed', { speed: 1 }],
  ])('name %s in an error', async (option, fills) => {
    await expect(resultOf(() => EMPTY, { history, fills: fills as Fills })).rejects.toMatchObject({
      reason: 'InvalidOption',
      option,
    })
  })
})
