import { PayloadType } from 'rx-ctrader'
import { errorOf, refusal, request, scene, version, appAuth, accountAuth } from '../faultScene'
import { ACCOUNT } from '../../support/account'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_ERROR_RES,
  PROTO_OA_ORDER_DETAILS_REQ,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

const burst = (count: number): object[] => Array.from({ length: count }, (_, i) => version(`v${i}`))

/** A historical request. */
const history = (clientMsgId: string): object =>
  request(PROTO_OA_ORDER_DETAILS_REQ, clientMsgId, { ctidTraderAccountId: ACCOUNT, orderId: 1 })

describe('the limit of requests', () => {
  it('lets 50 a second pass and blocks the payload type of the next for a second', () => {
    scene(({ line, at }) => {
      const client = line()
      at(100, () => {
        client.send(...burst(51))
      })
      at(200, () => {
        expect(
          client.frames().filter(({ payloadType }) => payloadType === PROTO_OA_VERSION_RES),
        ).toHaveLength(50)
        expect(client.frames().at(-1)).toEqual(refusal('v50', 'BLOCKED_PAYLOAD_TYPE', { retryAfter: 1 }))
        expect(client.closed).toBeUndefined()
        client.leave()
      })
    })
  })

  it('says so in the order of the protocol', () => {
    scene(({ line, at }) => {
      const client = line()
      client.send(...burst(51))
      at(100, () => {
        expect(client.received.at(-1)).toMatch(
          /^\{"payloadType":2142,"clientMsgId":"v50","payload":\{"errorCode":"BLOCKED_PAYLOAD_TYPE","description":"[^"]+","retryAfter":1\}\}$/,
        )
        client.leave()
      })
    })
  })

  it('is of any second, not of each', () => {
    scene(({ line, at }) => {
      const client = line()
      at(900, () => {
        client.send(...burst(30))
      })
      at(1_100, () => {
        client.send(...burst(20))
      })
      at(1_899, () => {
        client.send(version('too early'))
      })
      at(2_000, () => {
        expect(
          client.frames().filter(({ payloadType }) => payloadType === PROTO_OA_VERSION_RES),
        ).toHaveLength(50)
        expect(client.frames().at(-1)).toEqual(refusal('too early', 'BLOCKED_PAYLOAD_TYPE'))
        client.leave()
      })
    })
  })

  it('opens again for as many as are a second old', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        at(0, () => {
          client.send(version('a'))
        })
        at(500, () => {
          client.send(version('b'))
        })
        at(1_000, () => {
          client.send(version('c'), version('d'))
        })
        at(1_100, () => {
          expect(client.frames().map(({ payloadType }) => payloadType)).toEqual([
            PROTO_OA_VERSION_RES,
            PROTO_OA_VERSION_RES,
            PROTO_OA_VERSION_RES,
            PROTO_OA_ERROR_RES,
          ])
          client.leave()
        })
      },
      { limits: { live: 2 } },
    )
  })

  it('blocks that payload type until then and no other', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        at(100, () => {
          client.send(version('1'), version('2'), version('3'))
        })
        at(1_099, () => {
          client.send(version('blocked'))
        })
        at(1_100, () => {
          client.send(appAuth, version('free'))
        })
        at(2_000, () => {
          expect(client.frames().slice(2)).toEqual([
            refusal('3', 'BLOCKED_PAYLOAD_TYPE', { retryAfter: 1 }),
            refusal('blocked', 'BLOCKED_PAYLOAD_TYPE', { retryAfter: 1 }),
            { payloadType: PROTO_OA_APPLICATION_AUTH_RES, clientMsgId: 'app' },
            expect.objectContaining({ clientMsgId: 'free', payloadType: PROTO_OA_VERSION_RES }),
          ])
          client.leave()
        })
      },
      { limits: { live: 2 } },
    )
  })

  it('leaves other payload types alone while one is blocked', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      at(100, () => {
        broker.fault({ kind: 'rateLimit', payloadType: PROTO_OA_VERSION_REQ, retryAfter: 10 })
        client.send(version('blocked'), appAuth)
      })
      at(3_100, () => {
        client.send(version('still'))
      })
      at(10_100, () => {
        client.send(version('free'))
      })
      at(11_000, () => {
        expect(client.frames()).toEqual([
          refusal('blocked', 'BLOCKED_PAYLOAD_TYPE', { retryAfter: 10 }),
          { payloadType: PROTO_OA_APPLICATION_AUTH_RES, clientMsgId: 'app' },
          refusal('still', 'BLOCKED_PAYLOAD_TYPE', { retryAfter: 7 }),
          expect.objectContaining({ clientMsgId: 'free', payloadType: PROTO_OA_VERSION_RES }),
        ])
        client.leave()
      })
    })
  })

  it('is 5 a second for historical requests, apart from the others', () => {
    scene(({ authenticated, at }) => {
      const client = authenticated()
      at(2_000, () => {
        client.send(...Array.from({ length: 6 }, (_, i) => history(`h${i}`)), ...burst(50))
      })
      at(2_100, () => {
        const frames = client.frames().slice(2)
        expect(frames.slice(0, 6).map(errorOf).indexOf('BLOCKED_PAYLOAD_TYPE')).toBe(5)
        expect(frames.slice(6).map(({ payloadType }) => payloadType)).toEqual(
          Array(50).fill(PROTO_OA_VERSION_RES),
        )
        client.leave()
      })
    })
  })

  it('is of one connection', () => {
    scene(({ line, at }) => {
      const [one, other] = [line(), line()]
      one.send(...burst(50))
      other.send(...burst(50))
      at(100, () => {
        for (const client of [one, other]) {
          expect(client.frames().map(({ payloadType }) => payloadType)).toEqual(
            Array(50).fill(PROTO_OA_VERSION_RES),
          )
          client.leave()
        }
      })
    })
  })

  it('counts what is refused for another reason, and not what it refuses itself', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(accountAuth, accountAuth, version('blocked'))
        for (const ms of [1_000, 1_001]) at(ms, () => client.send(version(`v${ms}`)))
        at(2_000, () => {
          expect(client.frames().map(frame => errorOf(frame) ?? frame.payloadType)).toEqual([
            'CH_CLIENT_NOT_AUTHENTICATED',
            'CH_CLIENT_NOT_AUTHENTICATED',
            'BLOCKED_PAYLOAD_TYPE',
            PROTO_OA_VERSION_RES,
            PROTO_OA_VERSION_RES,
          ])
          client.leave()
        })
      },
      { limits: { live: 2 } },
    )
  })

  it('does not exist with `limits: false`', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(...burst(500))
        at(100, () => {
          expect(client.frames().every(({ payloadType }) => payloadType === PROTO_OA_VERSION_RES)).toBe(true)
          expect(client.received).toHaveLength(500)
          client.leave()
        })
      },
      { limits: false },
    )
  })

  it('may be told as REQUEST_FREQUENCY_EXCEEDED, which blocks nothing', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(version('1'), version('2'))
        at(1_000, () => client.send(version('3')))
        at(2_000, () => {
          expect(client.frames()[1]).toEqual(refusal('2', 'REQUEST_FREQUENCY_EXCEEDED'))
          expect(client.frames()[1]?.payload).not.toHaveProperty('retryAfter')
          expect(client.frames()[2]).toMatchObject({ payloadType: PROTO_OA_VERSION_RES })
          client.leave()
        })
      },
      { limits: { live: 1 }, unknowns: { tooManyRequests: 'REQUEST_FREQUENCY_EXCEEDED' } },
    )
  })

  it.each([
    [false, PROTO_OA_VERSION_RES],
    [true, PROTO_OA_ERROR_RES],
  ])('counts heartbeats or not: %p', (heartbeatsCount, answer) => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send({ payloadType: HEARTBEAT_EVENT }, version())
        at(100, () => {
          expect(client.frames().map(({ payloadType }) => payloadType)).toEqual([answer])
          client.leave()
        })
      },
      { limits: { live: 1 }, unknowns: { heartbeatsCount } },
    )
  })

  it('goes by the scheduler, however fast the market', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(version('1'))
        at(500, () => client.send(version('2')))
        at(600, () => {
          expect(client.frames().map(({ payloadType }) => payloadType)).toEqual([
            PROTO_OA_VERSION_RES,
            PROTO_OA_ERROR_RES,
          ])
          client.leave()
        })
      },
      { limits: { live: 1 }, speed: 1000 },
    )
  })
})

describe('the limit of connections', () => {
  it('is 25 of an application: the next is refused and may try again when one has left', () => {
    scene(({ line, at }) => {
      const clients = Array.from({ length: 26 }, line)
      for (const client of clients) client.send(appAuth)
      at(100, () => {
        const answers = clients.map(client => client.frames()[0])
        expect(
          answers.slice(0, 25).every(frame => frame?.payloadType === PROTO_OA_APPLICATION_AUTH_RES),
        ).toBe(true)
        expect(answers[25]).toEqual(refusal('app', 'CONNECTIONS_LIMIT_EXCEEDED'))
        clients[0]?.leave()
      })
      at(200, () => clients[25]?.send(appAuth))
      at(300, () => {
        expect(clients[25]?.frames()[1]).toEqual({
          payloadType: PROTO_OA_APPLICATION_AUTH_RES,
          clientMsgId: 'app',
        })
        for (const client of clients) client.leave()
      })
    })
  })

  it('is of each application', () => {
    const other = request(PROTO_OA_APPLICATION_AUTH_REQ, 'other', { clientId: 'other', clientSecret: 'x' })
    scene(
      ({ line, at }) => {
        const [one, two, three] = [line(), line(), line()]
        one.send(appAuth)
        two.send(other)
        three.send(other)
        at(100, () => {
          expect([one, two, three].map(client => client.frames()[0]?.payloadType)).toEqual([
            PROTO_OA_APPLICATION_AUTH_RES,
            PROTO_OA_APPLICATION_AUTH_RES,
            PROTO_OA_ERROR_RES,
          ])
          for (const client of [one, two, three]) client.leave()
        })
      },
      {
        limits: { connections: 1 },
        applications: [
          { clientId: 'demo', clientSecret: 'demo' },
          { clientId: 'other', clientSecret: 'x' },
        ],
      },
    )
  })

  it.each(['drop', 'close'] as const)('counts no line that ended by %s', kind => {
    scene(
      ({ broker, line, at }) => {
        line().send(appAuth)
        at(100, () => {
          broker.fault({ kind })
          const next = line()
          next.send(appAuth)
          at(100, () => {
            expect(next.frames()).toEqual([
              { payloadType: PROTO_OA_APPLICATION_AUTH_RES, clientMsgId: 'app' },
            ])
            next.leave()
          })
        })
      },
      { limits: { connections: 1 } },
    )
  })
})
