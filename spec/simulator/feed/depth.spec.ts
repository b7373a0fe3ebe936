import * as fc from 'fast-check'
import type { ProtoOADepthEvent, ProtoOADepthQuote } from '../../../src/protocol/messages/quotes'
import { createFeed } from '../../../src/simulator/feed/feed'
import { toDepthQuote } from '../../../src/simulator/feed/wire'
import type { Market, Tick } from '../../../src/simulator/market/model/market'
import { defaultUnknowns } from '../../../src/simulator/model/unknowns'
import { listener } from './listener'
import type { Listener } from './listener'
import { tapeMarket } from './tapeMarket'

const NOON = Date.UTC(2026, 0, 7, 12)
const first = { at: NOON, bid: 1000, ask: 1002 }

/** What a client knows of the book after these events. */
const fold = (events: readonly Record<string, unknown>[]): Map<number, ProtoOADepthQuote> => {
  const book = new Map<number, ProtoOADepthQuote>()
  for (const event of events) {
    const { newQuotes = [], deletedQuotes = [] } = event as unknown as ProtoOADepthEvent
    for (const quote of newQuotes) book.set(quote.id, quote)
    for (const id of deletedQuotes) book.delete(id)
  }
  return book
}

const bookOf = (market: Market, at: number): Map<number, ProtoOADepthQuote> =>
  new Map(market.bookAt(1, at).map(level => [level.id, toDepthQuote(level)]))

const ticks: fc.Arbitrary<readonly Tick[]> = fc
  .array(
    fc.record({
      wait: fc.integer({ min: 1, max: 90_000 }),
      bid: fc.option(fc.integer({ min: 990, max: 1000 }), { nil: undefined }),
      spread: fc.integer({ min: 1, max: 4 }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map(steps => {
    let { at, bid } = first
    return steps.map(({ wait, bid: changed, spread }) => {
      at += wait
      bid = changed ?? bid
      return { at, ...(changed !== undefined && { bid }), ask: bid + spread }
    })
  })

describe('depth events', () => {
  it('add up to the book at every tick, for subscribers at any time', () => {
    fc.assert(
      fc.property(ticks, fc.nat({ max: 19 }), fc.boolean(), (tape, lateAt, firstDepthIsFull) => {
        const market = tapeMarket({ 1: [first, ...tape] })
        const feed = createFeed(market, { ...defaultUnknowns, firstDepthIsFull })
        const listeners: Listener[] = []
        const come = (at: number): void => {
          const session = listener()
          listeners.push(session)
          feed.subscribeDepth({ session, accountId: 7 }, 1, at)
        }
        come(NOON)
        expect(fold(listeners[0]?.heard ?? [])).toEqual(bookOf(market, NOON))
        tape.forEach(({ at }, i) => {
          feed.advanceTo(at)
          if (i === lateAt) come(at)
          for (const { heard } of listeners) expect(fold(heard)).toEqual(bookOf(market, at))
        })
      }),
    )
  })

  it('begin with the whole book in one event', () => {
    const market = tapeMarket({ 1: [first] })
    const session = listener()
    createFeed(market, defaultUnknowns).subscribeDepth({ session, accountId: 7 }, 1, NOON)
    expect(session.heard).toEqual([
      { ctidTraderAccountId: 7, symbolId: 1, newQuotes: market.bookAt(1, NOON).map(toDepthQuote) },
    ])
  })

  it('begin level by level where the first event is not the book', () => {
    const market = tapeMarket({ 1: [first] })
    const session = listener()
    createFeed(market, { ...defaultUnknowns, firstDepthIsFull: false }).subscribeDepth(
      { session, accountId: 7 },
      1,
      NOON,
    )
    expect(session.heard.map(event => event['newQuotes'])).toEqual(
      market.bookAt(1, NOON).map(level => [toDepthQuote(level)]),
    )
  })

  it('carry what changed, and nothing comes when nothing did', () => {
    const tape = [first, { at: NOON + 1, bid: 1000 }, { at: NOON + 2, bid: 999 }]
    const feed = createFeed(tapeMarket({ 1: tape }), defaultUnknowns)
    const session = listener()
    feed.subscribeDepth({ session, accountId: 7 }, 1, NOON)
    session.news()
    feed.advanceTo(NOON + 1)
    expect(session.news()).toEqual([])
    feed.advanceTo(NOON + 2)
    expect(session.news()).toEqual([
      {
        ctidTraderAccountId: 7,
        symbolId: 1,
        newQuotes: [{ id: 990 * 2, size: 900_000, bid: 990 }],
        deletedQuotes: [1000 * 2],
      },
    ])
  })

  it('are reckoned once for all who listen', () => {
    const market = tapeMarket({ 1: [first, { at: NOON + 1, bid: 999 }] })
    const bookAt = jest.fn(market.bookAt)
    const feed = createFeed({ ...market, bookAt }, defaultUnknowns)
    const sessions = Array.from({ length: 5 }, listener)
    for (const session of sessions) feed.subscribeDepth({ session, accountId: 7 }, 1, NOON)
    feed.advanceTo(NOON + 1)
    expect(bookAt).toHaveBeenCalledTimes(2)
    for (const { heard } of sessions) expect(heard).toHaveLength(2)
  })

  it('end when unsubscribed, and leave the spots alone', () => {
    const feed = createFeed(tapeMarket({ 1: [first, { at: NOON + 1, bid: 999 }] }), defaultUnknowns)
    const session = listener()
    const subscriber = { session, accountId: 7 }
    feed.subscribeDepth(subscriber, 1, NOON)
    feed.subscribeSpots(subscriber, 1, false, NOON)
    feed.unsubscribeDepth(subscriber, 1)
    session.news()
    feed.advanceTo(NOON + 1)
    expect(session.news()).toEqual([{ ctidTraderAccountId: 7, symbolId: 1, bid: 999 }])
    expect(feed.hasDepth(subscriber, 1)).toBe(false)
  })
})
