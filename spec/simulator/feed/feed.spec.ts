import { ProtoOATrendbarPeriod } from '../../../src/protocol/messages/enums'
import { createFeed } from '../../../src/simulator/feed/feed'
import type { Feed } from '../../../src/simulator/feed/feed'
import { defaultUnknowns } from '../../../src/simulator/model/unknowns'
import type { Tick } from '../../../src/simulator/market/model/market'
import { listener } from './listener'
import type { Listener } from './listener'
import { tapeMarket } from './tapeMarket'

const { M1, M5, H1 } = ProtoOATrendbarPeriod
const NOON = Date.UTC(2026, 0, 7, 12)
const MINUTE = 60_000
const ACCOUNT = 7

const first = { at: NOON - 60_000, bid: 113_950, ask: 113_955 }
const at = (ms: number, sides: Omit<Tick, 'at'>): Tick => ({ at: NOON + ms, ...sides })

const feedOf = (tapes: Readonly<Record<number, readonly Tick[]>>): Feed =>
  createFeed(tapeMarket(tapes), defaultUnknowns)

const join = (
  feed: Feed,
  symbolIds: readonly number[],
  { session = listener(), accountId = ACCOUNT, timestamps = false, ms = 0 } = {},
): Listener => {
  for (const symbolId of symbolIds)
    feed.subscribeSpots({ session, accountId }, symbolId, timestamps, NOON + ms)
  return session
}

describe('spot events', () => {
  it('begin with both sides as they stand', () => {
    const session = join(feedOf({ 1: [first] }), [1])
    expect(session.heard).toEqual([
      { ctidTraderAccountId: ACCOUNT, symbolId: 1, bid: 113_950, ask: 113_955, sessionClose: NaN },
    ])
  })

  it('say the time of the price to those who asked for it', () => {
    const feed = feedOf({ 1: [first, at(500, { bid: 113_951 })] })
    const [asked, other] = [join(feed, [1], { timestamps: true }), join(feed, [1])]
    feed.advanceTo(NOON + 1000)
    expect(asked.heard.map(event => event['timestamp'])).toEqual([first.at, NOON + 500])
    expect(other.heard.map(event => 'timestamp' in event)).toEqual([false, false])
  })

  it('carry the sides that changed, one event a tick', () => {
    const feed = feedOf({
      1: [first, at(1, { bid: 3 }), at(2, { ask: 4 }), at(3, { bid: 5, ask: 6 })],
    })
    const session = join(feed, [1])
    session.news()
    feed.advanceTo(NOON + 3)
    expect(session.news()).toEqual([
      { ctidTraderAccountId: ACCOUNT, symbolId: 1, bid: 3 },
      { ctidTraderAccountId: ACCOUNT, symbolId: 1, ask: 4 },
      { ctidTraderAccountId: ACCOUNT, symbolId: 1, bid: 5, ask: 6 },
    ])
  })

  it('come in the order of time, for any symbol', () => {
    const feed = feedOf({
      1: [first, at(10, { bid: 1 }), at(30, { bid: 3 })],
      2: [first, at(20, { bid: 2 }), at(40, { bid: 4 })],
    })
    const session = join(feed, [2, 1], { timestamps: true })
    session.news()
    feed.advanceTo(NOON + 1000)
    expect(session.news().map(event => [event['timestamp'], event['symbolId']])).toEqual([
      [NOON + 10, 1],
      [NOON + 20, 2],
      [NOON + 30, 1],
      [NOON + 40, 2],
    ])
  })

  it('are due when the next tick of a subscribed symbol is, and never when none is', () => {
    const feed = feedOf({ 1: [first, at(10, { bid: 1 })], 2: [first, at(20, { bid: 2 })] })
    expect(feed.nextAt()).toBeUndefined()
    const session = join(feed, [2])
    expect(feed.nextAt()).toBe(NOON + 20)
    join(feed, [1], { session })
    expect(feed.nextAt()).toBe(NOON + 10)
    feed.unsubscribeSpots({ session, accountId: ACCOUNT }, 1)
    expect(feed.nextAt()).toBe(NOON + 20)
    feed.leave(session)
    expect(feed.nextAt()).toBeUndefined()
  })

  it('tell the close of the day before at the first event, and again when a day begins', () => {
    const day = 1_440 * MINUTE
    const feed = feedOf({
      1: [
        at(-day, { bid: 100, ask: 101 }),
        at(10, { bid: 110 }),
        at(day, { bid: 120 }),
        at(day + 1, { bid: 121 }),
      ],
    })
    const session = join(feed, [1])
    feed.advanceTo(NOON + 2 * day)
    expect(session.heard.map(event => event['sessionClose'])).toEqual([100, undefined, 110, undefined])
  })

  it('tell subscribers of a new day also when another came before its first tick', () => {
    const day = 1_440 * MINUTE
    const feed = feedOf({ 1: [first, at(day, { bid: 120 })] })
    const session = join(feed, [1])
    feed.advanceTo(NOON + 0.7 * day)
    join(feed, [1], { ms: 0.7 * day })
    session.news()
    feed.advanceTo(NOON + day)
    expect(session.news()).toMatchObject([{ bid: 120, sessionClose: first.bid }])
  })

  it('keep the sessions and the accounts of a session apart', () => {
    const feed = feedOf({ 1: [first, at(1, { bid: 1 })], 2: [first, at(1, { bid: 2 })] })
    const [one, both] = [join(feed, [1]), join(feed, [1, 2])]
    join(feed, [2], { session: both, accountId: 8 })
    one.news()
    both.news()
    feed.advanceTo(NOON + 1)
    expect(one.news()).toEqual([{ ctidTraderAccountId: 7, symbolId: 1, bid: 1 }])
    expect(both.news()).toEqual([
      { ctidTraderAccountId: 7, symbolId: 1, bid: 1 },
      { ctidTraderAccountId: 7, symbolId: 2, bid: 2 },
      { ctidTraderAccountId: 8, symbolId: 2, bid: 2 },
    ])
  })

  it('end for an account that leaves, and for all accounts of a session that does', () => {
    const feed = feedOf({ 1: [first, at(1, { bid: 1 }), at(2, { bid: 2 }), at(3, { bid: 3 })] })
    const [leaving, staying] = [join(feed, [1]), join(feed, [1])]
    join(feed, [1], { session: leaving, accountId: 8 })
    leaving.news()
    feed.leave(leaving, ACCOUNT)
    feed.advanceTo(NOON + 1)
    expect(leaving.news()).toEqual([{ ctidTraderAccountId: 8, symbolId: 1, bid: 1 }])
    feed.leave(leaving)
    feed.advanceTo(NOON + 3)
    expect(leaving.news()).toEqual([])
    expect(staying.heard).toHaveLength(4)
  })

  it('reach the others when one leaves because of what it heard', () => {
    const feed = feedOf({ 1: [first, at(1, { bid: 1 }), at(2, { bid: 2 })] })
    const ears = listener()
    const fragile: Listener = {
      ...ears,
      push: (...event) => {
        ears.push(...event)
        if (ears.heard.length === 2) feed.leave(fragile)
      },
    }
    join(feed, [1], { session: fragile })
    const other = join(feed, [1])
    feed.advanceTo(NOON + 2)
    expect(ears.heard).toHaveLength(2)
    expect(other.heard).toHaveLength(3)
  })

  it('have the new prices of a market that was shifted', () => {
    const tapes: Record<number, Tick[]> = { 1: [first, at(10, { bid: 1 })] }
    const feed = feedOf(tapes)
    const session = join(feed, [1])
    session.news()
    tapes[1] = [first, at(5, { bid: 500, ask: 501 }), at(10, { bid: 502 })]
    feed.repriced(1, NOON)
    expect(feed.nextAt()).toBe(NOON + 5)
    feed.advanceTo(NOON + 10)
    expect(session.news()).toMatchObject([{ bid: 500, ask: 501 }, { bid: 502 }])
  })
})

describe('live trendbars', () => {
  const ticks = [
    first,
    at(1, { bid: 100, ask: 102 }),
    at(2, { ask: 101 }),
    at(3, { bid: 90 }),
    at(4, { bid: 110 }),
    at(MINUTE, { ask: 112 }),
    at(MINUTE + 1, { bid: 105 }),
  ]
  const minute = NOON / MINUTE

  it('come in the events with a bid, for every period, without a close', () => {
    const feed = feedOf({ 1: ticks })
    const session = join(feed, [1])
    session.news()
    feed.setPeriods({ session, accountId: ACCOUNT }, 1, new Set([M5, M1]))
    feed.advanceTo(NOON + 4)
    const bar = { low: 100, deltaOpen: 0, deltaHigh: 0, utcTimestampInMinutes: minute }
    const inAll = (values: object): object[] => [
      { period: M1, ...bar, ...values },
      { period: M5, ...bar, ...values },
    ]
    expect(session.news().map(event => event['trendbar'])).toEqual([
      inAll({ volume: 2 }),
      undefined,
      inAll({ volume: 4, low: 90, deltaOpen: 10, deltaHigh: 10 }),
      inAll({ volume: 5, low: 90, deltaOpen: 10, deltaHigh: 20 }),
    ])
  })

  it('count an ask that came before the first bid of a bar', () => {
    const feed = feedOf({ 1: ticks })
    const session = join(feed, [1])
    feed.setPeriods({ session, accountId: ACCOUNT }, 1, new Set([M1]))
    feed.advanceTo(NOON + MINUTE + 1)
    expect(session.heard.at(-1)?.['trendbar']).toEqual([
      { volume: 2, period: M1, low: 105, deltaOpen: 0, deltaHigh: 0, utcTimestampInMinutes: minute + 1 },
    ])
  })

  it('are of the session and account that subscribed to them', () => {
    const feed = feedOf({ 1: ticks })
    const [hours, minutes, none] = [join(feed, [1]), join(feed, [1]), join(feed, [1])]
    join(feed, [1], { session: hours, accountId: 8 })
    feed.setPeriods({ session: hours, accountId: ACCOUNT }, 1, new Set([H1]))
    feed.setPeriods({ session: minutes, accountId: ACCOUNT }, 1, new Set([M1]))
    for (const session of [hours, minutes, none]) session.news()
    feed.advanceTo(NOON + 1)
    const heard = (session: Listener): unknown[] =>
      session.news().map(event => [event['ctidTraderAccountId'], event['trendbar']])
    expect(heard(hours)).toEqual([
      [7, [expect.objectContaining({ period: H1 })]],
      [8, undefined],
    ])
    expect(heard(minutes)).toEqual([[7, [expect.objectContaining({ period: M1 })]]])
    expect(heard(none)).toEqual([[7, undefined]])
  })

  it('end with the spots, also when those are subscribed again', () => {
    const feed = feedOf({ 1: ticks })
    const session = join(feed, [1])
    const subscriber = { session, accountId: ACCOUNT }
    feed.setPeriods(subscriber, 1, new Set([M1]))
    feed.unsubscribeSpots(subscriber, 1)
    join(feed, [1], { session })
    session.news()
    feed.advanceTo(NOON + 1)
    expect(session.news().map(event => 'trendbar' in event)).toEqual([false])
  })

  it('are whole after a time in which only the depth was looked at', () => {
    const feed = feedOf({ 1: ticks })
    const session = listener()
    const subscriber = { session, accountId: ACCOUNT }
    const followBars = (ms: number): void => {
      join(feed, [1], { session, ms })
      feed.setPeriods(subscriber, 1, new Set([M1]))
    }
    feed.subscribeDepth(subscriber, 1, NOON)
    followBars(0)
    feed.advanceTo(NOON + 1)
    feed.unsubscribeSpots(subscriber, 1)
    feed.advanceTo(NOON + 3)
    followBars(3)
    feed.advanceTo(NOON + 4)
    expect(session.heard.flatMap(event => event['trendbar'] ?? []).at(-1)).toMatchObject({
      volume: 5,
      low: 90,
    })
  })
})
