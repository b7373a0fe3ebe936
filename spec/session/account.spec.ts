import { EMPTY, combineLatest, filter, interval, map, switchMap } from 'rxjs'
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
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_APPLICATION_AUTH_REQ,
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

  it('sends nothing before the first subscription', () => {
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
        // It stays so for those who come later, at no cost to the server.
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

  it('with an unknown code is tried again with growing pauses', () => {
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
