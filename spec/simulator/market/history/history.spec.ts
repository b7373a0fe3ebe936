import { createSimulator } from 'rx-ctrader/simulator'
import type { Market } from 'rx-ctrader/simulator'
import { ProtoOATrendbarPeriod } from '../../../../src/protocol/messages/enums'
import { barPath } from '../../../../src/simulator/market/history/barPath'

const { M1, M5 } = ProtoOATrendbarPeriod
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const EURUSD = 1
/** Monday, 6 January 2025, 10:00 UTC. */
const START = Date.UTC(2025, 0, 6, 10)

const bar = (minute: number, open: number, high: number, low: number, close: number, more: object = {}) => ({
  timestamp: START + minute * MINUTE,
  open,
  high,
  low,
  close,
  ...more,
})

const tick = (minute: number, bid: unknown, ask: unknown) => ({
  timestamp: START + minute * MINUTE,
  bid,
  ask,
})

const marketOf = (...history: readonly object[]): Omit<Market, 'shift'> =>
  createSimulator({ history: history as never }).market

const bars = [
  bar(0, 1.1, 1.1005, 1.0998, 1.1002, { volume: 41 }),
  bar(1, 1.1002, 1.1002, 1.1002, 1.1002),
  bar(2, 1.1002, 1.101, 1.1, 1.1009, { volume: 10 }),
  bar(7, 1.1009, 1.1012, 1.1009, 1.1012),
]
const ofBars = { symbol: 'EURUSD', period: 'M1', bars, spread: 0.0001 }

describe('the path inside a bar', () => {
  const path = (open: number, high: number, low: number, close: number) =>
    barPath({ from: 0, until: 60, open, high, low, close }).map(({ at, bid }) => [at, bid])

  it('goes to the nearer extreme first', () => {
    expect(path(10, 12, 5, 8)).toEqual([
      [0, 10],
      [20, 12],
      [40, 5],
      [59, 8],
    ])
    expect(path(10, 15, 9, 14)).toEqual([
      [0, 10],
      [20, 9],
      [40, 15],
      [59, 14],
    ])
  })

  it('goes to the low first if both are equally near and the bar rises', () => {
    expect(path(10, 12, 8, 11).map(([, bid]) => bid)).toEqual([10, 8, 12, 11])
    expect(path(10, 12, 8, 9).map(([, bid]) => bid)).toEqual([10, 12, 8, 9])
  })

  it('leaves out what does not move', () => {
    expect(path(10, 10, 10, 10)).toEqual([[0, 10]])
    expect(path(10, 12, 10, 12)).toEqual([
      [0, 10],
      [59, 12],
    ])
  })
})

describe('a market of a history', () => {
  it('has the bars it was given, and longer ones made of them', () => {
    const market = marketOf(ofBars)
    const range = { from: START, to: START + HOUR, now: START + HOUR }
    const minutes = market.barsBetween(EURUSD, M1, range)
    expect(minutes.map(({ open, high, low, close }) => [open, high, low, close])).toEqual(
      bars.map(({ open, high, low, close }) =>
        [open, high, low, close].map(price => Math.round(price * 100_000)),
      ),
    )
    expect(minutes.map(({ volume }) => volume)).toEqual([41, 2, 10, 4])
    expect(market.barsBetween(EURUSD, M5, range)).toEqual([
      { openedAt: START, open: 110_000, high: 110_100, low: 109_980, close: 110_090, volume: 53 },
      { openedAt: START + 5 * MINUTE, open: 110_090, high: 110_120, low: 110_090, close: 110_120, volume: 4 },
    ])
    expect(market.barsBetween(EURUSD, M1, { ...range, count: 2 })).toEqual(minutes.slice(-2))
    // A forming bar has what has happened by then: the open and the low.
    expect(market.formingBar(EURUSD, M1, START + 30_000)).toMatchObject({ close: 109_980, high: 110_000 })
  })

  it('has a spread for all bars, for each of them, or by a function', () => {
    const spreadOf = (more: object): number => {
      const { bid, ask } = marketOf({ ...ofBars, ...more }).quoteAt(EURUSD, START)
      return ask - bid
    }
    expect(spreadOf({})).toBe(10)
    expect(spreadOf({ spread: undefined })).toBe(0)
    expect(spreadOf({ spread: ({ open }: { open: number }) => open / 1000 })).toBe(110)
    expect(spreadOf({ bars: bars.map(one => ({ ...one, spread: 0.0002 })) })).toBe(20)
  })

  it('reads ticks, with the sides that change', () => {
    const ticks = [
      { timestamp: START, bid: 1.1, ask: 1.1001 },
      { timestamp: START + 5, bid: 1.1, ask: 1.1002 },
      { timestamp: START + 9, bid: 1.1001, ask: 1.1002 },
      { timestamp: START + 9, bid: 1.1001, ask: 1.1003 },
    ]
    const { market, history } = createSimulator({ history: [{ symbol: 'EURUSD', ticks }] })
    expect([...market.ticksBetween(EURUSD, START, START + 10)]).toEqual([
      { at: START, bid: 110_000, ask: 110_010, volume: 2 },
      { at: START + 5, ask: 110_020, volume: 2 },
      { at: START + 9, bid: 110_010, ask: 110_030, volume: 2 },
    ])
    expect(history).toMatchObject([{ count: 3, duplicates: 1, from: START, to: START + 9 }])
  })

  it('has no symbol without a history', () => {
    const { catalogue, symbol } = marketOf(ofBars)
    expect(catalogue.symbols.map(({ light }) => light.symbolName)).toEqual(['EURUSD'])
    expect(symbol(2)).toBeUndefined()
  })

  it('is closed where there are no prices for long', () => {
    const market = marketOf({ ...ofBars, bars: [...bars, bar(300, 1.1, 1.1, 1.1, 1.1)] })
    expect(market.isOpen(EURUSD, START + 30 * MINUTE)).toBe(true)
    expect(market.isOpen(EURUSD, START + 120 * MINUTE)).toBe(false)
    expect(market.isOpen(EURUSD, START + 300 * MINUTE)).toBe(true)
  })

  it('reports gaps, duplicates and prices outside of the schedule', () => {
    const saturday = Date.UTC(2025, 0, 11, 12)
    const { history } = createSimulator({
      history: [
        {
          symbol: 'EURUSD',
          period: 'M1',
          bars: [
            bar(0, 1, 1, 1, 1),
            bar(0, 1, 1, 1, 1),
            bar(180, 1, 1, 1, 1),
            { ...bar(0, 1, 1, 1, 1), timestamp: saturday },
          ],
        },
      ],
    })
    expect(history).toEqual([
      {
        symbol: 'EURUSD',
        from: START,
        to: saturday,
        count: 3,
        duplicates: 1,
        gaps: [
          { from: START, to: START + 180 * MINUTE },
          { from: START + 180 * MINUTE, to: saturday },
        ],
        outsideSchedule: 1,
      },
    ])
  })

  it('shows no gap in a weekend', () => {
    // From Friday 21:20 to Sunday 22:10 UTC.
    const times = [Date.UTC(2025, 0, 10, 21, 20), Date.UTC(2025, 0, 12, 22, 10)]
    const { history } = createSimulator({
      history: [
        {
          symbol: 'EURUSD',
          period: 'M1',
          bars: times.map(timestamp => ({ ...bar(0, 1, 1, 1, 1), timestamp })),
        },
      ],
    })
    expect(history[0]).toMatchObject({ gaps: [], outsideSchedule: 0 })
  })

  it.each<[string, object]>([
    ['history.0.bars.1.high', { bars: [bar(0, 1, 1, 1, 1), bar(1, 1, 0.9, 0.8, 0.9)] }],
    ['history.0.bars.0.low', { bars: [bar(0, 1, 1, 1.1, 1)] }],
    ['history.0.bars.0.close', { bars: [bar(0, 1, 1, 1, NaN)] }],
    ['history.0.bars.0.open', { bars: [bar(0, 0, 1, 1, 1)] }],
    ['history.0.bars.0.spread', { bars: [bar(0, 1, 1, 1, 1, { spread: -1 })] }],
    ['history.0.bars.1.timestamp', { bars: [bar(1, 1, 1, 1, 1), bar(0, 1, 1, 1, 1)] }],
    ['history.0.bars.1.timestamp', { bars: [bar(0, 1, 1, 1, 1), bar(0, 2, 2, 2, 2)] }],
    ['history.0.bars.0.timestamp', { bars: [{ ...bar(0, 1, 1, 1, 1), timestamp: 0.5 }] }],
    ['history.0.period', { period: 'M7' }],
    ['history.0.symbol', { symbol: 'EURXXX' }],
    ['history.0', { bars: [] }],
    ['history', { symbol: 'EURGBP' }],
  ])('names %s in its error', (option, more) => {
    expect(() => createSimulator({ history: [{ ...ofBars, ...more }] as never })).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  it.each<[string, unknown]>([
    ['history.0.ticks', 'ticks.csv'],
    ['history.0.ticks', 7],
    ['history.0.ticks', null],
    ['history.0.ticks.1.timestamp', [tick(1, 1.1, 1.2), tick(0, 1.1, 1.2)]],
    ['history.0.ticks.0.timestamp', [{ ...tick(0, 1.1, 1.2), timestamp: '2025' }]],
    ['history.0.ticks.0.bid', [tick(0, 0, 1.2)]],
    ['history.0.ticks.0.bid', [tick(0, '1.1', 1.2)]],
    ['history.0.ticks.0.bid', [tick(0, 30_000, 30_001)]],
    ['history.0.ticks.0.ask', [tick(0, 1.1, 1.0999)]],
    ['history.0.ticks.0.ask', [tick(0, 1.1, Infinity)]],
    ['history.0', []],
  ])('names %s in its error about the ticks %j', (option, ticks) => {
    expect(() => createSimulator({ history: [{ symbol: 'EURUSD', ticks }] as never })).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  it('has the last of two ticks of a time, and counts the other', () => {
    const ticks = [tick(0, 1.1, 1.1002), tick(0, 1.1001, 1.1003), tick(1, 1.1, 1.1002)]
    const { market, history } = createSimulator({ history: [{ symbol: 'EURUSD', ticks }] as never })
    expect(history[0]).toMatchObject({ count: 2, duplicates: 1 })
    expect(market.quoteAt(EURUSD, START)).toMatchObject({ bid: 110_010, ask: 110_030 })
  })

  it('does not start before each symbol has a price', () => {
    expect(() => createSimulator({ history: [ofBars as never], start: START - 1 })).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option: 'start' }) as Error,
    )
  })

  it('finds when a price is reached, as reading each tick does', () => {
    const many = Array.from({ length: 2_000 }, (_, i) => {
      const open = 1.1 + Math.sin(i / 40) / 100
      return bar(i, open, open + 0.0005, open - 0.0005, open + 0.0002)
    })
    const market = marketOf({ ...ofBars, bars: many })
    const end = START + 2_000 * MINUTE
    for (const [side, beyond, price] of [
      ['bid', 'atOrBelow', 109_100],
      ['ask', 'atOrAbove', 110_990],
      ['bid', 'atOrAbove', 111_100],
      ['ask', 'atOrBelow', 100_000],
    ] as const) {
      const reached = [...market.ticksBetween(EURUSD, START + 1, end)].find(({ at }) => {
        const quote = market.quoteAt(EURUSD, at)
        return beyond === 'atOrBelow' ? quote[side] <= price : quote[side] >= price
      })
      expect(market.firstReach(EURUSD, side, beyond, price, START, end)).toBe(reached?.at)
    }
    const bids = [...market.ticksBetween(EURUSD, START, end)].map(({ at }) => market.quoteAt(EURUSD, at).bid)
    expect(market.range?.(EURUSD, 'bid', START, end)).toEqual({
      lowest: Math.min(...bids),
      highest: Math.max(...bids),
    })
  })
})
