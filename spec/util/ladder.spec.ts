import * as fc from 'fast-check'
import { forEachLevel, lowest, resizeLevel } from '../../src/util/ladder'
import type { Ladder } from '../../src/util/ladder'

const RUNS = Number(process.env['LADDER_RUNS'] ?? 200)

type MaybeEmpty = Ladder | undefined

const levelsOf = (ladder: MaybeEmpty): [price: number, size: number][] => {
  const levels: [number, number][] = []
  forEachLevel(ladder, (price, size) => levels.push([price, size]))
  return levels
}

const heightOf = (ladder: MaybeEmpty): number =>
  ladder ? 1 + Math.max(heightOf(ladder.below), heightOf(ladder.above)) : 0

/** Whether nowhere a side is more than three times as heavy as the other, and all levels are counted right. */
const isSound = (ladder: MaybeEmpty): boolean => {
  if (!ladder) return true
  const { below, above, levels } = ladder
  const [left, right] = [(below?.levels ?? 0) + 1, (above?.levels ?? 0) + 1]
  return (
    levels === left + right - 1 && left <= 3 * right && right <= 3 * left && isSound(below) && isSound(above)
  )
}

const nodesOf = (ladder: MaybeEmpty): Ladder[] =>
  ladder ? [...nodesOf(ladder.below), ladder, ...nodesOf(ladder.above)] : []

const ladderOf = (prices: readonly number[]): MaybeEmpty =>
  prices.reduce<MaybeEmpty>((ladder, price) => resizeLevel(ladder, price, 1), undefined)

const COUNT = 10_000
const rising = Array.from({ length: COUNT }, (_, n) => n)
const scattered = rising.map(n => (n * 7_919) % COUNT)

describe('a ladder', () => {
  it('is sorted and balanced after any changes, and the one before stays as it was', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.boolean())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), steps => {
        const sizes = new Map<number, number>()
        let ladder: MaybeEmpty
        for (const [price, adds] of steps) {
          const before = levelsOf(ladder)
          const kept = ladder
          const size = sizes.get(price) ?? 0
          if (adds) sizes.set(price, size + 1)
          else sizes.delete(price)
          if (adds || size > 0) ladder = resizeLevel(ladder, price, adds ? 1 : -size)
          expect(levelsOf(ladder)).toEqual([...sizes].sort(([a], [b]) => a - b))
          expect(isSound(ladder)).toBe(true)
          expect(levelsOf(kept)).toEqual(before)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it.each([
    ['rise', rising],
    ['fall', [...rising].reverse()],
    ['come in no order', scattered],
  ])('is no higher than its balance allows where the prices %s, and also when most are gone', (_, prices) => {
    const full = ladderOf(prices)
    // A side has at most three quarters of the weight.
    const highest = (levels: number): number => Math.ceil(Math.log(levels + 1) / Math.log(4 / 3))
    expect(heightOf(full)).toBeLessThanOrEqual(highest(COUNT))
    expect(isSound(full)).toBe(true)
    const rest = prices.slice(100).reduce<MaybeEmpty>((ladder, price) => resizeLevel(ladder, price, -1), full)
    expect(levelsOf(rest)).toHaveLength(100)
    expect(isSound(rest)).toBe(true)
  })

  it('shares with the one before all but the path to what changed', () => {
    const before = ladderOf(scattered)
    const known = new Set(nodesOf(before))
    for (const [price, by] of [
      [5_000, 7], // another size
      [5_000, -1], // gone
      [5_000.5, 1], // new
      [-1, 1],
    ] as const) {
      const made = nodesOf(resizeLevel(before, price, by)).filter(node => !known.has(node))
      expect(made.length).toBeLessThan(30)
      expect(made.length).toBeGreaterThan(0)
    }
  })

  it('knows its lowest price', () => {
    const ladder = ladderOf(scattered)
    expect(ladder && lowest(ladder)).toMatchObject({ price: 0, size: 1 })
    const without = resizeLevel(ladder, 0, -1)
    expect(without && lowest(without)).toMatchObject({ price: 1, size: 1 })
  })
})
