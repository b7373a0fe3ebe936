import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { rawClient } from '../../support/rawClient'
import type { RawClient } from '../../support/rawClient'
import { inVirtualTime } from '../../support/virtualTime'

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

const DEMO = 12345678
const OTHER_DEMO = 12345679
const LIVE = 87654321
const STRANGE = 555

const brokerOptions: SimulatorOptions = {
  applications: [{ clientId: 'app', clientSecret: 'SECRET-app' }],
  accounts: [
    { accountId: DEMO, isLive: false, traderLogin: 3000001, brokerTitleShort: 'Broker' },
    { accountId: OTHER_DEMO, isLive: false, traderLogin: 3000002, brokerTitleShort: 'Broker' },
    { accountId: LIVE, isLive: true, traderLogin: 4000001, brokerTitleShort: 'Broker' },
    { accountId: STRANGE, isLive: false, traderLogin: 5000001, brokerTitleShort: 'Another' },
  ],
  grants: [
    {
      accessToken: 'SECRET-access',
      refreshToken: 'SECRET-refresh',
      accountIds: [DEMO, OTHER_DEMO, LIVE],
      permissionScope: 1,
    },
    {
      accessToken: 'SECRET-strange',
      refreshToken: 'SECRET-strange-refresh',
      accountIds: [STRANGE],
      permissionScope: 0,
    },
    { accessToken: 'SECRET-bare', refreshToken: 'SECRET-bare-refresh', accountIds: [], permissionScope: 0 },
  ],
}

const brokerOf = (options: SimulatorOptions = {}): Simulator =>
  createSimulator({ ...brokerOptions, ...options })

const request = (payloadType: number, clientMsgId: string, payload?: object): object => ({
  payloadType,
  clientMsgId,
  payload,
})
const appAuth = request(PROTO_OA_APPLICATION_AUTH_REQ, 'app', { clientId: 'app', clientSecret: 'SECRET-app' })
const accountAuth = (ctidTraderAccountId: number, accessToken = 'SECRET-access'): object =>
  request(PROTO_OA_ACCOUNT_AUTH_REQ, 'account', { ctidTraderAccountId, accessToken })
const refresh = (refreshToken = 'SECRET-refresh'): object =>
  request(PROTO_OA_REFRESH_TOKEN_REQ, 'refresh', { refreshToken })
const logOut = (ctidTraderAccountId: number): object =>
  request(PROTO_OA_ACCOUNT_LOGOUT_REQ, 'logout', { ctidTraderAccountId })
const version = request(PROTO_OA_VERSION_REQ, 'version')

const appAuthenticated = '{"payloadType":2101,"clientMsgId":"app"}'

/** Says all this on a new line and hears the answers. */
const talk = (broker: Simulator, ...frames: (string | object)[]): RawClient => {
  const clients: RawClient[] = []
  inVirtualTime(({ at }) => {
    const client = rawClient(broker.connect)
    client.send(...frames)
    at(1000, client.leave)
    clients.push(client)
  })
  const [client] = clients
  if (!client) throw new Error('the scenario was not played')
  return client
}

/** The last thing heard, as an object. */
const lastOf = (client: RawClient): unknown => client.frames().at(-1)

const refusal = (clientMsgId: string, errorCode: string, description: unknown): object => ({
  payloadType: PROTO_OA_ERROR_RES,
  clientMsgId,
  payload: { errorCode, description },
})
/** Whose words nobody has recorded. */
const someText: unknown = expect.stringMatching(/\w/)

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

interface Pair {
  readonly accessToken: string
  readonly refreshToken: string
}

const refreshed = (broker: Simulator, refreshToken?: string): Pair =>
  talk(broker, refresh(refreshToken)).frames()[0]?.payload as unknown as Pair

describe('refreshing a token', () => {
  it('gives a new pair, in the order of the protocol', () => {
    const text = talk(brokerOf(), refresh()).received[0]
    expect(text).toMatch(
      /^\{"payloadType":2174,"clientMsgId":"refresh","payload":\{"accessToken":"[^"]+","tokenType":"bearer","expiresIn":2628000,"refreshToken":"[^"]+"\}\}$/,
    )
    const { accessToken, refreshToken } = refreshed(brokerOf())
    expect(new Set([accessToken, refreshToken, 'SECRET-access', 'SECRET-refresh']).size).toBe(4)
  })

  it('works after the application is authenticated too', () => {
    expect(lastOf(talk(brokerOf(), appAuth, refresh()))).toMatchObject({
      payloadType: PROTO_OA_REFRESH_TOKEN_RES,
    })
  })

  it('makes the new pair good and the old one worthless', () => {
    const broker = brokerOf()
    const renewed = refreshed(broker)
    expect(lastOf(talk(broker, refresh('SECRET-refresh')))).toEqual(
      refusal('refresh', 'CH_ACCESS_TOKEN_INVALID', someText),
    )
    expect(lastOf(talk(broker, appAuth, accountAuth(DEMO, 'SECRET-access')))).toEqual(
      refusal('account', 'CH_ACCESS_TOKEN_INVALID', 'Invalid access token'),
    )
    expect(
      lastOf(
        talk(
          broker,
          appAuth,
          request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'list', { accessToken: 'SECRET-access' }),
        ),
      ),
    ).toEqual(refusal('list', 'CH_ACCESS_TOKEN_INVALID', 'Invalid access token'))
    expect(lastOf(talk(broker, appAuth, accountAuth(DEMO, renewed.accessToken)))).toMatchObject({
      payloadType: PROTO_OA_ACCOUNT_AUTH_RES,
    })
    const again = refreshed(broker, renewed.refreshToken)
    expect(again.accessToken).not.toBe(renewed.accessToken)
    expect(lastOf(talk(broker, appAuth, accountAuth(OTHER_DEMO, again.accessToken)))).toMatchObject({
      payloadType: PROTO_OA_ACCOUNT_AUTH_RES,
    })
  })

  it('leaves other grants as they are', () => {
    const broker = brokerOf()
    refreshed(broker)
    expect(lastOf(talk(broker, appAuth, accountAuth(STRANGE, 'SECRET-strange')))).toMatchObject({
      payloadType: PROTO_OA_ACCOUNT_AUTH_RES,
    })
    expect(lastOf(talk(broker, refresh('SECRET-strange-refresh')))).toMatchObject({
      payloadType: PROTO_OA_REFRESH_TOKEN_RES,
    })
  })

  it.each(['SECRET-wrong', 'SECRET-access', ''])('refuses %j, which is no refresh token', token => {
    expect(lastOf(talk(brokerOf(), refresh(token)))).toEqual(
      refusal('refresh', 'CH_ACCESS_TOKEN_INVALID', someText),
    )
  })

  it('ends every session of the old token, after the answer, and no other', () => {
    inVirtualTime(({ at }) => {
      const broker = brokerOf()
      const [asking, sharing, foreign, idle, left] = [1, 2, 3, 4, 5].map(() => rawClient(broker.connect)) as [
        RawClient,
        RawClient,
        RawClient,
        RawClient,
        RawClient,
      ]
      asking.send(appAuth, accountAuth(DEMO))
      sharing.send(
        appAuth,
        accountAuth(DEMO),
        accountAuth(OTHER_DEMO),
        accountAuth(STRANGE, 'SECRET-strange'),
      )
      foreign.send(appAuth, accountAuth(STRANGE, 'SECRET-strange'))
      idle.send(appAuth)
      left.send(appAuth, accountAuth(DEMO))
      at(50, left.leave)
      at(100, () => {
        asking.send(refresh())
      })
      at(200, () => {
        expect(asking.frames().slice(2)).toEqual([
          expect.objectContaining({ payloadType: PROTO_OA_REFRESH_TOKEN_RES, clientMsgId: 'refresh' }),
          {
            payloadType: PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
            payload: { ctidTraderAccountIds: [DEMO], reason: someText },
          },
          { payloadType: PROTO_OA_ACCOUNT_DISCONNECT_EVENT, payload: { ctidTraderAccountId: DEMO } },
        ])
        expect(sharing.frames().slice(4)).toEqual([
          {
            payloadType: PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
            payload: { ctidTraderAccountIds: [DEMO, OTHER_DEMO], reason: someText },
          },
          { payloadType: PROTO_OA_ACCOUNT_DISCONNECT_EVENT, payload: { ctidTraderAccountId: DEMO } },
          { payloadType: PROTO_OA_ACCOUNT_DISCONNECT_EVENT, payload: { ctidTraderAccountId: OTHER_DEMO } },
        ])
        expect(foreign.received).toHaveLength(2)
        expect(idle.received).toHaveLength(1)
        expect(left.received).toHaveLength(2)
      })
      at(300, () => {
        sharing.send(logOut(DEMO), logOut(STRANGE))
      })
      at(400, () => {
        expect(sharing.frames().slice(7)).toEqual([
          refusal('logout', 'INVALID_REQUEST', 'Trading account is not authorized'),
          {
            payloadType: PROTO_OA_ACCOUNT_LOGOUT_RES,
            clientMsgId: 'logout',
            payload: { ctidTraderAccountId: STRANGE },
          },
          { payloadType: PROTO_OA_ACCOUNT_DISCONNECT_EVENT, payload: { ctidTraderAccountId: STRANGE } },
        ])
        const { accessToken } = asking.frames()[2]?.payload as unknown as Pair
        sharing.send(accountAuth(DEMO, accessToken))
      })
      at(500, () => {
        expect(sharing.frames().at(-1)).toMatchObject({ payloadType: PROTO_OA_ACCOUNT_AUTH_RES })
        for (const client of [asking, sharing, foreign, idle]) {
          expect(client.closed).toBeUndefined()
          client.leave()
        }
      })
    })
  })

  it('gives the same tokens for the same seed, and others for another', () => {
    const pairs = (seed?: number): Pair[] => {
      const broker = brokerOf(seed === undefined ? {} : { seed })
      const first = refreshed(broker)
      return [first, refreshed(broker, first.refreshToken)]
    }
    expect(pairs(7)).toEqual(pairs(7))
    expect(pairs()).toEqual(pairs())
    const tokens = [...pairs(7), ...pairs(8)].flatMap(pair => [pair.accessToken, pair.refreshToken])
    expect(new Set(tokens).size).toBe(8)
  })

  it('means nothing to another simulator', () => {
    const [one, other] = [createSimulator(), createSimulator()]
    inVirtualTime(({ at }) => {
      const client = rawClient(other.connect)
      client.send(
        request(PROTO_OA_APPLICATION_AUTH_REQ, 'app', { clientId: 'demo', clientSecret: 'demo' }),
        accountAuth(DEMO, 'demo'),
      )
      at(100, () => {
        const refreshing = rawClient(one.connect)
        refreshing.send(refresh('demo-refresh'))
        at(100, () => {
          expect(lastOf(refreshing)).toMatchObject({ payloadType: PROTO_OA_REFRESH_TOKEN_RES })
          expect(client.received).toHaveLength(2)
          refreshing.leave()
          client.leave()
        })
      })
    })
    expect(lastOf(talk(other, refresh('demo-refresh')))).toMatchObject({
      payloadType: PROTO_OA_REFRESH_TOKEN_RES,
    })
  })
})

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
