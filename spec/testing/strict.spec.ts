import { EMPTY, NEVER, interval, map, of, take } from 'rxjs'
import { PayloadType, ProtoOATradeSide, placeOrder, units } from 'rx-ctrader'
import { accountDisconnect, heartbeat, marbles, request, spot } from 'rx-ctrader/testing'
import type { Marbles } from 'rx-ctrader/testing'

/** What a scenario fails with; '' if it does not. */
const failureOf = (scenario: (kit: Marbles) => void): string => {
  try {
    marbles(scenario)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

const { PROTO_OA_CANCEL_ORDER_REQ, PROTO_OA_SPOT_EVENT, PROTO_OA_VERSION_REQ } = PayloadType

describe('a scenario fails with a drawing that does nothing:', () => {
  it.each<[string, (kit: Marbles) => void, string]>([
    [
      'a frame while no line is open',
      ({ broker }) => {
        broker.faults('d')
        broker.frames('-a', { a: heartbeat() })
      },
      'frames: what is drawn at 1 ms reaches no client: no line is open',
    ],
    [
      'a frame for an account that is not there',
      ({ broker }) => {
        broker.frames('-a', { a: accountDisconnect({ ctidTraderAccountId: 7 }) })
      },
      'frames: what is drawn at 1 ms is for the account 7, which is not there',
    ],
    [
      'a fault for an account that is not there',
      ({ broker }) => {
        broker.faults('-a', { a: { kind: 'accountDisconnect', accountId: 7 } })
      },
      'faults: {"kind":"accountDisconnect","accountId":7} at 1 ms affects nothing',
    ],
    [
      'a fault of a request that never comes',
      ({ broker }) => {
        broker.faults('5s v', {
          v: { kind: 'swallow', payloadType: PROTO_OA_VERSION_REQ, takesEffect: true },
        })
      },
      'faults: {"kind":"swallow","payloadType":2104,"takesEffect":true} at 5000 ms affects nothing',
    ],
    [
      'a fault without a drawing',
      ({ broker }) => {
        broker.fault({ kind: 'drop' })
        broker.fault({ kind: 'drop' })
      },
      'faults: {"kind":"drop"} at 0 ms affects nothing',
    ],
    [
      'maintenance that no request meets',
      ({ broker }) => {
        broker.faults('1s m')
      },
      'faults: {"kind":"maintenance","seconds":60} at 1000 ms affects nothing',
    ],
    [
      'a value that is in no diagram',
      ({ broker }) => {
        broker.quotes('1s a', { a: { bid: 1.1 }, b: { bid: 1.2 }, c: { ask: 1.3 } })
      },
      "quotes '1s a': 'b', 'c' have values and are in no diagram",
    ],
    [
      'a bid above the ask',
      ({ broker }) => {
        broker.quotes('1s a', { a: { bid: 1.2 } })
      },
      'symbol 1 has the bid 1.2 above the ask 1.1002, 1000 ms after the start',
    ],
    [
      'a bid above the ask in a frame',
      ({ broker }) => {
        broker.frames('1s a', { a: spot({ bid: 1.2, ask: 1.1 }) })
      },
      'symbol 1 has the bid 1.2 above the ask 1.1, 1000 ms after the start',
    ],
    [
      'a price that the symbol cannot have',
      ({ broker }) => {
        broker.quotes('1s a', { a: { bid: 1.100001 } })
      },
      'bid 1.100001 has more than the 5 digits of the symbol',
    ],
    [
      'an expected request that is an event',
      ({ expectRequests }) => {
        expectRequests().toBe('1s a', { a: spot({ bid: 1.1 }) })
      },
      'expectRequests: PROTO_OA_SPOT_EVENT comes from the server; a client never sends it',
    ],
    [
      'the requests of a type that is no request',
      ({ expectRequests }) => {
        expectRequests(PROTO_OA_SPOT_EVENT).toBe('')
      },
      'expectRequests: PROTO_OA_SPOT_EVENT comes from the server; a client never sends it',
    ],
  ])('%s', (_, scenario, message) => {
    expect(failureOf(scenario)).toBe(message)
  })

  it('all of them at once, behind what came otherwise', () => {
    const text = failureOf(({ broker, expectObservable }) => {
      broker.faults('1s m')
      broker.quotes('1s a', { a: { bid: 1.1 }, b: { bid: 1.2 } })
      expectObservable(of('x')).toBe('(y|)')
      expectObservable(of('z')).toBe('(z|)')
      expectObservable(EMPTY).toBe('-|')
    })
    expect(text.match(/^\w+:? .*/gm)).toEqual([
      'expectObservable: not what was expected',
      'expectObservable: not what was expected',
      'faults: {"kind":"maintenance","seconds":60} at 1000 ms affects nothing',
      "quotes '1s a': 'b' has a value and is in no diagram",
    ])
  })
})

describe('a scenario does not fail', () => {
  it('with a value that is drawn in one diagram and expected in another', () => {
    marbles(({ broker, account, expectObservable }) => {
      const events = { a: spot({ bid: 1.1 }), b: spot({ bid: 1.1001 }) }
      broker.frames('-a', events)
      broker.frames('--b', events)
      const timeless$ = account.on(PROTO_OA_SPOT_EVENT).pipe(map(({ payload: { bid } }) => bid))
      expectObservable(timeless$).toBe('-ab', { a: 110_000, b: 110_010, c: 0 })
    })
  })

  it('with a part of a frozen table', () => {
    const quotes = Object.freeze({ a: { bid: 1.1 }, b: { bid: 1.2 } })
    marbles(({ broker }) => {
      broker.quotes('1s a', quotes)
    })
  })

  it('with a fault that strikes at the very end', () => {
    marbles(({ broker, account, expectRequests }) => {
      const cancel = { orderId: 7 }
      broker.faults('a', {
        a: { kind: 'refuse', payloadType: PROTO_OA_CANCEL_ORDER_REQ, errorCode: 'TIMEOUT_ERROR' },
      })
      broker.faults('599s r')
      account.request(PROTO_OA_CANCEL_ORDER_REQ, cancel).subscribe({ error: () => undefined })
      expectRequests().toBe('a', { a: request(PROTO_OA_CANCEL_ORDER_REQ, cancel) })
    })
  })

  it('where it wants to draw what does nothing', () => {
    marbles(
      ({ broker }) => {
        broker.faults('1s m')
        broker.quotes('1s a', { a: { bid: 1.2 }, b: { bid: 1.2 } })
      },
      { strict: false },
    )
  })
})

describe('a failure', () => {
  it('has the actual diagram and its values, to be copied', () => {
    const text = failureOf(({ expectObservable }) => {
      expectObservable(interval(5).pipe(take(3))).toBe('5ms a 4ms b', { a: 0, b: 2 })
    })
    expect(text.split('\n').slice(2, 6)).toEqual([
      '  expected  -----a----b',
      '  actual    -----a----A----(b|)',
      '                      ^',
      '  A         1',
    ])
  })

  it('has the names of enum numbers', () => {
    const text = failureOf(({ account, expectObservable }) => {
      const side$ = placeOrder(account, {
        type: 'market',
        symbol: 'EURUSD',
        side: 'buy',
        volume: units(1_000),
      }).pipe(
        take(1),
        map(() => ({ tradeSide: ProtoOATradeSide.BUY })),
      )
      expectObservable(side$).toBe('(a|)', { a: { tradeSide: ProtoOATradeSide.SELL } })
    })
    expect(text).toContain('tradeSide: 2 (SELL) expected, is 1 (BUY)')
  })

  it('shows many events around the first difference, at once', () => {
    const text = failureOf(({ expectObservable }) => {
      expectObservable(interval(1).pipe(map(() => 'x'))).toBe('')
    })
    expect(text.split('\n').length).toBeLessThan(120)
    expect(text).toContain('  … 599900 more after')
    const late = failureOf(({ cold, expectObservable }) => {
      const many = 'ab'.repeat(200)
      expectObservable(cold(`${many}c`)).toBe(`${many}d`)
    })
    expect(late).toContain('  … 380 more before, the same in both')
    expect(late).toMatch(/- 400 ms {2}d {2}'d'\n\+ 400 ms {2}c {2}'c'/)
  })

  it('says so where one of the two is longer', () => {
    const text = failureOf(({ cold, expectObservable }) => {
      expectObservable(cold('a'.repeat(300))).toBe('a'.repeat(301))
    })
    expect(text).toMatch(/\n- 300 ms {2}a {2}'a'$/)
    expect(failureOf(({ expectObservable }) => expectObservable(NEVER).toBe('a'))).toContain('(nothing)')
  })
})
