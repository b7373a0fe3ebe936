import { inspect } from 'node:util'
import { build } from 'esbuild'
import { config } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType, spotEvents } from 'rx-ctrader'
import type { Account, ClientOptions, Connect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { clientOver } from '../support/clientOver'
import { scriptedServer } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_REFRESH_TOKEN_RES,
  PROTO_OA_SPOT_EVENT,
} = PayloadType

const EURUSD = 1
const GBPUSD = 2

const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ
const ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ
const TRADER = PayloadType.PROTO_OA_TRADER_REQ
const order = { symbolId: EURUSD, orderType: 1, tradeSide: 1, volume: 100_000 } as const

const ask = (account: Account, payloadType: typeof TRADER | typeof ORDER): Observable<unknown> =>
  payloadType === ORDER ? account.request(ORDER, order) : account.request(TRADER, {})

const accountOver = (connect: Connect, options: Partial<ClientOptions> = {}): Account =>
  clientOver(connect, options).account({ accountId: ACCOUNT, accessToken: 'demo' })

afterEach(() => {
  config.onUnhandledError = null
})

describe('the checks that each fail on at least one other client', () => {
  it("1. after close(1000, 'Bye') the state goes to reconnecting and the streams stay open", () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator()
      const client = clientOver(broker.connect)
      const account = client.account({ accountId: ACCOUNT, accessToken: 'demo' })
      const connection = watch(client.connection$, 60_000)
      const spots = watch(spotEvents(account, EURUSD), 60_000)
      at(5_000, () => {
        broker.close(1000, 'Bye')
      })
      at(5_100, () => {
        expect(connection.values.at(-1)).toMatchObject({
          status: 'reconnecting',
          cause: { reason: 'ConnectionLost', close: { code: 1000, reason: 'Bye', wasClean: true } },
        })
      })
      at(59_000, () => {
        expect(spots).toMatchObject({ error: undefined, completed: false })
        expect(spots.timed.at(-1)?.[0]).toBeGreaterThan(50_000)
      })
    })
  })

  it('2. two subscribers to one spot stream send one subscribe; the first to leave sends nothing, the last one unsubscribe', () => {
    inVirtualTime(({ at, watch }) => {
      const wire = wiretap(createSimulator().connect)
      const account = accountOver(wire.connect)
      watch(account.accountAuth$, 30_000)
      watch(spotEvents(account, EURUSD), 10_000)
      watch(spotEvents(account, EURUSD), 20_000)
      at(19_000, () => {
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ, SPOTS])
      })
      at(29_000, () => {
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          SPOTS,
          NO_SPOTS,
        ])
      })
    })
  })

  it('3. after a drop during the restore, the next restore covers everything, once', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator({ latency: 10 })
      const wire = wiretap(broker.connect)
      const account = accountOver(wire.connect)
      const seen = [EURUSD, GBPUSD].map(symbolId => watch(spotEvents(account, symbolId), 60_000))
      at(5_000, broker.drop)
      // The next line opens after 510 ms, and each answer takes 20 ms: both are subscribed at once, and no more.
      at(5_570, () => {
        expect(wire.sentTypes().slice(3)).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          SPOTS,
        ])
        broker.drop()
      })
      at(59_000, () => {
        expect(wire.sentTypes().slice(6)).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          SPOTS,
        ])
        expect(broker.lines()[0]?.subscriptions[0]?.spots).toEqual([EURUSD, GBPUSD])
        for (const { timed } of seen) expect(timed.at(-1)?.[0]).toBeGreaterThan(10_000)
      })
    })
  })

  it('4. nothing queued before a drop is sent before auth completes, and a queued order is not sent late', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator({ latency: 10 })
      const wire = wiretap(broker.connect)
      const account = accountOver(wire.connect, { rateLimits: { live: 2, historical: 1 } })
      watch(account.accountAuth$, 30_000)
      at(3_000, () => {
        const queries = [1, 2, 3].map(() => watch(account.request(TRADER, {}), 20_000))
        const orders = [1, 2, 3].map(() => watch(account.request(ORDER, order), 20_000))
        at(5, broker.drop)
        at(19_000, () => {
          expect(queries.map(({ values }) => values.length)).toEqual([1, 1, 1])
          expect(orders.map(({ error }) => error)).toEqual(
            orders.map(() => expect.objectContaining({ reason: 'ConnectionLost', sent: false }) as unknown),
          )
          // What follows the first line: authentication, and then what is only asked.
          expect(wire.sentTypes()).toEqual([
            PROTO_OA_APPLICATION_AUTH_REQ,
            PROTO_OA_ACCOUNT_AUTH_REQ,
            TRADER,
            TRADER,
            PROTO_OA_APPLICATION_AUTH_REQ,
            PROTO_OA_ACCOUNT_AUTH_REQ,
            TRADER,
            TRADER,
            TRADER,
          ])
        })
      })
    })
  })

  it.each([
    [50, TRADER],
    [PROTO_OA_ERROR_RES, TRADER],
    [PROTO_OA_ORDER_ERROR_EVENT, ORDER],
  ] as const)('5. a request refused with %i errors, typed, before its timeout', (carrier, type) => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator()
      broker.fault({ kind: 'refuse', payloadType: type, errorCode: 'MARKET_CLOSED', carrier })
      const seen = watch(ask(accountOver(broker.connect), type), 5_000)
      at(100, () => {
        expect(seen.error).toMatchObject({
          reason: 'Refused',
          payloadType: type,
          errorCode: 'MARKET_CLOSED',
        })
      })
    })
  })

  it('6. a warning, an unknown payload, a malformed frame or a throwing subscriber ends no other stream', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator()
      const account = accountOver(broker.connect)
      const seen = watch(spotEvents(account, EURUSD), 60_000)
      const reported: unknown[] = []
      config.onUnhandledError = error => reported.push(error)
      const throwing = spotEvents(account, EURUSD).subscribe(() => {
        throw new Error('of a consumer')
      })
      at(5_000, () => {
        broker.fault({ kind: 'unknownMessage' })
        broker.fault({ kind: 'malformed', payloadType: PROTO_OA_SPOT_EVENT })
        broker.fault({ kind: 'extraField' })
        broker.fault({ kind: 'unknownEnumValue' })
        broker.push('garbage')
        broker.push('{"payloadType":2131,"payload":{"symbolId":"one"}}')
        broker.push('{"payloadType":2142,"payload":{"errorCode":"UNKNOWN_ERROR"}}')
      })
      at(59_000, () => {
        throwing.unsubscribe()
        expect(reported.length).toBeGreaterThan(0)
        expect(reported[0]).toEqual(new Error('of a consumer'))
        expect(seen).toMatchObject({ error: undefined, completed: false })
        expect(seen.timed.at(-1)?.[0]).toBeGreaterThan(50_000)
      })
    })
  })

  it('7. a half-open socket is noticed within the idle deadline', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator()
      const client = clientOver(broker.connect, { idleTimeout: 45_000 })
      const account = client.account({ accountId: ACCOUNT, accessToken: 'demo' })
      const connection = watch(client.connection$, 120_000)
      const spots = watch(spotEvents(account, EURUSD), 120_000)
      at(10_000, broker.silence)
      at(119_000, () => {
        const lost = connection.timed.find(([, { status }]) => status === 'reconnecting')
        // It looks once a second.
        expect(lost?.[0]).toBeGreaterThan(50_000)
        expect(lost?.[0]).toBeLessThanOrEqual(56_000)
        expect(spots.timed.at(-1)?.[0]).toBeGreaterThan(110_000)
      })
    })
  })

  it('8. a bad token: one attempt, terminal state, no loop', () => {
    inVirtualTime(({ at, watch }) => {
      const wire = wiretap(createSimulator().connect)
      const account = clientOver(wire.connect).account({ accountId: ACCOUNT, accessToken: 'worn' })
      const seen = watch(account.authenticated$, 3_600_000)
      at(3_500_000, () => {
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ])
        expect(seen.values.at(-1)).toMatchObject({
          status: 'failed',
          cause: { reason: 'Refused', errorCode: 'CH_ACCESS_TOKEN_INVALID' },
        })
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('9. a 5000-bar history pull delays an order by no more than one slot of the live lane', () => {
    inVirtualTime(({ at, watch }) => {
      const server = scriptedServer()
      const account = accountOver(server.connect)
      watch(account.accountAuth$, 30_000)
      const period = 1
      const when = (type: number): number[] =>
        server.lines[0]?.heard.flatMap(({ payloadType }, index) => (payloadType === type ? [index] : [])) ??
        []
      at(5_000, () => {
        for (let page = 0; page < 50; page += 1)
          watch(
            account.request(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, {
              symbolId: EURUSD,
              period,
              count: 100,
            }),
            20_000,
          )
        watch(account.request(ORDER, order), 20_000)
        // At once, before the sixth page.
        expect(when(PayloadType.PROTO_OA_GET_TRENDBARS_REQ)).toHaveLength(5)
        expect(when(ORDER)).toHaveLength(1)
      })
    })
  })

  it('10. when every subscriber has left, a pending reconnect is cancelled and the socket closes after the linger', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator()
      const wire = wiretap(broker.connect)
      const account = accountOver(wire.connect, { linger: 1_000 })
      watch(spotEvents(account, EURUSD), 5_000)
      at(5_999, () => {
        expect(broker.lines()).toHaveLength(1)
      })
      at(6_001, () => {
        expect(broker.lines()).toHaveLength(0)
      })
      at(20_000, () => {
        watch(spotEvents(account, EURUSD), 1_000)
      })
      at(20_500, () => {
        broker.fault({ kind: 'maintenance', seconds: 60, drops: true })
      })
      at(600_000, () => {
        expect(wire.lines).toEqual({ opened: 3, open: 0 })
      })
    })
  })

  it('11. JSON.stringify of any log, error or recording contains no secret', () => {
    inVirtualTime(({ at, watch }) => {
      const SECRETS = ['S3CRET-app', 'S3CRET-access', 'S3CRET-refresh', 'access-1-1', 'refresh-1-1']
      const out: unknown[] = []
      const broker = createSimulator({
        applications: [{ clientId: 'demo', clientSecret: 'S3CRET-app' }],
        grants: [
          {
            accessToken: 'S3CRET-access',
            refreshToken: 'S3CRET-refresh',
            accountIds: [ACCOUNT],
            permissionScope: 1,
            expiresAt: 0,
          },
        ],
      })
      const client = clientOver(broker.connect, {
        clientSecret: 'S3CRET-app',
        log: (...entry) => out.push(entry),
      })
      let saved = 0
      const account = client.account({
        accountId: ACCOUNT,
        accessToken: 'S3CRET-access',
        refreshToken: 'S3CRET-refresh',
        saveTokens: pair => {
          saved += 1
          throw new Error(`could not write ${JSON.stringify(pair)}`)
        },
      })
      const seen = [
        client.message$,
        client.rejected$,
        client.drift$,
        client.connection$,
        account.authenticated$,
        account.gap$,
      ].map(stream$ => watch<unknown>(stream$, 60_000))
      const worn = clientOver(broker.connect, { clientSecret: 'S3CRET-app' })
      const refused = watch(
        worn.account({ accountId: ACCOUNT, accessToken: 'S3CRET-access' }).authenticated$,
        60_000,
      )
      at(1_000, () => {
        broker.push('{"payloadType":2174,"payload":{"accessToken":"S3CRET-access","refreshToken":"S3CRET-ref')
        for (const fields of [
          '"accessToken":"S3CRET-access","refreshToken":1',
          '"accessToken":"S3CRET-access"',
        ])
          for (const type of [PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES, PROTO_OA_REFRESH_TOKEN_RES, 9999])
            broker.push(`{"payloadType":${type},"payload":{${fields}}}`)
        broker.drop()
      })
      at(59_000, () => {
        expect(saved).toBeGreaterThan(0)
        out.push(...seen.map(({ values, error }) => [values, error]), refused.values)
        const shown = JSON.stringify(out) + inspect([out, client, account], { depth: 12, showHidden: true })
        expect(shown.includes('CH_ACCESS_TOKEN_INVALID')).toBe(true)
        expect(SECRETS.filter(secret => shown.includes(secret))).toEqual([])
      })
    })
  })

  it('12. two clients in one process share no mutable state', () => {
    inVirtualTime(({ at, watch }) => {
      const brokers = [createSimulator({ seed: 1 }), createSimulator({ seed: 2 })] as const
      const wires = brokers.map(({ connect }) => wiretap(connect))
      const accounts = wires.map(({ connect }) => accountOver(connect))
      const seen = accounts.map(account => watch(spotEvents(account, EURUSD), 30_000))
      at(10_000, () => {
        brokers[0].fault({ kind: 'maintenance', seconds: 60, drops: true })
      })
      at(29_000, () => {
        expect(wires.map(({ sentTypes }) => sentTypes().filter(type => type === SPOTS).length)).toEqual([
          1, 1,
        ])
        expect(wires[1]?.lines).toEqual({ opened: 1, open: 1 })
        expect(seen[0]?.timed.at(-1)?.[0]).toBeLessThanOrEqual(10_000)
        expect(seen[1]?.timed.at(-1)?.[0]).toBeGreaterThan(20_000)
        expect(seen[0]?.values[0]).not.toEqual(seen[1]?.values[0])
      })
    })
  })

  // `npm run bundle` says the same of the built package, and what it weighs.
  it('13. a browser bundle of the main entry contains no Node built-in', async () => {
    const { metafile, warnings } = await build({
      entryPoints: ['src/index.ts'],
      bundle: true,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      write: false,
      logLevel: 'silent',
    })
    const inputs = Object.keys(metafile.inputs)
    expect(inputs).toContain('src/session/client.ts')
    expect(inputs.filter(path => /^\(disabled\)|^node:|node_modules\/ws\//.test(path))).toEqual([])
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([])
    expect(warnings).toEqual([])
  })
})
