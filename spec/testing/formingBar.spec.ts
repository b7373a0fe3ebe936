import fc from 'fast-check'
import { createFormingBar, foldTicks } from '../../src/testing/drawing/bars'
import type { BidStep } from '../../src/testing/drawing/bars'

const BAR = 10
const opening = (at: number): number => at - (at % BAR)

const stepArb = fc.record({
  at: fc.integer({ min: 0, max: 60 }),
  bid: fc.integer({ min: 1, max: 99 }),
  sides: fc.constantFrom(1, 2),
})

describe('the forming bar of drawn prices', () => {
  it('is that of all bids of its time, in any order of questions and drawings', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ drawn: fc.array(stepArb, { maxLength: 3 }), now: fc.integer({ min: 0, max: 60 }) }),
          { maxLength: 40 },
        ),
        turns => {
          const steps: BidStep[] = []
          let revision = 0
          const until = (from: number, to: number) => steps.filter(({ at }) => at >= from && at <= to)
          const formingBar = createFormingBar(until, () => revision)
          for (const { drawn, now } of turns) {
            for (const step of drawn) {
              revision += 1
              steps.push(step)
              steps.sort((one, other) => one.at - other.at)
            }
            const [expected] = foldTicks(until(opening(now), now), opening)
            expect(formingBar(opening(now), now)).toEqual(expected)
          }
        },
      ),
    )
  })
})
