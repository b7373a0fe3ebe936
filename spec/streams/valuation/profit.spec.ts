import * as fc from 'fast-check'
import { toPrice } from 'rx-ctrader'
import type { ProtoOAPosition } from 'rx-ctrader'
import { noPrices } from '../../../src/operators/mergeQuote'
import { unrealisedProfits } from '../../../src/simulator/trading/queries/queries'
import { profitRate } from '../../../src/streams/valuation/conversion'
import { positionProfit } from '../../../src/streams/valuation/profit'
import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import type { ScriptedQuote } from '../../support/scriptedMarket'
import { BUY, NOON, SELL, tradingFloor } from '../../support/tradingFloor'
import { position } from '../account/accountServer'

const RUNS = 200

const GOLD = 41
const USDJPY = 4
const YEN: ScriptedQuote = [NOON - 1, 14_512_300, 14_512_900]

const yenOfADollar =
  profitRate(
    [{ symbolId: USDJPY, operation: 'multiply' }],
    new Map([[USDJPY, { ...noPrices, bid: YEN[1], ask: YEN[2] }]]),
  ) ?? NaN

const sides = fc.constantFrom<1 | 2>(BUY, SELL)
/** Steps of a price, of two to five digits most of all. */
const steps = fc.oneof(fc.integer({ min: 11, max: 99_999 }), fc.integer({ min: 200_000, max: 300_000 }))
/** Mostly such that profits are halves often, which are what goes wrong. */
const digits = fc.constantFrom(2, 2, 2, 0, 1, 3, 4, 5)
const moneyDigits = fc.constantFrom(2, 2, 0, 4)
const volumes = fc
  .integer({ min: 1, max: 40 })
  .chain(n => fc.constantFrom(n * 10, n * 10, n, n * 100, n * 1_000))

/** What a price moved by brings, exact: the nearest whole number, a half away from zero. */
const exact = (gain: number, volume: number, moneyDigits: number): number => {
  const product = BigInt(gain) * BigInt(volume) * 10n ** BigInt(moneyDigits)
  const size = product < 0n ? -product : product
  const nearest = (size * 2n + 10_000_000n) / 20_000_000n
  return Number(product < 0n ? -nearest : nearest)
}

/** What is asked for on the wire is read from text. */
const told = (open: ProtoOAPosition): ProtoOAPosition => JSON.parse(JSON.stringify(open)) as ProtoOAPosition

describe('the profit of a position', () => {
  it.each([
    ['0.1 ETH from 2048.01 to 2048.56', 204_801_000, 204_856_000, 10, 6],
    ['one unit from 2048.00 to 2048.285', 204_800_000, 204_828_500, 100, 29],
    ['0.1 ETH from 2048.56 to 2048.01', 204_856_000, 204_801_000, 10, -6],
  ])('is the whole number nearest to the exact decimal: %s', (_, entry, close, volume, gross) => {
    const held = position(1, 1, {
      price: toPrice(entry),
      tradeData: { symbolId: 1, volume, tradeSide: BUY },
    })
    expect(positionProfit(held, { bid: close, ask: close }, 1, 2)?.gross).toBe(gross)
  })

  it('is exact for any price, volume and digits of money', () => {
    fc.assert(
      fc.property(
        digits.chain(d => fc.tuple(steps, steps).map(all => all.map(n => n * 10 ** (5 - d)))),
        fc.record({ volume: volumes, tradeSide: sides, moneyDigits: fc.constantFrom(0, 2) }),
        ([entry = 0, close = 0], { volume, tradeSide, moneyDigits }) => {
          const held = position(1, 1, {
            price: toPrice(entry),
            tradeData: { symbolId: 1, volume, tradeSide },
          })
          const gain = tradeSide === BUY ? close - entry : entry - close
          expect(positionProfit(held, { bid: close, ask: close }, 1, moneyDigits)?.gross).toBe(
            exact(gain, volume, moneyDigits) + 0,
          )
        },
      ),
      { numRuns: RUNS * 10 },
    )
  })

  it('is what the server says, in any money, also of a position of several fills', () => {
    let averaged = 0
    const fills = fc.array(fc.tuple(steps, volumes), { minLength: 1, maxLength: 4 })
    const closes = fc.array(steps, { minLength: 40, maxLength: 40 })
    const money = fc.constantFrom('USD', 'USD', 'JPY')
    const scenes = fc.record({ digits, moneyDigits, fills, closes, tradeSide: sides, money })
    fc.assert(
      fc.property(scenes, ({ digits, moneyDigits, fills, closes, tradeSide, money }) => {
        const step = 10 ** (5 - digits)
        const quotes = [...fills.map(([price]) => price), ...closes].map((price, n): ScriptedQuote => [
          NOON + n * 1_000,
          price * step,
          (price + 2) * step,
        ])
        const floor = tradingFloor(
          scriptedMarket({
            quotes: { [GOLD]: quotes, [USDJPY]: [YEN] },
            terms: { [GOLD]: { digits, minVolume: 1, stepVolume: 1 } },
          }),
          { depositAsset: money, accountType: 1, moneyDigits, balance: 9e15 },
        )
        fills.forEach(([, volume], n) => floor.order(n * 1_000, { symbolId: GOLD, tradeSide, volume }))
        const rate = money === 'USD' ? 1 : yenOfADollar
        for (const [at, bid, ask] of quotes.slice(fills.length)) {
          floor.until(at - NOON)
          const ours = floor.ledger().positions.map(open => {
            const { positionId, gross, net } =
              positionProfit(told(open), { bid, ask }, rate, moneyDigits) ?? {}
            return { positionId, grossUnrealizedPnL: gross, netUnrealizedPnL: net }
          })
          expect(ours).toEqual(unrealisedProfits(floor.exchange.account(ACCOUNT), at))
          if (fills.length > 1) averaged += ours.length
        }
      }),
      { numRuns: RUNS },
    )
    expect(averaged).toBeGreaterThan(RUNS * 20)
  })
})
