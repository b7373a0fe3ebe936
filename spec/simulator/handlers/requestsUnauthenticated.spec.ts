import { PayloadType } from 'rx-ctrader'
import {
  DEMO,
  LIVE,
  STRANGE,
  brokerOf,
  request,
  appAuth,
  accountAuth,
  refresh,
  version,
  talk,
  refusal,
  someText,
} from './authScene'

const {
  ERROR_RES,
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_CLIENT_DISCONNECT_EVENT,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_REFRESH_TOKEN_RES,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

describe('a request', () => {
  it.each([
    ['without an id', '{"payloadType":2100,"payload":{"clientId":"app","clientSecret":"SECRET-app"}}'],
    [
      'with its keys in another order and spaces',
      '{ "payload" : { "clientSecret" : "SECRET-app",\n "clientId" : "app" } , "payloadType" : 2100 }',
    ],
    [
      'with fields the server does not know',
      '{"payloadType":2100,"payload":{"clientId":"app","clientSecret":"SECRET-app","accessToken":"t"},"more":1}',
    ],
  ])('%s is answered without an id', (_, text) => {
    expect(talk(brokerOf(), text).received).toEqual(['{"payloadType":2101}'])
  })

  it('that is refused without an id is refused without one', () => {
    const { received } = talk(brokerOf(), {
      payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
      payload: { clientId: 'app', clientSecret: 'x' },
    })
    expect(received).toEqual([
      '{"payloadType":2142,"payload":{"errorCode":"CH_CLIENT_AUTH_FAILURE",' +
        '"description":"clientId or clientSecret is incorrect"}}',
    ])
  })

  it.each(['', ' ', 'a "quoted" \\ id', 'ünïcode 🎈', '12345678901234567890'])(
    'gets its id %j back as it was',
    id => {
      expect(talk(brokerOf(), request(PROTO_OA_VERSION_REQ, id)).frames()).toEqual([
        { payloadType: PROTO_OA_VERSION_RES, clientMsgId: id, payload: { version: someText } },
      ])
    },
  )

  it.each([
    ERROR_RES,
    PROTO_OA_APPLICATION_AUTH_RES,
    PROTO_OA_ACCOUNT_AUTH_RES,
    PROTO_OA_VERSION_RES,
    PROTO_OA_EXECUTION_EVENT,
    PROTO_OA_SPOT_EVENT,
    PROTO_OA_ERROR_RES,
    PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
    PROTO_OA_CLIENT_DISCONNECT_EVENT,
    PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
    PROTO_OA_ACCOUNT_LOGOUT_RES,
    PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
    PROTO_OA_REFRESH_TOKEN_RES,
  ])('of type %d, which only servers send, is refused and the line stays open', payloadType => {
    const client = talk(
      brokerOf(),
      appAuth,
      accountAuth(DEMO),
      request(payloadType, 'odd', { ctidTraderAccountId: DEMO }),
      version,
    )
    expect(client.frames().slice(2)).toEqual([
      refusal('odd', 'UNSUPPORTED_MESSAGE', someText),
      expect.objectContaining({ payloadType: PROTO_OA_VERSION_RES }),
    ])
    expect(client.closed).toBeUndefined()
  })

  it.each([0, -1, 52, 2099, 9999, 2100.5])(
    'of the unknown type %d is refused and the line stays open',
    payloadType => {
      const client = talk(brokerOf(), request(payloadType, 'odd', {}), version)
      expect(client.frames()).toEqual([
        refusal('odd', 'UNSUPPORTED_MESSAGE', someText),
        expect.objectContaining({ payloadType: PROTO_OA_VERSION_RES }),
      ])
      expect(client.closed).toBeUndefined()
    },
  )

  it.each([
    ['no payloadType', { clientMsgId: 'odd' }, 'payloadType'],
    [
      'a payloadType in quotes',
      {
        payloadType: '2100',
        clientMsgId: 'odd',
        payload: { clientId: 'app', clientSecret: 'SECRET-app' },
      },
      'payloadType',
    ],
    ['a payloadType of null', { payloadType: null, clientMsgId: 'odd' }, 'payloadType'],
    [
      'a payloadType that is an object key',
      { payloadType: 'constructor', clientMsgId: 'odd' },
      'payloadType',
    ],
    ['no payload', request(PROTO_OA_APPLICATION_AUTH_REQ, 'odd'), 'clientId'],
    ['an array as payload', request(PROTO_OA_APPLICATION_AUTH_REQ, 'odd', ['app', 'SECRET-app']), 'payload'],
    [
      'null as payload',
      {
        payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
        clientMsgId: 'odd',
        payload: null,
        accessToken: 'SECRET-access',
      },
      'payload',
    ],
    [
      'no clientId',
      request(PROTO_OA_APPLICATION_AUTH_REQ, 'odd', { clientSecret: 'SECRET-app' }),
      'clientId',
    ],
    ['no clientSecret', request(PROTO_OA_APPLICATION_AUTH_REQ, 'odd', { clientId: 'app' }), 'clientSecret'],
    [
      'a clientSecret that is not a string',
      request(PROTO_OA_APPLICATION_AUTH_REQ, 'odd', { clientId: 'app', clientSecret: ['SECRET-app'] }),
      'clientSecret',
    ],
    [
      'no ctidTraderAccountId',
      request(PROTO_OA_ACCOUNT_AUTH_REQ, 'odd', { accessToken: 'SECRET-access' }),
      'ctidTraderAccountId',
    ],
    [
      'a ctidTraderAccountId in quotes',
      request(PROTO_OA_ACCOUNT_AUTH_REQ, 'odd', {
        ctidTraderAccountId: '12345678',
        accessToken: 'SECRET-access',
      }),
      'ctidTraderAccountId',
    ],
    [
      'a ctidTraderAccountId with a fraction',
      request(PROTO_OA_ACCOUNT_AUTH_REQ, 'odd', {
        ctidTraderAccountId: 12345678.5,
        accessToken: 'SECRET-access',
      }),
      'ctidTraderAccountId',
    ],
    [
      'no accessToken',
      request(PROTO_OA_ACCOUNT_AUTH_REQ, 'odd', { ctidTraderAccountId: DEMO }),
      'accessToken',
    ],
    [
      'an accessToken of null',
      request(PROTO_OA_ACCOUNT_AUTH_REQ, 'odd', { ctidTraderAccountId: DEMO, accessToken: null }),
      'accessToken',
    ],
    [
      'no accessToken for the account list',
      request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'odd', {}),
      'accessToken',
    ],
    ['no account to log out', request(PROTO_OA_ACCOUNT_LOGOUT_REQ, 'odd', {}), 'ctidTraderAccountId'],
    ['no refreshToken', request(PROTO_OA_REFRESH_TOKEN_REQ, 'odd', {}), 'refreshToken'],
    [
      'a number as refreshToken',
      request(PROTO_OA_REFRESH_TOKEN_REQ, 'odd', { refreshToken: 5 }),
      'refreshToken',
    ],
  ])('with %s is refused, the field named, and the line stays open', (_, frame, field) => {
    const needsApp = !('payloadType' in frame && frame.payloadType === PROTO_OA_APPLICATION_AUTH_REQ)
    const client = talk(brokerOf(), ...(needsApp ? [appAuth] : []), frame, version)
    expect(client.frames().slice(needsApp ? 1 : 0)).toEqual([
      refusal('odd', 'INVALID_REQUEST', expect.stringMatching(new RegExp(String.raw`\b${field}\b`))),
      expect.objectContaining({ payloadType: PROTO_OA_VERSION_RES }),
    ])
    expect(client.received.join()).not.toContain('SECRET')
    expect(client.closed).toBeUndefined()
  })

  it('is answered in turn, also by what it did before', () => {
    const client = talk(brokerOf(), version, appAuth, version, accountAuth(DEMO), version)
    expect(client.frames().map(({ payloadType }) => payloadType)).toEqual([
      PROTO_OA_VERSION_RES,
      PROTO_OA_APPLICATION_AUTH_RES,
      PROTO_OA_VERSION_RES,
      PROTO_OA_ACCOUNT_AUTH_RES,
      PROTO_OA_VERSION_RES,
    ])
  })

  it('that is refused does not give its secrets away', () => {
    const client = talk(
      brokerOf(),
      request(PROTO_OA_APPLICATION_AUTH_REQ, 'a', { clientId: 'app', clientSecret: 'SECRET-wrong' }),
      appAuth,
      appAuth,
      accountAuth(DEMO, 'SECRET-wrong'),
      accountAuth(STRANGE),
      accountAuth(LIVE),
      refresh('SECRET-wrong'),
    )
    expect(client.frames().filter(({ payloadType }) => payloadType === PROTO_OA_ERROR_RES)).toHaveLength(6)
    expect(client.received.join()).not.toContain('SECRET')
  })
})
