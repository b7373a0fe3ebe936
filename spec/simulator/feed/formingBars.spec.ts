import * as fc from 'fast-check'
import { ProtoOATrendbarPeriod } from '../../../src/protocol/messages/enums'
import { createFormingBars } from '../../../src/simulator/feed/formingBars'
import type { Tick } from '../../../src/simulator/market/model/market'
import { allPeriods, tapeMarket } from './tapeMarket'

const NOON = Date.UTC(2026, 0, 7, 12)
const { M1, H1 } = ProtoOATrendbarPeriod

const price = fc.integer({ min: 113_900, max: 114_000 })
const sides: fc.Arbitrary<Omit<Tick, 'at'>> = fc.oneof(
  fc.record({ bid: price }),
  fc.record({ ask: price }),
  fc.record({ bid: price, ask: price }),
)
// Most ticks come close together, some after a minute, an hour, a weekend.
const wait = fc.oneof(
  fc.integer({ min: 1, max: 20_000 }),
  fc.integer({ min: 1, max: 4_000_000 }),
  fc.integer({ min: 1, max: 200_000_000 }),
)
const tape: fc.Arbitrary<readonly Tick[]> = fc
  .array(fc.tuple(wait, sides), { minLength: 1, maxLength: 30 })
  .map(steps => {
    let at = NOON
    return steps.map(([ms, changed]) => ({ at: (at += ms), ...changed }))
  })

describe('bars that form', () => {
  it("are the market's own at every tick, for every period, kept or not", () => {
    fc.assert(
      fc.property(tape, fc.array(fc.subarray([...allPeriods]), { minLength: 1 }), (ticks, choices) => {
        const market = tapeMarket({ 1: ticks })
        const bars = createFormingBars(market, 1)
        ticks.forEach((tick, i) => {
          const kept = choices[i % choices.length] ?? []
          bars.keep(kept)
          bars.take(tick)
          for (const period of allPeriods)
            expect(bars.get(period)).toEqual(
              kept.includes(period) ? market.formingBar(1, period, tick.at) : undefined,
            )
        })
      }),
    )
  })

  it('ask the market for the beginning of a bar only', () => {
    const ticks = Array.from({ length: 60 }, (_, second) => ({
      at: NOON + second * 1000,
      bid: 113_900 + second,
    }))
    const market = tapeMarket({ 1: ticks })
    const formingBar = jest.fn(market.formingBar)
    const bars = createFormingBars({ ...market, formingBar }, 1)
    bars.keep([M1, H1])
    ticks.forEach(bars.take)
    expect(formingBar).toHaveBeenCalledTimes(2)
  })
})
