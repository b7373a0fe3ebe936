import { PayloadType } from 'rx-ctrader'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { accountAuth, appAuth, refresh, refusal, request, scene, typesOf } from '../faultScene'
import { ACCOUNT } from '../../support/account'

const {
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_ERROR_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
  PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ,
  PROTO_OA_ORDER_DETAILS_REQ,
  PROTO_OA_REFRESH_TOKEN_RES,
} = PayloadType

const NOON = Date.UTC(2026, 0, 7, 12)

const grant = {
  accessToken: 'demo',
  refreshToken: 'demo-refresh',
  accountIds: [ACCOUNT],
  permissionScope: 1,
} as const
/** The token is good for ten seconds. */
const expiring: SimulatorOptions = { grants: [{ ...grant, expiresAt: NOON + 10_000 }] }
const expired = { description: 'Access token expired' }

const byToken = [
  ['2102', accountAuth],
  ['2149', request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'account', { accessToken: 'demo' })],
  ['2151', request(PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ, 'account', { accessToken: 'demo' })],
] as const

describe('an access token', () => {
  it.each(byToken)('that has expired is refused in %s', (_, frame) => {
    scene(({ line, at }) => {
      const client = line()
      client.send(appAuth)
      at(9_999, () => client.send(frame))
      at(10_000, () => client.send(frame))
      at(10_100, () => {
        expect(client.frames()[1]?.payloadType).not.toBe(PROTO_OA_ERROR_RES)
        expect(client.frames()[2]).toEqual(refusal('account', 'CH_ACCESS_TOKEN_INVALID', expired))
        client.leave()
      })
    }, expiring)
  })

  it('that expires ends no session, and can still be refreshed', () => {
    scene(({ authenticated, line, at }) => {
      const client = authenticated()
      at(20_000, () => {
        client.send(
          request(PROTO_OA_ORDER_DETAILS_REQ, 'order', { ctidTraderAccountId: ACCOUNT, orderId: 1 }),
        )
      })
      at(30_000, () => {
        expect(typesOf(client).slice(0, 2)).toEqual([
          PROTO_OA_APPLICATION_AUTH_RES,
          PROTO_OA_ACCOUNT_AUTH_RES,
        ])
        expect(client.received.join()).not.toContain('not authorized')
        expect(client.received).toHaveLength(3)
        const other = line()
        other.send(refresh())
        at(100, () => {
          expect(other.frames()[0]).toMatchObject({ payloadType: PROTO_OA_REFRESH_TOKEN_RES })
          other.leave()
          client.leave()
        })
      })
    }, expiring)
  })

  it('from a refresh is good for as long as the answer says', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(appAuth, refresh())
        const ask = (): void => {
          const { accessToken } = client.frames()[1]?.payload ?? {}
          client.send(request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'list', { accessToken }))
        }
        at(19_999, ask)
        at(20_000, ask)
        at(20_100, () => {
          expect(client.frames()[1]?.payload).toMatchObject({ expiresIn: 20 })
          expect(typesOf(client).slice(2)).toEqual([
            PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
            PROTO_OA_ERROR_RES,
          ])
          expect(client.frames()[3]).toEqual(refusal('list', 'CH_ACCESS_TOKEN_INVALID', expired))
          client.leave()
        })
      },
      { tokenLifetime: 20 },
    )
  })

  it('of the demo world never expires, and a refreshed one after 2,628,000 s', () => {
    scene(({ line, at }) => {
      const client = line()
      client.send(
        appAuth,
        request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'list', { accessToken: 'demo' }),
        refresh(),
      )
      at(100, () => {
        expect(client.frames()[1]).toMatchObject({ payloadType: PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES })
        expect(client.frames()[2]?.payload).toMatchObject({ expiresIn: 2_628_000 })
        client.leave()
      })
    })
  })
})

describe('a refresh token', () => {
  it('is good once', () => {
    scene(({ line, at }) => {
      const client = line()
      client.send(refresh(), refresh())
      at(100, () => {
        expect(client.frames()[0]).toMatchObject({ payloadType: PROTO_OA_REFRESH_TOKEN_RES })
        expect(client.frames()[1]).toEqual(refusal('refresh', 'CH_ACCESS_TOKEN_INVALID'))
        client.leave()
      })
    })
  })
})

describe('the profile of a token', () => {
  it('is the number of its user', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(appAuth, request(PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ, 'who', { accessToken: 'demo' }))
        at(100, () => {
          expect(client.received[1]).toBe(
            '{"payloadType":2152,"clientMsgId":"who","payload":{"profile":{"userId":77}}}',
          )
          client.leave()
        })
      },
      { grants: [{ ...grant, userId: 77 }] },
    )
  })

  it.each([
    ['a wrong token', [appAuth], { accessToken: 'wrong' }, 'CH_ACCESS_TOKEN_INVALID'],
    ['an application that is not authenticated', [], { accessToken: 'demo' }, 'CH_CLIENT_NOT_AUTHENTICATED'],
    ['no token', [appAuth], {}, 'INVALID_REQUEST'],
  ])('is refused for %s', (_, before, payload, errorCode) => {
    scene(({ line, at }) => {
      const client = line()
      client.send(...before, request(PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ, 'who', payload))
      at(100, () => {
        expect(client.frames().at(-1)).toEqual(refusal('who', errorCode))
        client.leave()
      })
    })
  })
})

describe('an application', () => {
  it('that is not approved yet is refused as such, if its secret is right', () => {
    scene(
      ({ line, at }) => {
        const client = line()
        client.send(
          appAuth,
          request(PROTO_OA_APPLICATION_AUTH_REQ, 'wrong', { clientId: 'demo', clientSecret: 'x' }),
        )
        at(100, () => {
          expect(client.frames()).toEqual([
            refusal('app', 'CH_CLIENT_AUTH_FAILURE', { description: 'OA client is not in active state' }),
            refusal('wrong', 'CH_CLIENT_AUTH_FAILURE', {
              description: 'clientId or clientSecret is incorrect',
            }),
          ])
          client.leave()
        })
      },
      { applications: [{ clientId: 'demo', clientSecret: 'demo', active: false }] },
    )
  })
})
