import { PayloadType } from 'rx-ctrader'
import type { Fault, Simulator } from 'rx-ctrader/simulator'
import { createSimulator, parseFault } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { rawClient } from '../support/rawClient'
import { BYE, LOST, accountAuth, after, appAuth, request, scene, typesOf, version } from './faultScene'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_ERROR_RES,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

/** Every kind of fault once; a new kind without a value here does not compile. */
const faults: { readonly [K in Fault['kind']]: Extract<Fault, { kind: K }> } = {
  drop: { kind: 'drop' },
  close: { kind: 'close' },
  silence: { kind: 'silence' },
  deaf: { kind: 'deaf' },
  push: { kind: 'push', text: 'pushed' },
  unknownMessage: { kind: 'unknownMessage' },
  delay: { kind: 'delay', ms: 250 },
  rateLimit: { kind: 'rateLimit', payloadType: PROTO_OA_VERSION_REQ, retryAfter: 5 },
  accountDisconnect: { kind: 'accountDisconnect', accountId: ACCOUNT },
  tokenInvalidated: { kind: 'tokenInvalidated', accountId: ACCOUNT },
  clientDisconnect: { kind: 'clientDisconnect' },
  tokenExpiry: { kind: 'tokenExpiry' },
  refuse: { kind: 'refuse', payloadType: PROTO_OA_VERSION_REQ, errorCode: 'TIMEOUT_ERROR' },
  swallow: { kind: 'swallow', payloadType: PROTO_OA_VERSION_REQ, takesEffect: true },
  slow: { kind: 'slow', payloadType: PROTO_OA_VERSION_REQ, ms: 60_000 },
  misroute: { kind: 'misroute' },
  maintenance: { kind: 'maintenance', seconds: 60 },
  malformed: { kind: 'malformed' },
  unreadable: { kind: 'unreadable' },
  unreadableEntity: { kind: 'unreadableEntity' },
  oversized: { kind: 'oversized' },
  garbage: { kind: 'garbage' },
  duplicate: { kind: 'duplicate' },
  reorder: { kind: 'reorder' },
  extraField: { kind: 'extraField' },
  unknownEnumValue: { kind: 'unknownEnumValue' },
  gap: { kind: 'gap', symbolId: 1, by: -5000 },
  mute: { kind: 'mute', symbolId: 1 },
  unlist: { kind: 'unlist', symbolId: 1 },
  lag: { kind: 'lag', ms: 3_000 },
  recover: { kind: 'recover' },
}

describe('a fault of the line', () => {
  it('drop breaks it', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => broker.fault({ kind: 'drop' }))
      at(1_100, () => {
        expect(client.closed).toEqual({ at: 1_000, ...LOST })
      })
    })
  })

  it.each<[Extract<Fault, { kind: 'close' }>, object]>([
    [{ kind: 'close' }, BYE],
    [
      { kind: 'close', code: 1012, reason: 'Restart' },
      { code: 1012, reason: 'Restart', wasClean: true },
    ],
    [
      { kind: 'close', code: 1012 },
      { code: 1012, reason: '', wasClean: true },
    ],
  ])('%j closes it with a handshake', (fault, ending) => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => broker.fault(fault))
      at(1_100, () => {
        expect(client.closed).toEqual({ at: 1_000, ...ending })
      })
    })
  })

  it('silence leaves it open and dead', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'silence' })
        client.send(version())
      })
      at(100_000, () => {
        expect(after(client, 2)).toEqual([])
        expect(client.closed).toBeUndefined()
        expect(broker.lines()).toMatchObject([{ silent: true }])
        client.leave()
      })
    })
  })

  it('unknownMessage sends an unknown payload type', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'unknownMessage' })
        broker.fault({ kind: 'unknownMessage', payloadType: 2199 })
      })
      at(1_100, () => {
        expect(typesOf(client).slice(2)).toEqual([9999, 2199])
        client.leave()
      })
    })
  })

  describe('delay', () => {
    it('holds back what the server sends from then on, in its order, until it is 0 again', () => {
      scene(({ broker, line, at }) => {
        const client = line()
        at(1_000, () => {
          broker.fault({ kind: 'delay', ms: 500 })
          client.send(version('1'))
        })
        at(1_200, () => client.send(version('2')))
        at(1_300, () => {
          broker.fault({ kind: 'delay', ms: 0 })
          client.send(version('3'))
        })
        at(1_800, () => client.send(version('4')))
        at(2_000, () => {
          expect(client.timed.map(([ms]) => ms)).toEqual([1_500, 1_700, 1_700, 1_800])
          expect(client.frames().map(({ clientMsgId }) => clientMsgId)).toEqual(['1', '2', '3', '4'])
          client.leave()
        })
      })
    })

    it('delays the end by handshake too, behind what was sent before it', () => {
      scene(({ broker, line, at }) => {
        const client = line()
        at(1_000, () => {
          broker.fault({ kind: 'delay', ms: 500 })
          client.send('hello')
        })
        at(2_000, () => {
          expect(client.timed).toMatchObject([[1_500, expect.stringContaining('Malformed')]])
          expect(client.closed).toEqual({ at: 1_500, ...BYE })
        })
      })
    })

    it.each<[string, (broker: Simulator, leave: () => void) => void]>([
      ['drop', broker => broker.fault({ kind: 'drop' })],
      ['the client leaving', (_, leave) => leave()],
    ])('leaves no timer behind after %s', (_, end) => {
      jest.useFakeTimers()
      try {
        const broker = createSimulator()
        const client = rawClient(broker.connect)
        jest.advanceTimersByTime(10)
        broker.fault({ kind: 'delay', ms: 60_000 })
        client.send(version())
        jest.advanceTimersByTime(10)
        end(broker, client.leave)
        jest.advanceTimersByTime(10)
        expect(jest.getTimerCount()).toBe(0)
        expect(client.received).toEqual([])
      } finally {
        jest.useRealTimers()
      }
    })
  })
})

describe('the lines of a fault', () => {
  it('are all that are open, one by its number, those of an account, or those a filter picks', () => {
    scene(({ broker, authenticated, line, at }) => {
      const clients = [authenticated(), line(), authenticated(), line()]
      const heard = (): string[] =>
        clients.map(client => client.received.filter(text => text.length === 1).join(''))
      at(1_000, () => {
        broker.fault({ kind: 'push', text: 'a' })
        broker.fault({ kind: 'push', text: 'b', on: { line: 1 } })
        broker.fault({ kind: 'push', text: 'c', on: { accountId: ACCOUNT } })
        broker.fault({ kind: 'push', text: 'd', on: { accountId: ACCOUNT, line: 2 } })
        broker.fault({ kind: 'push', text: 'e', on: { accountId: ACCOUNT, line: 1 } })
        broker.fault({ kind: 'push', text: 'f' }, ({ clientId }) => clientId === undefined)
      })
      at(1_100, () => {
        expect(heard()).toEqual(['ac', 'abf', 'acd', 'af'])
        for (const client of clients) client.leave()
      })
    })
  })

  it('are numbered in the order in which they were opened, and keep their numbers', () => {
    scene(({ broker, authenticated, line, at }) => {
      const [first, second] = [line(), authenticated()]
      at(1_000, () => {
        expect(broker.lines()).toMatchObject([
          { line: 0, accountIds: [], silent: false, delay: 0 },
          { line: 1, clientId: 'demo', accountIds: [ACCOUNT], subscriptions: [{ accountId: ACCOUNT }] },
        ])
        expect(broker.lines()[0]).not.toHaveProperty('clientId')
        first.leave()
      })
      at(1_100, () => {
        const third = line()
        at(100, () => {
          expect(broker.lines().map(state => state.line)).toEqual([1, 2])
          second.leave()
          third.leave()
        })
      })
    })
  })

  it('of one that waits may be opened later, and others do not use it up', () => {
    scene(({ broker, line, at }) => {
      const first = line()
      broker.fault({ kind: 'refuse', errorCode: 'TIMEOUT_ERROR', on: { line: 1 } })
      first.send(version())
      at(100, () => {
        const second = line()
        second.send(version('1'), version('2'))
        at(100, () => {
          expect(typesOf(first)).toEqual([PROTO_OA_VERSION_RES])
          expect(typesOf(second)).toEqual([PROTO_OA_ERROR_RES, PROTO_OA_VERSION_RES])
          first.leave()
          second.leave()
        })
      })
    })
  })
})

describe('recover', () => {
  it('ends what waits or goes on', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      at(1_000, () => {
        for (const fault of [
          faults.refuse,
          faults.swallow,
          faults.misroute,
          faults.maintenance,
          faults.malformed,
          faults.reorder,
          faults.delay,
        ])
          broker.fault(fault)
        broker.fault({ kind: 'recover' })
        client.send(appAuth, accountAuth, version())
      })
      at(1_001, () => {
        expect(typesOf(client)).toEqual([
          PROTO_OA_APPLICATION_AUTH_RES,
          PROTO_OA_ACCOUNT_AUTH_RES,
          PROTO_OA_VERSION_RES,
        ])
        client.leave()
      })
    })
  })
})

describe('a gap', () => {
  it('moves the prices of a symbol from then on, for subscribers too', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      client.send(
        request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, 'spots', { ctidTraderAccountId: ACCOUNT, symbolId: [1] }),
      )
      const plain = createSimulator()
      at(10_000, () => {
        const now = broker.now()
        broker.fault({ kind: 'gap', symbolId: 1, by: -5_000 })
        expect(broker.market.quoteAt(1, now).bid).toBe(plain.market.quoteAt(1, now).bid)
      })
      at(70_000, () => {
        const now = broker.now()
        expect(broker.market.quoteAt(1, now).bid - plain.market.quoteAt(1, now).bid).toBe(-5_000)
        const bids = client.timed.flatMap(([ms, text]) => {
          const bid = (JSON.parse(text) as { payload?: { bid?: number } }).payload?.bid
          return ms > 15_000 && bid !== undefined ? [bid] : []
        })
        expect(bids.length).toBeGreaterThan(0)
        for (const bid of bids) expect(Math.abs(bid - broker.market.quoteAt(1, now).bid)).toBeLessThan(2_500)
        client.leave()
      })
    })
  })
})

describe('a gap through an order', () => {
  it('fills it', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      const fills = (): string[] => client.received.filter(text => text.includes('"executionType":3'))
      at(1_000, () => {
        const limitPrice = (broker.market.quoteAt(1, broker.now()).bid - 4_000) / 100_000
        client.send(
          request(PROTO_OA_NEW_ORDER_REQ, 'limit', {
            ctidTraderAccountId: ACCOUNT,
            symbolId: 1,
            orderType: 2,
            tradeSide: 1,
            volume: 1_000_000,
            limitPrice,
          }),
        )
      })
      at(30_000, () => {
        expect(client.received[2]).toContain('"executionType":2')
        expect(fills()).toEqual([])
        broker.fault({ kind: 'gap', symbolId: 1, by: -5_000 })
        client.send({ payloadType: HEARTBEAT_EVENT })
      })
      at(80_000, () => {
        expect(fills()).toHaveLength(1)
        client.leave()
      })
    })
  })
})

describe('any fault', () => {
  it.each(Object.values(faults))('$kind on a server without lines does nothing, then or later', fault => {
    scene(({ broker, at }) => {
      broker.fault(fault)
      at(1_000, () => {
        expect(broker.lines()).toEqual([])
      })
    })
  })

  it.each(Object.values(faults))('$kind is a value: written as JSON it is read as what it was', fault => {
    expect(parseFault(JSON.parse(JSON.stringify(fault)))).toEqual({ fault })
  })

  it.each(Object.values(faults))('$kind leaves no timer behind on a line that ends', fault => {
    jest.useFakeTimers()
    try {
      const broker = createSimulator()
      const client = rawClient(broker.connect)
      client.send(appAuth, accountAuth)
      jest.advanceTimersByTime(10)
      broker.fault(fault)
      client.send(version(), version(), accountAuth)
      jest.advanceTimersByTime(10)
      client.leave()
      jest.advanceTimersByTime(10)
      expect(jest.getTimerCount()).toBe(0)
    } finally {
      jest.useRealTimers()
    }
  })
})

it('lists the faults that wait, with how often they still happen', () => {
  const broker = createSimulator()
  const garbage: Fault = { kind: 'garbage', times: 20 }
  const refuse: Fault = { kind: 'refuse', errorCode: 'MARKET_CLOSED' }
  for (const fault of [garbage, refuse, { kind: 'drop' } as const]) broker.fault(fault)
  expect(broker.armedFaults()).toEqual([
    { fault: garbage, left: 20 },
    { fault: refuse, left: 1 },
  ])
  broker.fault({ kind: 'recover' })
  expect(broker.armedFaults()).toEqual([])
})
