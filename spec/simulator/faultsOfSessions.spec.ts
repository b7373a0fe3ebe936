import { PayloadType } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { BYE, accountAuth, after, appAuth, refusal, request, scene, typesOf } from './faultScene'

const {
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_ERROR_RES,
} = PayloadType

const logout = request(PROTO_OA_ACCOUNT_LOGOUT_REQ, 'out', { ctidTraderAccountId: ACCOUNT })

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
