import { isDeepStrictEqual } from 'node:util'
import { config, map, take } from 'rxjs'
import { PayloadType, deals } from 'rx-ctrader'
import type { ProtoOADeal } from 'rx-ctrader'
import { MARKET_START, marbles, request } from 'rx-ctrader/testing'
import type { Marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import { actAt, containing, sent } from '../../support/drawn'
import { EXECUTION, accountServer } from './accountServer'
import { SELL, tradesOn } from './trades'

const LIST = PayloadType.PROTO_OA_DEAL_LIST_REQ
const SATURDAY = Date.UTC(2026, 0, 10, 12)

const asked = { l: sent(LIST), m: request(LIST, { maxRows: 100 }) }

const executed = ({ broker }: Pick<Scene, 'broker'>): readonly ProtoOADeal[] =>
  broker.exchange.ledger(ACCOUNT).deals
const dealIds = (kit: Marbles): readonly number[] => executed(kit).map(({ dealId }) => dealId)

afterEach(() => {
  config.onUnhandledError = null
})

describe('deals', () => {
  it('has those from now on, each once, and none of before', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { close, place } = tradesOn(kit)
      actAt(kit, '1s p 1999ms q', {
        p: place,
        q: () => {
          place({ volume: 300_000 })
          broker.fault({ kind: 'duplicate', payloadType: EXECUTION, times: 3 })
          close(executed(kit)[0]?.positionId)
        },
      })
      const deal$ = deals(account).pipe(
        map(deal => executed(kit).findIndex(one => isDeepStrictEqual(one, deal))),
      )
      expectObservable(deal$, '2s ^ 20s !').toBe('3254ms b---c', { b: 1, c: 2 })
    })
  })

  it('has those that failed, too', () => {
    marbles(kit => {
      const { account, expectObservable } = kit
      const { place } = tradesOn(kit)
      actAt(kit, '1s p', {
        p: () => {
          place({ volume: 900_000_000 })
        },
      })
      const failed = containing({ dealStatus: 5, filledVolume: 0 })
      expectObservable(deals(account), '^ 20s !').toBe('1s d', { d: failed })
    })
  })

  it('is shared: one request for two, and a late consumer gets what comes from then on', () => {
    marbles(kit => {
      const { account, expectObservable, expectRequests } = kit
      const { place } = tradesOn(kit)
      actAt(kit, '1s p 999ms p', { p: place })
      const id$ = deals(account).pipe(map(({ dealId }) => dealIds(kit).indexOf(dealId)))
      const ids = { a: 0, b: 1 }
      expectObservable(id$, '^       20s !').toBe('1255ms a 1002ms b', ids)
      expectObservable(id$, '^       10s !').toBe('1255ms a 1002ms b', ids)
      expectObservable(id$, '1999ms ^ 10s !').toBe('2258ms b', ids)
      // Nothing is left of it with the last: the next begins anew.
      expectObservable(id$, '25s ^ 1s !').toBe('')
      expectRequests(LIST).toBe('l 4999ms l 9999ms l 9999ms m', asked)
    })
  })

  it('fills the gap of a lost line, oldest first, before what comes on the next', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { place, placeElsewhere } = tradesOn(kit)
      broker.faults('4999ms d')
      actAt(kit, '1s p 3999ms m 99ms s 4899ms p', {
        p: place,
        m: () => {
          for (let n = 1; n <= 5; n++) placeElsewhere({ volume: n * 100_000 })
        },
        s: () => {
          placeElsewhere({ tradeSide: SELL })
        },
      })
      const id$ = deals(account).pipe(map(({ dealId }) => dealIds(kit).indexOf(dealId)))
      const ids = Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map(n => [String(n), n]))
      expectObservable(id$, '^ 60s !').toBe('1255ms 0 4243ms (123456) 4744ms 7', ids)
    })
  })

  it('fills it when none was seen before: from the newest there was, or all where there were none', () => {
    for (const older of [0, 3])
      scene(stage => {
        const { account, at, broker, watch } = stage
        const { placeElsewhere } = tradesOn(stage)
        for (let n = 0; n < older; n++) placeElsewhere()
        at(1_000, () => {
          const seen = watch(deals(account), 60_000)
          at(1_000, () => {
            broker.drop()
            placeElsewhere()
            placeElsewhere()
          })
          at(10_000, () => {
            expect(seen.values).toHaveLength(2)
            expect(seen.values).toEqual(executed(stage).slice(older))
          })
        })
      })
  })

  it('has all of a gap, however many deals it has', () => {
    scene(stage => {
      const { account, asked, at, broker, watch } = stage
      const { placeElsewhere } = tradesOn(stage)
      const seen = watch(deals(account), 60_000)
      at(1_000, () => {
        asked()
        broker.drop()
        for (let n = 0; n < 130; n++) placeElsewhere({ volume: 100_000, tradeSide: n % 2 === 0 ? 1 : SELL })
      })
      at(5_000, () => {
        expect(asked()).toEqual([LIST])
        expect(seen.values).toHaveLength(130)
        expect(new Set(seen.values.map(({ dealId }) => dealId)).size).toBe(130)
        const times = seen.values.map(({ executionTimestamp }) => executionTimestamp)
        expect(times).toEqual([...times].sort((a, b) => a - b))
      })
    })
  })

  it('asks again for a gap that another lost line interrupts, and misses none of either', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { placeElsewhere } = tradesOn(stage)
      const seen = watch(deals(account), 60_000)
      at(1_000, () => {
        placeElsewhere()
      })
      at(5_000, () => {
        broker.drop()
        placeElsewhere()
      })
      // Authenticated, and the list is on its way.
      at(5_575, () => {
        broker.drop()
        placeElsewhere()
      })
      at(20_000, () => {
        expect(seen.values).toHaveLength(3)
        expect(seen.values).toEqual(executed(stage))
      })
    })
  })

  it('begins with those since a time, for a late consumer too, and goes on', () => {
    marbles(kit => {
      const { account, expectObservable } = kit
      const { placeElsewhere } = tradesOn(kit)
      actAt(kit, 'p 1999ms q 2999ms p', {
        p: placeElsewhere,
        q: () => {
          placeElsewhere()
          placeElsewhere()
        },
      })
      const id$ = deals(account, { since: MARKET_START + 2_000 }).pipe(
        map(({ dealId }) => dealIds(kit).indexOf(dealId)),
      )
      const ids = { b: 1, c: 2, d: 3 }
      expectObservable(id$, '4s ^ 20s !').toBe('4s (bc) 1256ms d', ids)
      expectObservable(id$, '7s ^ 20s !').toBe('7s (bcd)', ids)
    })
  })

  it('asks again where it is refused for the time being, gives meanwhile the deals of events, and errors for good', () => {
    marbles(kit => {
      const { account, broker, expectObservable, expectRequests } = kit
      const { placeElsewhere } = tradesOn(kit)
      const refusal = { kind: 'refuse', payloadType: LIST } as const
      broker.fault({ ...refusal, errorCode: 'CANT_ROUTE_REQUEST', times: 2 })
      broker.faults('6s a', { a: { ...refusal, errorCode: 'UNSUPPORTED_MESSAGE' } })
      actAt(kit, '500ms p', { p: placeElsewhere })
      const id$ = deals(account).pipe(map(({ dealId }) => dealIds(kit).indexOf(dealId)))
      expectObservable(id$, '^ 10s !').toBe('755ms a', { a: 0 })
      const refused = containing({ reason: 'Refused' })
      expectObservable(deals(account, { since: 0 }), '7s ^ 5s !').toBe('7s #', {}, refused)
      expectRequests(LIST).toBe('l 999ms l 1999ms l 3999ms l 999ms l', asked)
    })
  })

  it('errors for a beginning that is no time, and sends nothing', () => {
    marbles(({ account, expectObservable, expectRequests }) => {
      const wrong: unknown[] = [NaN, -1, 0.5, Infinity, '2026-01-05', new Date(0), null]
      for (const since of wrong) {
        const invalid = containing({ reason: 'InvalidOption', option: 'since' })
        expectObservable(deals(account, { since: since as number }), '^ 5s !').toBe('#', {}, invalid)
      }
      expectRequests().toBe('')
    })
  })

  it('is silent at the weekend, when the market is closed', () => {
    marbles(
      ({ account, expectObservable, expectRequests }) => {
        expectObservable(deals(account), '^ 4s !').toBe('')
        expectRequests().toBe('l', asked)
      },
      { simulator: { start: SATURDAY } },
    )
  })

  it('goes on for the others where one throws and another leaves in the middle', () => {
    config.onUnhandledError = () => undefined
    marbles(kit => {
      const { account, expectObservable } = kit
      const { place } = tradesOn(kit)
      deals(account)
        .pipe(take(1))
        .subscribe(() => {
          throw new Error('a consumer of its own')
        })
      actAt(kit, '1s p', {
        p: () => {
          place()
          place()
        },
      })
      const id$ = deals(account).pipe(map(({ dealId }) => dealIds(kit).indexOf(dealId)))
      expectObservable(id$.pipe(take(1))).toBe('1255ms (a|)', { a: 0 })
      expectObservable(id$, '^ 20s !').toBe('1255ms a--b', { a: 0, b: 1 })
    })
  })

  const deal = (dealId: number, executionTimestamp: number): ProtoOADeal => ({
    dealId,
    orderId: 1,
    positionId: 1,
    volume: 1,
    filledVolume: 1,
    symbolId: 1,
    createTimestamp: 1,
    executionTimestamp,
    tradeSide: 1,
    dealStatus: 2,
  })

  it('gives the deals of events that come while the list is on its way after it, each once', () => {
    accountServer(({ account, answer, at, say, watch }) => {
      const seen = watch(deals(account, { since: 100 }))
      at(100, () => {
        say(EXECUTION, { executionType: 3, deal: deal(4, 104) })
        say(EXECUTION, { executionType: 3, deal: deal(3, 103) })
        say(EXECUTION, { executionType: 2 })
        expect(seen.values).toEqual([])
        answer(LIST, { deal: [deal(3, 103), deal(2, 102), deal(1, 102), deal(7, 99)], hasMore: false })
        expect(seen.values.map(({ dealId }) => dealId)).toEqual([1, 2, 3, 4])
        say(EXECUTION, { executionType: 3, deal: deal(5, 105) })
        expect(seen.values.map(({ dealId }) => dealId)).toEqual([1, 2, 3, 4, 5])
      })
    })
  })

  it('goes back behind a ms that fills an answer by itself, and not for ever', () => {
    accountServer(({ account, answer, at, asked, line, watch }) => {
      const seen = watch(deals(account, { since: 100 }))
      const last = (): unknown => line().heard.at(-1)?.payload
      at(100, () => {
        expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 100 })
        answer(LIST, { deal: [deal(9, 109), deal(8, 108)], hasMore: true })
        // Which end was cut off, is not known before this.
        expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 109 })
        answer(LIST, { deal: [deal(9, 109)], hasMore: false })
        expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 100, toTimestamp: 108 })
        answer(LIST, { deal: [deal(8, 108), deal(7, 108)], hasMore: true })
        expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 100, toTimestamp: 107 })
        answer(LIST, { deal: [deal(6, 106)], hasMore: true })
        expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 100, toTimestamp: 105 })
        answer(LIST, { hasMore: true })
        expect(asked(LIST)).toBe(5)
        expect(seen.values.map(({ dealId }) => dealId)).toEqual([6, 7, 8, 9])
      })
    })
  })

  const DAY = 86_400_000

  it('asks week by week where the server requires a time range, and a week at once from then on', () => {
    accountServer(({ account, answer, at, asked, line, refuse, setWallClock, watch }) => {
      setWallClock(20 * DAY)
      const seen = watch(deals(account, { since: 12 * DAY }), 60_000)
      const last = (): unknown => line().heard.at(-1)?.payload
      at(100, () => {
        expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 12 * DAY })
        refuse(LIST, 'INCORRECT_BOUNDARIES')
        // To a day from now, by our clock.
        expect(last()).toEqual({
          ctidTraderAccountId: ACCOUNT,
          fromTimestamp: 12 * DAY,
          toTimestamp: 14 * DAY + 99,
        })
        answer(LIST, { deal: [deal(2, 13 * DAY), deal(1, 12 * DAY)], hasMore: false })
        expect(last()).toEqual({
          ctidTraderAccountId: ACCOUNT,
          fromTimestamp: 14 * DAY + 100,
          toTimestamp: 21 * DAY + 100,
        })
        answer(LIST, { deal: [deal(4, 20 * DAY), deal(3, 15 * DAY)], hasMore: false })
        expect(seen.values.map(({ dealId }) => dealId)).toEqual([1, 2, 3, 4])
        expect(asked(LIST)).toBe(3)
      })
      at(5_101, () => {
        expect(asked(LIST)).toBe(4)
        expect(last()).toMatchObject({ fromTimestamp: 12 * DAY, toTimestamp: 14 * DAY + 5_099 })
      })
    })
  })

  it('begins with those of the last week where the server requires a time range', () => {
    accountServer(({ account, answer, at, asked, line, refuse, setWallClock, watch }) => {
      setWallClock(20 * DAY)
      const seen = watch(deals(account), 60_000)
      const last = (): unknown => line().heard.at(-1)?.payload
      at(100, () => {
        refuse(LIST, 'INCORRECT_BOUNDARIES')
        expect(last()).toEqual({
          ctidTraderAccountId: ACCOUNT,
          fromTimestamp: 14 * DAY + 100,
          toTimestamp: 21 * DAY + 100,
        })
        answer(LIST, { hasMore: false })
      })
      at(5_101, () => {
        expect(asked(LIST)).toBe(3)
        expect(last()).toMatchObject({ fromTimestamp: 14 * DAY + 5_100 })
        answer(LIST, { deal: [deal(1, 20 * DAY)], hasMore: false })
        expect(seen.values.map(({ dealId }) => dealId)).toEqual([1])
      })
    })
  })

  it('asks again from the same time where a deal could not be read, and not for ever', () => {
    accountServer(({ account, answer, at, line, say, watch }) => {
      const seen = watch(deals(account), 600_000)
      const since = (): unknown => line().heard.at(-1)?.payload?.['fromTimestamp']
      const unreadable = { ...deal(2, 102_000), volume: 'many' }
      const HOUR = 3_600_000
      at(100, () => {
        answer(LIST, { deal: [deal(1, 101_000)], hasMore: false })
        say(EXECUTION, { executionType: 3, deal: deal(3, HOUR) })
      })
      // Again after 5, 10, 20 … s.
      at(6_000, () => {
        answer(LIST, { deal: [deal(1, 101_000), unreadable], hasMore: false })
      })
      at(17_000, () => {
        answer(LIST, { deal: [deal(1, 101_000), unreadable], hasMore: false })
      })
      at(38_000, () => {
        expect(since()).toBe(101_000)
        answer(LIST, { deal: [deal(1, 101_000), deal(2, 102_000)], hasMore: false })
        expect(seen.values.map(({ dealId }) => dealId)).toEqual([3, 2])
      })
      for (const ms of [80_000, 170_000, 340_000])
        at(ms, () => {
          answer(LIST, { deal: [unreadable], hasMore: false })
        })
      at(599_000, () => {
        expect(since()).toBe(HOUR - 20_000)
      })
    })
  })

  it('errors where the list does not come to an end, and asks no more (G11)', () => {
    accountServer(({ account, answer, at, asked, watch }) => {
      const seen = watch(deals(account, { since: 100 }))
      at(100, () => {
        for (let n = 0; n < 10; n++) answer(LIST, { deal: [deal(9, 109), deal(8, 108)], hasMore: true })
        expect(seen.error).toMatchObject({ reason: 'InvalidAnswer' })
        expect(asked(LIST)).toBe(2)
      })
    })
  })

  it('misses none where a list gives the oldest first (A12)', () => {
    accountServer(({ account, answer, at, line, say, watch }) => {
      const seen = watch(deals(account), 60_000)
      const last = (): unknown => line().heard.at(-1)?.payload
      at(100, () => {
        answer(LIST, { deal: [deal(1, 101), deal(2, 102)], hasMore: true })
        expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 102 })
        answer(LIST, { deal: [deal(2, 102), deal(3, 103)], hasMore: false })
        say(EXECUTION, { executionType: 3, deal: deal(4, 104) })
      })
      at(5_101, () => {
        expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 103 })
        answer(LIST, { deal: [deal(3, 103), deal(4, 104)], hasMore: true })
        answer(LIST, { deal: [deal(4, 104), deal(5, 105)], hasMore: false })
        expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 103, toTimestamp: 103 })
        answer(LIST, { deal: [deal(3, 103)], hasMore: false })
        expect(seen.values.map(({ dealId }) => dealId)).toEqual([4, 5])
      })
    })
  })

  it('has what a list that was behind told only later', () => {
    accountServer(({ account, answer, at, line, say, watch }) => {
      const seen = watch(deals(account), 60_000)
      at(100, () => {
        answer(LIST, { deal: [deal(1, 101)], hasMore: false })
        line().lose(new Error('gone'))
      })
      at(3_000, () => {
        answer(LIST, { deal: [deal(1, 101)], hasMore: false })
        say(EXECUTION, { executionType: 3, deal: deal(3, 103) })
      })
      at(9_000, () => {
        answer(LIST, { deal: [deal(1, 101), deal(2, 102), deal(3, 103)], hasMore: false })
        expect(seen.values.map(({ dealId }) => dealId)).toEqual([3, 2])
      })
    })
  })

  it('is not led astray by a time that cannot be (G8)', () => {
    for (const wrong of [253402300799000, 1e300])
      accountServer(({ account, answer, at, line, say, watch }) => {
        const seen = watch(deals(account), 60_000)
        const last = (): unknown => line().heard.at(-1)?.payload
        at(100, () => {
          answer(LIST, { deal: [deal(1, 101)], hasMore: false })
          say(EXECUTION, { executionType: 3, deal: deal(2, wrong) })
          line().lose(new Error('gone'))
        })
        at(3_000, () => {
          expect(last()).toEqual({ ctidTraderAccountId: ACCOUNT, fromTimestamp: 101 })
          answer(LIST, { deal: [deal(3, 103)], hasMore: false })
          expect(seen.values.map(({ dealId }) => dealId)).toEqual([2, 3])
        })
      })
  })

  it('remembers ten thousand, so that each comes once', () => {
    accountServer(({ account, at, say, watch }) => {
      const seen = watch(deals(account))
      at(100, () => {
        for (let n = 1; n <= 10_001; n++) say(EXECUTION, { executionType: 3, deal: deal(n, n) })
        say(EXECUTION, { executionType: 3, deal: deal(2, 2) })
        expect(seen.values).toHaveLength(10_001)
        say(EXECUTION, { executionType: 3, deal: deal(1, 1) })
        expect(seen.values).toHaveLength(10_002)
      })
    })
  })
})
