import { concat, concatMap, first, ignoreElements, merge, timer } from 'rxjs'
import {
  amendProtection,
  closeAll,
  closePosition,
  pips,
  placeOrder,
  positions,
  price,
  units,
} from 'rx-ctrader'
import type { Account, ProtectionChanges } from 'rx-ctrader'
import { MINUTE, at, eurusd, minutes, resultOf, still, withoutCosts } from './support'

const buy = (account: Account, more: object = {}) =>
  placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(10_000), ...more })

const options = {
  history: eurusd(minutes(still(1.1, 10)), 0),
  symbols: withoutCosts,
  fills: { latency: 0 },
}
const protections = { stopLoss: pips(20), takeProfit: pips(30) }

describe('the stop loss and the take profit of a trade', () => {
  it('are those at its exit, where they did not end it', async () => {
    const { trades } = await resultOf(
      account =>
        merge(
          at(30_000, () => buy(account, protections)),
          at(5 * MINUTE, () => closeAll(account)),
        ),
      options,
    )
    expect(trades).toEqual([
      expect.objectContaining({ reason: 'closed', stopLoss: 1.098, takeProfit: 1.103 }),
    ])
  })

  /** Buys with protections, changes them, and closes a minute later. */
  const tradesAfter = async (changes: ProtectionChanges) => {
    const changed = (account: Account) =>
      positions(account).pipe(
        first(({ all }) => all.length === 1),
        concatMap(({ all: [position] }) =>
          amendProtection(account, { positionId: position?.positionId ?? 0, ...changes }),
        ),
      )
    const { trades } = await resultOf(
      account =>
        concat(
          at(30_000, () => buy(account, protections)),
          changed(account).pipe(ignoreElements()),
          timer(MINUTE).pipe(concatMap(() => closeAll(account))),
        ),
      options,
    )
    return trades
  }

  it('are those that it was amended to', async () => {
    const trades = await tradesAfter({ stopLoss: price(1.095) })
    expect(trades).toEqual([expect.objectContaining({ stopLoss: 1.095, takeProfit: 1.103 })])
  })

  it('are absent if they were removed before', async () => {
    const trades = await tradesAfter({ stopLoss: null, takeProfit: null })
    expect(trades.map(trade => ['stopLoss' in trade, 'takeProfit' in trade])).toEqual([[false, false]])
  })

  it('are absent without them', async () => {
    const { trades } = await resultOf(
      account =>
        merge(
          at(30_000, () => buy(account)),
          at(5 * MINUTE, () => closeAll(account)),
        ),
      options,
    )
    expect(trades.map(trade => ['stopLoss' in trade, 'takeProfit' in trade])).toEqual([[false, false]])
  })

  it('are there where the stop loss ended it', async () => {
    const bars = minutes([...still(1.1, 3), [1.1, 1.1, 1.09, 1.09], ...still(1.09, 3)])
    const { trades } = await resultOf(account => at(30_000, () => buy(account, protections)), {
      ...options,
      history: eurusd(bars, 0),
    })
    expect(trades).toEqual([
      expect.objectContaining({ reason: 'stopLoss', exitPrice: 1.098, stopLoss: 1.098, takeProfit: 1.103 }),
    ])
  })

  it.each([
    ['a stop loss alone', { stopLoss: pips(20) }, { reason: 'stopLoss', exitPrice: 1.102, stopLoss: 1.102 }],
    [
      'a take profit alone',
      { takeProfit: pips(30) },
      { reason: 'takeProfit', exitPrice: 1.097, takeProfit: 1.097 },
    ],
  ])('of a sell may be %s', async (_, protection, trade) => {
    // First up through the stop loss, then down through the take profit.
    const bars = minutes([
      ...still(1.1, 3),
      [1.1, 1.103, 1.1, 1.103],
      [1.103, 1.103, 1.096, 1.096],
      ...still(1.096, 3),
    ])
    const { trades } = await resultOf(
      account =>
        at(30_000, () =>
          placeOrder(account, {
            type: 'market',
            symbol: 'EURUSD',
            side: 'sell',
            volume: units(10_000),
            ...protection,
          }),
        ),
      { ...options, history: eurusd(bars, 0) },
    )
    expect(trades).toEqual([expect.objectContaining({ side: 'sell', ...trade })])
    const sides = trades.map(one => ['stopLoss' in one, 'takeProfit' in one])
    expect(sides).toEqual([['stopLoss' in protection, 'takeProfit' in protection]])
  })

  it('name the exit of a part, and of what a stop-out closed', async () => {
    const { trades } = await resultOf(
      account =>
        merge(
          at(30_000, () => buy(account, { volume: units(100_000) })),
          at(MINUTE, () =>
            positions(account).pipe(
              first(({ all }) => all.length === 1),
              concatMap(({ all: [position] }) =>
                closePosition(account, { positionId: position?.positionId ?? 0, volume: units(10_000) }),
              ),
            ),
          ),
        ),
      {
        ...options,
        history: eurusd(minutes([...still(1.1, 5), [1.1, 1.1, 1.0, 1.0], ...still(1.0, 3)]), 0),
        account: { balance: 500, leverage: 500 },
      },
    )
    expect(trades.map(({ reason, volume }) => [reason, volume])).toEqual([
      ['closed', 10_000],
      ['stopOut', 90_000],
    ])
  })
})
