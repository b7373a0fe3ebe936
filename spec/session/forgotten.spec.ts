import { PayloadType, createClient } from 'rx-ctrader'
import type { Account, Connect } from 'rx-ctrader'
import { obliging, scriptedServer } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_TRADER_RES,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

const accountOver = (connect: Connect): Account =>
  createClient({ connect, clientId: 'demo', clientSecret: 'demo', random: () => 0.5 }).account({
    accountId: 1,
    accessToken: 't',
  })

const ORDER = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 } as const
const FORGOTTEN = { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' }

/** Has forgotten the account so many times when it is asked something. */
const forgetful = (times: number): Reply => {
  let left = times
  return (frame, line) => {
    obliging(frame, line)
    const { payloadType, clientMsgId } = frame
    if (
      payloadType === PROTO_OA_APPLICATION_AUTH_REQ ||
      payloadType === PROTO_OA_ACCOUNT_AUTH_REQ ||
      payloadType === HEARTBEAT_EVENT
    )
      return
    if (left-- > 0) line.say({ payloadType: PROTO_OA_ERROR_RES, clientMsgId, payload: FORGOTTEN })
    else
      line.say({
        payloadType: PROTO_OA_TRADER_RES,
        clientMsgId,
        payload: {
          ctidTraderAccountId: 1,
          trader: { ctidTraderAccountId: 1, balance: 1, depositAssetId: 1 },
        },
      })
  }
}

const typesOf = (heard: readonly { readonly payloadType: number }[] = []): number[] =>
  heard.map(({ payloadType }) => payloadType)

describe('an account the server has forgotten on a healthy line', () => {
  it('is authenticated again there, and the query it refused is asked again', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(forgetful(1))
      const account = accountOver(server.connect)
      const states = watch(account.authenticated$, 5_000)
      const links = watch(account.accountAuth$, 5_000)
      const seen = watch(account.request(PROTO_OA_TRADER_REQ, {}))
      at(4_000, () => {
        expect(seen.values).toHaveLength(1)
        expect(server.lines).toHaveLength(1)
        expect(typesOf(server.lines[0]?.heard)).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_TRADER_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_TRADER_REQ,
        ])
        expect(states.values.map(({ status }) => status)).toEqual([
          'connecting',
          'authenticatingApp',
          'authenticatingAccount',
          'authenticated',
          'reconnecting',
          'authenticatingAccount',
          'authenticated',
        ])
        // Each consumer with a subscription on the server has to subscribe again.
        expect(links.values).toHaveLength(2)
        expect(links.values[1]).toBe(links.values[0])
      })
    })
  })

  it('is authenticated again after an order, which its sender hears of and which is not sent again', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(forgetful(1))
      const account = accountOver(server.connect)
      watch(account.accountAuth$, 5_000)
      const seen = watch(account.request(PROTO_OA_NEW_ORDER_REQ, ORDER))
      at(4_000, () => {
        expect(seen.error).toMatchObject({ reason: 'Refused', ...FORGOTTEN })
        expect(typesOf(server.lines[0]?.heard)).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_NEW_ORDER_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
        ])
      })
    })
  })

  it('heals without anybody else listening', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(forgetful(1))
      const seen = watch(accountOver(server.connect).request(PROTO_OA_TRADER_REQ, {}))
      at(4_000, () => {
        expect(seen.values).toHaveLength(1)
      })
    })
  })

  it('is not authenticated for ever when that does not help', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(forgetful(Infinity))
      const seen = watch(accountOver(server.connect).request(PROTO_OA_TRADER_REQ, {}))
      at(300_000, () => {
        expect(seen.error).toMatchObject({ reason: 'Refused', ...FORGOTTEN })
        expect(typesOf(server.lines[0]?.heard).filter(type => type === PROTO_OA_TRADER_REQ)).toHaveLength(5)
      })
    })
  })
})

describe('an application the server has forgotten', () => {
  it('is authenticated on another line, and the query it refused is asked there', () => {
    inVirtualTime(({ watch, at }) => {
      let left = 1
      const server = scriptedServer((frame, line) => {
        const { payloadType, clientMsgId } = frame
        obliging(frame, line)
        if (payloadType !== PROTO_OA_VERSION_REQ) return
        if (left-- > 0)
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId,
            payload: { errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' },
          })
        else line.say({ payloadType: PROTO_OA_VERSION_RES, clientMsgId, payload: { version: '91' } })
      })
      const client = createClient({ connect: server.connect, clientId: 'demo', clientSecret: 'demo' })
      const seen = watch(client.request(PayloadType.PROTO_OA_VERSION_REQ, {}))
      at(4_000, () => {
        expect(seen.values).toEqual([{ version: '91' }])
        expect(server.lines).toHaveLength(2)
      })
    })
  })
})
