import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { ProtoOATrendbarPeriod } from '../../../src/protocol/messages/enums'
import type {
  ProtoOADepthEvent,
  ProtoOASpotEvent,
  ProtoOATrendbar,
} from '../../../src/protocol/messages/quotes'
import { toDepthQuote } from '../../../src/simulator/feed/wire'
import { createMarket } from '../../../src/simulator/market/createMarket'
import { ACCOUNT } from '../../support/account'
import { accountAuth, appAuth, ask, converse, expectOfficial } from '../../support/conversation'
import type { ConversationOptions } from '../../support/conversation'
import { rawClient } from '../../support/rawClient'
import type { RawClient, RawFrame } from '../../support/rawClient'
import { inVirtualTime } from '../../support/virtualTime'
import {
  EURUSD,
  USDJPY,
  MINUTE,
  HOUR,
  market,
  WEDNESDAY,
  SATURDAY,
  subscribe,
  timed,
  subscribeBars,
  unsubscribeBars,
  subscribeDepth,
  nothing,
  done,
  spotsIn,
  depthsIn,
  answerIn,
  play,
} from './quotesScene'

const { PROTO_OA_GET_TRENDBARS_REQ, PROTO_OA_SPOT_EVENT, PROTO_OA_SUBSCRIBE_SPOTS_RES } = PayloadType

const { M1, M5, D1 } = ProtoOATrendbarPeriod

describe('spots', () => {
  it('begin, after the answer, with both sides of each symbol as they stand', () => {
    const { replies } = converse([subscribe([USDJPY, EURUSD])], { start: WEDNESDAY, every: 100 })
    const first = (symbolId: number): object => {
      const { bid, ask } = market.quoteAt(symbolId, WEDNESDAY + 100)
      const sessionClose = market.sessionClose(symbolId, WEDNESDAY + 100)
      return {
        payloadType: PROTO_OA_SPOT_EVENT,
        payload: { ctidTraderAccountId: ACCOUNT, symbolId, bid, ask, sessionClose },
      }
    }
    expect(replies[0]?.slice(0, 3)).toEqual([
      done(PROTO_OA_SUBSCRIBE_SPOTS_RES),
      first(USDJPY),
      first(EURUSD),
    ])
  })

  it("are the market's ticks, one event each, with the sides that changed", () => {
    const { events } = play([subscribe([EURUSD], timed)], { every: HOUR })
    const expected = [...market.ticksBetween(EURUSD, WEDNESDAY + HOUR + 1, WEDNESDAY + 2 * HOUR - 1)]
    expect(events.length).toBeGreaterThan(1000)
    expect(
      events.slice(1).map(({ timestamp = 0, bid, ask }) => ({
        at: timestamp,
        ...(bid !== undefined && { bid }),
        ...(ask !== undefined && { ask }),
      })),
    ).toEqual(expected)
  })

  it('come when they happen', () => {
    inVirtualTime(({ at }) => {
      const client = rawClient(createSimulator({ start: WEDNESDAY }).connect)
      client.send(appAuth, accountAuth, subscribe([EURUSD], timed))
      at(MINUTE / 2, () => {
        client.leave()
        const times = client.timed.flatMap(([ms, text]) =>
          spotsIn([JSON.parse(text) as RawFrame]).map(({ timestamp = 0 }) => [ms, timestamp - WEDNESDAY]),
        )
        expect(times.length).toBeGreaterThan(2)
        for (const [ms, timestamp] of times.slice(1)) expect(timestamp).toBe(ms)
      })
    })
  })

  it('say no time unless asked for it', () => {
    for (const { timestamp } of play([subscribe([EURUSD])], { every: MINUTE }).events)
      expect(timestamp).toBeUndefined()
  })

  it('come once while the market is closed, and again when it opens', () => {
    const lastQuote = market.quoteAt(EURUSD, SATURDAY)
    const open = Date.UTC(2026, 0, 11, 22)
    const over = play([subscribe([EURUSD], timed)], { start: SATURDAY, every: HOUR })
    expect(over.events).toMatchObject([{ bid: lastQuote.bid, ask: lastQuote.ask, timestamp: lastQuote.at }])
    const [before, ...after] = play([subscribe([EURUSD], timed)], {
      start: open - HOUR - 1000,
      every: HOUR,
    }).events
    expect(before).toMatchObject({ timestamp: lastQuote.at })
    expect(after.length).toBeGreaterThan(10)
    for (const { timestamp } of after) expect(timestamp).toBeGreaterThanOrEqual(open)
    // The first tick of the week begins a trading day.
    expect(after.map(({ sessionClose }) => sessionClose !== undefined).indexOf(true)).toBe(0)
    expect(after.filter(({ sessionClose }) => sessionClose !== undefined)).toHaveLength(1)
  })

  it('are each session’s own', () => {
    inVirtualTime(({ at }) => {
      const broker = createSimulator({ start: WEDNESDAY })
      const [euro, both] = [[EURUSD], [EURUSD, USDJPY]].map((symbolIds): RawClient => {
        const client = rawClient(broker.connect)
        client.send(appAuth, accountAuth, subscribe(symbolIds))
        at(MINUTE / 2, client.leave)
        return client
      })
      at(MINUTE / 2, () => {
        const of = (client: RawClient | undefined): ProtoOASpotEvent[] => spotsIn(client?.frames())
        expect(new Set(of(both).map(({ symbolId }) => symbolId))).toEqual(new Set([EURUSD, USDJPY]))
        expect(of(euro).length).toBeGreaterThan(5)
        expect(of(euro)).toEqual(of(both).filter(({ symbolId }) => symbolId === EURUSD))
      })
    })
  })

  it('are the same with the same seed, byte for byte, and others with another', () => {
    const texts = (seed: number): readonly string[] =>
      play([subscribe([EURUSD], timed), subscribeBars(EURUSD, M1), subscribeDepth([USDJPY])], {
        seed,
        every: MINUTE,
      }).texts
    expect(texts(1)).toEqual(texts(1))
    expect(texts(1)).not.toEqual(texts(2))
  })

  it('stop without a connection, and go on as if there had been one', () => {
    const gap = (from: number, to: number): readonly ProtoOASpotEvent[] => {
      const events: ProtoOASpotEvent[] = []
      inVirtualTime(({ at }) => {
        const broker = createSimulator({ start: WEDNESDAY })
        const visit = (begin: number, end: number): void => {
          at(begin, () => {
            const client = rawClient(broker.connect)
            client.send(appAuth, accountAuth, subscribe([EURUSD], timed))
            at(end - begin, () => {
              client.leave()
              events.splice(0, Infinity, ...spotsIn(client.frames()))
            })
          })
        }
        if (from > 0) visit(0, from)
        visit(to, to + MINUTE / 2)
      })
      return events
    }
    expect(gap(MINUTE / 2, 5 * HOUR)).toEqual(gap(0, 5 * HOUR))
  })
})

describe('live trendbars', () => {
  it('come with the bids, of every subscribed period, as the market has them', () => {
    const { events, texts } = play(
      [subscribe([EURUSD], timed), subscribeBars(EURUSD, D1), subscribeBars(EURUSD, M1), nothing],
      { every: MINUTE },
    )
    const after = events.filter(({ timestamp = 0 }) => timestamp > WEDNESDAY + 3 * MINUTE)
    expect(after.length).toBeGreaterThan(20)
    for (const { bid, trendbar, timestamp = 0 } of after)
      expect(trendbar).toEqual(
        bid === undefined
          ? undefined
          : [M1, D1].map(period => {
              const bar = market.formingBar(EURUSD, period, timestamp)
              return (
                bar && {
                  volume: bar.volume,
                  period,
                  low: bar.low,
                  deltaOpen: bar.open - bar.low,
                  deltaHigh: bar.high - bar.low,
                  utcTimestampInMinutes: bar.openedAt / MINUTE,
                }
              )
            }),
      )
    expectOfficial(texts)
  })

  it('become the bars of history: the close is the last bid, and the last asks are counted too', () => {
    const minutes = 10
    const { replies } = converse(
      [
        subscribe([EURUSD], timed),
        subscribeBars(EURUSD, M1),
        ...Array<object>(minutes).fill(nothing),
        ask(PROTO_OA_GET_TRENDBARS_REQ, { symbolId: EURUSD, period: M1, count: minutes }),
      ],
      { every: MINUTE, start: WEDNESDAY },
    )
    const history = answerIn(replies.at(-1))?.payload?.['trendbar'] as ProtoOATrendbar[]
    const live = new Map<number, ProtoOATrendbar>()
    for (const { bid, ask, trendbar, timestamp = 0 } of spotsIn(replies.flat())) {
      const opened = Math.floor(timestamp / MINUTE)
      const [bar] = trendbar ?? []
      const before = live.get(opened)
      if (bar && bid !== undefined) {
        live.set(opened, { ...bar, deltaClose: bid - (bar.low ?? 0) })
      } else if (before && ask !== undefined) live.set(opened, { ...before, volume: before.volume + 1 })
    }
    // The last one is forming.
    expect(history).toHaveLength(minutes)
    for (const bar of history.slice(0, -1))
      expect(live.get(bar.utcTimestampInMinutes ?? 0)).toEqual({ ...bar, period: M1 })
  })

  it('come no more when unsubscribed', () => {
    const { events } = play(
      [
        subscribe([EURUSD], timed),
        subscribeBars(EURUSD, M1),
        subscribeBars(EURUSD, M5),
        unsubscribeBars(EURUSD, M1),
        unsubscribeBars(EURUSD, M5),
      ],
      { every: MINUTE },
    )
    const periodsAfter = (minute: number): unknown[] =>
      events
        .filter(
          ({ bid, timestamp = 0 }) =>
            bid !== undefined && Math.floor((timestamp - WEDNESDAY) / MINUTE) === minute,
        )
        .map(({ trendbar = [] }) => trendbar.map(({ period }) => period))
    for (const [minute, periods] of [
      [1, []],
      [2, [M1]],
      [3, [M1, M5]],
      [4, [M5]],
      [5, []],
    ] as const) {
      const seen = periodsAfter(minute).slice(minute === 1 ? 1 : 0)
      expect(seen.length).toBeGreaterThan(0)
      for (const found of seen) expect(found).toEqual(periods)
    }
  })
})

describe('a shifted market', () => {
  it('is one story still: the ticks, the bars that form, the history', () => {
    const crash: NonNullable<ConversationOptions['meanwhile']> = [
      [
        3 * MINUTE + 30_500,
        broker => {
          broker.shift(EURUSD, -5000)
        },
      ],
    ]
    const { replies, texts } = converse(
      [
        subscribe([EURUSD], timed),
        subscribeBars(EURUSD, M1),
        subscribeBars(EURUSD, D1),
        nothing,
        nothing,
        ask(PROTO_OA_GET_TRENDBARS_REQ, { symbolId: EURUSD, period: M1, count: 4 }),
      ],
      { start: WEDNESDAY, every: MINUTE, meanwhile: crash },
    )
    const shifted = createMarket(1)
    shifted.shift(EURUSD, -5000, WEDNESDAY + 3 * MINUTE + 30_500)
    const events = spotsIn(replies.flat()).slice(1)
    expect(events.map(({ timestamp, bid, ask }) => [timestamp, bid, ask])).toEqual(
      [...shifted.ticksBetween(EURUSD, WEDNESDAY + MINUTE + 1, WEDNESDAY + 7 * MINUTE - 1)].map(
        ({ at, bid, ask }) => [at, bid, ask],
      ),
    )
    const bids = events.flatMap(({ bid }) => bid ?? [])
    expect(Math.max(...bids) - Math.min(...bids)).toBeGreaterThan(4500)
    for (const { trendbar = [], timestamp = 0 } of events)
      for (const { period = M1, ...bar } of trendbar) {
        const { openedAt, open, high, low, volume } = shifted.formingBar(EURUSD, period, timestamp) ?? {}
        expect(bar).toEqual({
          volume,
          low,
          deltaOpen: (open ?? NaN) - (low ?? NaN),
          deltaHigh: (high ?? NaN) - (low ?? NaN),
          utcTimestampInMinutes: (openedAt ?? NaN) / MINUTE,
        })
      }
    const last = answerIn(replies[5])?.payload?.['trendbar'] as ProtoOATrendbar[]
    expect(last.map(({ low }) => low)).toEqual(
      shifted
        .barsBetween(EURUSD, M1, {
          from: WEDNESDAY,
          to: WEDNESDAY + 6 * MINUTE,
          now: WEDNESDAY + 6 * MINUTE,
          count: 4,
        })
        .map(({ low }) => low),
    )
    expectOfficial(texts)
  })
})

describe('depth', () => {
  it('begins with the whole book and adds up to it at every tick', () => {
    const { replies, texts } = converse([subscribeDepth([EURUSD]), subscribe([EURUSD], timed)], {
      start: WEDNESDAY,
      every: 2 * MINUTE,
    })
    const [first, ...rest] = depthsIn(replies[0])
    expect(first?.newQuotes).toEqual(market.bookAt(EURUSD, WEDNESDAY + 2 * MINUTE).map(toDepthQuote))
    const book = new Map(first?.newQuotes?.map(quote => [quote.id, quote]))
    const apply = ({ newQuotes = [], deletedQuotes = [] }: ProtoOADepthEvent): void => {
      for (const quote of newQuotes) book.set(quote.id, quote)
      for (const id of deletedQuotes) expect(book.delete(id)).toBe(true)
    }
    rest.forEach(apply)
    // Each spot event says when the depth event after it is.
    let now = WEDNESDAY + 4 * MINUTE
    let checked = 0
    const check = (): void => {
      expect([...book.values()].sort((a, b) => a.id - b.id)).toEqual(
        market
          .bookAt(EURUSD, now)
          .map(toDepthQuote)
          .sort((a, b) => a.id - b.id),
      )
      checked += 1
    }
    for (const frame of replies[1] ?? []) {
      const [spot] = spotsIn([frame])
      if (spot) {
        if (now > WEDNESDAY + 4 * MINUTE) check()
        now = spot.timestamp ?? 0
      }
      depthsIn([frame]).forEach(apply)
    }
    expect(checked).toBeGreaterThan(50)
    expectOfficial(texts)
  })

  it('begins level by level by default', () => {
    const { replies } = converse([subscribeDepth([EURUSD])], {
      start: SATURDAY,
      unknowns: { firstDepthIsFull: false },
    })
    expect(depthsIn(replies[0]).map(({ newQuotes }) => newQuotes)).toEqual(
      market.bookAt(EURUSD, SATURDAY + 250).map(level => [toDepthQuote(level)]),
    )
  })
})

describe('a day of EURUSD', () => {
  it('goes by in virtual time, and every tick of it comes', () => {
    const start = Date.UTC(2026, 0, 6, 22)
    const end = 24 * HOUR - 1
    const { texts } = converse([], {
      start,
      every: end,
      opening: [appAuth, accountAuth, subscribe([EURUSD], timed)],
    })
    const events = spotsIn(texts.map(text => JSON.parse(text) as RawFrame))
    const expected = [...market.ticksBetween(EURUSD, start + 1, start + end - 1)]
    expect(expected.length).toBeGreaterThan(20_000)
    expect(events.slice(1).map(({ timestamp }) => timestamp)).toEqual(expected.map(({ at }) => at))
  })
})
