import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { assert as check, array, constantFrom, integer, option, property, record } from 'fast-check'
import { Subject, Subscription } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Message, MessageOf } from 'rx-ctrader'
import { createRouter } from '../../src/connection/router'
import type { Router } from '../../src/connection/router'
import { clientOver } from '../support/clientOver'
import { scriptedServer } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'

const { HEARTBEAT_EVENT, PROTO_OA_DEPTH_EVENT, PROTO_OA_GET_TRENDBARS_RES, PROTO_OA_SPOT_EVENT } = PayloadType

const spotOf = (symbolId: number, bid = 113_950): MessageOf<typeof PROTO_OA_SPOT_EVENT> => ({
  payloadType: PROTO_OA_SPOT_EVENT,
  payload: { ctidTraderAccountId: 7, symbolId, bid },
})
const depthOf = (symbolId: number): MessageOf<typeof PROTO_OA_DEPTH_EVENT> => ({
  payloadType: PROTO_OA_DEPTH_EVENT,
  payload: { ctidTraderAccountId: 7, symbolId, newQuotes: [], deletedQuotes: [] },
})
const beat: Message = { payloadType: HEARTBEAT_EVENT, payload: {} }

const ignore = (): void => undefined

describe('the router', () => {
  it('gives a message to those who asked for its type, or for its type and symbol, or for all', () => {
    const router = createRouter()
    const seen = {
      spots: [] as unknown[],
      first: [] as unknown[],
      second: [] as unknown[],
      depth: [] as unknown[],
      all: [] as unknown[],
    }
    router.on(PROTO_OA_SPOT_EVENT).subscribe(message => seen.spots.push(message))
    router.on(PROTO_OA_SPOT_EVENT, 1).subscribe(message => seen.first.push(message))
    router.on(PROTO_OA_SPOT_EVENT, 2).subscribe(message => seen.second.push(message))
    router.on(PROTO_OA_DEPTH_EVENT, 1).subscribe(message => seen.depth.push(message))
    router.message$.subscribe(message => seen.all.push(message))
    const messages = [spotOf(1), spotOf(2), depthOf(1), depthOf(2), spotOf(3), beat]
    messages.forEach(router.route)
    expect(seen).toEqual({
      spots: [messages[0], messages[1], messages[4]],
      first: [messages[0]],
      second: [messages[1]],
      depth: [messages[2]],
      all: messages,
    })
  })

  it('gives a message that leaves its symbol out to those who asked for every symbol', () => {
    const router = createRouter()
    const [every, one] = [jest.fn(), jest.fn()]
    router.on(PROTO_OA_GET_TRENDBARS_RES).subscribe(every)
    router.on(PROTO_OA_GET_TRENDBARS_RES, 1).subscribe(one)
    const payload = { ctidTraderAccountId: 7, period: 1, trendbar: [] } as const
    router.route({ payloadType: PROTO_OA_GET_TRENDBARS_RES, payload })
    expect([every.mock.calls.length, one.mock.calls.length]).toEqual([1, 0])
    router.route({ payloadType: PROTO_OA_GET_TRENDBARS_RES, payload: { ...payload, symbolId: 1 } })
    expect([every.mock.calls.length, one.mock.calls.length]).toEqual([2, 1])
  })

  it('offers symbols only where the messages name one', () => {
    const { on } = createRouter()
    const either = (): typeof PROTO_OA_SPOT_EVENT | typeof HEARTBEAT_EVENT => PROTO_OA_SPOT_EVENT
    // The compiler checks these types.
    const asked = [
      on(PROTO_OA_SPOT_EVENT, 1),
      // @ts-expect-error a heartbeat is of no symbol
      on(HEARTBEAT_EVENT, 1),
      // @ts-expect-error the symbols that have changed are a list
      on(PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT, 1),
      // @ts-expect-error an execution event has its symbol in its order or position
      on(PayloadType.PROTO_OA_EXECUTION_EVENT, 1),
      // @ts-expect-error of the two only one is of a symbol
      on(either(), 1),
    ]
    expect(asked).toHaveLength(5)
  })

  it('delivers what filtering one shared stream would, while consumers come and go', () => {
    const type = constantFrom(PROTO_OA_SPOT_EVENT, PROTO_OA_DEPTH_EVENT)
    const symbolId = integer({ min: 1, max: 2 })
    const step = record({ act: constantFrom('join', 'leave', 'route'), type, symbolId: option(symbolId) })
    check(
      property(array(step, { maxLength: 60 }), steps => {
        const router = createRouter()
        const shared$ = new Subject<Message>()
        const consumers: { subscription: Subscription; routed: Message[]; filtered: Message[] }[] = []
        for (const { act, type, symbolId } of steps) {
          if (act === 'join') {
            const routed: Message[] = []
            const filtered: Message[] = []
            const asked$ = symbolId === null ? router.on(type) : router.on(type, symbolId)
            const subscription = asked$.subscribe(message => routed.push(message))
            subscription.add(
              shared$.subscribe(message => {
                if (message.payloadType !== type) return
                if (symbolId === null || message.payload.symbolId === symbolId) filtered.push(message)
              }),
            )
            consumers.push({ subscription, routed, filtered })
          } else if (act === 'leave') {
            consumers[(symbolId ?? 0) % consumers.length]?.subscription.unsubscribe()
          } else {
            const message = type === PROTO_OA_SPOT_EVENT ? spotOf(symbolId ?? 1) : depthOf(symbolId ?? 1)
            router.route(message)
            shared$.next(message)
          }
        }
        for (const { routed, filtered } of consumers) expect(routed).toEqual(filtered)
      }),
    )
  })

  it('looks at a message no more often for a thousand consumers of other types and symbols', () => {
    const looks = (crowd: (router: Router) => void): number => {
      const router = createRouter()
      crowd(router)
      const consumer = jest.fn()
      router.on(PROTO_OA_SPOT_EVENT, 1).subscribe(consumer)
      let looked = 0
      const watched = <O extends object>(o: O): O =>
        new Proxy(o, {
          get: (target, key, receiver): unknown => {
            looked += 1
            return Reflect.get(target, key, receiver)
          },
        })
      const { payloadType, payload } = spotOf(1)
      router.route(watched({ payloadType, payload: watched(payload) }))
      expect(consumer).toHaveBeenCalledTimes(1)
      return looked
    }
    const thousand = Array.from({ length: 1_000 }, (_, n) => n)
    const alone = looks(ignore)
    expect(
      looks(router => {
        thousand.forEach(n => router.on(PROTO_OA_SPOT_EVENT, 2 + n).subscribe())
        thousand.forEach(() => router.on(PROTO_OA_DEPTH_EVENT).subscribe())
      }),
    ).toBe(alone)
  })

  it('forgets what has no listener any more', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const used = (): number => {
      collect()
      return process.memoryUsage().heapUsed
    }
    const router = createRouter()
    const before = used()
    for (let symbolId = 0; symbolId < 50_000; symbolId++)
      router.on(PROTO_OA_SPOT_EVENT, symbolId).subscribe().unsubscribe()
    // A kept key takes some 400 bytes.
    expect(used() - before).toBeLessThan(5_000_000)
    const seen = jest.fn()
    router.on(PROTO_OA_SPOT_EVENT, 1).subscribe(seen)
    router.route(spotOf(1))
    expect(seen).toHaveBeenCalledTimes(1)
  })

  it('keeps those who stay when one of the same symbol leaves', () => {
    const router = createRouter()
    const seen = jest.fn()
    router.on(PROTO_OA_SPOT_EVENT, 1).subscribe(seen)
    router.on(PROTO_OA_SPOT_EVENT, 1).subscribe().unsubscribe()
    router.on(PROTO_OA_SPOT_EVENT, 2).subscribe().unsubscribe()
    router.on(PROTO_OA_SPOT_EVENT).subscribe().unsubscribe()
    router.route(spotOf(1))
    expect(seen).toHaveBeenCalledTimes(1)
  })

  it('lets consumers leave, and come back, in the middle of a delivery', () => {
    const router = createRouter()
    const spot$ = router.on(PROTO_OA_SPOT_EVENT, 1)
    const [again, other, last] = [jest.fn(), jest.fn(), jest.fn()]
    const leaving = new Subscription()
    const leaveAndComeBack = (): void => {
      leaving.unsubscribe()
      spot$.subscribe(again)
    }
    leaving.add(spot$.subscribe(leaveAndComeBack))
    leaving.add(spot$.subscribe(other))
    spot$.subscribe(last)
    router.route(spotOf(1))
    expect([again, other, last].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 1])
    router.route(spotOf(1))
    expect([again, other, last].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 2])
  })

  it('lets the only consumer of a symbol be replaced in the middle of a delivery', () => {
    const router = createRouter()
    const spot$ = router.on(PROTO_OA_SPOT_EVENT, 1)
    const seen: string[] = []
    const handOver = (): void => {
      seen.push('first')
      first.unsubscribe()
      spot$.subscribe(() => seen.push('second'))
    }
    const first = spot$.subscribe(handOver)
    router.route(spotOf(1))
    router.route(spotOf(1))
    expect(seen).toEqual(['first', 'second'])
  })

  it('keeps the others safe from a consumer that throws', () => {
    jest.useFakeTimers()
    try {
      const router = createRouter()
      const seen: string[] = []
      const throwing = (): never => {
        throw new Error('a consumer of its own')
      }
      router.on(PROTO_OA_SPOT_EVENT).subscribe(throwing)
      router.on(PROTO_OA_SPOT_EVENT, 1).subscribe(throwing)
      router.on(PROTO_OA_SPOT_EVENT).subscribe(() => seen.push('type'))
      router.on(PROTO_OA_SPOT_EVENT, 1).subscribe(() => seen.push('symbol'))
      router.message$.subscribe(() => seen.push('all'))
      router.route(spotOf(1))
      router.route(spotOf(1))
      expect(seen).toEqual(['type', 'symbol', 'all', 'type', 'symbol', 'all'])
      expect(() => jest.runOnlyPendingTimers()).toThrow('a consumer of its own')
    } finally {
      jest.useRealTimers()
    }
  })

  it('completes all consumers when it closes, and later ones at once', () => {
    const router = createRouter()
    const [next, complete, late] = [jest.fn(), jest.fn(), jest.fn()]
    const streams = [router.on(PROTO_OA_SPOT_EVENT), router.on(PROTO_OA_SPOT_EVENT, 1), router.message$]
    // A consumer that comes back in reaction to the end is late, too.
    const comeBack = (stream$: Observable<Message>) => (): void => {
      complete()
      stream$.subscribe({ next, complete: late })
    }
    streams.forEach(stream$ => stream$.subscribe({ next, complete: comeBack(stream$) }))
    router.close()
    router.route(spotOf(1))
    expect([complete, late, next].map(({ mock }) => mock.calls.length)).toEqual([3, 3, 0])
  })

  it('may be closed in the middle of a delivery', () => {
    const router = createRouter()
    const [next, complete] = [jest.fn(), jest.fn()]
    router.on(PROTO_OA_SPOT_EVENT).subscribe(router.close)
    router.on(PROTO_OA_SPOT_EVENT, 1).subscribe({ next, complete })
    router.route(spotOf(1))
    expect([next.mock.calls.length, complete.mock.calls.length]).toEqual([0, 1])
  })
})

describe('one symbol, asked for through a session', () => {
  const bidsOf = (messages: readonly MessageOf<typeof PROTO_OA_SPOT_EVENT>[]): unknown[] =>
    messages.map(({ payload }) => payload.bid)

  it('client.on gives it, through lost lines', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const seen = watch(clientOver(server.connect).on(PROTO_OA_SPOT_EVENT, 1), 60_000)
      at(1_000, () => {
        server.lines[0]?.say(spotOf(1, 101))
        server.lines[0]?.say(spotOf(2, 102))
        server.lines[0]?.end()
      })
      at(30_000, () => {
        server.lines[1]?.say(spotOf(2, 103))
        server.lines[1]?.say(spotOf(1, 104))
        expect(bidsOf(seen.values)).toEqual([101, 104])
        expect(seen.completed).toBe(false)
      })
    })
  })

  it('link.on gives it, and completes with the line', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const links = watch(clientOver(server.connect).appAuth$, 5_000)
      at(1_000, () => {
        const [link] = links.values
        const seen = link && watch(link.on(PROTO_OA_SPOT_EVENT, 1))
        server.lines[0]?.say(spotOf(1, 101))
        server.lines[0]?.say(spotOf(2, 102))
        expect(bidsOf(seen?.values ?? [])).toEqual([101])
        server.lines[0]?.end()
        expect(seen?.completed).toBe(true)
      })
    })
  })

  it("account.on gives this account's alone", () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const client = clientOver(server.connect)
      const seen = watch(
        client.account({ accountId: 7, accessToken: 'a' }).on(PROTO_OA_SPOT_EVENT, 1),
        60_000,
      )
      at(1_000, () => {
        const [line] = server.lines
        line?.say(spotOf(1, 101))
        line?.say(spotOf(2, 102))
        line?.say({
          payloadType: PROTO_OA_SPOT_EVENT,
          payload: { ctidTraderAccountId: 8, symbolId: 1, bid: 103 },
        })
        line?.end()
      })
      at(30_000, () => {
        server.lines[1]?.say(spotOf(1, 104))
        expect(bidsOf(seen.values)).toEqual([101, 104])
      })
    })
  })
})
