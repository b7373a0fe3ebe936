import { PayloadType } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import {
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
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_CLOSE_POSITION_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

const logout = request(PROTO_OA_ACCOUNT_LOGOUT_REQ, 'out', { ctidTraderAccountId: ACCOUNT })

const answered = (clientMsgId: string): unknown =>
  expect.objectContaining({ payloadType: PROTO_OA_VERSION_RES, clientMsgId })

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

  it('rejects a misroute of another account', () => {
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
    // By the clock the client goes by too, at any time of the market.
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

  it('several at once apply to the same frame', () => {
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
