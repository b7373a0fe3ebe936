import { PayloadType } from 'rx-ctrader'
import type { Fault, Simulator } from 'rx-ctrader/simulator'
import { createSimulator, parseFault } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { rawClient } from '../support/rawClient'
import {
  BYE,
  HEARTBEAT,
  LOST,
  accountAuth,
  after,
  appAuth,
  refusal,
  request,
  scene,
  typesOf,
  version,
} from './faultScene'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_CLOSE_POSITION_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

const logout = request(PROTO_OA_ACCOUNT_LOGOUT_REQ, 'out', { ctidTraderAccountId: ACCOUNT })
const answered = (clientMsgId: string): unknown =>
  expect.objectContaining({ payloadType: PROTO_OA_VERSION_RES, clientMsgId })

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

  it('unknownMessage sends a payload type nobody knows', () => {
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

describe('a fault of a session', () => {
  it('accountDisconnect ends the account by 2164; it can be authenticated again', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'accountDisconnect', accountId: ACCOUNT })
        client.send(logout, accountAuth)
      })
      at(1_100, () => {
        expect(after(client, 2)[0]).toBe('{"payloadType":2164,"payload":{"ctidTraderAccountId":12345678}}')
        expect(client.frames()[3]).toEqual(
          refusal('out', 'INVALID_REQUEST', { description: 'Trading account is not authorized' }),
        )
        expect(client.frames()[4]).toMatchObject({ payloadType: PROTO_OA_ACCOUNT_AUTH_RES })
        client.leave()
      })
    })
  })

  it('tokenInvalidated ends it by 2147; the token is still good', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'tokenInvalidated', accountId: ACCOUNT, reason: 'why' })
        client.send(logout, accountAuth)
      })
      at(1_100, () => {
        expect(after(client, 2)[0]).toBe(
          '{"payloadType":2147,"payload":{"ctidTraderAccountIds":[12345678],"reason":"why"}}',
        )
        expect(typesOf(client).slice(3)).toEqual([PROTO_OA_ERROR_RES, PROTO_OA_ACCOUNT_AUTH_RES])
        client.leave()
      })
    })
  })

  it.each<[Extract<Fault, { accountId: number }>['kind'], number]>([
    ['accountDisconnect', PROTO_OA_ACCOUNT_DISCONNECT_EVENT],
    ['tokenInvalidated', PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT],
  ])('%s comes to the sessions of that account alone, and may be spurious', (kind, payloadType) => {
    scene(({ broker, authenticated, line, at }) => {
      const [client, stranger] = [authenticated(), line()]
      at(1_000, () => {
        broker.fault({ kind, accountId: 999 })
        broker.fault({ kind, accountId: ACCOUNT, spurious: true })
        client.send(logout)
      })
      at(1_100, () => {
        expect(typesOf(client).slice(2)).toEqual([
          payloadType,
          PROTO_OA_ACCOUNT_LOGOUT_RES,
          PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
        ])
        expect(stranger.received).toEqual([])
        client.leave()
        stranger.leave()
      })
    })
  })

  it('clientDisconnect ends everything by 2148, then the line', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => broker.fault({ kind: 'clientDisconnect', reason: 'blocked' }))
      at(1_100, () => {
        expect(after(client, 2)).toEqual(['{"payloadType":2148,"payload":{"reason":"blocked"}}'])
        expect(client.closed).toEqual({ at: 1_000, ...BYE })
      })
    })
  })

  it('clientDisconnect leaves the line open, if that is what the server does', () => {
    scene(
      ({ broker, authenticated, at }) => {
        const client = authenticated()
        at(1_000, () => {
          broker.fault({ kind: 'clientDisconnect' })
          client.send(logout, appAuth, accountAuth)
        })
        at(1_100, () => {
          expect(after(client, 2)[0]).toBe('{"payloadType":2148}')
          expect(client.frames()[3]).toEqual(refusal('out', 'CH_CLIENT_NOT_AUTHENTICATED'))
          expect(typesOf(client).slice(4)).toEqual([PROTO_OA_APPLICATION_AUTH_RES, PROTO_OA_ACCOUNT_AUTH_RES])
          expect(client.closed).toBeUndefined()
          client.leave()
        })
      },
      { unknowns: { closesAfterClientDisconnect: false } },
    )
  })

  it('tokenExpiry makes the tokens of the account expire', () => {
    scene(({ broker, authenticated, line, at }) => {
      const before = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'tokenExpiry', accountId: 999 })
        const other = line()
        other.send(appAuth, accountAuth)
        at(100, () => {
          expect(typesOf(other)).toEqual([PROTO_OA_APPLICATION_AUTH_RES, PROTO_OA_ACCOUNT_AUTH_RES])
          broker.fault({ kind: 'tokenExpiry', accountId: ACCOUNT })
          other.send(logout, accountAuth)
        })
        at(200, () => {
          expect(other.frames().at(-1)).toEqual(
            refusal('account', 'CH_ACCESS_TOKEN_INVALID', { description: 'Access token expired' }),
          )
          expect(before.received).toHaveLength(2)
          other.leave()
          before.leave()
        })
      })
    })
  })
})

describe('a fault of requests', () => {
  it('refuse refuses the next n of a type, and no other', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({
        kind: 'refuse',
        payloadType: PROTO_OA_VERSION_REQ,
        errorCode: 'CH_SERVER_NOT_REACHABLE',
        description: 'try later',
        retryAfter: 3,
        times: 2,
      })
      client.send(appAuth, version('1'), version('2'), version('3'))
      at(100, () => {
        expect(typesOf(client)).toEqual([
          PROTO_OA_APPLICATION_AUTH_RES,
          PROTO_OA_ERROR_RES,
          PROTO_OA_ERROR_RES,
          PROTO_OA_VERSION_RES,
        ])
        expect(client.received[1]).toBe(
          '{"payloadType":2142,"clientMsgId":"1","payload":{"errorCode":"CH_SERVER_NOT_REACHABLE",' +
            '"description":"try later","retryAfter":3}}',
        )
        client.leave()
      })
    })
  })

  it('refuse refuses without effect', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({ kind: 'refuse', errorCode: 'TIMEOUT_ERROR' })
      client.send(appAuth, logout)
      at(100, () => {
        expect(client.frames()[1]).toEqual(refusal('out', 'CH_CLIENT_NOT_AUTHENTICATED'))
        client.leave()
      })
    })
  })

  it.each([
    [50, { errorCode: 'X', description: 'Y' }],
    [PROTO_OA_ERROR_RES, { errorCode: 'X', description: 'Y' }],
    [
      PROTO_OA_ORDER_ERROR_EVENT,
      { errorCode: 'X', ctidTraderAccountId: ACCOUNT, positionId: 7, description: 'Y' },
    ],
  ])('refuse may do so by %i', (carrier, payload) => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'refuse', errorCode: 'X', description: 'Y', carrier })
        client.send(
          request(PROTO_OA_CLOSE_POSITION_REQ, 'close', {
            ctidTraderAccountId: ACCOUNT,
            positionId: 7,
            volume: 1,
          }),
        )
      })
      at(1_100, () => {
        expect(client.frames()[2]).toEqual({ payloadType: carrier, clientMsgId: 'close', payload })
        client.leave()
      })
    })
  })

  it.each([
    [true, 'CH_CLIENT_ALREADY_AUTHENTICATED'],
    [false, undefined],
  ])('swallow leaves the next request unanswered; whether it took effect: %p', (takesEffect, errorCode) => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({ kind: 'swallow', payloadType: PROTO_OA_APPLICATION_AUTH_REQ, takesEffect })
      client.send(version('1'), appAuth, version('2'), appAuth)
      at(100, () => {
        const [first, second, third] = client.frames()
        expect([first, second]).toEqual([answered('1'), answered('2')])
        expect(third?.payload?.['errorCode']).toBe(errorCode)
        expect(client.received).toHaveLength(3)
        client.leave()
      })
    })
  })

  it('swallow takes the answer and not the events that follow from the request', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_REFRESH_TOKEN_REQ, takesEffect: true })
        client.send({ payloadType: PROTO_OA_REFRESH_TOKEN_REQ, payload: { refreshToken: 'demo-refresh' } })
      })
      at(1_100, () => {
        expect(typesOf(client).slice(2)).toEqual([
          PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
          PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
        ])
        client.leave()
      })
    })
  })

  it('misroute refuses the requests of an account until recover', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({ kind: 'misroute', accountId: ACCOUNT })
      client.send(appAuth, accountAuth, accountAuth)
      at(100, () => {
        broker.fault({ kind: 'recover' })
        client.send(accountAuth)
      })
      at(200, () => {
        const misrouted = refusal('account', 'CANT_ROUTE_REQUEST', { description: 'Cannot route request' })
        expect(client.frames().slice(1)).toEqual([
          misrouted,
          misrouted,
          expect.objectContaining({ payloadType: PROTO_OA_ACCOUNT_AUTH_RES }),
        ])
        client.leave()
      })
    })
  })

  it('misroute of another account is none', () => {
    scene(({ broker, authenticated, at }) => {
      broker.fault({ kind: 'misroute', accountId: 999 })
      const client = authenticated()
      at(100, () => {
        expect(typesOf(client)).toEqual([PROTO_OA_APPLICATION_AUTH_RES, PROTO_OA_ACCOUNT_AUTH_RES])
        client.leave()
      })
    })
  })

  describe('maintenance', () => {
    // By the clock the client goes by too, whatever time it is on the market.
    const end = 60_000

    it.each([
      [undefined, PROTO_OA_ERROR_RES, end / 1000],
      [PROTO_OA_ERROR_RES, PROTO_OA_ERROR_RES, end / 1000],
      [50, 50, end],
    ])('by %p refuses every request with its end, then is over', (carrier, payloadType, timestamp) => {
      scene(({ broker, line, at }) => {
        const client = line()
        broker.fault({ kind: 'maintenance', seconds: 60, ...(carrier !== undefined && { carrier }) })
        client.send(appAuth)
        at(59_999, () => {
          const next = line()
          next.send(version('1'))
          at(1, () => next.send(version('2')))
          at(100, () => {
            expect(next.frames()[0]?.payload?.['errorCode']).toBe('SERVER_IS_UNDER_MAINTENANCE')
            expect(next.frames()[1]).toEqual(answered('2'))
            next.leave()
          })
        })
        at(100, () => {
          expect(client.frames()).toEqual([
            {
              payloadType,
              clientMsgId: 'app',
              payload: {
                errorCode: 'SERVER_IS_UNDER_MAINTENANCE',
                description: expect.any(String) as unknown,
                maintenanceEndTimestamp: timestamp,
              },
            },
          ])
          client.leave()
        })
      })
    })

    it('may drop the lines first, and goes on for those that come back', () => {
      scene(({ broker, authenticated, line, at }) => {
        const client = authenticated()
        at(1_000, () => broker.fault({ kind: 'maintenance', seconds: 60, drops: true }))
        at(2_000, () => {
          expect(client.closed).toEqual({ at: 1_000, ...LOST })
          const next = line()
          next.send(appAuth)
          at(100, () => {
            expect(next.frames()).toEqual([refusal('app', 'SERVER_IS_UNDER_MAINTENANCE')])
            next.leave()
          })
        })
      })
    })

    it('lets heartbeats be', () => {
      scene(({ broker, authenticated, at }) => {
        const client = authenticated()
        at(1_000, () => broker.fault({ kind: 'maintenance', seconds: 600 }))
        at(31_000, () => {
          expect(after(client, 2)).toEqual([HEARTBEAT])
          client.leave()
        })
      })
    })
  })
})

describe('a fault of frames', () => {
  const answer1 = '{"payloadType":2105,"clientMsgId":"1","payload":{"version":"91"}}'
  const answer2 = answer1.replace('"1"', '"2"')

  it.each<[Fault, string[]]>([
    [{ kind: 'malformed' }, [answer1.slice(0, Math.ceil(answer1.length / 2)), answer2]],
    [{ kind: 'garbage', text: '}{' }, ['}{', answer1, answer2]],
    [{ kind: 'duplicate' }, [answer1, answer1, answer2]],
    [{ kind: 'duplicate', times: 2 }, [answer1, answer1, answer2, answer2]],
    [{ kind: 'duplicate', payloadType: PROTO_OA_ACCOUNT_AUTH_RES }, [answer1, answer2]],
    [{ kind: 'reorder' }, [answer2, answer1]],
    [{ kind: 'reorder', payloadType: PROTO_OA_VERSION_RES, times: 5 }, [answer2, answer1]],
    [
      { kind: 'extraField', payloadType: PROTO_OA_VERSION_RES },
      [answer1.replace('}}', ',"fieldOfTomorrow":1}}'), answer2],
    ],
    [
      { kind: 'extraField', field: 'gslScheduleId' },
      [answer1.replace('}}', ',"gslScheduleId":1}}'), answer2],
    ],
    [{ kind: 'unknownEnumValue' }, [answer1, answer2]],
  ])('%j changes what the next frames are', (fault, texts) => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault(fault)
      client.send(version('1'), version('2'))
      at(100, () => {
        expect(client.received).toEqual(texts)
        client.leave()
      })
    })
  })

  it('garbage is no JSON', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({ kind: 'garbage' })
      client.send(version('1'))
      at(100, () => {
        expect(() => JSON.parse(client.received[0] ?? '1') as unknown).toThrow(SyntaxError)
        expect(client.received[1]).toBe(answer1)
        client.leave()
      })
    })
  })

  it.each([undefined, 'permissionScope'])('unknownEnumValue changes an enum (%p) and nothing else', field => {
    scene(({ broker, line, at }) => {
      const client = line()
      const list = (id: string): object =>
        request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, id, { accessToken: 'demo' })
      broker.fault({ kind: 'unknownEnumValue', ...(field !== undefined && { field }) })
      client.send(appAuth, version('1'), list('list'), list('list'))
      at(100, () => {
        const [changed, plain] = after(client, 2)
        expect(changed).toContain('"permissionScope":4711')
        expect(changed?.replace('4711', '1')).toBe(plain)
        client.leave()
      })
    })
  })

  it('unknownEnumValue reaches into entities, and waits for the field it names', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'unknownEnumValue', field: 'tradeSide' })
        client.send(
          request(PROTO_OA_TRADER_REQ, 'trader', { ctidTraderAccountId: ACCOUNT }),
          request(PROTO_OA_NEW_ORDER_REQ, 'order', {
            ctidTraderAccountId: ACCOUNT,
            symbolId: 1,
            orderType: 1,
            tradeSide: 1,
            volume: 100_000_00,
          }),
        )
      })
      at(2_000, () => {
        expect(client.received.filter(text => text.includes('4711'))).toHaveLength(1)
        expect(client.received.find(text => text.includes('4711'))).toContain('"tradeSide":4711')
        client.leave()
      })
    })
  })

  it('several at once befall the same frame', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({ kind: 'extraField', field: 'x' })
      broker.fault({ kind: 'duplicate' })
      client.send(version('1'))
      at(100, () => {
        const changed = answer1.replace('}}', ',"x":1}}')
        expect(client.received).toEqual([changed, changed])
        client.leave()
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
