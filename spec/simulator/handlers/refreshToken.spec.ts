import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { rawClient } from '../../support/rawClient'
import type { RawClient } from '../../support/rawClient'
import { inVirtualTime } from '../../support/virtualTime'
import {
  DEMO,
  OTHER_DEMO,
  STRANGE,
  brokerOf,
  request,
  appAuth,
  accountAuth,
  refresh,
  logOut,
  talk,
  lastOf,
  refusal,
  someText,
  refreshed,
} from './authScene'
import type { Pair } from './authScene'

const {
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_REFRESH_TOKEN_RES,
} = PayloadType

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
