import { catchError, concatMap, map, of, timer } from 'rxjs'
import {
  PayloadType,
  ProtoOAOrderType,
  ProtoOATradeSide,
  lots,
  placeOrder,
  positions,
  spots,
  ticks,
} from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'
import {
  MARKET_START,
  accountDisconnect,
  execution,
  heartbeat,
  marbles,
  request,
  spot,
} from 'rx-ctrader/testing'
import type { Marbles } from 'rx-ctrader/testing'
import { faultLetters } from '../../src/testing/drawing/faults'
import { namesIn, rowsBelow } from '../docs/code'

const { HEARTBEAT_EVENT, PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_APPLICATION_AUTH_REQ } = PayloadType
const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_SPOT_EVENT, PROTO_OA_VERSION_REQ } = PayloadType
const { PROTO_OA_SUBSCRIBE_SPOTS_REQ, PROTO_OA_EXECUTION_EVENT } = PayloadType

const states = ({ account }: Marbles) => account.authenticated$.pipe(map(({ status }) => status))
const A = 'authenticated'
/** What an account does from a lost line to the next. */
const HEALS = { r: 'reconnecting', c: 'connecting', p: 'authenticatingApp', k: 'authenticatingAccount', a: A }

describe('frames', () => {
  it('come to the client when they are drawn, just as they are, subscribed or not', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.frames('--a-b|', { a: spot({ bid: 1.1, ask: 1.2 }), b: spot({ bid: 1.15, timestamp: 7 }) })
      expectObservable(account.on(PROTO_OA_SPOT_EVENT).pipe(map(({ payload }) => payload))).toBe('--a-b', {
        a: { ...spot({ bid: 1.1, ask: 1.2 }).payload, timestamp: MARKET_START + 2 },
        b: spot({ bid: 1.15, timestamp: 7 }).payload,
      })
    })
  })

  it('of one time come in their order', () => {
    marbles(({ broker, client, expectObservable }) => {
      broker.frames('-(ab)', { a: heartbeat(), b: accountDisconnect() })
      expectObservable(client.message$.pipe(map(({ payloadType }) => payloadType)), '^--!').toBe('-(ab)', {
        a: 51,
        b: 2164,
      })
    })
  })

  it('can be any text', () => {
    marbles(({ broker, client, expectObservable }) => {
      broker.frames('-a', { a: '{"payloadType":' })
      expectObservable(client.rejected$.pipe(map(({ reason, text }) => `${reason} ${text}`))).toBe('-a', {
        a: 'MalformedJson {"payloadType":',
      })
    })
  })

  it('make prices that streams go by', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.frames('--a-b', { a: spot({ bid: 1.1, ask: 1.2 }), b: spot({ ask: 1.15 }) })
      const sides$ = spots(account, 1).pipe(map(({ bid, ask }) => [bid, ask]))
      expectObservable(sides$, '-^').toBe('-sa-b', {
        s: [1.1, 1.1002],
        a: [1.1, 1.2],
        b: [1.1, 1.15],
      })
    })
  })

  it('are drawn from the moment on at which they are', () => {
    marbles(({ broker, account, expectObservable }) => {
      timer(10).subscribe(() => {
        broker.frames('--a', { a: spot({ bid: 1.1, symbolId: 999 }) })
      })
      const prices$ = account.on(PROTO_OA_SPOT_EVENT).pipe(map(({ payload }) => payload.bid))
      expectObservable(prices$).toBe('12ms a', { a: 110_000 })
    })
  })

  it('tell of executions that never were', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.frames('-a', { a: execution() })
      const open$ = positions(account).pipe(map(({ all }) => all.length))
      expectObservable(open$, '^ 4s !').toBe('01', [0, 1])
      expectObservable(
        account.on(PROTO_OA_EXECUTION_EVENT).pipe(map(({ payload }) => payload.deal?.dealId)),
      ).toBe('-a', { a: 1 })
    })
  })

  it('do not come while there is no line', () => {
    const scenario = ({ broker, account, expectObservable }: Marbles): void => {
      broker.faults('d')
      broker.frames('1ms a 1s b', { a: spot({ bid: 1.1 }), b: spot({ bid: 1.1001 }) })
      const prices$ = account.on(PROTO_OA_SPOT_EVENT).pipe(map(({ payload }) => payload.bid))
      expectObservable(prices$).toBe('1002ms b', { b: 110_010 })
    }
    marbles(scenario, { strict: false })
    expect(() => {
      marbles(scenario)
    }).toThrow('frames: what is drawn at 1 ms reaches no client: no line is open')
  })

  it.each([
    ['a-x', "'x' has no value; values: a"],
    ['a-#', "'a-#': draw what goes wrong with broker.faults"],
    ['a-^-', "'a-^-': '^' has no meaning here"],
    ['11m a', "'11m a' is drawn up to 660000 ms, and the run ends at 600000 ms: see its option until"],
  ])('drawn as %s are refused', (drawn, message) => {
    marbles(({ broker }) => {
      expect(() => {
        broker.frames(drawn, { a: heartbeat() })
      }).toThrow(message)
    })
  })

  it('are refused where no letter stands for anything', () => {
    marbles(({ broker }) => {
      expect(() => {
        broker.frames('a', {})
      }).toThrow("'a' has no value; values: none")
    })
    marbles(({ broker }) => {
      expect(() => {
        broker.frames('a', undefined as never)
      }).toThrow("'a' has no value; values: none")
    })
  })

  it.each([
    [
      { bid: 1 },
      'invalid frame: {"bid":1}: it must be a string, or a message with its payloadType and its payload',
    ],
    [{ payloadType: 3, payload: {} }, 'invalid frame: {"payloadType":3'],
    [{ payloadType: 51, payload: null }, 'invalid frame: {"payloadType":51'],
    [5, 'invalid frame: 5'],
    [null, "'a' has no value; values: a"],
  ])('are read where they are drawn: %j', (value, message) => {
    marbles(({ broker }) => {
      expect(() => {
        broker.frames('5s a', { a: value as never })
      }).toThrow(message)
    })
  })
})

describe('faults', () => {
  it('strike at the times drawn', () => {
    marbles(kit => {
      kit.broker.faults('5s d 30s c')
      kit.expectObservable(states(kit)).toBe('a 4s 999ms r 499ms (cpka) 29s 495ms r 999ms (cpka)', HEALS)
    })
  })

  const strikes: readonly (readonly [string, string, string])[] = [
    ['d', 'the line is lost', 'r'],
    ['c', 'the line is closed', 'r'],
    ['s', 'the line is dead, which is noticed after a while', ''],
    ['m', 'nothing happens to who is authenticated', ''],
    ['a', 'the session of the account ends', 'r'],
    ['t', 'the session of its token ends', 'r'],
    ['x', 'the session of the application ends', 'r'],
    ['b', 'nothing happens until something is sent', ''],
    ['g', 'nothing happens until something is sent', ''],
    ['o', 'nothing happens until something is sent', ''],
    ['u', 'nothing happens until something is sent', ''],
    ['l', 'nothing happens to the session', ''],
    ['r', 'nothing goes wrong', ''],
  ]
  it.each(strikes)('drawn as %s: %s', (letter, _, state) => {
    // Without a request, no maintenance is noticed.
    const strict = letter !== 'm'
    marbles(
      kit => {
        kit.broker.faults(`--${letter}`)
        kit.expectObservable(states(kit), '^---!').toBe(state === '' ? 'a' : `a-${state}`, HEALS)
      },
      { strict },
    )
  })

  it('as the guide has them, letter by letter', () => {
    const listed = rowsBelow('docs/testing.md', 'Faults').map(([letter, fault]): [string, Fault] => [
      namesIn(letter)[0] ?? '',
      JSON.parse(namesIn(fault)[0] ?? '') as Fault,
    ])
    expect(Object.fromEntries(listed)).toEqual(faultLetters(12345678))
    expect(strikes.map(([letter]) => letter).sort()).toEqual(Object.keys(faultLetters(1)).sort())
  })

  it('can be any others, in whole or by kind', () => {
    marbles(({ broker, client, expectObservable }) => {
      broker.faults('-k 9ms u 9ms m', {
        k: { kind: 'push', text: 'x' },
        u: 'unknownMessage',
        m: 'maintenance',
      })
      const reasons$ = client.rejected$.pipe(map(({ reason }) => reason))
      expectObservable(reasons$).toBe('-j 9ms u', { j: 'MalformedJson', u: 'UnknownPayloadType' })
      const refused$ = timer(50).pipe(
        concatMap(() => client.request(PROTO_OA_VERSION_REQ, {})),
        catchError((error: unknown) => of(String(error).includes('maintenance'))),
      )
      expectObservable(refused$).toBe('50ms (r|)', { r: true })
    })
  })

  it('keep their letters beside those of the test, which come first', () => {
    marbles(kit => {
      kit.broker.faults('5s d 1s k', { k: { kind: 'close', code: 1001, reason: 'Going away' } })
      kit.expectObservable(states(kit)).toBe('a 4s 999ms r 499ms (cpka) 495ms r 999ms (cpka)', HEALS)
    })
    marbles(kit => {
      kit.broker.faults('5s d', { d: 'garbage' })
      kit.expectObservable(states(kit)).toBe('a', HEALS)
    })
  })

  it.each([
    [{ k: 'push' }, 'invalid fault: "push": text must be a value of type string'],
    [
      { k: { kind: 'drop', time: 3 } },
      'invalid fault: {"kind":"drop","time":3}: time is not a field of drop',
    ],
  ])('are read strictly: %j', (values, message) => {
    marbles(({ broker }) => {
      expect(() => {
        broker.faults('k', values as unknown as Record<string, Fault>)
      }).toThrow(message)
    })
  })
})

describe('expectRequests', () => {
  it('is of what the client sends, apart from heartbeats and authentication', () => {
    marbles(({ client, expectRequests }) => {
      timer(20_000)
        .pipe(concatMap(() => client.request(PROTO_OA_VERSION_REQ, {})))
        .subscribe()
      expectRequests().toBe('20s a', { a: request(PROTO_OA_VERSION_REQ, {}) })
    })
  })

  it('is of the payload types it is told, those among them', () => {
    marbles(
      ({ broker, expectRequests }) => {
        broker.faults('5s d')
        expectRequests(PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ).toBe('(ab) 5496ms (ab)', {
          a: request(PROTO_OA_APPLICATION_AUTH_REQ, { clientId: 'demo', clientSecret: 'demo' }),
          b: request(PROTO_OA_ACCOUNT_AUTH_REQ, { accessToken: 'demo' }),
        })
        expectRequests(HEARTBEAT_EVENT).toBe('15500ms h', { h: request(HEARTBEAT_EVENT, {}) })
      },
      { until: 20_000 },
    )
  })

  it('is of all lines, in the order in which they go out', () => {
    marbles(({ broker, account, expectRequests }) => {
      broker.faults('5s d')
      ticks(account, 1).subscribe()
      expectRequests(PROTO_OA_SUBSCRIBE_SPOTS_REQ).toBe('s 5499ms s', {
        s: request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1], subscribeToSpotTimestamp: true }),
      })
    })
  })

  it('is of requests without the ids the client makes up, and with those it is given', () => {
    const order = { symbol: 1, side: 'buy', type: 'market', volume: lots(0.1) } as const
    marbles(({ account, expectRequests }) => {
      placeOrder(account, order).subscribe()
      timer(1_000)
        .pipe(concatMap(() => placeOrder(account, { ...order, clientOrderId: 'mine' })))
        .subscribe()
      const sent = {
        symbolId: 1,
        orderType: ProtoOAOrderType.MARKET,
        tradeSide: ProtoOATradeSide.BUY,
        volume: 1_000_000,
      }
      expectRequests(PROTO_OA_NEW_ORDER_REQ).toBe('a 999ms b', {
        a: request(PROTO_OA_NEW_ORDER_REQ, sent),
        b: request(PROTO_OA_NEW_ORDER_REQ, { ...sent, clientOrderId: 'mine' }),
      })
    })
  })

  it.each([
    [undefined, 'undefined'],
    ['PROTO_OA_NEW_ORDER_REQ', "'PROTO_OA_NEW_ORDER_REQ'"],
    [3, '3'],
  ])('is of payload types, and rejects %p', (payloadType, shown) => {
    expect(() => {
      marbles(({ expectRequests }) => {
        expectRequests(payloadType as never).toBe('')
      })
    }).toThrow(`expectRequests: ${shown} is not a payload type; see PayloadType`)
  })
})
