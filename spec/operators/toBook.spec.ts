import * as fc from 'fast-check'
import { from, lastValueFrom, map, of, toArray } from 'rxjs'
import { toBook } from 'rx-ctrader'
import type { OrderBook, PriceLevel, ProtoOADepthEvent } from 'rx-ctrader'
import { inVirtualTime } from '../support/virtualTime'

const RUNS = Number(process.env['BOOK_RUNS'] ?? 300)

type Change = Pick<ProtoOADepthEvent, 'newQuotes' | 'deletedQuotes'>
type Quote = NonNullable<Change['newQuotes']>[number]

const event = (change: Change): ProtoOADepthEvent => ({ ctidTraderAccountId: 7, symbolId: 1, ...change })

const bid = (id: number, price: number, size: number): Quote => ({ id, size, bid: price })
const ask = (id: number, price: number, size: number): Quote => ({ id, size, ask: price })

const booksOf = (changes: readonly Change[]): OrderBook[] => {
  const books: OrderBook[] = []
  from(changes)
    .pipe(map(event), toBook())
    .subscribe(book => books.push(book))
  return books
}
const bookOf = (...changes: readonly Change[]): OrderBook => {
  const book = booksOf(changes).at(-1)
  if (!book) throw new Error('no change, no book')
  return book
}

const sizes = (levels: readonly PriceLevel[]): [price: number, size: number][] =>
  levels.map(({ price, size }) => [price, size])

const whole = {
  newQuotes: [
    bid(1, 113_950, 100_000_000),
    bid(2, 113_940, 200_000_000),
    bid(3, 113_945, 50_000_000),
    ask(4, 113_960, 50_000_000),
    ask(5, 113_955, 300_000_000),
  ],
}

describe('toBook', () => {
  it('marks a book whose best bid is above its best ask, and no other (A10)', () => {
    const [book, crossed, back] = booksOf([
      whole,
      { newQuotes: [bid(6, 113_958, 100)] },
      { deletedQuotes: [6] },
    ])
    expect(crossed).toMatchObject({ spread: -0.00003, crossed: true })
    expect(book).not.toHaveProperty('crossed')
    expect(back).toEqual(book)
  })

  it('begins anew with a whole book (B3)', () => {
    const seen: OrderBook[] = []
    from([event(whole), { ...event({ newQuotes: [ask(9, 113_900, 100)] }), whole: true as const }])
      .pipe(toBook())
      .subscribe(book => seen.push(book))
    expect(seen[1]).toEqual(bookOf({ newQuotes: [ask(9, 113_900, 100)] }))
  })

  it('sorts both sides, best first, with sizes in units and what is there up to each price', () => {
    expect(bookOf(whole)).toEqual({
      symbolId: 1,
      bids: [
        { price: 1.1395, size: 1_000_000, cumulative: 1_000_000 },
        { price: 1.13945, size: 500_000, cumulative: 1_500_000 },
        { price: 1.1394, size: 2_000_000, cumulative: 3_500_000 },
      ],
      asks: [
        { price: 1.13955, size: 3_000_000, cumulative: 3_000_000 },
        { price: 1.1396, size: 500_000, cumulative: 3_500_000 },
      ],
      bestBid: { price: 1.1395, size: 1_000_000, cumulative: 1_000_000 },
      bestAsk: { price: 1.13955, size: 3_000_000, cumulative: 3_000_000 },
      mid: 1.139525,
      spread: 0.00005,
      imbalance: -0.5,
    })
  })

  it('emits one book for each event', () => {
    inVirtualTime(({ hot, expectObservable }) => {
      const changes = {
        w: event({ newQuotes: [bid(1, 100, 100)] }),
        n: event({ newQuotes: [ask(2, 102, 300)] }),
        d: event({ deletedQuotes: [1] }),
      }
      const event$ = hot('  -w-n--d-|', changes)
      const expected = '    -1-2--3-|'
      const spread$ = event$.pipe(
        toBook(),
        map(({ bids, asks, spread }) => [bids.length, asks.length, spread]),
      )
      expectObservable(spread$).toBe(expected, {
        1: [1, 0, undefined],
        2: [1, 1, 0.00002],
        3: [0, 1, undefined],
      })
    })
  })

  it('errors with its source', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const event$ = cold<ProtoOADepthEvent>('---#')
      const expected = '                      ---#'
      expectObservable(event$.pipe(toBook())).toBe(expected)
    })
  })

  it('has no best price, mid, spread or imbalance where a side is empty', () => {
    const none = { mid: undefined, spread: undefined, imbalance: undefined }
    expect(bookOf({})).toEqual({
      symbolId: 1,
      bids: [],
      asks: [],
      bestBid: undefined,
      bestAsk: undefined,
      ...none,
    })
    const bids = bookOf({ newQuotes: [bid(1, 113_950, 100)] })
    expect(bids).toMatchObject({ bestBid: { price: 1.1395, size: 1 }, bestAsk: undefined, asks: [], ...none })
    const asks = bookOf({ newQuotes: [ask(1, 113_950, 100)] })
    expect(asks).toMatchObject({ bestBid: undefined, bestAsk: { price: 1.1395, size: 1 }, bids: [], ...none })
  })

  it('makes one level of the quotes at one price, and takes off it what is deleted', () => {
    const both = bookOf({ newQuotes: [bid(1, 113_950, 100), bid(2, 113_950, 250), bid(3, 113_940, 1)] })
    expect(sizes(both.bids)).toEqual([
      [1.1395, 3.5],
      [1.1394, 0.01],
    ])
    const one = bookOf({ newQuotes: [bid(1, 113_950, 100), bid(2, 113_950, 250)] }, { deletedQuotes: [2] })
    expect(sizes(one.bids)).toEqual([[1.1395, 1]])
  })

  it('lets a quote change its size, its price and its side', () => {
    const first = { newQuotes: [bid(1, 113_950, 100), bid(2, 113_940, 100)] }
    expect(sizes(bookOf(first, { newQuotes: [bid(1, 113_950, 700)] }).bids)).toEqual([
      [1.1395, 7],
      [1.1394, 1],
    ])
    expect(sizes(bookOf(first, { newQuotes: [bid(1, 113_930, 300)] }).bids)).toEqual([
      [1.1394, 1],
      [1.1393, 3],
    ])
    const turned = bookOf(first, { newQuotes: [ask(1, 113_950, 100)] })
    expect([sizes(turned.bids), sizes(turned.asks)]).toEqual([[[1.1394, 1]], [[1.1395, 1]]])
  })

  it('takes what is deleted and new in one event for new', () => {
    const book = bookOf(
      { newQuotes: [bid(1, 113_950, 100)] },
      { newQuotes: [bid(1, 113_930, 200)], deletedQuotes: [1] },
    )
    expect(sizes(book.bids)).toEqual([[1.1393, 2]])
  })

  it('ignores an unknown id that is deleted, and a quote without a price', () => {
    const book = bookOf(
      { newQuotes: [bid(1, 113_950, 100), { id: 2, size: 100 }, { id: 3, size: 100, bid: 0 }] },
      { deletedQuotes: [2, 99] },
      { newQuotes: [{ id: 1, size: 900 }] },
    )
    expect([sizes(book.bids), sizes(book.asks)]).toEqual([[[1.1395, 1]], []])
  })

  it('takes a quote without a size for one deleted', () => {
    const book = bookOf(
      { newQuotes: [bid(1, 113_950, 100), ask(2, 113_960, 0)] },
      { newQuotes: [bid(1, 113_950, 0)] },
    )
    expect([book.bids, book.asks]).toEqual([[], []])
  })

  it('says so where a book is crossed', () => {
    expect(bookOf({ newQuotes: [bid(1, 113_960, 100), ask(2, 113_950, 300)] })).toMatchObject({
      mid: 1.13955,
      spread: -0.0001,
      imbalance: -0.5,
    })
  })

  it('begins anew with each subscriber', async () => {
    const event$ = of(event({ newQuotes: [bid(1, 113_950, 100)] }))
    const book$ = event$.pipe(toBook(), toArray())
    const [first, second] = [await lastValueFrom(book$), await lastValueFrom(book$)]
    expect(second).toEqual(first)
  })

  it('gives the same lists whenever they are read', () => {
    const book = bookOf(whole)
    expect(book.bids).toBe(book.bids)
    expect(book.asks).toBe(book.asks)
  })

  const price = fc.integer({ min: 1, max: 40 })
  const quote = fc.record({
    id: fc.integer({ min: 1, max: 40 }),
    price,
    size: fc.nat(5),
    isBid: fc.boolean(),
  })
  const change = fc.record({
    newQuotes: fc.array(
      quote.map(({ id, size, isBid, price }) => (isBid ? bid(id, price, size) : ask(id, price, size))),
      { maxLength: 12 },
    ),
    deletedQuotes: fc.array(fc.integer({ min: 1, max: 45 }), { maxLength: 6 }),
  })

  /** The same by the book: every level summed up from all quotes there are. */
  const expected = (changes: readonly Change[], side: 'bid' | 'ask'): PriceLevel[] => {
    const quotes = new Map<number, Quote>()
    for (const { newQuotes = [], deletedQuotes = [] } of changes) {
      for (const id of deletedQuotes) quotes.delete(id)
      for (const quote of newQuotes) {
        quotes.delete(quote.id)
        if (quote.size > 0) quotes.set(quote.id, quote)
      }
    }
    const levels = new Map<number, number>()
    for (const quote of quotes.values()) {
      const at = quote[side]
      if (at !== undefined) levels.set(at, (levels.get(at) ?? 0) + quote.size)
    }
    const away = side === 'bid' ? -1 : 1
    let cumulative = 0
    return [...levels]
      .sort(([a], [b]) => (a - b) * away)
      .map(([at, size]) => {
        cumulative += size
        return { price: at / 100_000, size: size / 100, cumulative: cumulative / 100 }
      })
  }

  it('has after any changes what all quotes together make, and every book stays as it was', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), changes => {
        // Read only now, when the changes after each have been made.
        booksOf(changes).forEach((book, index) => {
          const before = changes.slice(0, index + 1)
          const [bids, asks] = [expected(before, 'bid'), expected(before, 'ask')]
          expect(book.bids).toEqual(bids)
          expect(book.asks).toEqual(asks)
          expect(book.bestBid).toEqual(bids[0])
          expect(book.bestAsk).toEqual(asks[0])
        })
      }),
      { numRuns: RUNS },
    )
  })
})
