import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { rawClient } from '../../support/rawClient'
import { inVirtualTime } from '../../support/virtualTime'
import {
  DEMO,
  OTHER_DEMO,
  LIVE,
  STRANGE,
  brokerOf,
  request,
  appAuth,
  accountAuth,
  refresh,
  logOut,
  version,
  appAuthenticated,
  talk,
  lastOf,
  refusal,
  someText,
} from './authScene'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_REFRESH_TOKEN_RES,
  PROTO_OA_VERSION_RES,
} = PayloadType

describe('application authentication', () => {
  it('answers 2100 with an empty 2101', () => {
    expect(talk(brokerOf(), appAuth).received).toEqual([appAuthenticated])
  })

  it('knows demo/demo when nothing is said', () => {
    const demo = request(PROTO_OA_APPLICATION_AUTH_REQ, 'app', { clientId: 'demo', clientSecret: 'demo' })
    expect(talk(createSimulator(), demo).received).toEqual([appAuthenticated])
  })

  it.each([
    ['a wrong secret', { clientId: 'app', clientSecret: 'SECRET-wrong' }],
    ['a wrong id', { clientId: 'another', clientSecret: 'SECRET-app' }],
    ['an empty pair', { clientId: '', clientSecret: '' }],
  ])('refuses %s, to the letter, and can be asked again', (_, payload) => {
    const client = talk(brokerOf(), request(PROTO_OA_APPLICATION_AUTH_REQ, 'a3', payload), appAuth)
    expect(client.received).toEqual([
      '{"payloadType":2142,"clientMsgId":"a3","payload":{"errorCode":"CH_CLIENT_AUTH_FAILURE",' +
        '"description":"clientId or clientSecret is incorrect"}}',
      appAuthenticated,
    ])
  })

  it('refuses the id of one application with the secret of another', () => {
    const broker = brokerOf({
      applications: [
        { clientId: 'one', clientSecret: 'first' },
        { clientId: 'two', clientSecret: 'second' },
      ],
    })
    const client = talk(
      broker,
      request(PROTO_OA_APPLICATION_AUTH_REQ, 'mixed', { clientId: 'one', clientSecret: 'second' }),
      request(PROTO_OA_APPLICATION_AUTH_REQ, 'two', { clientId: 'two', clientSecret: 'second' }),
    )
    expect(client.frames()).toEqual([
      refusal('mixed', 'CH_CLIENT_AUTH_FAILURE', 'clientId or clientSecret is incorrect'),
      { payloadType: PROTO_OA_APPLICATION_AUTH_RES, clientMsgId: 'two' },
    ])
  })

  it('refuses a second 2100 on the line and leaves the first in force', () => {
    const again = request(PROTO_OA_APPLICATION_AUTH_REQ, 'again', {
      clientId: 'app',
      clientSecret: 'SECRET-app',
    })
    const client = talk(brokerOf(), appAuth, again, accountAuth(DEMO))
    expect(client.frames().slice(1)).toEqual([
      refusal('again', 'CH_CLIENT_ALREADY_AUTHENTICATED', someText),
      {
        payloadType: PROTO_OA_ACCOUNT_AUTH_RES,
        clientMsgId: 'account',
        payload: { ctidTraderAccountId: DEMO },
      },
    ])
  })

  it.each([
    ['2102', accountAuth(DEMO), 'account'],
    [
      '2149',
      request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'list', { accessToken: 'SECRET-access' }),
      'list',
    ],
    ['2162', logOut(DEMO), 'logout'],
  ])('refuses %s before it', (_, frame, clientMsgId) => {
    expect(lastOf(talk(brokerOf(), frame))).toEqual(
      refusal(clientMsgId, 'CH_CLIENT_NOT_AUTHENTICATED', someText),
    )
  })

  it('is not done by a refused 2100', () => {
    const wrong = request(PROTO_OA_APPLICATION_AUTH_REQ, 'app', {
      clientId: 'app',
      clientSecret: 'SECRET-wrong',
    })
    expect(lastOf(talk(brokerOf(), wrong, accountAuth(DEMO)))).toEqual(
      refusal('account', 'CH_CLIENT_NOT_AUTHENTICATED', someText),
    )
  })

  it('is not needed to ask for the version or to refresh a token', () => {
    expect(talk(brokerOf(), version, refresh()).frames()).toEqual([
      { payloadType: PROTO_OA_VERSION_RES, clientMsgId: 'version', payload: { version: someText } },
      {
        payloadType: PROTO_OA_REFRESH_TOKEN_RES,
        clientMsgId: 'refresh',
        payload: {
          accessToken: someText,
          tokenType: 'bearer',
          expiresIn: 2_628_000,
          refreshToken: someText,
        },
      },
    ])
  })

  it('is of one line: another, or the next, begins anew', () => {
    const broker = brokerOf()
    inVirtualTime(({ at }) => {
      const first = rawClient(broker.connect)
      const second = rawClient(broker.connect)
      first.send(appAuth, accountAuth(DEMO))
      at(100, () => {
        second.send(accountAuth(DEMO))
      })
      at(200, () => {
        expect(first.frames().map(({ payloadType }) => payloadType)).toEqual([
          PROTO_OA_APPLICATION_AUTH_RES,
          PROTO_OA_ACCOUNT_AUTH_RES,
        ])
        expect(lastOf(second)).toEqual(refusal('account', 'CH_CLIENT_NOT_AUTHENTICATED', someText))
        first.leave()
        second.leave()
      })
    })
    expect(lastOf(talk(broker, accountAuth(DEMO)))).toEqual(
      refusal('account', 'CH_CLIENT_NOT_AUTHENTICATED', someText),
    )
    expect(lastOf(talk(broker, appAuth, logOut(DEMO)))).toEqual(
      refusal('logout', 'INVALID_REQUEST', 'Trading account is not authorized'),
    )
  })
})

describe('account authentication', () => {
  it('answers 2102 with the account in 2103', () => {
    expect(talk(brokerOf(), appAuth, accountAuth(DEMO)).received).toEqual([
      appAuthenticated,
      '{"payloadType":2103,"clientMsgId":"account","payload":{"ctidTraderAccountId":12345678}}',
    ])
  })

  it('takes several accounts on a line, of several tokens', () => {
    const client = talk(
      brokerOf(),
      appAuth,
      accountAuth(DEMO),
      accountAuth(OTHER_DEMO),
      accountAuth(STRANGE, 'SECRET-strange'),
    )
    expect(client.frames().slice(1)).toEqual(
      [DEMO, OTHER_DEMO, STRANGE].map(ctidTraderAccountId => ({
        payloadType: PROTO_OA_ACCOUNT_AUTH_RES,
        clientMsgId: 'account',
        payload: { ctidTraderAccountId },
      })),
    )
  })

  it.each([
    ['a token nobody was given', DEMO, 'SECRET-wrong'],
    ['a refresh token', DEMO, 'SECRET-refresh'],
    ['an empty token', DEMO, ''],
    ['a wrong token for an account that does not exist', 999, 'SECRET-wrong'],
  ])('refuses %s, to the letter and without the account', (_, accountId, token) => {
    expect(talk(brokerOf(), appAuth, accountAuth(accountId, token)).received.at(-1)).toBe(
      '{"payloadType":2142,"clientMsgId":"account","payload":{"errorCode":"CH_ACCESS_TOKEN_INVALID",' +
        '"description":"Invalid access token"}}',
    )
  })

  it.each([
    ['an account that does not exist', 999],
    ['an account the token is not for', STRANGE],
  ])('refuses %s', (_, accountId) => {
    expect(lastOf(talk(brokerOf(), appAuth, accountAuth(accountId)))).toEqual(
      refusal('account', 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND', someText),
    )
  })

  it('refuses an account a token names and no broker knows', () => {
    const broker = brokerOf({
      grants: [{ accessToken: 'stale', refreshToken: 'r', accountIds: [999], permissionScope: 1 }],
    })
    expect(lastOf(talk(broker, appAuth, accountAuth(999, 'stale')))).toEqual(
      refusal('account', 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND', someText),
    )
  })

  it.each([
    ['live', 'demo', LIVE],
    ['demo', 'live', DEMO],
  ] as const)('does not route a %s account at the %s host', (_, environment, accountId) => {
    expect(talk(brokerOf({ environment }), appAuth, accountAuth(accountId)).received.at(-1)).toBe(
      '{"payloadType":2142,"clientMsgId":"account","payload":{"errorCode":"CANT_ROUTE_REQUEST",' +
        '"description":"Cannot route request"}}',
    )
  })

  it('takes a live account at the live host', () => {
    expect(lastOf(talk(brokerOf({ environment: 'live' }), appAuth, accountAuth(LIVE)))).toEqual({
      payloadType: PROTO_OA_ACCOUNT_AUTH_RES,
      clientMsgId: 'account',
      payload: { ctidTraderAccountId: LIVE },
    })
  })

  it('refuses a second 2102 for the account, naming it, and leaves the first in force', () => {
    const again = request(PROTO_OA_ACCOUNT_AUTH_REQ, 'again', {
      ctidTraderAccountId: DEMO,
      accessToken: 'SECRET-access',
    })
    expect(talk(brokerOf(), appAuth, accountAuth(DEMO), again, logOut(DEMO)).received.slice(2, 4)).toEqual([
      '{"payloadType":2142,"clientMsgId":"again","payload":{"ctidTraderAccountId":12345678,' +
        '"errorCode":"ALREADY_LOGGED_IN",' +
        '"description":"Trading account is already authorized in this channel"}}',
      '{"payloadType":2163,"clientMsgId":"logout","payload":{"ctidTraderAccountId":12345678}}',
    ])
  })

  it('lets one token hold the account on two lines at once', () => {
    inVirtualTime(({ at }) => {
      const broker = brokerOf()
      const clients = [rawClient(broker.connect), rawClient(broker.connect)]
      for (const client of clients) client.send(appAuth, accountAuth(DEMO))
      at(1000, () => {
        for (const client of clients) {
          expect(client.frames().map(({ payloadType }) => payloadType)).toEqual([
            PROTO_OA_APPLICATION_AUTH_RES,
            PROTO_OA_ACCOUNT_AUTH_RES,
          ])
          expect(client.closed).toBeUndefined()
          client.leave()
        }
      })
    })
  })
})

describe('the account list', () => {
  it.each(['demo', 'live'] as const)('has all accounts of the token at the %s host', environment => {
    const list = request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'list', { accessToken: 'SECRET-access' })
    expect(talk(brokerOf({ environment }), appAuth, list).received.at(-1)).toBe(
      '{"payloadType":2150,"clientMsgId":"list","payload":{"accessToken":"SECRET-access","permissionScope":1,' +
        '"ctidTraderAccount":[' +
        '{"ctidTraderAccountId":12345678,"isLive":false,"traderLogin":3000001,"brokerTitleShort":"Broker"},' +
        '{"ctidTraderAccountId":12345679,"isLive":false,"traderLogin":3000002,"brokerTitleShort":"Broker"},' +
        '{"ctidTraderAccountId":87654321,"isLive":true,"traderLogin":4000001,"brokerTitleShort":"Broker"}]}}',
    )
  })

  it('is left out when empty, unlike a scope of 0', () => {
    expect(
      talk(
        brokerOf(),
        appAuth,
        request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'list', { accessToken: 'SECRET-bare' }),
      ).received.at(-1),
    ).toBe(
      '{"payloadType":2150,"clientMsgId":"list","payload":{"accessToken":"SECRET-bare","permissionScope":0}}',
    )
  })

  it('is refused for a wrong token', () => {
    expect(
      lastOf(
        talk(
          brokerOf(),
          appAuth,
          request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'list', { accessToken: 'SECRET-wrong' }),
        ),
      ),
    ).toEqual(refusal('list', 'CH_ACCESS_TOKEN_INVALID', 'Invalid access token'))
  })
})

describe('logging out', () => {
  it('is answered by 2163, then 2164 without the id of the request', () => {
    expect(talk(brokerOf(), appAuth, accountAuth(DEMO), logOut(DEMO)).received.slice(2)).toEqual([
      '{"payloadType":2163,"clientMsgId":"logout","payload":{"ctidTraderAccountId":12345678}}',
      '{"payloadType":2164,"payload":{"ctidTraderAccountId":12345678}}',
    ])
  })

  it('ends what the account may ask for, and nothing of the other accounts', () => {
    const client = talk(
      brokerOf(),
      appAuth,
      accountAuth(DEMO),
      accountAuth(OTHER_DEMO),
      logOut(DEMO),
      logOut(DEMO),
      logOut(OTHER_DEMO),
    )
    expect(client.received.slice(5)).toEqual([
      '{"payloadType":2142,"clientMsgId":"logout","payload":{"errorCode":"INVALID_REQUEST",' +
        '"description":"Trading account is not authorized"}}',
      '{"payloadType":2163,"clientMsgId":"logout","payload":{"ctidTraderAccountId":12345679}}',
      '{"payloadType":2164,"payload":{"ctidTraderAccountId":12345679}}',
    ])
  })

  it('is refused for an account that is not authenticated on this line', () => {
    expect(lastOf(talk(brokerOf(), appAuth, logOut(DEMO)))).toEqual(
      refusal('logout', 'INVALID_REQUEST', 'Trading account is not authorized'),
    )
  })

  it('can be undone by 2102 on the same line', () => {
    expect(
      lastOf(talk(brokerOf(), appAuth, accountAuth(DEMO), logOut(DEMO), accountAuth(DEMO))),
    ).toMatchObject({
      payloadType: PROTO_OA_ACCOUNT_AUTH_RES,
    })
  })

  it('is of one line: the account stays on the other', () => {
    inVirtualTime(({ at }) => {
      const broker = brokerOf()
      const [leaving, staying] = [rawClient(broker.connect), rawClient(broker.connect)]
      leaving.send(appAuth, accountAuth(DEMO))
      staying.send(appAuth, accountAuth(DEMO))
      at(100, () => {
        leaving.send(logOut(DEMO))
      })
      at(200, () => {
        expect(staying.received).toHaveLength(2)
        staying.send(logOut(DEMO))
      })
      at(300, () => {
        expect(staying.frames()[2]).toMatchObject({ payloadType: PROTO_OA_ACCOUNT_LOGOUT_RES })
        leaving.leave()
        staying.leave()
      })
    })
  })
})
