import * as fc from 'fast-check'
import { LEAST_PRICES, LEAST_RANGE, writePath } from '../../../../src/simulator/market/prices/path'

const shapes = fc
  .record({
    low: fc.integer({ min: 1, max: 1_000_000 }),
    range: fc.oneof(fc.integer({ min: LEAST_RANGE, max: 6 }), fc.integer({ min: LEAST_RANGE, max: 5000 })),
    open: fc.double({ min: 0, max: 1, noNaN: true }),
    close: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ low, range, open, close }) => ({
    low,
    high: low + range,
    open: low + Math.round(open * range),
    close: low + Math.round(close * range),
  }))
const counts = fc.oneof(
  fc.integer({ min: LEAST_PRICES, max: 10 }),
  fc.integer({ min: LEAST_PRICES, max: 500 }),
)

const pathOf = (shape: Parameters<typeof writePath>[0], count: number, key: number): number[] => {
  const path = new Int32Array(count)
  writePath(shape, count, key, path)
  return [...path]
}

describe('a path of prices', () => {
  it('begins, ends and turns where it should, and never stands still', () => {
    fc.assert(
      fc.property(shapes, counts, fc.integer(), (shape, count, key) => {
        const path = pathOf(shape, count, key)
        expect({
          open: path[0],
          high: Math.max(...path),
          low: Math.min(...path),
          close: path.at(-1),
          still: path.filter((price, i) => price === path[i - 1]),
        }).toEqual({ ...shape, still: [] })
      }),
      { numRuns: 500 },
    )
  })

  it('goes from open to close at the bounds as well', () => {
    fc.assert(
      fc.property(
        shapes,
        counts,
        fc.integer(),
        fc.constantFrom<['low' | 'high', 'low' | 'high']>(
          ['low', 'low'],
          ['low', 'high'],
          ['high', 'low'],
          ['high', 'high'],
        ),
        (bounds, count, key, [first, last]) => {
          const shape = { ...bounds, open: bounds[first], close: bounds[last] }
          const path = pathOf(shape, count, key)
          expect([path[0], Math.max(...path), Math.min(...path), path.at(-1)]).toEqual([
            shape.open,
            shape.high,
            shape.low,
            shape.close,
          ])
          expect(path.filter((price, i) => price === path[i - 1])).toEqual([])
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is the same for the same key, and goes in small steps if it has the time', () => {
    const shape = { open: 1000, high: 1500, low: 900, close: 1100 }
    const path = pathOf(shape, 2000, 7)
    expect(pathOf(shape, 2000, 7)).toEqual(path)
    expect(pathOf(shape, 2000, 8)).not.toEqual(path)
    const steps = path.slice(1).map((price, i) => Math.abs(price - (path[i] ?? NaN)))
    expect(Math.max(...steps)).toBeLessThan(60)
  })
})
