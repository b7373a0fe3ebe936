import * as fc from 'fast-check'
import { ProtoOATrendbarPeriod } from 'rx-ctrader'
import { createMarket } from '../../src/simulator/market/createMarket'
import { drawnMarket } from '../../src/testing/drawing/market'
import type { DrawnTick } from '../../src/testing/drawing/steps'

/** Half past, so that bars of all periods are forming. */
const START = Date.UTC(2026, 0, 7, 12, 30, 30)
const past = createMarket(1)
const { M1, M5, D1 } = ProtoOATrendbarPeriod

const marketOf = (ticks: readonly DrawnTick[]) => {
  const market = drawnMarket(past, START)
  market.draw(ticks)
  return market
}
const tick = (at: number, bid?: number, ask?: number, told = true): DrawnTick => ({
  symbolId: 1,
  at: START + at,
  ...(bid !== undefined && { bid }),
  ...(ask !== undefined && { ask }),
  told,
})

describe('a drawn market', () => {
  it('is the one it is made of up to its start', () => {
    const before = fc.integer({ min: START - 3_600_000, max: START })
    const market = marketOf([tick(1, 100_000, 100_100)])
    fc.assert(
      fc.property(
        before,
        before,
        fc.constantFrom(1, 4),
        fc.constantFrom(M1, M5, D1),
        (one, other, id, period) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other)]
          const range = { from, to, now: to }
          expect(market.quoteAt(id, to)).toEqual(past.quoteAt(id, to))
          expect([...market.ticksBetween(id, from, to)]).toEqual([...past.ticksBetween(id, from, to)])
          expect([...market.ticksBack(id, from, to)]).toEqual([...past.ticksBack(id, from, to)])
          expect(market.formingBar(id, period, to)).toEqual(past.formingBar(id, period, to))
          expect(market.barsBetween(id, period, range)).toEqual(past.barsBetween(id, period, range))
          expect(market.barsBetween(id, period, { ...range, count: 3 })).toEqual(
            past.barsBetween(id, period, { ...range, count: 3 }),
          )
          expect(market.sessionClose(id, to)).toBe(past.sessionClose(id, to))
          expect(market.rate(1, 3, to)).toBe(past.rate(1, 3, to))
          const goal = [id, 'bid', 'atOrBelow', past.quoteAt(id, to).bid - 5, from, to] as const
          expect(market.firstReach(...goal)).toEqual(past.firstReach(...goal))
          const next = past.nextTick(id, from)
          expect(market.nextTick(id, from)).toEqual(next.at <= START ? next : market.nextTick(id, START))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('has no tick after its start but those that are drawn and told', () => {
    const market = marketOf([tick(5_000, 2), tick(2_000, 1, 3), tick(3_000, 7, 8, false)])
    expect(market.nextTick(1, START)).toEqual({ at: START + 2_000, bid: 1, ask: 3 })
    expect(market.nextTick(1, START + 2_000)).toEqual({ at: START + 5_000, bid: 2 })
    expect(market.nextTick(1, START + 5_000)).toEqual({ at: Infinity })
    const { at } = past.quoteAt(1, START)
    expect(market.nextTick(1, at)).toEqual({ at: START + 2_000, bid: 1, ask: 3 })
  })

  it('has in its history what is drawn, told or not', () => {
    const market = marketOf([tick(2_000, 1, 3), tick(3_000, undefined, 8, false)])
    const drawn = [
      { at: START + 2_000, bid: 1, ask: 3 },
      { at: START + 3_000, ask: 8 },
    ]
    expect([...market.ticksBetween(1, START + 1, START + 10_000)]).toEqual(drawn)
    expect([...market.ticksBack(1, START + 1, START + 10_000)]).toEqual([...drawn].reverse())
    expect([...market.ticksBetween(1, START + 2_500, START + 2_999)]).toEqual([])
    expect(market.quoteAt(1, START + 3_000)).toEqual({ at: START + 3_000, bid: 1, ask: 8 })
  })

  it('lets a bar that is forming go on', () => {
    const forming = past.formingBar(1, M1, START)
    expect(forming).toBeDefined()
    const low = (forming?.low ?? 0) - 10
    const high = (forming?.high ?? 0) + 10
    const market = marketOf([
      tick(1_000, low),
      tick(2_000, high, high + 1),
      tick(40_000, 500),
      tick(41_000, 700),
    ])
    expect(market.formingBar(1, M1, START + 3_000)).toEqual({
      openedAt: forming?.openedAt,
      open: forming?.open,
      high,
      low,
      close: high,
      volume: (forming?.volume ?? 0) + 3,
    })
    const next = { openedAt: START + 30_000, open: 500, high: 700, low: 500, close: 700, volume: 2 }
    expect(market.formingBar(1, M1, START + 60_000)).toEqual(next)
    expect(market.formingBar(1, M1, START + 200_000)).toBeUndefined()
    const range = { from: START - 90_000, to: START + 60_000, now: START + 60_000 }
    expect(market.barsBetween(1, M1, range).map(({ openedAt }) => openedAt - START)).toEqual([
      -90_000, -30_000, 30_000,
    ])
    expect(market.barsBetween(1, M1, { ...range, count: 2 })).toHaveLength(2)
  })

  it('stands where the past left it, and has its bar, until something is drawn', () => {
    const market = drawnMarket(past, START)
    expect(market.quoteAt(1, START + 60_000)).toEqual(past.quoteAt(1, START))
    expect(market.formingBar(1, M1, START + 20_000)).toEqual(past.formingBar(1, M1, START))
    expect(market.firstReach(1, 'bid', 'atOrAbove', 1, START, Infinity)).toBeUndefined()
  })

  it('begins with a bar of its own where the past has none', () => {
    const closed = Date.UTC(2026, 0, 10, 12)
    const market = drawnMarket(past, closed)
    market.draw([{ symbolId: 1, at: closed + 5, bid: 7, told: true }])
    expect(past.formingBar(1, M1, closed)).toBeUndefined()
    expect(market.formingBar(1, M1, closed + 10)).toMatchObject({ open: 7, close: 7 })
  })

  it('finds when a price is first reached', () => {
    const market = marketOf([tick(1_000, 100, 110), tick(2_000, 90, 100), tick(3_000, 120, 130)])
    const reach = (side: 'bid' | 'ask', beyond: 'atOrBelow' | 'atOrAbove', price: number, until = Infinity) =>
      market.firstReach(1, side, beyond, price, START + 500, until)
    expect(market.firstReach(1, 'ask', 'atOrBelow', 110, START + 1_000, Infinity)).toBe(START + 2_000)
    expect(reach('bid', 'atOrBelow', 95)).toBe(START + 2_000)
    expect(reach('ask', 'atOrBelow', 110)).toBe(START + 1_000)
    expect(reach('ask', 'atOrAbove', 125)).toBe(START + 3_000)
    expect(reach('ask', 'atOrAbove', 125, START + 2_999)).toBeUndefined()
  })

  it('has a book around its quote, whose ids stand for prices', () => {
    const market = marketOf([tick(1_000, 100_000, 100_010), tick(2_000, 100_000, 100_020)])
    const [one, other] = [market.bookAt(1, START + 1_000), market.bookAt(1, START + 2_000)]
    const best = (side: 'bid' | 'ask', book = one) => book.find(level => level.side === side)
    expect([best('bid')?.price, best('ask')?.price]).toEqual([100_000, 100_010])
    expect(best('ask', other)?.price).toBe(100_020)
    expect(best('bid', other)?.id).toBe(best('bid')?.id)
    for (const book of [one, other]) expect(new Set(book.map(({ id }) => id)).size).toBe(book.length)
    const prices = new Map([...one, ...other].map(({ id, side, price }) => [id, `${side} ${price}`]))
    for (const { id, side, price } of [...one, ...other]) expect(prices.get(id)).toBe(`${side} ${price}`)
  })

  it('converts at its quotes', () => {
    const [{ light }] = past.catalogue.symbols.filter(symbol => symbol.light.symbolId === 1) as [
      (typeof past.catalogue.symbols)[number],
    ]
    const market = marketOf([tick(1_000, 119_000, 121_000)])
    expect(market.rate(light.baseAssetId, light.quoteAssetId, START + 1_000)).toBe(1.2)
    expect(market.rate(light.quoteAssetId, light.baseAssetId, START + 1_000)).toBe(1 / 1.2)
    expect(() => market.rate(light.baseAssetId, 999, START)).toThrow('no way from asset')
  })

  it('moves by a shift from the next ms on, by all of those of one ms', () => {
    const market = marketOf([tick(1_000, 100, 110)])
    market.shift(1, 5, START + 1_000)
    expect(market.nextTick(1, START + 1_000)).toEqual({ at: START + 1_001, bid: 105, ask: 115 })
    market.shift(1, 5, START + 1_000)
    expect(market.nextTick(1, START + 1_000)).toEqual({ at: START + 1_001, bid: 110, ask: 120 })
    expect(market.nextTick(1, START + 1_001)).toEqual({ at: Infinity })
  })

  it('makes one tick of the sides that are drawn for one time', () => {
    const market = marketOf([tick(1_000, 100), tick(1_000, 99, undefined, false), tick(2_000, 102)])
    market.draw([tick(1_000, undefined, 110), tick(1_000, 100)])
    expect(market.nextTick(1, START)).toEqual({ at: START + 1_000, bid: 100, ask: 110 })
    expect(market.nextTick(1, START + 1_000)).toEqual({ at: START + 2_000, bid: 102 })
    expect([...market.ticksBetween(1, START + 1_000, START + 1_000)]).toEqual([
      { at: START + 1_000, bid: 100, ask: 110 },
      { at: START + 1_000, bid: 99 },
    ])
    // What the market does not tell comes behind it.
    expect(market.quoteAt(1, START + 1_000)).toEqual({ at: START + 1_000, bid: 99, ask: 110 })
    expect(market.quoteAt(1, START + 2_000)).toEqual({ at: START + 2_000, bid: 102, ask: 110 })
  })

  it.each([
    [tick(1_000, 101_000), 'symbol 1 has two bids at one time, 1 and 1.01, 1000 ms after the start'],
    [tick(1_000, 100_000, 7), 'symbol 1 has two asks at one time, 1.1 and 0.00007, 1000 ms after the start'],
  ])('has no two prices of a side at one time', (other, message) => {
    const market = marketOf([tick(1_000, 100_000, 110_000)])
    expect(() => {
      market.draw([other])
    }).toThrow(`${message}: draw them a ms apart`)
  })

  it('is the same in any order of drawing', () => {
    const side = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined })
    const changes = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 40 }), side, side, fc.boolean()), {
      selector: ([at]) => at,
    })
    fc.assert(
      fc.property(
        changes.chain(list =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          const ticks = (from: typeof list) =>
            from.map(([at, bid, ask, told]) =>
              tick(at, bid, ask, told || (bid === undefined && ask === undefined)),
            )
          const inOrder = marketOf(ticks([...list].sort(([a], [b]) => a - b)))
          const oneByOne = drawnMarket(past, START)
          for (const change of ticks(shuffled)) oneByOne.draw([change])
          const times = Array.from({ length: 43 }, (_, i) => START - 1 + i)
          const played = (market: typeof inOrder) => [
            times.map(at => market.quoteAt(1, at)),
            times.map(at => market.nextTick(1, at)),
            [...market.ticksBetween(1, START + 1, START + 41)],
            market.formingBar(1, M1, START + 20),
          ]
          expect(played(oneByOne)).toEqual(played(inOrder))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('tells what is drawn for its start in the place of what it stood at', () => {
    const { at } = past.quoteAt(1, START)
    const market = drawnMarket(past, at)
    expect(market.nextTick(1, at - 1)).toEqual(past.nextTick(1, at - 1))
    market.draw([{ symbolId: 1, at, bid: 5, told: true }])
    expect(market.nextTick(1, at - 1)).toEqual({ at, bid: 5 })
  })

  it('opens where it is told to', () => {
    const opening = { at: START, bid: 5, ask: 7 }
    const market = drawnMarket(past, START, () => opening)
    expect(market.quoteAt(1, START - 1)).toEqual(past.quoteAt(1, START - 1))
    expect(market.quoteAt(1, START)).toEqual(opening)
    market.draw([tick(1_000, 6)])
    expect(market.quoteAt(1, START + 1_000)).toEqual({ at: START + 1_000, bid: 6, ask: 7 })
  })
})
