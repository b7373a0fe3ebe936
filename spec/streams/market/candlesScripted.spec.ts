import { PayloadType, ProtoOATrendbarPeriod, candles, createClient } from 'rx-ctrader'
import type { SymbolCandle } from 'rx-ctrader'
import { obliging, scriptedServer } from '../../support/scriptedServer'
import type { ScriptedServer } from '../../support/scriptedServer'
import type { SentFrame } from '../../support/wiretap'
import { inVirtualTime } from '../../support/virtualTime'
import type { Seen, VirtualTime } from '../../support/virtualTime'

const { M1 } = ProtoOATrendbarPeriod
const MINUTE = 60_000
const NOON = Date.UTC(2026, 0, 7, 12)

const answers = new Map<number, number>([
  [PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_RES],
  [PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_RES],
])
const HISTORY = PayloadType.PROTO_OA_GET_TRENDBARS_REQ

const mine = { ctidTraderAccountId: 1, symbolId: 1 }

/** A bar that opens so many minutes after noon. */
const bar = (minute: number, volume: number): object => ({
  volume,
  low: 100_000,
  deltaOpen: 10,
  deltaHigh: 30,
  deltaClose: 20,
  utcTimestampInMinutes: NOON / MINUTE + minute,
})

/** A closed one is of the history, unless it is said to be live. */
const candle = (minute: number, volume: number, closed: boolean, late = closed): object => ({
  symbolId: 1,
  period: M1,
  timestamp: NOON + minute * MINUTE,
  open: 1.0001,
  high: 1.0003,
  low: 1,
  close: 1.0002,
  volume,
  closed,
  late,
})

interface Script extends VirtualTime {
  readonly server: ScriptedServer
  readonly seen: Seen<SymbolCandle>
  /** Answers the last request for history, asked or not of late. */
  readonly tell: (bars: readonly object[]) => void
  readonly asked: () => SentFrame[]
  readonly bid: (minute: number, volume: number) => void
  readonly ask: (timestamp: number, ask: number) => void
}

/** A server that tells history when it is told to, and nothing of a market. */
const script = (history: number, play: (script: Script) => void): void => {
  inVirtualTime(time => {
    const asked: SentFrame[] = []
    const server = scriptedServer((frame, line) => {
      obliging(frame, line)
      const { payloadType, clientMsgId } = frame
      const answer = answers.get(payloadType)
      if (answer !== undefined)
        line.say({ payloadType: answer, clientMsgId, payload: { ctidTraderAccountId: 1 } })
      if (payloadType === HISTORY) asked.push(frame)
    })
    const client = createClient({
      connect: server.connect,
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
    })
    const account = client.account({ accountId: 1, accessToken: 't' })
    const push = (fields: object): void =>
      server.lines
        .at(-1)
        ?.say({ payloadType: PayloadType.PROTO_OA_SPOT_EVENT, payload: { ...mine, ...fields } })
    play({
      ...time,
      server,
      seen: time.watch(candles(account, 1, M1, { history }), 100_000),
      asked: () => asked,
      tell: trendbar =>
        server.lines.at(-1)?.say({
          payloadType: HISTORY + 1,
          clientMsgId: asked.at(-1)?.clientMsgId,
          // As the server does, who leaves out what is empty.
          payload: { ...mine, period: M1, ...(trendbar.length > 0 && { trendbar }) },
        }),
      bid: (minute, volume) => {
        push({
          bid: 100_020,
          timestamp: NOON + minute * MINUTE,
          trendbar: [{ ...bar(minute, volume), period: M1 }],
        })
      },
      ask: (timestamp, ask) => {
        push({ ask, timestamp })
      },
    })
  })
}

describe('candles at a server', () => {
  it('that gives one bar less than was asked for, has as many as are wanted all the same', () => {
    script(2, ({ at, asked, seen, tell }) => {
      at(100, () => {
        expect(asked().at(-1)?.payload).toEqual({ ...mine, period: M1, count: 4 })
        tell([bar(-2, 1), bar(-1, 2), bar(0, 3)])
        expect(seen.values).toEqual([candle(-2, 1, true), candle(-1, 2, true), candle(0, 3, false)])
        expect(asked()).toHaveLength(1)
      })
    })
  })

  it('that gives less is asked for what is before, until there is nothing', () => {
    script(3, ({ at, asked, seen, tell }) => {
      at(100, () => {
        tell([bar(0, 3)])
        expect(asked().at(-1)?.payload).toEqual({ ...mine, period: M1, count: 4, toTimestamp: NOON - 1 })
        tell([bar(-1, 2)])
        expect(seen.values).toEqual([])
        tell([])
        expect(seen.values).toEqual([candle(-1, 2, true), candle(0, 3, false)])
        expect(asked()).toHaveLength(3)
      })
    })
  })

  it('is asked for no more at once than servers are known to give', () => {
    script(20_000, ({ at, asked }) => {
      at(100, () => {
        expect(asked()[0]?.payload?.['count']).toBe(5_000)
      })
    })
  })

  it('that has no history begins with the first live bar', () => {
    script(2, ({ ask, at, bid, seen, tell }) => {
      at(100, () => {
        tell([])
        ask(NOON, 100_040)
        expect(seen.values).toEqual([])
        bid(0, 2)
        bid(1, 1)
        expect(seen.values).toEqual([candle(0, 2, false), candle(0, 2, true, false), candle(1, 1, false)])
      })
    })
  })

  it('without history wanted begins with what comes first, and gives up the question', () => {
    script(0, ({ asked, ask, at, bid, seen, tell }) => {
      at(100, () => {
        ask(NOON, 100_040)
        bid(0, 2)
        expect(seen.values).toEqual([candle(0, 2, false)])
        expect(asked()).toHaveLength(1)
        tell([bar(-1, 5), bar(0, 1)])
        expect(seen.values).toHaveLength(1)
      })
    })
  })

  it('joins what came while history was on its way: either may know more', () => {
    script(2, ({ ask, at, bid, seen, tell }) => {
      at(100, () => {
        bid(0, 5)
        ask(NOON + MINUTE - 1, 100_040)
        bid(1, 1)
        ask(NOON + MINUTE + 1, 100_041)
        expect(seen.values).toEqual([])
        // As of before the first of these events, but after one that was missed.
        tell([bar(-2, 7), bar(-1, 8), bar(0, 4)])
        expect(seen.values).toEqual([candle(-1, 8, true), candle(0, 6, true), candle(1, 2, false)])
        bid(2, 1)
        expect(seen.values.slice(3)).toEqual([candle(1, 2, true, false), candle(2, 1, false)])
      })
    })
  })

  it('counts an ask that comes between two answers of history', () => {
    script(2, ({ ask, at, bid, seen, tell }) => {
      at(100, () => {
        tell([bar(0, 3)])
        ask(NOON + 1, 100_040)
        tell([bar(-2, 1), bar(-1, 2)])
        bid(1, 1)
        expect(seen.values).toEqual([
          candle(-2, 1, true),
          candle(-1, 2, true),
          candle(0, 4, false),
          candle(0, 4, true, false),
          candle(1, 1, false),
        ])
      })
    })
  })

  it('leaves an ask behind the edge of a bar to the next one', () => {
    script(0, ({ ask, at, bid, seen }) => {
      at(100, () => {
        bid(0, 2)
        ask(NOON + MINUTE - 1, 100_040)
        ask(NOON + MINUTE, 100_041)
        bid(1, 2)
        expect(seen.values).toEqual([
          candle(0, 2, false),
          candle(0, 3, false),
          candle(0, 3, true, false),
          candle(1, 2, false),
        ])
      })
    })
  })

  it('asks after a lost line from the bar that was forming, and does not take an ask for the proof that nothing was missed', () => {
    script(0, ({ ask, asked, at, bid, seen, server, tell }) => {
      at(100, () => {
        bid(0, 2)
        server.lines[0]?.end()
      })
      at(5_000, () => {
        expect(asked().at(-1)?.payload).toEqual({ ...mine, period: M1, fromTimestamp: NOON })
        ask(NOON + 1, 100_040)
        expect(seen.values).toHaveLength(1)
        // A server that takes the bounds for those of whole hours.
        tell([bar(-1, 9), bar(0, 7), bar(1, 4), bar(3, 1)])
        expect(seen.values.slice(1)).toEqual([candle(0, 7, true), candle(1, 4, true), candle(3, 1, false)])
      })
    })
  })

  it.each([0, 2])(
    'goes on after a lost line with the bar that was forming, and with a later one only when history has told, with %d of it',
    history => {
      script(history, ({ asked, at, bid, seen, server, tell }) => {
        at(100, () => {
          tell([bar(0, 2)])
          tell([])
          server.lines[0]?.end()
        })
        at(5_000, () => {
          bid(0, 6)
          expect(seen.values).toEqual([candle(0, 2, false), candle(0, 6, false)])
          server.lines[1]?.end()
        })
        at(10_000, () => {
          expect(asked().at(-1)?.payload).toEqual({ ...mine, period: M1, fromTimestamp: NOON })
          bid(2, 1)
          bid(2, 2)
          expect(seen.values).toHaveLength(2)
          tell([bar(0, 8), bar(1, 3), bar(2, 1)])
          expect(seen.values.slice(2)).toEqual([candle(0, 8, true), candle(1, 3, true), candle(2, 2, false)])
        })
      })
    },
  )

  it('keeps the bar that was forming as it was where history does not know it', () => {
    script(0, ({ at, bid, seen, server, tell }) => {
      at(100, () => {
        bid(0, 2)
        server.lines[0]?.end()
      })
      at(5_000, () => {
        tell([])
        expect(seen.values).toHaveLength(1)
        bid(1, 1)
        expect(seen.values.slice(1)).toEqual([candle(0, 2, true, false), candle(1, 1, false)])
      })
    })
  })
})
