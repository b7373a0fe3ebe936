import * as fc from 'fast-check'
import { createMarket } from '../../../../src/simulator/market/createMarket'
import type { Level } from '../../../../src/simulator/market/model/market'
import {
  EURUSD,
  HOUR,
  MINUTE,
  SECOND,
  WEDNESDAY_NOON,
  marketOf,
  seeds,
  symbolIds,
  ticksOf,
  times,
} from '../support'

describe('the book', () => {
  it('has ten levels a side around the quote, in order, on the grid, with round sizes', () => {
    fc.assert(
      fc.property(seeds, symbolIds, times, (seed, symbolId, at) => {
        const market = marketOf(seed)
        const { digits = NaN, lotSize = NaN } = market.symbol(symbolId)?.terms ?? {}
        const book = market.bookAt(symbolId, at)
        const prices = (side: Level['side']) =>
          book.flatMap(level => (level.side === side ? [level.price] : []))
        const { bid, ask } = market.quoteAt(symbolId, at)
        expect(book.map(({ side }) => side)).toEqual([
          ...Array<string>(10).fill('bid'),
          ...Array<string>(10).fill('ask'),
        ])
        expect(prices('bid')[0]).toBe(bid)
        expect(prices('ask')[0]).toBe(ask)
        expect(prices('bid')).toEqual([...new Set(prices('bid'))].sort((a, b) => b - a))
        expect(prices('ask')).toEqual([...new Set(prices('ask'))].sort((a, b) => a - b))
        expect(book.filter(({ price }) => price % 10 ** (5 - digits) !== 0)).toEqual([])
        expect(book.filter(({ size }) => size <= 0 || size % lotSize !== 0)).toEqual([])
        expect(book.every(({ id }) => Number.isSafeInteger(id) && id > 0)).toBe(true)
        expect(new Set(book.map(({ id }) => id)).size).toBe(20)
      }),
      { numRuns: 50 },
    )
  })

  it('is the same whenever it is asked for', () => {
    const market = createMarket(3)
    const later = market.bookAt(EURUSD, WEDNESDAY_NOON + HOUR)
    market.bookAt(EURUSD, WEDNESDAY_NOON)
    expect(createMarket(3).bookAt(EURUSD, WEDNESDAY_NOON + HOUR)).toEqual(later)
    expect(createMarket(4).bookAt(EURUSD, WEDNESDAY_NOON + HOUR)).not.toEqual(later)
  })

  it('gives an id to one price on one side only', () => {
    const market = marketOf(1)
    const named = new Map<number, string>()
    const prices = new Map<string, Set<number>>()
    for (const { at } of market.ticksBetween(EURUSD, WEDNESDAY_NOON, WEDNESDAY_NOON + 20 * MINUTE))
      for (const { id, side, price } of market.bookAt(EURUSD, at)) {
        const known = named.get(id) ?? `${side} ${price}`
        named.set(id, `${side} ${price}` === known ? known : 'another')
        prices.set(known, (prices.get(known) ?? new Set()).add(id))
      }
    expect([...named.values()]).not.toContain('another')
    // Not for ever: what comes back after a while is another level.
    expect(Math.max(...[...prices.values()].map(ids => ids.size))).toBeGreaterThan(3)
  })

  it('stays mostly as it was from tick to tick, and not for ever', () => {
    const market = marketOf(1)
    const as = (levels: readonly Level[]) => levels.map(({ id, size }) => `${id} ${size}`)
    const shared = (at: number, later: number): number => {
      const before = new Set(as(market.bookAt(EURUSD, at)))
      return as(market.bookAt(EURUSD, later)).filter(level => before.has(level)).length / 20
    }
    const times = ticksOf(market, EURUSD, WEDNESDAY_NOON, WEDNESDAY_NOON + MINUTE).map(({ at }) => at)
    const shares = times.slice(1).map((at, i) => shared(times[i] ?? NaN, at))
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.7)
    expect(shared(WEDNESDAY_NOON, WEDNESDAY_NOON + 10 * MINUTE)).toBeLessThan(0.1)
  })

  it('changes sizes under the same id, and loses levels', () => {
    const market = marketOf(1)
    const before = market.bookAt(EURUSD, WEDNESDAY_NOON)
    const after = new Map(
      market.bookAt(EURUSD, WEDNESDAY_NOON + 8 * SECOND).map(({ id, size }) => [id, size]),
    )
    const changes = before.map(({ id, size }) => {
      const now = after.get(id)
      return now === undefined ? 'gone' : now === size ? 'same' : 'changed'
    })
    expect(changes).toContain('changed')
    expect(changes).toContain('gone')
  })
})
