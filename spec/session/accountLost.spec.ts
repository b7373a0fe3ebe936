import { NEVER } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Account, ClientOptions, Connect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { clientOver } from '../support/clientOver'
import { obliging, scriptedServer } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_CLIENT_DISCONNECT_EVENT,
  PROTO_OA_ERROR_RES,
} = PayloadType

const accountOver = (connect: Connect, options: Partial<ClientOptions> = {}): Account =>
  clientOver(connect, options).account({ accountId: 12345678, accessToken: 'demo' })

const threeAccounts = {
  accounts: [11, 22, 33].map(accountId => ({
    accountId,
    isLive: accountId === 33,
    traderLogin: accountId,
    brokerTitleShort: 'Test',
  })),
  grants: [
    { accessToken: 'token', refreshToken: 'refresh', accountIds: [11, 22, 33], permissionScope: 1 },
  ] as const,
}

describe('a lost line', () => {
  it('by a clean close is reconnecting with code and reason, then authenticated again', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator()
      const wire = wiretap(broker.connect)
      const client = clientOver(wire.connect)
      const account = client.account({ accountId: 12345678, accessToken: 'demo' })
      const seen = watch(account.authenticated$, 20_000)
      const links = watch(account.accountAuth$, 20_000)
      const connection = watch(client.connection$, 20_000)
      at(5_000, () => {
        broker.close(1000, 'Bye')
      })
      at(10_000, () => {
        const reconnecting = expect.objectContaining({
          status: 'reconnecting',
          attempt: 1,
          delay: 500,
          cause: expect.objectContaining({
            reason: 'ConnectionLost',
            close: { code: 1000, reason: 'Bye', wasClean: true },
          }) as unknown,
        }) as unknown
        expect(seen.timed.slice(4)).toEqual([
          [5_000, reconnecting],
          [5_500, { status: 'connecting' }],
          [5_500, { status: 'authenticatingApp' }],
          [5_500, { status: 'authenticatingAccount' }],
          [5_500, { status: 'authenticated', accountId: 12345678 }],
        ])
        expect(connection.values).toEqual([
          { status: 'connecting' },
          { status: 'connected' },
          reconnecting,
          { status: 'connecting' },
          { status: 'connected' },
        ])
        expect(links.values).toHaveLength(2)
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
        ])
      })
    })
  })

  it.each([
    ['that completes', (lose: { end: () => void }) => lose.end()],
    [
      'with an error of the transport',
      (lose: { lose: (error: unknown) => void }) => lose.lose(new Error('ECONNRESET')),
    ],
  ])('%s is reconnecting', (_, lose) => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const seen = watch(accountOver(server.connect).authenticated$, 5_000)
      at(1_000, () => {
        const [line] = server.lines
        if (line) lose(line)
      })
      at(4_000, () => {
        expect(seen.values.map(({ status }) => status)).toEqual(
          expect.arrayContaining(['reconnecting', 'authenticated']),
        )
        expect(seen.values.at(-1)).toEqual({ status: 'authenticated', accountId: 12345678 })
      })
    })
  })

  it('that is open and dead is noticed within the idle deadline', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator()
      const seen = watch(accountOver(broker.connect).authenticated$, 120_000)
      // The server's last word is its heartbeat at 30 s.
      at(35_000, () => {
        broker.silence()
      })
      at(119_000, () => {
        const [ms, state] = seen.timed.find(([, { status }]) => status === 'reconnecting') ?? []
        // The deadline, and the second between two looks.
        expect(ms).toBe(76_000)
        expect(state).toMatchObject({ cause: { message: 'connection lost: nothing received for 45000 ms' } })
        expect(seen.values.at(-1)).toEqual({ status: 'authenticated', accountId: 12345678 })
      })
    })
  })

  it('stays up for hours on heartbeats alone', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const seen = watch(accountOver(wire.connect).authenticated$, 4 * 3_600_000)
      at(3 * 3_600_000, () => {
        expect(seen.values).toHaveLength(4)
        expect(wire.lines.opened).toBe(1)
      })
    })
  })

  it('counts as the first again after a stable minute, and as the next before it', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator()
      const seen = watch(accountOver(broker.connect).authenticated$, 200_000)
      for (const ms of [1_000, 11_000, 100_000])
        at(ms, () => {
          broker.drop()
        })
      at(190_000, () => {
        expect(
          seen.values.flatMap(state => (state.status === 'reconnecting' ? [state.attempt] : [])),
        ).toEqual([1, 2, 1])
      })
    })
  })

  it('without subscribers: the pending reconnect is cancelled', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer((_, { end }) => {
        end()
      })
      const client = clientOver(server.connect, { backoff: { initial: 100_000, max: 100_000 } })
      watch(client.account({ accountId: 1, accessToken: 'a' }).authenticated$, 10_000)
      at(200_000, () => {
        expect(server.lines).toHaveLength(1)
      })
    })
  })

  it('is what a server makes of it that never answers, or a line that never opens', () => {
    inVirtualTime(({ watch, at }) => {
      const mute = watch(accountOver(scriptedServer(() => undefined).connect).authenticated$, 12_000)
      const closed = watch(accountOver(() => NEVER).authenticated$, 16_000)
      at(11_900, () => {
        expect(mute.values.find(({ status }) => status === 'reconnecting')).toMatchObject({
          cause: { reason: 'Timeout', payloadType: PROTO_OA_APPLICATION_AUTH_REQ, sent: true },
        })
      })
      at(15_100, () => {
        expect(closed.values.at(-1)).toMatchObject({
          status: 'reconnecting',
          cause: { reason: 'ConnectionLost', message: 'connection lost: not open within 15000 ms' },
        })
      })
    })
  })

  it('is what a ClientDisconnectEvent announces', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const seen = watch(accountOver(server.connect).authenticated$, 5_000)
      at(1_000, () =>
        server.lines[0]?.say({
          payloadType: PROTO_OA_CLIENT_DISCONNECT_EVENT,
          payload: { reason: 'overload' },
        }),
      )
      at(4_000, () => {
        expect(seen.values[4]).toMatchObject({
          status: 'reconnecting',
          cause: { message: 'connection lost: the server disconnected the client: overload' },
        })
        expect(server.lines).toHaveLength(2)
        expect(server.open()).toBe(1)
      })
    })
  })

  it('is not replaced when the server says that the application is blocked', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const seen = watch(accountOver(server.connect).authenticated$, 500_000)
      at(1_000, () =>
        server.lines[0]?.say({
          payloadType: PROTO_OA_CLIENT_DISCONNECT_EVENT,
          payload: { reason: 'Blocked by administrator' },
        }),
      )
      at(400_000, () => {
        expect(seen.values.at(-1)).toMatchObject({
          status: 'failed',
          cause: { reason: 'ClientBlocked', detail: 'Blocked by administrator' },
        })
        expect(server.lines).toHaveLength(1)
        expect(server.open()).toBe(0)
      })
    })
  })
})

describe('an account session that the server ends', () => {
  it.each([
    [
      'ProtoOAAccountDisconnectEvent',
      { payloadType: PROTO_OA_ACCOUNT_DISCONNECT_EVENT, payload: { ctidTraderAccountId: 1 } },
    ],
    [
      'ProtoOAAccountsTokenInvalidatedEvent',
      {
        payloadType: PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
        payload: { ctidTraderAccountIds: [5, 1], reason: 'refreshed' },
      },
    ],
  ])('by %s is authenticated again, with the same token, alone', (_, event) => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const client = clientOver(server.connect)
      const one = watch(client.account({ accountId: 1, accessToken: 'a' }).authenticated$, 5_000)
      const two = watch(client.account({ accountId: 2, accessToken: 'a' }).authenticated$, 5_000)
      at(1_000, () => server.lines[0]?.say(event))
      at(4_000, () => {
        expect(one.timed.slice(-3)).toEqual([
          [1_000, expect.objectContaining({ status: 'reconnecting', attempt: 1 }) as unknown],
          [1_500, { status: 'authenticatingAccount' }],
          [1_500, { status: 'authenticated', accountId: 1 }],
        ])
        expect(two.values.at(-1)).toEqual({ status: 'authenticated', accountId: 2 })
        expect(server.lines).toHaveLength(1)
        expect(server.lines[0]?.heard.map(({ payloadType }) => payloadType)).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
        ])
      })
    })
  })

  it('again and again is not hammered', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer((frame, line) => {
        obliging(frame, line)
        if (frame.payloadType === PROTO_OA_ACCOUNT_AUTH_REQ)
          line.say({
            payloadType: PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
            payload: { ctidTraderAccountId: 12345678 },
          })
      })
      watch(accountOver(server.connect).authenticated$, 60_000)
      at(59_000, () => {
        expect(
          server.lines[0]?.heard.filter(({ payloadType }) => payloadType === PROTO_OA_ACCOUNT_AUTH_REQ)
            .length,
        ).toBeLessThan(9)
      })
    })
  })
})

describe('an account without subscribers', () => {
  it('is not authenticated again when it was logged out', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator({ ...threeAccounts }).connect)
      const client = clientOver(wire.connect)
      watch(client.account({ accountId: 11, accessToken: 'token' }).authenticated$, 60_000)
      const account = client.account({ accountId: 22, accessToken: 'token' })
      at(1_000, () => {
        watch(account.request(PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ, {}))
      })
      at(50_000, () => {
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_LOGOUT_REQ,
        ])
        // A later consumer gets an account that is authenticated, not one that was.
        const seen = watch(account.authenticated$, 1_000)
        expect(seen.values).toEqual([{ status: 'authenticatingAccount' }])
      })
      at(50_500, () => {
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_LOGOUT_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
        ])
      })
    })
  })

  it('is not tried again', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer((frame, line) => {
        const { payloadType, clientMsgId, payload } = frame
        if (payloadType === PROTO_OA_ACCOUNT_AUTH_REQ && payload?.['ctidTraderAccountId'] === 2)
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId,
            payload: { errorCode: 'SERVER_IS_UNDER_MAINTENANCE' },
          })
        else obliging(frame, line)
      })
      const client = clientOver(server.connect)
      watch(client.account({ accountId: 1, accessToken: 'a' }).authenticated$, 120_000)
      watch(client.account({ accountId: 2, accessToken: 'a' }).authenticated$, 1_000)
      const tries = (): number =>
        server.lines[0]?.heard.filter(({ payloadType }) => payloadType === PROTO_OA_ACCOUNT_AUTH_REQ)
          .length ?? 0
      at(1_001, () => {
        const before = tries()
        at(100_000, () => {
          expect(tries()).toBe(before)
        })
      })
    })
  })
})

describe('an account on a line that has lost its application', () => {
  it('gets another line', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer((frame, line) => {
        const { payloadType, clientMsgId } = frame
        if (payloadType === PROTO_OA_ACCOUNT_AUTH_REQ && server.lines.length === 1)
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId,
            payload: { errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' },
          })
        else obliging(frame, line)
      })
      const seen = watch(accountOver(server.connect).authenticated$, 5_000)
      at(4_000, () => {
        expect(server.lines.map(({ heard }) => heard.map(({ payloadType }) => payloadType))).toEqual([
          [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ],
          [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ],
        ])
        expect(seen.values.at(-1)).toEqual({ status: 'authenticated', accountId: 12345678 })
      })
    })
  })
})
