import fc from 'fast-check'
import type { EquityPoint } from 'rx-ctrader/backtest'
import { distribution, drawdowns, monthlyReturns } from '../../../src/node/report/model'
import { thinBars, thinEquity } from '../../../src/node/report/thin'

const point = (time: number, equity: number): EquityPoint => ({ time, balance: equity, equity })

describe('monthly returns', () => {
  it('are from the end of one month to that of the next, in UTC', () => {
    const equity = [
      point(Date.UTC(2024, 11, 30), 1_000),
      point(Date.UTC(2024, 11, 31, 23, 59), 1_100),
      point(Date.UTC(2025, 0, 1), 1_210),
      point(Date.UTC(2025, 0, 31), 990),
      point(Date.UTC(2025, 2, 1), 1_980),
    ]
    const rounded = monthlyReturns(equity).map(({ year, month, value }) => [
      year,
      month,
      Number(value.toFixed(9)),
    ])
    expect(rounded).toEqual([
      [2024, 11, 0.1],
      [2025, 0, -0.1],
      [2025, 2, 1],
    ])
  })

  it('make the return of the whole time', () => {
    const arb = fc.array(
      fc.record({ days: fc.integer({ min: 0, max: 40 }), equity: fc.integer({ min: 1, max: 1e6 }) }),
      {
        minLength: 1,
      },
    )
    fc.assert(
      fc.property(arb, steps => {
        let time = Date.UTC(2024, 5, 1)
        const equity = steps.map(step => point((time += step.days * 86_400_000), step.equity))
        const growth = monthlyReturns(equity).reduce((product, { value }) => product * (1 + value), 1)
        expect(growth).toBeCloseTo((equity.at(-1)?.equity ?? 0) / (equity[0]?.equity ?? 0), 4)
      }),
    )
  })
})

describe('the distribution of trades', () => {
  it('has gains and losses in different bins of a round width', () => {
    const bins = distribution([{ net: -10 }, { net: -0.01 }, { net: 0 }, { net: 9.99 }, { net: 10 }])
    expect(bins[0]).toEqual({ from: -10, to: -9, count: 1 })
    expect(bins.find(({ to }) => to === 0)).toEqual({ from: -1, to: 0, count: 1 })
    expect(bins.find(({ from }) => from === 0)).toEqual({ from: 0, to: 1, count: 1 })
    expect(bins.at(-1)).toEqual({ from: 10, to: 11, count: 1 })
  })

  it('is empty without trades', () => {
    expect(distribution([])).toEqual([])
  })

  it('has each trade once, and not many bins', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e7, max: 1e7 }), { minLength: 1 }), cents => {
        const nets = cents.map(cent => ({ net: cent / 100 }))
        const bins = distribution(nets)
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(nets.length)
        expect(bins.length).toBeLessThanOrEqual(27)
      }),
    )
  })
})

describe('drawdowns', () => {
  it('are the fall from the highest equity so far', () => {
    expect(drawdowns([100, 120, 90, 120, 60].map((equity, i) => point(i, equity)))).toEqual([
      0, 0, -0.25, 0, -0.5,
    ])
  })
})

describe('what is drawn', () => {
  const bars = Array.from({ length: 10 }, (_, i) => ({
    timestamp: i,
    open: i,
    high: i + 2,
    low: i - 2,
    close: i + 1,
  }))

  it('is all of it if that is not too much', () => {
    expect(thinBars(bars, 10)).toEqual({ size: 1, items: bars })
    const few = [point(1, 1), point(2, 3)]
    expect(thinEquity(few, 2)).toEqual({ size: 1, items: few })
  })

  it('is otherwise bars of several bars', () => {
    expect(thinBars(bars, 4)).toEqual({
      size: 3,
      items: [
        { timestamp: 0, open: 0, high: 4, low: -2, close: 3 },
        { timestamp: 3, open: 3, high: 7, low: 1, close: 6 },
        { timestamp: 6, open: 6, high: 10, low: 4, close: 9 },
        { timestamp: 9, open: 9, high: 11, low: 7, close: 10 },
      ],
    })
  })

  it('keeps the highest and the lowest equity', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1, maxLength: 500 }),
        fc.integer({ min: 4, max: 40 }),
        (list, most) => {
          const points = list.map((equity, time) => point(time, equity))
          const { items, size } = thinEquity(points, most)
          const values = items.map(({ equity }) => equity)
          expect([Math.min(...values), Math.max(...values)]).toEqual([Math.min(...list), Math.max(...list)])
          expect([items[0], items.at(-1)]).toEqual([points[0], points.at(-1)])
          expect(items.length).toBeLessThanOrEqual(size === 1 ? list.length : most + 4)
          expect(items.map(({ time }) => time)).toEqual(items.map(({ time }) => time).sort((a, b) => a - b))
        },
      ),
    )
  })
})
