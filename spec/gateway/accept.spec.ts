import { EMPTY, NEVER, Subject, of, throwError, timer, map } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import type { Entitlement, Gateway, Handshake, StoredGrant } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Grant } from 'rx-ctrader/simulator'
import { memoryLine } from '../../src/gateway/edge/wire/memoryLine'
import { ACCOUNT } from '../support/account'
import { gatewayOver, lasting, ownAccount } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_VERSION_REQ,
} = PayloadType

const lineTo = (gateway: Gateway, handshake: Handshake = {}): Connect =>
  memoryLine(peer => gateway.accept(peer, handshake))

const logIn = (clientSecret = 'ann') => ({
  payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
  clientMsgId: 'in',
  payload: { clientId: 'terminal', clientSecret },
})

const open = {
  payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
  clientMsgId: 'open',
  payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'any' },
}

const request = (
  payloadType: number,
  payload: object = { ctidTraderAccountId: ACCOUNT },
  clientMsgId = 'r',
) => ({
  payloadType,
  clientMsgId,
  payload,
})

/** What a peer gets that says this, apart from heartbeats. */
const talking = (
  said: readonly (object | string)[],
  options: Parameters<typeof gatewayOver>[1] = {},
  act: (peer: RawClient, time: VirtualTime, gateway: Gateway) => void = () => undefined,
  handshake: Handshake = {},
): RawClient => {
  const clients: RawClient[] = []
  inVirtualTime(time => {
    const gateway = gatewayOver(createSimulator({ latency: 10 }).connect, options)
    const peer = rawClient(lineTo(gateway, handshake))
    clients.push(peer)
    said.forEach((frame, index) => {
      time.at(index * 100, () => {
        peer.send(frame)
      })
    })
    act(peer, time, gateway)
    time.at(200_000, peer.leave)
  })
  const [client] = clients
  if (!client) throw new Error('there is no client')
  return client
}

const told = (client: RawClient): readonly object[] =>
  client.frames().filter(({ payloadType }) => payloadType !== HEARTBEAT_EVENT)

const codes = (client: RawClient): readonly unknown[] =>
  told(client).map(frame => {
    const { payloadType, payload } = frame as { readonly payloadType: number; readonly payload?: object }
    return (payload as { readonly errorCode?: string } | undefined)?.errorCode ?? payloadType
  })

describe('the pings of a peer', () => {
  it('count as frames: too many end the line', () => {
    inVirtualTime(({ at }) => {
      const gateway = gatewayOver(createSimulator().connect, {
        limits: { framesPerSecond: 1, burst: 2 },
      })
      const ended: number[] = []
      const { pinged } = gateway.accept(
        {
          send: () => undefined,
          close: code => {
            ended.push(code)
          },
          cut: () => undefined,
        },
        {},
      )
      for (let i = 0; i < 502; i += 1) pinged()
      expect(ended).toEqual([])
      pinged()
      pinged()
      at(1, () => {
        expect(ended).toEqual([1008])
      })
    })
  })
})

describe('a peer of a gateway', () => {
  it('authenticates with the token of its session, and opens an account with any text as its token', () => {
    expect(codes(talking([logIn(), open]))).toEqual([2101, 2103])
  })

  it('is refused for good where there is no session, with nothing of what went wrong', () => {
    const client = talking([logIn('secret-token')], {
      authenticate: ({ token = '' }) => throwError(() => new Error(`${token} is not valid`)),
    })
    expect(codes(client)).toEqual(['CH_CLIENT_AUTH_FAILURE'])
    expect(client.received.join()).not.toContain('secret-token')
  })

  it('is refused where it takes too long to find the session', () => {
    expect(codes(talking([logIn()], { authenticate: () => NEVER }))).toContain('CH_CLIENT_AUTH_FAILURE')
    expect(codes(talking([logIn()], { entitle: () => NEVER }))).toContain('CH_CLIENT_AUTH_FAILURE')
  })

  it('gives what it is known by: its application, token, origin and address', () => {
    const asked: Handshake[] = []
    talking(
      [logIn()],
      {
        authenticate: handshake => {
          asked.push(handshake)
          return of({ userId: 'ann' })
        },
      },
      undefined,
      { origin: 'https://app.example.com', cookie: 'c', address: '10.0.0.1' },
    )
    expect(asked).toEqual([
      {
        origin: 'https://app.example.com',
        cookie: 'c',
        address: '10.0.0.1',
        clientId: 'terminal',
        token: 'ann',
      },
    ])
  })

  it('has ten seconds to authenticate', () => {
    const client = talking([request(PROTO_OA_VERSION_REQ, {})])
    expect(codes(client)).toEqual([2105])
    expect(client.closed).toMatchObject({ code: 1008 })
    expect(client.closed?.at).toBeLessThan(11_000)
  })

  it('gets nothing before it is authenticated, nor of an account that it has not opened', () => {
    const trader = request(PROTO_OA_TRADER_REQ)
    expect(codes(talking([trader, open, logIn(), trader]))).toEqual([
      'CH_CLIENT_NOT_AUTHENTICATED',
      'CH_CLIENT_NOT_AUTHENTICATED',
      2101,
      'INVALID_REQUEST',
    ])
  })

  it('does not open an account of others, with any token', () => {
    const other = { ...open, payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'demo' } }
    expect(codes(talking([logIn(), other], { entitle: () => lasting() }))).toEqual([
      2101,
      'CH_CTID_TRADER_ACCOUNT_NOT_FOUND',
    ])
  })

  it('has the answer of the first where it opens an account twice at once', () => {
    const twice = (options: Parameters<typeof gatewayOver>[1]): readonly unknown[] =>
      codes(
        talking([logIn()], options, ({ send }, { at }) => {
          at(50, () => {
            send(open)
            send(open)
          })
        }),
      )
    expect(twice({})).toEqual([2101, 2103, 'ALREADY_LOGGED_IN'])
    const grants = { load: () => EMPTY, save: () => EMPTY }
    expect(twice({ grants })).toEqual([2101, 'CH_ACCESS_TOKEN_INVALID', 'CH_ACCESS_TOKEN_INVALID'])
  })

  it('loses an account whose token is refused, and is told why when it opens it again', () => {
    inVirtualTime(({ at }) => {
      const broker = createSimulator({ latency: 10 })
      const gateway = gatewayOver(broker.connect)
      const peer = rawClient(lineTo(gateway))
      at(0, () => {
        peer.send(logIn())
      })
      at(100, () => {
        peer.send(open)
      })
      at(1_000, () => {
        broker.inflict({
          kind: 'refuse',
          payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
          errorCode: 'CH_ACCESS_TOKEN_INVALID',
          times: 100,
        })
        broker.inflict({ kind: 'drop' })
      })
      at(10_000, () => {
        expect(codes(peer)).toEqual([2101, 2103, 2164])
        peer.send(open)
      })
      at(20_000, () => {
        expect(codes(peer)).toEqual([2101, 2103, 2164, 'CH_ACCESS_TOKEN_INVALID'])
        peer.leave()
      })
    })
  })

  it('is told of each gap, also after its token was replaced', () => {
    inVirtualTime(({ at }) => {
      const grant: Grant = {
        accessToken: 'first',
        refreshToken: 'more',
        accountIds: [ACCOUNT],
        permissionScope: 1,
      }
      const broker = createSimulator({ latency: 10, grants: [grant] })
      let stored: StoredGrant = { tokens: grant, version: '1' }
      const gateway = gatewayOver(broker.connect, {
        grants: {
          load: () => of(stored),
          save: (_, tokens) => {
            stored = { tokens, version: '2' }
            return of('2')
          },
        },
      })
      const peer = rawClient(lineTo(gateway))
      at(0, () => {
        peer.send(logIn())
      })
      at(100, () => {
        peer.send(open)
      })
      at(1_000, () => {
        broker.inflict({ kind: 'tokenExpiry' })
        broker.inflict({ kind: 'drop' })
      })
      // As a client does: while the gateway still replaces the token.
      at(1_100, () => {
        expect(codes(peer)).toEqual([2101, 2103, 2164])
        peer.send(open)
      })
      at(10_000, () => {
        expect(stored.version).toBe('2')
        expect(codes(peer).slice(3)).toEqual([2103])
        broker.inflict({ kind: 'drop' })
      })
      at(20_000, () => {
        expect(codes(peer).slice(4)).toEqual([2164])
        peer.leave()
      })
    })
  })

  it('is told where it does something twice', () => {
    expect(codes(talking([logIn(), logIn(), open, open]))).toEqual([
      2101,
      'CH_CLIENT_ALREADY_AUTHENTICATED',
      2103,
      'ALREADY_LOGGED_IN',
    ])
    const slowly = { authenticate: () => timer(5_000).pipe(map(() => ({ userId: 'ann' }))) }
    expect(codes(talking([logIn(), logIn()], slowly))).toEqual(['CH_CLIENT_ALREADY_AUTHENTICATED', 2101])
  })

  it('sees its accounts and what it may do with them, and its own text as token', () => {
    const live = { ...ownAccount, accountId: 7, environment: 'live' as const, scope: 'view' as const }
    const list = request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken: 'mine' })
    const both = (['demo', 'live'] as const).map(environment => ({ name: environment, environment }))
    const seen = (...entitlements: readonly Entitlement[]) =>
      told(talking([logIn(), list], { entitle: () => lasting(...entitlements), lines: both })).at(-1)
    expect(seen(ownAccount, { ...live, traderLogin: 3_000_001 })).toMatchObject({
      payload: {
        accessToken: 'mine',
        permissionScope: 1,
        ctidTraderAccount: [
          { ctidTraderAccountId: ACCOUNT, isLive: false },
          { ctidTraderAccountId: 7, isLive: true, traderLogin: 3_000_001 },
        ],
      },
    })
    expect(seen(live)).toMatchObject({ payload: { permissionScope: 0 } })
  })

  it('can do nothing with tokens, and use no message that the gateway does not have', () => {
    const refresh = request(PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken: 'x' })
    const profile = request(PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ, { accessToken: 'x' })
    const codesOf = codes(talking([logIn(), refresh, profile, request(9_999, {}), request(2103)]))
    expect(codesOf).toEqual([2101, ...Array<string>(4).fill('UNSUPPORTED_MESSAGE')])
  })

  it('logs an account out of this line alone', () => {
    const client = talking([
      logIn(),
      open,
      request(PROTO_OA_ACCOUNT_LOGOUT_REQ),
      request(PROTO_OA_TRADER_REQ),
    ])
    expect(codes(client)).toEqual([2101, 2103, 2163, 2164, 'INVALID_REQUEST'])
  })

  it('is told what is wrong with a message, and loses its line where it speaks no JSON', () => {
    const client = talking([logIn(), request(PROTO_OA_TRADER_REQ, {}), 'GET / HTTP/1.1', open])
    expect(codes(client)).toEqual([2101, 'INVALID_REQUEST', 'INVALID_REQUEST'])
    expect(client.closed).toMatchObject({ code: 1000 })
  })

  it('may have an id of a hundred characters, and is told where one is longer', () => {
    const ids = ['x'.repeat(100), 'y'.repeat(101)]
    const client = talking([logIn(), ...ids.map(id => request(PROTO_OA_VERSION_REQ, {}, id))])
    expect(told(client).slice(1)).toMatchObject([
      { clientMsgId: ids[0] },
      {
        clientMsgId: 'y'.repeat(100),
        payload: {
          errorCode: 'INVALID_REQUEST',
          description: 'Field clientMsgId must not be longer than 100 characters',
        },
      },
    ])
  })

  it('loses its line where a frame is too long, and is refused unread where there are too many', () => {
    const long = talking([logIn(), { ...open, clientMsgId: 'x'.repeat(70_000) }])
    expect(long.closed).toMatchObject({ code: 1009 })
    const versions = Array.from({ length: 4 }, () => request(PROTO_OA_VERSION_REQ, {}))
    const flood = talking([], { limits: { framesPerSecond: 1, burst: 3 } }, peer => {
      peer.send(logIn(), ...versions)
    })
    expect(
      told(flood).filter(frame => 'payload' in frame && 'errorCode' in Object(frame.payload)),
    ).toMatchObject(
      Array(2).fill({
        clientMsgId: 'r',
        payload: { errorCode: 'REQUEST_FREQUENCY_EXCEEDED', retryAfter: 1 },
      }),
    )
    const deaf = talking([], { limits: { framesPerSecond: 1, burst: 1 } }, peer => {
      peer.send(logIn(), ...Array.from({ length: 600 }, () => request(PROTO_OA_VERSION_REQ, {})))
    })
    expect(deaf.closed).toMatchObject({ code: 1008, reason: 'Too many requests' })
  })

  it('may have so many lines, and another when one of them has ended', () => {
    inVirtualTime(({ at }) => {
      const gateway = gatewayOver(createSimulator().connect, { limits: { linesPerUser: 1 } })
      const first = rawClient(lineTo(gateway))
      const second = rawClient(lineTo(gateway))
      first.send(logIn())
      at(100, () => {
        second.send(logIn())
      })
      at(200, () => {
        expect(codes(second)).toEqual(['CONNECTIONS_LIMIT_EXCEEDED'])
        first.leave()
      })
      at(300, () => {
        second.send(logIn())
      })
      at(400, () => {
        expect(codes(second).at(-1)).toBe(2101)
        second.leave()
      })
    })
  })

  it('gets heartbeats, and loses its line where it is silent', () => {
    const client = talking([logIn()])
    expect(client.frames().filter(({ payloadType }) => payloadType === HEARTBEAT_EVENT)).toHaveLength(1)
    expect(client.closed).toMatchObject({ code: 1000, reason: 'Bye' })
    const { closed } = talking([logIn(), ...Array<object>(1_500).fill({ payloadType: HEARTBEAT_EVENT })])
    expect(closed).toBeUndefined()
  })

  it('loses its line when its session expires or is over', () => {
    const expired = talking([logIn()], { authenticate: () => of({ userId: 'ann', expiresAt: 5_000 }) })
    expect(codes(expired)).toEqual([2101, 2148])
    expect(expired.closed).toMatchObject({ at: 5_000, code: 1008 })
    const rights$ = new Subject<readonly (typeof ownAccount)[]>()
    const over = talking([logIn()], { entitle: () => rights$ }, (_, { at }) => {
      at(50, () => {
        rights$.next([ownAccount])
      })
      at(3_000, () => {
        rights$.error(new Error('revoked'))
      })
    })
    expect(codes(over)).toEqual([2101, 2148])
    expect(over.closed).toMatchObject({ at: 3_000, code: 1008 })
  })

  it('is told that the gateway closes, and cannot come back to it', () => {
    const client = talking([logIn()], {}, (_, { at }, gateway) => {
      at(1_000, () => {
        gateway.close().subscribe()
        const late = rawClient(lineTo(gateway))
        at(1_000, () => {
          expect(late.closed).toMatchObject({ code: 1001 })
        })
      })
    })
    expect(client.closed).toMatchObject({ at: 1_000, code: 1001 })
  })
})
