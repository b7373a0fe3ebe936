import { EMPTY, merge } from 'rxjs'
import { pips, placeOrder, price, units } from 'rx-ctrader'
import type { Account, NewOrder } from 'rx-ctrader'
import type { Fills, Trade } from 'rx-ctrader/backtest'
import { START, at, eurusd, minutes, resultOf, still, withoutCosts } from './support'
import type { Prices } from './support'

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

  describe('inside the bar of the entry', () => {
    // The low is nearer to the open than the high: open 1.1000, low 1.0990, high 1.1040, close 1.1030.
    const bars = (after: Prices[] = still(1.103, 3)) =>
      minutes([...still(1.1, 3), [1.1, 1.104, 1.099, 1.103], ...after])
    const enter = (stopLoss: number, takeProfit: number) => (account: Account) =>
      at(30_000, () =>
        placeOrder(account, {
          type: 'stop',
          symbol: 'EURUSD',
          side: 'buy',
          price: price(1.101),
          volume: units(1_000),
          stopLoss: price(stopLoss),
          takeProfit: price(takeProfit),
        }),
      )
    const settings = { symbols: withoutCosts }

    it('take the target that comes after it on the nearest path', async () => {
      const { trades, statistics } = await resultOf(enter(1.0995, 1.1035), {
        history: eurusd(bars()),
        ...settings,
      })
      expect(trades).toMatchObject([{ reason: 'takeProfit', exitPrice: 1.1035 }])
      expect(statistics.unclearExits).toBe(0)
    })

    it('take the stop on the pessimistic path, also if its price came before the entry', async () => {
      const { trades, statistics } = await resultOf(enter(1.0995, 1.1035), {
        history: eurusd(bars()),
        ...settings,
        fills: { path: 'pessimistic' },
      })
      // 1.1010 to 1.0995 are 15 pips, of 1,000 units 1.50.
      expect(trades).toMatchObject([{ reason: 'stopLoss', exitPrice: 1.0995, net: -1.5 }])
      expect(statistics.unclearExits).toBe(1)
    })

    it('do not take the target on the pessimistic path before the close', async () => {
      const pessimistic = { ...settings, fills: { path: 'pessimistic' as const } }
      const away = await resultOf(enter(1.098, 1.1035), {
        history: eurusd(bars(still(1.102, 3))),
        ...pessimistic,
      })
      expect(away.trades).toEqual([])
      expect(away.open).toHaveLength(1)
      const later = await resultOf(enter(1.098, 1.1035), {
        history: eurusd(bars([[1.103, 1.104, 1.103, 1.104], ...still(1.104, 2)])),
        ...pessimistic,
      })
      expect(later.trades).toMatchObject([{ reason: 'takeProfit', exitPrice: 1.1035 }])
    })

    it('take what is clear the same way on both paths', async () => {
      const history = eurusd(
        minutes([
          ...still(1.1, 3),
          [1.1, 1.102, 1.1, 1.102],
          [1.102, 1.105, 1.102, 1.105],
          ...still(1.105, 3),
        ]),
      )
      const [nearest, pessimistic] = await Promise.all([
        resultOf(enter(1.0995, 1.1035), { history, ...settings }),
        resultOf(enter(1.0995, 1.1035), { history, ...settings, fills: { path: 'pessimistic' } }),
      ])
      expect(pessimistic.trades).toEqual(nearest.trades)
      expect(nearest.trades).toMatchObject([{ reason: 'takeProfit' }])
    })
  })

  it('let a sell slip down, within its range', async () => {
    const sell = (account: Account, more: object) =>
      placeOrder(account, {
        symbol: 'EURUSD',
        side: 'sell',
        volume: units(1_000),
        ...more,
      } as NewOrder)
    const { open } = await resultOf(
      account =>
        at(30_000, () =>
          merge(
            sell(account, { type: 'market' }),
            sell(account, { type: 'marketRange', basePrice: price(1.1), slippage: pips(0.3) }),
          ),
        ),
      {
        history: eurusd(minutes(still(1.1, 5)), 0),
        symbols: withoutCosts,
        fills: { latency: 0, slippage: 5 },
      },
    )
    expect(open.map(({ entryPrice }) => entryPrice).sort()).toEqual([1.09995, 1.09997])
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
    ['fills.path', { path: 'best' }],
    ['fills.speed', { speed: 1 }],
  ])('name %s in an error', async (option, fills) => {
    await expect(resultOf(() => EMPTY, { history, fills: fills as Fills })).rejects.toMatchObject({
      reason: 'InvalidOption',
      option,
    })
  })
})
