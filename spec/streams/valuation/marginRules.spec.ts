import * as fc from 'fast-check'
import type { ProtoOAPosition, ProtoOATrader } from 'rx-ctrader'
import { createMargins } from '../../../src/streams/valuation/marginRules'
import { traderWith } from '../account/accountServer'

const BUY = 1
const SELL = 2

const usedMarginOf = (trader: Partial<ProtoOATrader>, open: readonly ProtoOAPosition[]): number => {
  const margins = createMargins()
  for (const position of open) margins.replace(undefined, position)
  return margins.used({ ...traderWith(0), ...trader })
}

const held = (symbolId: number, tradeSide: 1 | 2, usedMargin?: number, positionId = 1): ProtoOAPosition => ({
  positionId,
  tradeData: { symbolId, volume: 100, tradeSide },
  positionStatus: 1,
  swap: 0,
  ...(usedMargin !== undefined && { usedMargin }),
})

describe('the used margin of an account', () => {
  const hedge = [held(1, BUY, 110_000, 1), held(1, SELL, 70_000, 2)]

  it.each<[Partial<ProtoOATrader>, number]>([
    [{}, 110_000],
    [{ totalMarginCalculationType: 0 }, 110_000],
    [{ totalMarginCalculationType: 1 }, 180_000],
    [{ totalMarginCalculationType: 2 }, 40_000],
    [{ isLimitedRisk: true }, 110_000],
    [{ isLimitedRisk: true, limitedRiskMarginCalculationStrategy: 0, totalMarginCalculationType: 2 }, 40_000],
    [{ isLimitedRisk: true, limitedRiskMarginCalculationStrategy: 1 }, 180_000],
    [
      { isLimitedRisk: true, limitedRiskMarginCalculationStrategy: 2, totalMarginCalculationType: 2 },
      180_000,
    ],
    [{ isLimitedRisk: false, limitedRiskMarginCalculationStrategy: 1 }, 110_000],
  ])('of a hedge on an account with %j is %d (A1)', (trader, margin) => {
    expect(usedMarginOf(trader, hedge)).toBe(margin)
  })

  it('takes each symbol by itself, and a margin that is not told as none (A1)', () => {
    const open = [...hedge, held(2, SELL, 30_000, 3), held(2, BUY, undefined, 4), held(3, SELL, undefined, 5)]
    expect(usedMarginOf({}, open)).toBe(140_000)
    expect(usedMarginOf({ totalMarginCalculationType: 2 }, open)).toBe(70_000)
    expect(usedMarginOf({}, [])).toBe(0)
  })

  it('is what whole numbers of any size say, reckoned otherwise (A1)', () => {
    const legs = fc.array(
      fc.record({
        symbolId: fc.integer({ min: 1, max: 4 }),
        side: fc.constantFrom<1 | 2>(BUY, SELL),
        margin: fc.option(fc.integer({ min: 0, max: 2 ** 45 }), { nil: undefined }),
      }),
      { maxLength: 40 },
    )
    const traders = fc.record(
      {
        totalMarginCalculationType: fc.constantFrom(0, 1, 2),
        isLimitedRisk: fc.boolean(),
        limitedRiskMarginCalculationStrategy: fc.constantFrom(0, 1, 2),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Partial<ProtoOATrader>>
    fc.assert(
      fc.property(legs, traders, (open, trader) => {
        const positions = open.map(({ symbolId, side, margin }, index) => held(symbolId, side, margin, index))
        // By the sum of both sides s and what they differ by d: the larger is (s + d) / 2.
        let twice = 0n
        for (const symbol of [1, 2, 3, 4]) {
          let [both, apart] = [0n, 0n]
          for (const { symbolId, side, margin = 0 } of open) {
            if (symbolId !== symbol) continue
            both += BigInt(margin)
            apart += BigInt(side === BUY ? margin : -margin)
          }
          const gap = apart < 0n ? -apart : apart
          const isSum =
            trader.totalMarginCalculationType === 1 ||
            (trader.isLimitedRisk === true && (trader.limitedRiskMarginCalculationStrategy ?? 0) > 0)
          twice += isSum ? 2n * both : trader.totalMarginCalculationType === 2 ? 2n * gap : both + gap
        }
        expect(2n * BigInt(usedMarginOf(trader, positions))).toBe(twice)
      }),
    )
  })
})
