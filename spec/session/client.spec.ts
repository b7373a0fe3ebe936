import { inspect } from 'node:util'
import { NEVER, Subject, catchError, concat, firstValueFrom, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  createClient,
  findEnvironment,
  isCTraderError,
  ofType,
  webSocketConnect,
} from 'rx-ctrader'
import type { ClientOptions } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { clientOver } from '../support/clientOver'
import { scriptedServer } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
  PROTO_OA_REFRESH_TOKEN_RES,
  PROTO_OA_VERSION_REQ,
} = PayloadType

describe('client.message$ and client.on', () => {
  it('carry what comes in, the authentication too, and go on after a lost line', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator()
      const client = clientOver(broker.connect)
      const all = watch(client.message$, 40_000)
      const beats = watch(client.on(PayloadType.HEARTBEAT_EVENT), 40_000)
      const typed = watch(client.message$.pipe(ofType(51, PayloadType.PROTO_OA_APPLICATION_AUTH_RES)), 40_000)
      at(1_000, () => {
        broker.drop()
      })
      at(39_000, () => {
        expect(all.values.map(({ payloadType }) => payloadType)).toEqual([
          PROTO_OA_APPLICATION_AUTH_RES,
          PROTO_OA_APPLICATION_AUTH_RES,
          HEARTBEAT_EVENT,
        ])
        expect(beats.timed).toEqual([[31_500, { payloadType: HEARTBEAT_EVENT, payload: {} }]])
        expect(typed.values).toHaveLength(3)
      })
    })
  })

  it('survive a consumer that throws: the others see everything', () => {
    jest.useFakeTimers()
    try {
      const server = scriptedServer()
      const client = clientOver(server.connect)
      const seen: number[] = []
      client.message$.subscribe(() => {
        throw new Error('a consumer of its own')
      })
      client.message$.subscribe(({ payloadType }) => seen.push(payloadType))
      const failing = jest.fn()
      client
        .on(51)
        .pipe(
          map(() => {
            throw new Error('an operator of its own')
          }),
        )
        .subscribe({ error: failing })
      server.lines[0]?.say({ payloadType: HEARTBEAT_EVENT })
      server.lines[0]?.say({ payloadType: HEARTBEAT_EVENT })
      expect(seen).toEqual([51, 51])
      expect(failing).toHaveBeenCalledTimes(1)
      // RxJS reports an uncaught error later, outside of every stack.
      expect(() => jest.runOnlyPendingTimers()).toThrow('a consumer of its own')
    } finally {
      jest.useRealTimers()
    }
  })

  it('show no token, while the request gets it', () => {
    inVirtualTime(({ watch, at }) => {
      const client = clientOver(createSimulator().connect)
      const all = watch(client.message$, 1_000)
      const answer = watch(
        client.request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken: 'demo-refresh' }),
      )
      at(500, () => {
        expect(answer.values).toMatchObject([{ accessToken: 'access-1-1', refreshToken: 'refresh-1-1' }])
        expect(all.values.at(-1)).toMatchObject({
          payloadType: PROTO_OA_REFRESH_TOKEN_RES,
          payload: { accessToken: '[redacted]', refreshToken: '[redacted]', tokenType: 'bearer' },
        })
      })
    })
  })

  it('show no token in a message that was not known to have one', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator()
      const client = clientOver(broker.connect)
      const all = watch(client.message$, 1_000)
      watch(client.appAuth$, 1_000)
      at(500, () => {
        broker.push('{"payloadType":2164,"payload":{"ctidTraderAccountId":1,"accessToken":"s3cret"}}')
      })
      at(600, () => {
        expect(all.values.at(-1)).toEqual({
          payloadType: PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
          payload: { ctidTraderAccountId: 1, accessToken: '[redacted]' },
        })
      })
    })
  })
})

describe('bad frames', () => {
  const bad: readonly (readonly [text: string, reason: string])[] = [
    ['hello', 'MalformedJson'],
    ['', 'MalformedJson'],
    ['[]', 'NotAnObject'],
    ['null', 'NotAnObject'],
    ['{}', 'InvalidEnvelope'],
    ['{"payloadType":51.5}', 'InvalidEnvelope'],
    ['{"payloadType":"51"}', 'InvalidEnvelope'],
    ['{"payloadType":4711}', 'UnknownPayloadType'],
    ['{"payloadType":2103}', 'InvalidPayload'],
    ['{"payloadType":2103,"payload":{"ctidTraderAccountId":"1"}}', 'InvalidPayload'],
    ['{"payloadType":2103,"payload":{"__proto__":{"ctidTraderAccountId":1}}}', 'InvalidPayload'],
    ['{"__proto__":{"payloadType":51}}', 'InvalidEnvelope'],
    ['<binary frame>', 'MalformedJson'],
    [`{"payloadType":51,"pad":"${'x'.repeat(20 * 1024 * 1024)}"}`, 'TooLarge'],
  ]

  it('are values on rejected$, and the stream goes on', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const client = clientOver(server.connect)
      const rejected = watch(client.rejected$, 2_000)
      const beats = watch(client.on(51), 2_000)
      at(1_000, () => {
        for (const [text] of bad) server.lines[0]?.say(text)
        server.lines[0]?.say({ payloadType: HEARTBEAT_EVENT })
        expect(rejected.values.map(({ reason }) => reason)).toEqual(bad.map(([, reason]) => reason))
        expect(rejected.values[0]).toMatchObject({ text: 'hello' })
        expect(rejected.values.at(-1)?.text.length).toBeLessThan(100_000)
        expect(beats.values).toHaveLength(1)
        expect(server.lines).toHaveLength(1)
      })
    })
  })

  it('that a careless transport hands over as something else than text are rejected too', () => {
    inVirtualTime(({ watch, at }) => {
      const frame$ = new Subject<string>()
      const client = clientOver(() => concat(of({ frame$, send: () => undefined }), NEVER))
      const rejected = watch(client.rejected$, 2_000)
      watch(client.message$, 2_000)
      at(1_000, () => {
        frame$.next(new Uint8Array(3) as unknown as string)
        expect(rejected.values).toMatchObject([{ reason: 'NotText', text: '' }])
      })
    })
  })

  it('are kept without their secrets', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const client = clientOver(server.connect)
      const rejected = watch(client.rejected$, 2_000)
      watch(client.message$, 2_000)
      at(1_000, () => {
        server.lines[0]?.say(
          '{"payloadType":2174,"payload":{"accessToken":"s3cret","refreshToken":["s3cret","s3cret"]}}',
        )
        expect(rejected.values).toHaveLength(1)
        expect(JSON.stringify(rejected.values)).not.toContain('s3cret')
      })
    })
  })
})

describe('client.drift$', () => {
  it('tells each unknown field and enum number once, and loses no message', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const client = clientOver(server.connect)
      const drift = watch(client.drift$, 2_000)
      const lists = watch(client.on(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES), 2_000)
      at(1_000, () => {
        const payload = {
          accessToken: 'x',
          permissionScope: 9,
          ctidTraderAccount: [{ ctidTraderAccountId: 1, new: 1 }],
        }
        for (let n = 0; n < 3; n++)
          server.lines[0]?.say({ payloadType: PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES, payload })
        expect(drift.values).toEqual([
          {
            payloadType: PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
            entity: 'ProtoOAGetAccountListByAccessTokenRes',
            field: 'permissionScope',
            kind: 'unknownEnumValue',
          },
          {
            payloadType: PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
            entity: 'ProtoOACtidTraderAccount',
            field: 'new',
            kind: 'unknownField',
          },
        ])
        expect(lists.values).toHaveLength(3)
        expect(lists.values[0]?.payload.ctidTraderAccount).toEqual([{ ctidTraderAccountId: 1, new: 1 }])
      })
    })
  })
})

describe('findEnvironment', () => {
  const accounts = [
    { accountId: 1, isLive: false, traderLogin: 1, brokerTitleShort: 'Test' },
    { accountId: 2, isLive: true, traderLogin: 2, brokerTitleShort: 'Test' },
  ]
  const grants = [
    { accessToken: 'token', refreshToken: 'r', accountIds: [1, 2], permissionScope: 1 },
  ] as const

  it.each([
    [1, 'demo'],
    [2, 'live'],
  ])('account %i is %s, on either host', (accountId, environment) => {
    for (const host of ['demo', 'live'] as const) {
      inVirtualTime(({ watch, at }) => {
        const client = clientOver(createSimulator({ accounts, grants, environment: host }).connect)
        const seen = watch(findEnvironment(client, { accountId, accessToken: 'token' }))
        at(1_000, () => {
          expect(seen.values).toEqual([environment])
          expect(seen.completed).toBe(true)
        })
      })
    }
  })

  it.each([
    ['that is not among the token’s', 'token'],
    ['of a token that has none', 'bare'],
  ])('errors for an account %s', (_, accessToken) => {
    inVirtualTime(({ watch, at }) => {
      const bare = { accessToken: 'bare', refreshToken: 'b', accountIds: [], permissionScope: 0 } as const
      const client = clientOver(createSimulator({ accounts, grants: [...grants, bare] }).connect)
      const seen = watch(findEnvironment(client, { accountId: 3, accessToken }))
      at(1_000, () => {
        expect(seen.error).toMatchObject({ reason: 'InvalidOption', option: 'accountId' })
      })
    })
  })
})

describe('createClient', () => {
  it.each([
    ['clientId', { clientId: '' }],
    ['clientSecret', { clientSecret: undefined }],
    ['environment', { environment: 'prod' }],
    ['environment', { environment: undefined, connect: undefined }],
    ['connect', { connect: 'wss://localhost:5036' }],
    ['log', { log: console }],
    ['random', { random: 0.5 }],
    ['nextId', { nextId: 'mine' }],
    ['platform.isHidden', { platform: { isOffline: () => false } }],
    ['platform.isOffline', { platform: { isHidden: () => false } }],
  ])('throws InvalidOption naming %s', (option, wrong) => {
    const options = { environment: 'demo', clientId: 'id', clientSecret: 'secret', ...wrong } as ClientOptions
    expect(() => createClient(options)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  it.each([
    ['heartbeatInterval', { heartbeatInterval: Infinity }],
    ['idleTimeout', { idleTimeout: NaN }],
    ['linger', { linger: -1 }],
    ['requestTimeout', { requestTimeout: 2 ** 31 }],
    ['backoff.max', { backoff: { initial: 1, max: Infinity } }],
  ])('throws InvalidOption naming %s, which no timer takes', (option, wrong) => {
    expect(() => clientOver(createSimulator().connect, wrong)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  it.each([
    ['accountId', { accountId: 1.5 }],
    ['accountId', { accountId: '12345678' }],
    ['accountId', { accountId: -1 }],
    ['accessToken', { accessToken: '' }],
  ])('client.account throws InvalidOption naming %s', (option, wrong) => {
    const client = clientOver(createSimulator().connect)
    const options = { accountId: 1, accessToken: 'a', ...wrong } as { accountId: number; accessToken: string }
    expect(() => client.account(options)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  it.each(['demo', 'live'] as const)('for %s connects nowhere before the first subscription', environment => {
    inVirtualTime(({ watch }) => {
      const client = createClient({ environment, clientId: 'id', clientSecret: 'secret' })
      expect(watch(client.connection$, 1_000).values).toEqual([{ status: 'idle' }])
    })
  })

  it('takes undefined for the default', () => {
    inVirtualTime(({ watch, at }) => {
      const client = clientOver(createSimulator().connect, {
        linger: undefined,
        idleTimeout: undefined,
      } as object)
      const seen = watch(client.request(PROTO_OA_VERSION_REQ, {}))
      at(1_000, () => {
        expect(seen.values).toEqual([{ version: '91' }])
      })
    })
  })

  it('never opens a line that would carry secrets in plain text: failed before anything is sent', () => {
    inVirtualTime(({ watch }) => {
      const client = clientOver(webSocketConnect('ws://demo.ctraderapi.com:5036'))
      const seen = watch(client.account({ accountId: 1, accessToken: 'a' }).authenticated$)
      expect(seen.values.at(-1)).toMatchObject({
        status: 'failed',
        cause: { reason: 'InvalidOption', option: 'url' },
      })
    })
  })

  it('makes clients that share nothing', () => {
    inVirtualTime(({ watch, at }) => {
      const [one, two] = [scriptedServer(), scriptedServer()]
      const a = clientOver(one.connect)
      const b = clientOver(two.connect)
      const seenA = watch(a.account({ accountId: 1, accessToken: 'a' }).authenticated$, 5_000)
      const seenB = watch(b.account({ accountId: 1, accessToken: 'a' }).authenticated$, 5_000)
      const drift = [watch(a.drift$, 5_000), watch(b.drift$, 5_000)]
      at(1_000, () => {
        for (const { lines } of [one, two]) lines[0]?.say({ payloadType: HEARTBEAT_EVENT, payload: { n: 1 } })
        one.lines[0]?.end()
        expect(drift.map(({ values }) => values.length)).toEqual([1, 1])
        expect(seenA.values.at(-1)?.status).toBe('reconnecting')
        expect(seenB.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })
})

describe('secrets', () => {
  it('show in no object that is handed out', async () => {
    const clientSecret = 'CLIENT-S3CRET'
    const accessToken = 'ACCESS-S3CRET'
    const refreshToken = 'REFRESH-S3CRET'
    const broker = createSimulator({
      applications: [{ clientId: 'id', clientSecret }],
      grants: [{ accessToken, refreshToken, accountIds: [12345678], permissionScope: 1 }],
    })
    const seen: unknown[] = []
    const note = (what: unknown): void => {
      seen.push(what)
    }
    const client = createClient({ connect: broker.connect, clientId: 'id', clientSecret, linger: 0 })
    const refused = createClient({
      connect: broker.connect,
      clientId: 'id',
      clientSecret: `${clientSecret}!`,
      linger: 0,
    })
    const account = client.account({ accountId: 12345678, accessToken, refreshToken })
    const wrong = client.account({ accountId: 1, accessToken: `${accessToken}!` })
    const watching = [client.connection$, client.message$, client.rejected$, refused.connection$].map(
      stream$ => (stream$ as typeof client.message$).subscribe(note),
    )
    const settle = (stream$: Observable<unknown>): Promise<unknown> =>
      firstValueFrom(stream$.pipe(catchError((error: unknown) => of(error)))).then(note)

    await settle(account.accountAuth$)
    await settle(wrong.accountAuth$)
    await settle(refused.appAuth$)
    await settle(client.request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken: 'x'.repeat(5) }))
    await settle(
      client.request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken, extra: accessToken } as {
        accessToken: string
      }),
    )
    await settle(
      client.request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken: { accessToken } } as never),
    )
    broker.push(`{"payloadType":2174,"payload":{"accessToken":"${accessToken}","refreshToken":1`)
    await settle(client.request(PROTO_OA_VERSION_REQ, {}))
    note([client, account, wrong, refused])
    watching.forEach(subscription => {
      subscription.unsubscribe()
    })

    expect(seen.length).toBeGreaterThan(12)
    const shown = [
      inspect(seen, { depth: Infinity, showHidden: true, maxArrayLength: Infinity }),
      JSON.stringify(seen),
      ...seen.flatMap(value =>
        isCTraderError(value) ? [String(value), value.stack, JSON.stringify(value)] : [],
      ),
    ].join('\n')
    expect(shown).not.toContain('S3CRET')
  })
})
