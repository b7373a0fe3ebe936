import fc from 'fast-check'
import { backoff } from '../../src/util/backoff'

const bounds = { initial: 1_000, max: 30_000 }

describe('backoff', () => {
  it('doubles its bound up to the cap', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 1_000].map(attempt => backoff(attempt, bounds, () => 1))
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('lies anywhere between nothing and the bound, in whole ms', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const delay = backoff(attempt, bounds, () => random)
          const bound = backoff(attempt, bounds, () => 1)
          return Number.isInteger(delay) && delay === Math.round(random * bound)
        },
      ),
    )
  })
})
