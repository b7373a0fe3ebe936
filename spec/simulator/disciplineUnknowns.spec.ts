import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { handlers } from '../../src/simulator/handlers/handlers'
import { BYE, accountAuth, appAuth, refusal, request, scene, typesOf, version } from './faultScene'
import { ACCOUNT } from '../support/account'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_ERROR_RES,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_RES,
  PROTO_OA_SYMBOL_BY_ID_REQ,
  PROTO_OA_SYMBOL_BY_ID_RES,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

const spots = (symbolId: unknown): object =>
  request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, 'spots', { ctidTraderAccountId: ACCOUNT, symbolId })
const order = (fields: object = {}): object =>
  request(PROTO_OA_NEW_ORDER_REQ, 'order', {
    ctidTraderAccountId: ACCOUNT,
    symbolId: 1,
    orderType: 1,
    tradeSide: 1,
    volume: 10_000_000,
    ...fields,
  })

describe('one value for a repeated field', () => {
  it.each([
    [PROTO_OA_SYMBOL_BY_ID_REQ, { symbolId: 41 }, PROTO_OA_SYMBOL_BY_ID_RES],
    [PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: 1 }, PROTO_OA_SUBSCRIBE_SPOTS_RES],
    [PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1, 4] }, PROTO_OA_SUBSCRIBE_SPOTS_RES],
  ])('is taken as the list of it: %i %j', (payloadType, payload, answer) => {
    scene(({ authenticated, at }) => {
      const client = authenticated()
      client.send(request(payloadType, 'x', { ctidTraderAccountId: ACCOUNT, ...payload }))
      at(100, () => {
        expect(client.frames()[2]).toMatchObject({ payloadType: answer, clientMsgId: 'x' })
        client.leave()
      })
    })
  })

  it('must still be of the right type', () => {
    scene(({ authenticated, at }) => {
      const client = authenticated()
      client.send(spots('EURUSD'), spots(null))
      at(100, () => {
        expect(client.frames().slice(2)).toEqual([
          refusal('spots', 'INVALID_REQUEST', {
            description: expect.stringContaining('symbolId') as unknown,
          }),
          refusal('spots', 'INVALID_REQUEST'),
        ])
        client.leave()
      })
    })
  })
})

describe('values written loosely', () => {
  const loose: [string, object, string][] = [
    ['an enum by name', order({ tradeSide: 'BUY' }), 'tradeSide'],
    ['an enum with many members by name', order({ orderType: 'MARKET' }), 'orderType'],
    ['a number as text', order({ volume: '10000000' }), 'volume'],
    ['an enum as text', order({ tradeSide: '1' }), 'tradeSide'],
    ['a repeated number as text', spots(['1']), 'symbolId'],
  ]

  it.each(loose)('%s: refused by default, the field named', (_, frame, field) => {
    scene(({ authenticated, at }) => {
      const client = authenticated()
      client.send(frame)
      at(100, () => {
        expect(client.frames()[2]?.payload).toMatchObject({
          errorCode: 'INVALID_REQUEST',
          description: expect.stringMatching(new RegExp(String.raw`\b${field}\b`)) as unknown,
        })
        client.leave()
      })
    })
  })

  it.each(loose)('%s: accepted as an option', (_, frame) => {
    scene(
      ({ authenticated, at }) => {
        const client = authenticated()
        client.send(frame)
        at(100, () => {
          expect(client.frames()[2]?.payloadType).not.toBe(PROTO_OA_ERROR_RES)
          client.leave()
        })
      },
      { unknowns: { looseValues: 'accepted' } },
    )
  })

  it.each([
    ['a name of another enum', { tradeSide: 'MARKET' }],
    ['a name of every object', { tradeSide: 'constructor' }],
    ['no number', { volume: 'many' }],
    ['an empty text', { volume: '' }],
  ])('%s is refused even then', (_, fields) => {
    scene(
      ({ authenticated, at }) => {
        const client = authenticated()
        client.send(order(fields))
        at(100, () => {
          expect(client.frames()[2]).toEqual(refusal('order', 'INVALID_REQUEST'))
          client.leave()
        })
      },
      { unknowns: { looseValues: 'accepted' } },
    )
  })
})

describe('a number the server cannot take', () => {
  it.each([
    ['no member of its enum', { tradeSide: 3 }, 'tradeSide'],
    ['beyond what JSON numbers hold', { volume: 2 ** 53 + 2 }, 'volume'],
  ])('for it is %s is refused', (_, fields, field) => {
    scene(({ authenticated, at }) => {
      const client = authenticated()
      client.send(order(fields))
      at(100, () => {
        expect(client.frames()[2]).toEqual(
          refusal('order', 'INVALID_REQUEST', { description: expect.stringContaining(field) as unknown }),
        )
        client.leave()
      })
    })
  })
})

describe('after a bad request', () => {
  const bad: [string, object][] = [
    ['of an unknown type', request(9999, 'bad', {})],
    ['with a missing field', request(PROTO_OA_APPLICATION_AUTH_REQ, 'bad', {})],
    ['without a type', { clientMsgId: 'bad' }],
  ]

  it.each(bad)('%s the line stays open by default', (_, frame) => {
    scene(({ line, at }) => {
      const client = line()
      client.send(frame, version())
      at(100, () => {
        expect(typesOf(client)).toEqual([PROTO_OA_ERROR_RES, PROTO_OA_VERSION_RES])
        expect(client.closed).toBeUndefined()
        client.leave()
      })
    })
  })

  it.each(bad)('%s it is closed as an option, behind the refusal', (_, frame) => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(frame, version())
        at(100, () => {
          expect(typesOf(client)).toEqual([PROTO_OA_ERROR_RES])
          expect(client.closed).toEqual({ at: 0, ...BYE })
        })
      },
      { unknowns: { afterBadRequest: 'closes' } },
    )
  })

  it('that is refused for another reason it stays open even then', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(accountAuth, version())
        at(100, () => {
          expect(typesOf(client)).toEqual([PROTO_OA_ERROR_RES, PROTO_OA_VERSION_RES])
          client.leave()
        })
      },
      { unknowns: { afterBadRequest: 'closes' } },
    )
  })
})

describe('descriptions', () => {
  it('can be set for each code, but those that are known stay', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(
          accountAuth,
          request(PROTO_OA_APPLICATION_AUTH_REQ, 'wrong', { clientId: 'demo', clientSecret: 'x' }),
          appAuth,
          request(PROTO_OA_ACCOUNT_LOGOUT_REQ, 'out', { ctidTraderAccountId: ACCOUNT }),
          request(PROTO_OA_ACCOUNT_AUTH_REQ, 'missing', {}),
        )
        at(100, () => {
          expect(client.frames()).toEqual([
            refusal('account', 'CH_CLIENT_NOT_AUTHENTICATED', { description: 'mine' }),
            refusal('wrong', 'CH_CLIENT_AUTH_FAILURE', {
              description: 'clientId or clientSecret is incorrect',
            }),
            expect.objectContaining({ payloadType: PROTO_OA_APPLICATION_AUTH_RES }),
            refusal('out', 'INVALID_REQUEST', { description: 'Trading account is not authorized' }),
            refusal('missing', 'INVALID_REQUEST', { description: 'other' }),
          ])
          client.leave()
        })
      },
      {
        unknowns: {
          descriptions: {
            CH_CLIENT_NOT_AUTHENTICATED: 'mine',
            CH_CLIENT_AUTH_FAILURE: 'never',
            INVALID_REQUEST: 'other',
          },
        },
      },
    )
  })
})

describe('a defect of the simulator', () => {
  const broken = handlers as Record<number, unknown>
  const sound = broken[PROTO_OA_VERSION_REQ]
  afterEach(() => {
    broken[PROTO_OA_VERSION_REQ] = sound
  })
  const defect = new Error('a mistake of ours')
  const breakVersion = (): void => {
    broken[PROTO_OA_VERSION_REQ] = () => {
      throw defect
    }
  }

  it('is answered with UNKNOWN_ERROR, told to who watches, and the others are served on', () => {
    scene(({ broker, line, at }) => {
      breakVersion()
      const seen: unknown[] = []
      const watching = broker.defect$.subscribe(error => seen.push(error))
      const [client, other] = [line(), line()]
      client.send(version(), appAuth)
      other.send(appAuth)
      at(100, () => {
        expect(client.frames()).toEqual([
          refusal('version', 'UNKNOWN_ERROR', { description: 'Internal error' }),
          { payloadType: PROTO_OA_APPLICATION_AUTH_RES, clientMsgId: 'app' },
        ])
        expect(typesOf(other)).toEqual([PROTO_OA_APPLICATION_AUTH_RES])
        expect(seen).toEqual([defect])
        watching.unsubscribe()
        client.leave()
        other.leave()
      })
    })
  })

  it('is thrown without a subscriber', () => {
    jest.useFakeTimers()
    try {
      breakVersion()
      const broker = createSimulator()
      const connection = broker.accept({
        send: () => undefined,
        close: () => undefined,
        cut: () => undefined,
      })
      connection.receive(JSON.stringify(version()))
      connection.closed()
      expect(() => jest.advanceTimersByTime(10)).toThrow(defect)
    } finally {
      jest.useRealTimers()
    }
  })
})
