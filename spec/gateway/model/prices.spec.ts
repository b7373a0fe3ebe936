import * as fc from 'fast-check'
import {
  applyBookChange,
  bookChange,
  emptyBook,
  mergeChanges,
  mergeSpots,
} from '../../../src/gateway/model/prices'
import { mergeDepths, mergeSpots as simulatorsSpots } from '../../../src/simulator/server/backlog'

const price = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined })
const bars = fc.uniqueArray(fc.record({ period: fc.constantFrom(1, 2, 5, 9), volume: fc.nat(9) }), {
  selector: ({ period }) => period,
})
const given = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
const spotEvents = fc.record({ bid: price, ask: price, bars }).map(({ bars: trendbar, ...sides }) => ({
  ctidTraderAccountId: 1,
  symbolId: 1,
  ...(given(sides) as { readonly bid?: number; readonly ask?: number }),
  ...(trendbar.length > 0 && { trendbar }),
}))

const ids = fc.integer({ min: 1, max: 6 })
const changes = fc.record({
  newQuotes: fc.uniqueArray(fc.record({ id: ids, size: fc.nat(9), bid: fc.constant(1) }), {
    selector: ({ id }) => id,
  }),
  deletedQuotes: fc.uniqueArray(ids),
})

const sorted = (items: readonly unknown[] | undefined): readonly string[] =>
  (items ?? []).map(item => JSON.stringify(item)).sort()

describe('current prices', () => {
  it('are the same as those of the simulator, which has its own code', () => {
    fc.assert(
      fc.property(spotEvents, spotEvents, (first, second) => {
        const { trendbar, ...sides } = mergeSpots(first, second)
        const { trendbar: expected, ...others } = simulatorsSpots(first, second)
        expect(sides).toEqual(others)
        expect(sorted(trendbar)).toEqual(sorted(expected))
      }),
    )
  })

  it('are the first event where nothing was known', () => {
    const event = { ctidTraderAccountId: 1, symbolId: 1, bid: 1 }
    expect(mergeSpots(undefined, event)).toBe(event)
  })
})

describe('a book', () => {
  it('stays as it is after a change of nothing', () => {
    const book = applyBookChange(emptyBook, { newQuotes: [{ id: 1, size: 5, bid: 1 }] })
    expect(applyBookChange(book, {})).toEqual(book)
    expect(mergeChanges({}, {})).toEqual({ newQuotes: [], deletedQuotes: [] })
    expect(bookChange(book, book)).toEqual({ newQuotes: [], deletedQuotes: [] })
  })

  it('is the same after two changes as after both in one', () => {
    fc.assert(
      fc.property(changes, changes, changes, (start, first, second) => {
        const before = applyBookChange(emptyBook, start)
        const stepwise = applyBookChange(applyBookChange(before, first), second)
        const both = applyBookChange(before, mergeChanges(first, second))
        expect(sorted([...both.values()])).toEqual(sorted([...stepwise.values()]))
        const simulators = mergeDepths(
          { ctidTraderAccountId: 1, symbolId: 1, ...first },
          { ctidTraderAccountId: 1, symbolId: 1, ...second },
        )
        expect(sorted(mergeChanges(first, second).newQuotes)).toEqual(sorted(simulators.newQuotes))
      }),
    )
  })

  it('is reached from any other by the change between them', () => {
    fc.assert(
      fc.property(changes, changes, (one, other) => {
        const from = applyBookChange(emptyBook, one)
        const to = applyBookChange(emptyBook, other)
        expect(sorted([...applyBookChange(from, bookChange(from, to)).values()])).toEqual(
          sorted([...to.values()]),
        )
      }),
    )
  })
})
