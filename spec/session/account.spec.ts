import { EMPTY, NEVER, combineLatest, filter, interval, map, switchMap } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import type { Account, ClientOptions, Connect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { clientOver } from '../support/clientOver'
import { obliging, scriptedServer } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  ERROR_RES,
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
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

describe('authenticated$', () => {
  it('goes from connecting to authenticated: 2100, then 2102 only after 2101, nothing else', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator({ latency: 10 })
      const wire = wiretap(broker.connect)
      const seen = watch(accountOver(wire.connect).authenticated$, 5_000)
      at(29, () => {
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ])
      })
      at(4_000, () => {
        expect(seen.timed).toEqual([
          [0, { status: 'connecting' }],
          [10, { status: 'authenticatingApp' }],
          [30, { status: 'authenticatingAccount' }],
          [50, { status: 'authenticated', accountId: 12345678 }],
        ])
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ])
        expect(wire.sent.map(({ payload }) => payload)).toEqual([
          { clientId: 'demo', clientSecret: 'demo' },
          { ctidTraderAccountId: 12345678, accessToken: 'demo' },
        ])
      })
    })
  })

  it('sends nothing before somebody subscribes', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const client = clientOver(wire.connect)
      const connection = watch(client.connection$, 1_000)
      client.account({ accountId: 12345678, accessToken: 'demo' })
      at(900, () => {
        expect(wire.lines.opened).toBe(0)
        expect(connection.values).toEqual([{ status: 'idle' }])
      })
    })
  })

  it('shares one socket and one application authentication among three accounts', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(
        createSimulator({
          ...threeAccounts,
          accounts: threeAccounts.accounts.map(a => ({ ...a, isLive: false })),
        }).connect,
      )
      const client = clientOver(wire.connect)
      const seen = [11, 22, 33].map(accountId =>
        watch(client.account({ accountId, accessToken: 'token' }).authenticated$, 5_000),
      )
      at(4_000, () => {
        expect(seen.map(({ values }) => values.at(-1))).toEqual(
          [11, 22, 33].map(accountId => ({ status: 'authenticated', accountId })),
        )
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
        ])
        expect(wire.lines.opened).toBe(1)
      })
    })
  })

  it('gives late subscribers the current state at once, without asking the server again', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const account = accountOver(wire.connect)
      watch(account.authenticated$, 5_000)
      at(2_000, () => {
        expect(watch(account.authenticated$, 1_000).values).toEqual([
          { status: 'authenticated', accountId: 12345678 },
        ])
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ])
      })
    })
  })

  it('is the same account for the same id and token, so that two components share it', () => {
    const client = clientOver(() => EMPTY)
    const account = client.account({ accountId: 1, accessToken: 'a' })
    expect(client.account({ accountId: 1, accessToken: 'a' })).toBe(account)
    expect(client.account({ accountId: 1, accessToken: 'b' })).not.toBe(account)
    expect(client.account({ accountId: 1, accessToken: 'a' })).toBe(account)
    expect(client.account({ accountId: 2, accessToken: 'a' })).not.toBe(account)
  })

  it('combines with a stream of the consumer, and holds it while the account is not authenticated', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator()
      const account = accountOver(broker.connect)
      const ticks = watch(
        account.authenticated$.pipe(
          switchMap(({ status }) => (status === 'authenticated' ? interval(1_000) : EMPTY)),
        ),
        10_500,
      )
      const combined = watch(
        combineLatest([account.authenticated$, interval(1_000)]).pipe(
          filter(([{ status }]) => status === 'authenticated'),
          map(([, n]) => n),
        ),
        10_500,
      )
      at(4_500, () => {
        broker.drop()
      })
      at(10_400, () => {
        // Half a second of pause, then the interval starts again.
        expect(ticks.timed.map(([ms]) => ms)).toEqual([
          1_000, 2_000, 3_000, 4_000, 6_000, 7_000, 8_000, 9_000, 10_000,
        ])
        expect(combined.values).toContain(0)
      })
    })
  })

  it('keeps the account authenticated for the time of the linger, and closes the socket after it', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const account = accountOver(wire.connect, { linger: 500 })
      watch(account.authenticated$, 1_000)
      at(1_400, () => {
        expect(watch(account.authenticated$, 1_000).values).toEqual([
          { status: 'authenticated', accountId: 12345678 },
        ])
      })
      at(2_899, () => {
        expect(wire.lines.open).toBe(1)
      })
      at(2_901, () => {
        expect(wire.lines.open).toBe(0)
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ])
      })
    })
  })

  it('connects anew for a subscriber that comes after the line was closed', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const account = accountOver(wire.connect, { linger: 0 })
      watch(account.authenticated$, 1_000)
      at(2_000, () => {
        expect(wire.lines).toEqual({ opened: 1, open: 0 })
        const seen = watch(account.authenticated$, 1_000)
        expect(seen.values).toEqual([{ status: 'connecting' }])
        at(500, () => {
          expect(seen.values.at(-1)).toEqual({ status: 'authenticated', accountId: 12345678 })
          expect(wire.lines.opened).toBe(2)
        })
      })
    })
  })
})

describe('a refusal', () => {
  it('of the client ends in failed after one attempt, for the line and every account', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const client = clientOver(wire.connect, { clientSecret: 'wrong' })
      const account = client.account({ accountId: 12345678, accessToken: 'demo' })
      const seen = watch(account.authenticated$)
      const connection = watch(client.connection$)
      const appAuth = watch(client.appAuth$)
      const request = watch(client.request(PayloadType.PROTO_OA_VERSION_REQ, {}))
      at(300_000, () => {
        const cause = expect.objectContaining({
          reason: 'Refused',
          errorCode: 'CH_CLIENT_AUTH_FAILURE',
          description: 'clientId or clientSecret is incorrect',
        }) as unknown
        expect(seen.values.at(-1)).toEqual({ status: 'failed', cause })
        expect(seen.completed).toBe(true)
        expect(connection.values.at(-1)).toEqual({ status: 'failed', cause })
        expect(appAuth.error).toEqual(cause)
        expect(request.error).toEqual(cause)
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ])
        expect(wire.lines).toEqual({ opened: 1, open: 0 })
        // It stays so for whoever comes later, at no cost to the server.
        expect(watch(account.authenticated$).values).toEqual([{ status: 'failed', cause }])
        expect(wire.lines.opened).toBe(1)
      })
    })
  })

  it('of a token fails that account alone, after one attempt', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const client = clientOver(wire.connect)
      const good = watch(client.account({ accountId: 12345678, accessToken: 'demo' }).authenticated$)
      const account = client.account({ accountId: 99, accessToken: 'wrong' })
      const bad = watch(account.authenticated$)
      const link = watch(account.accountAuth$)
      at(300_000, () => {
        const cause = expect.objectContaining({
          reason: 'Refused',
          errorCode: 'CH_ACCESS_TOKEN_INVALID',
          description: 'Invalid access token',
        }) as unknown
        expect(bad.values.at(-1)).toEqual({ status: 'failed', cause })
        expect(link.error).toEqual(cause)
        expect(good.values.at(-1)).toEqual({ status: 'authenticated', accountId: 12345678 })
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
        ])
      })
    })
  })

  it.each([
    ['an unknown account', 77, 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND'],
    ['a live account on the demo host', 33, 'CANT_ROUTE_REQUEST'],
  ])('of %s is failed, not retried', (_, accountId, errorCode) => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator(threeAccounts).connect)
      const seen = watch(clientOver(wire.connect).account({ accountId, accessToken: 'token' }).authenticated$)
      at(300_000, () => {
        expect(seen.values.at(-1)).toMatchObject({ status: 'failed', cause: { errorCode } })
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ])
      })
    })
  })

  it('to route an account that has been here before is a broker that is down: tried again', () => {
    inVirtualTime(({ watch, at }) => {
      let refusals = 2
      let authenticated = 0
      const server = scriptedServer((frame, line) => {
        if (frame.payloadType === PROTO_OA_ACCOUNT_AUTH_REQ && authenticated > 0 && refusals > 0) {
          refusals -= 1
          const { clientMsgId } = frame
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId,
            payload: { errorCode: 'CANT_ROUTE_REQUEST' },
          })
          return
        }
        if (frame.payloadType === PROTO_OA_ACCOUNT_AUTH_REQ) authenticated += 1
        obliging(frame, line)
      })
      const seen = watch(accountOver(server.connect).authenticated$, 20_000)
      at(1_000, () => server.lines[0]?.end())
      at(10_000, () => {
        expect(seen.values.map(({ status }) => status).slice(4)).toEqual([
          'reconnecting',
          'connecting',
          'authenticatingApp',
          'authenticatingAccount',
          'reconnecting',
          'authenticatingAccount',
          'reconnecting',
          'authenticatingAccount',
          'authenticated',
        ])
        // The line is fine: only the account is tried again.
        expect(server.lines).toHaveLength(2)
      })
    })
  })

  it('to authenticate what is authenticated already is success', () => {
    inVirtualTime(({ watch, at }) => {
      const codes: Readonly<Record<number, string>> = {
        [PROTO_OA_APPLICATION_AUTH_REQ]: 'CH_CLIENT_ALREADY_AUTHENTICATED',
        [PROTO_OA_ACCOUNT_AUTH_REQ]: 'ALREADY_LOGGED_IN',
      }
      const server = scriptedServer(({ payloadType, clientMsgId }, { say }) => {
        const errorCode = codes[payloadType]
        if (errorCode) say({ payloadType: PROTO_OA_ERROR_RES, clientMsgId, payload: { errorCode } })
      })
      const seen = watch(accountOver(server.connect).authenticated$, 1_000)
      at(500, () => {
        expect(seen.values.at(-1)).toEqual({ status: 'authenticated', accountId: 12345678 })
      })
    })
  })

  it('with a code nobody knows is tried again with growing pauses', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(({ payloadType, clientMsgId }, { say }) => {
        if (payloadType === PROTO_OA_APPLICATION_AUTH_REQ)
          say({ payloadType: ERROR_RES, clientMsgId, payload: { errorCode: 'NEW_CODE' } })
      })
      const seen = watch(accountOver(server.connect).authenticated$, 8_000)
      at(7_900, () => {
        expect(
          seen.timed.flatMap(([ms, state]) => (state.status === 'reconnecting' ? [[ms, state.delay]] : [])),
        ).toEqual([
          [0, 500],
          [500, 1_000],
          [1_500, 2_000],
          [3_500, 4_000],
          [7_500, 8_000],
        ])
      })
    })
  })
})

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

  it('with nobody left to care: the pending reconnect is cancelled', () => {
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

describe('an account nobody listens to', () => {
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
        // Whoever comes later gets an account that is authenticated, not one that was.
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

describe('account.request and account.on', () => {
  it('a request that was sent is settled by its own answer, not by what becomes of the account', () => {
    inVirtualTime(({ watch, at }) => {
      let authenticated = false
      const server = scriptedServer((frame, line) => {
        const { payloadType, clientMsgId } = frame
        if (payloadType === PROTO_OA_ACCOUNT_AUTH_REQ && authenticated)
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId,
            payload: { errorCode: 'CH_ACCESS_TOKEN_INVALID' },
          })
        else obliging(frame, line)
        authenticated ||= payloadType === PROTO_OA_ACCOUNT_AUTH_REQ
      })
      const account = clientOver(server.connect).account({ accountId: 7, accessToken: 'a' })
      const answer = watch(account.request(PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ, {}), 5_000)
      const state = watch(account.authenticated$, 5_000)
      at(100, () => {
        server.lines[0]?.say({
          payloadType: PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
          payload: { ctidTraderAccountIds: [7] },
        })
      })
      at(1_000, () => {
        expect(state.values.at(-1)).toMatchObject({ status: 'failed' })
        const clientMsgId = server.lines[0]?.heard.find(
          ({ payloadType }) => payloadType === PROTO_OA_ACCOUNT_LOGOUT_REQ,
        )?.clientMsgId
        server.lines[0]?.say({
          payloadType: PROTO_OA_ACCOUNT_LOGOUT_RES,
          clientMsgId,
          payload: { ctidTraderAccountId: 7 },
        })
        expect(answer.values).toEqual([{ ctidTraderAccountId: 7 }])
      })
    })
  })

  it('fill in and filter by the account', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer((frame, line) => {
        obliging(frame, line)
        const { payloadType, clientMsgId, payload } = frame
        if (payloadType === PROTO_OA_ACCOUNT_LOGOUT_REQ)
          line.say({ payloadType: PROTO_OA_ACCOUNT_LOGOUT_RES, clientMsgId, payload })
      })
      const account = clientOver(server.connect).account({ accountId: 7, accessToken: 'a' })
      const answer = watch(account.request(PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ, {}), 5_000)
      const own = watch(account.on(PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES), 5_000)
      at(1_000, () => {
        expect(answer.values).toEqual([{ ctidTraderAccountId: 7 }])
        expect(answer.completed).toBe(true)
        for (const ctidTraderAccountId of [8, 7])
          server.lines[0]?.say({ payloadType: PROTO_OA_ACCOUNT_LOGOUT_RES, payload: { ctidTraderAccountId } })
        expect(own.values.map(({ payload }) => payload.ctidTraderAccountId)).toContain(7)
        expect(own.values.map(({ payload }) => payload.ctidTraderAccountId)).not.toContain(8)
      })
    })
  })

  it('settle with the cause when the account cannot be authenticated', () => {
    inVirtualTime(({ watch, at }) => {
      const client = clientOver(createSimulator().connect)
      const account = client.account({ accountId: 12345678, accessToken: 'wrong' })
      const answer = watch(account.request(PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ, {}))
      const events = watch(account.on(PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT))
      at(1_000, () => {
        expect(answer.error).toBeInstanceOf(CTraderError)
        expect(answer.error).toMatchObject({ errorCode: 'CH_ACCESS_TOKEN_INVALID' })
        expect(events.error).toBe(answer.error)
      })
    })
  })
})
