import fc from 'fast-check'
import { EMPTY, NEVER, catchError, switchMap, tap } from 'rxjs'
import { createClient, money, percent, pips, placeOrder, price, volumeForRisk } from 'rx-ctrader'
import type { VolumeForRiskOptions, Units } from 'rx-ctrader'
import type { History } from 'rx-ctrader/backtest'
import { at, eurusd, minutes, resultOf, still, withoutCosts } from '../backtest/support'
import { ACCOUNT } from '../support/account'
import { inVirtualTime } from '../support/virtualTime'

const QUIET = minutes(still(1.1, 60))
const account = { balance: 10_000, leverage: 500 }

/** What it gives over EURUSD at 1.1000/1.1001. */
const given = async (
  options: Omit<VolumeForRiskOptions, 'symbol'>,
  history: readonly History[] = eurusd(QUIET),
  symbol = 'EURUSD',
  depositAsset = 'USD',
): Promise<Units | undefined> => {
  let volume: Units | undefined
  await resultOf(desk => volumeForRisk(desk, { symbol, ...options }).pipe(tap(found => (volume = found))), {
    history,
    account: { ...account, depositAsset },
  })
  return volume
}

const usdjpy = (bid: number): History => ({
  symbol: 'USDJPY',
  period: 'M1',
  bars: minutes(still(bid, 60)),
  spread: 0.01,
})
const eurjpy: History = { symbol: 'EURJPY', period: 'M1', bars: minutes(still(160, 60)), spread: 0.01 }

describe('volumeForRisk', () => {
  it.each<[string, Omit<VolumeForRiskOptions, 'symbol'>, number]>([
    // 0.5 % of 10,000 are 50. A unit loses 0.0020.
    ['a part of the equity', { risk: percent(0.5), stopLoss: pips(20) }, 25_000],
    ['money', { risk: money(50), stopLoss: pips(20) }, 25_000],
    // 50 / 0.0021 are 23,809.5. A step is 1,000.
    ['less than a step more', { risk: money(50), stopLoss: pips(21) }, 23_000],
    // From 1.1001 to 1.0981 are 20 pips: what buys enters at the ask.
    ['a stop loss below the price', { risk: money(50), stopLoss: price(1.0981) }, 25_000],
    // From 1.1000 to 1.1020: what sells enters at the bid.
    ['a stop loss above the price', { risk: money(50), stopLoss: price(1.102) }, 25_000],
    ['an entry', { risk: money(50), stopLoss: price(1.09), entry: price(1.092) }, 25_000],
    // 0.0002 of a unit would be 50,000,000 and more.
    ['more than the symbol has', { risk: money(1e9), stopLoss: pips(2) }, 10_000_000],
  ])('is the volume that loses %s', async (_, options, units) => {
    expect(await given(options)).toEqual({ units })
  })

  it('converts the loss into the currency of the account', async () => {
    // A unit loses 0.50 JPY. At 150 these are 0.003333 USD: 50 USD are 15,000 units, at 160 they are 16,000.
    const risk = { risk: money(50), stopLoss: pips(50) }
    expect(await given(risk, [usdjpy(150)], 'USDJPY')).toEqual({ units: 15_000 })
    expect(await given(risk, [usdjpy(160), eurjpy, ...eurusd(QUIET)], 'EURJPY')).toEqual({ units: 16_000 })
  })

  it.each<[string, Omit<VolumeForRiskOptions, 'symbol'>, object]>([
    [
      'the least volume',
      { risk: money(1), stopLoss: pips(20) },
      { rule: 'minVolume', value: 500, nearest: 1_000 },
    ],
    ['a risk without a unit', { risk: 50 as never, stopLoss: pips(20) }, { rule: 'unit', field: 'risk' }],
    ['no risk', { risk: percent(0), stopLoss: pips(20) }, { rule: 'number', field: 'risk' }],
    [
      'a stop loss without a unit',
      { risk: money(1), stopLoss: 20 as never },
      { rule: 'unit', field: 'stopLoss' },
    ],
    [
      'a stop loss at the entry',
      { risk: money(1), stopLoss: price(1), entry: price(1) },
      { field: 'stopLoss' },
    ],
    [
      'a risk that is a text',
      { risk: '50' as never, stopLoss: pips(20) },
      { rule: 'unit', field: 'risk', value: 'string' },
    ],
    [
      'an entry that is no number',
      { risk: money(1), stopLoss: price(1), entry: price(NaN) },
      { field: 'entry' },
    ],
    ['a stop loss that is no number', { risk: money(1), stopLoss: pips(NaN) }, { field: 'stopLoss' }],
  ])('errors with %s', async (_, options, error) => {
    await expect(given(options)).rejects.toMatchObject({ reason: 'InvalidOrder', ...error })
  })

  it('errors where there is no line for 10 s', () => {
    inVirtualTime(({ at, watch }) => {
      const client = createClient({
        connect: () => NEVER,
        connectTimeout: 600_000,
        clientId: 'demo',
        clientSecret: 'demo',
      })
      const desk = client.account({ accountId: ACCOUNT, accessToken: 'demo' })
      const seen = watch(volumeForRisk(desk, { symbol: 'EURUSD', risk: money(50), stopLoss: pips(20) }))
      at(10_001, () => {
        expect(seen.error).toMatchObject({ reason: 'Timeout', after: 10_000, sent: false })
      })
    })
  })

  it('loses what was risked at the stop loss, where a step more would lose more', async () => {
    const falling = minutes([...still(1.1, 3), [1.1, 1.1, 1.05, 1.05], ...still(1.05, 3)])
    const protectedArb = fc.record({
      risk: fc.double({ min: 20, max: 2_000, noNaN: true }).map(amount => Number(amount.toFixed(2))),
      distance: fc.integer({ min: 10, max: 300 }),
      ofEquity: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(protectedArb, async ({ risk, distance, ofEquity }) => {
        const stopLoss = pips(distance)
        const options = { symbol: 'EURUSD', risk: ofEquity ? percent(risk / 100) : money(risk), stopLoss }
        const { trades } = await resultOf(
          desk =>
            at(30_000, () =>
              volumeForRisk(desk, options).pipe(
                switchMap(volume =>
                  placeOrder(desk, { type: 'market', symbol: 'EURUSD', side: 'buy', volume, stopLoss }),
                ),
                catchError(() => EMPTY),
              ),
            ),
          { history: eurusd(falling), symbols: withoutCosts, account },
        )
        const step = (1_000 * distance) / 10_000
        const lost = trades.reduce((sum, { net }) => sum - net, 0)
        expect(lost).toBeLessThanOrEqual(risk + 0.005)
        expect(lost + step).toBeGreaterThan(risk - 0.005)
      }),
      { numRuns: 20 },
    )
  })
})
