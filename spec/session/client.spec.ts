import { inspect } from 'node:util'
import { NEVER, skip, Subject, catchError, concat, firstValueFrom, map, of, retry, switchMap } from 'rxjs'
import type { Observable, Subscription } from 'rxjs'
import {
  CTraderError,
  PayloadType,
  createClient,
  environmentOf,
  isCTraderError,
  ofType,
  webSocketConnect,
} from 'rx-ctrader'
import type { ClientOptions, Failure } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { clientOver } from '../support/clientOver'
import { obliging, scriptedServer } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_CLIENT_DISCONNECT_EVENT,
  PROTO_OA_ERROR_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_REFRESH_TOKEN_RES,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

/** Authenticates, and leaves the answer to a version request to the test. */
const exceptVersion =
  (version: Reply = () => undefined): Reply =>
  (frame, line) => {
    if (frame.payloadType === PROTO_OA_VERSION_REQ) version(frame, line)
    else obliging(frame, line)
  }

describe('client.request', () => {
  it('waits for the application to be authenticated, emits the one answer and completes', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator({ latency: 5 }).connect)
      const seen = watch(clientOver(wire.connect).request(PROTO_OA_VERSION_REQ, {}))
      at(1_000, () => {
        expect(seen.timed).toEqual([[25, { version: '91' }]])
        expect(seen.completed).toBe(true)
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_VERSION_REQ])
      })
    })
  })

  it('is cold: each subscription sends one, with an id of its own', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const request$ = clientOver(wire.connect).request(PROTO_OA_VERSION_REQ, {})
      watch(request$)
      watch(request$)
      at(1_000, () => {
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_VERSION_REQ,
          PROTO_OA_VERSION_REQ,
        ])
        expect(new Set(wire.sent.map(({ clientMsgId }) => clientMsgId)).size).toBe(3)
      })
    })
  })

  it('takes the answer by its id, in whatever order answers come, and leaves events with strange ids alone', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(exceptVersion())
      const client = clientOver(server.connect)
      const [first, second] = [1, 2].map(() => watch(client.request(PROTO_OA_VERSION_REQ, {})))
      at(100, () => {
        const [line] = server.lines
        const ids = line?.heard.slice(1).map(({ clientMsgId }) => clientMsgId)
        line?.say({
          payloadType: PROTO_OA_VERSION_RES,
          clientMsgId: 'of-another-session',
          payload: { version: '0' },
        })
        line?.say({ payloadType: PROTO_OA_VERSION_RES, payload: { version: '0' } })
        line?.say({ payloadType: HEARTBEAT_EVENT, clientMsgId: ids?.[0] })
        line?.say({ payloadType: PROTO_OA_VERSION_RES, clientMsgId: ids?.[1], payload: { version: '2' } })
        line?.say({ payloadType: PROTO_OA_VERSION_RES, clientMsgId: ids?.[0], payload: { version: '1' } })
        line?.say({ payloadType: PROTO_OA_VERSION_RES, clientMsgId: ids?.[0], payload: { version: '3' } })
        expect([first?.values, second?.values]).toEqual([[{ version: '1' }], [{ version: '2' }]])
      })
    })
  })

  it.each([
    [PROTO_OA_ERROR_RES, { errorCode: 'UNKNOWN_ERROR', description: 'something', retryAfter: 3 }],
    [50, { errorCode: 'SERVER_IS_UNDER_MAINTENANCE', maintenanceEndTimestamp: 1_789_757_224_051 }],
  ])('errors with what a %i says, before the timeout', (payloadType, refusal) => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(
        exceptVersion(({ clientMsgId }, { say }) => {
          say({ payloadType, clientMsgId, payload: refusal })
        }),
      )
      const seen = watch(clientOver(server.connect).request(PROTO_OA_VERSION_REQ, {}))
      at(1, () => {
        expect(seen.error).toMatchObject({ reason: 'Refused', payloadType: PROTO_OA_VERSION_REQ, ...refusal })
      })
    })
  })

  it('errors with Timeout when nothing answers: sent, or never sent', () => {
    inVirtualTime(({ watch, at }) => {
      const silent = watch(
        clientOver(scriptedServer(exceptVersion()).connect).request(PROTO_OA_VERSION_REQ, {}),
      )
      const away = watch(
        clientOver(scriptedServer(() => undefined).connect, { requestTimeout: 3_000 }).request(
          PROTO_OA_VERSION_REQ,
          {},
        ),
      )
      at(2_999, () => {
        expect(away.error).toBeUndefined()
      })
      at(3_001, () => {
        expect(away.error).toMatchObject({
          reason: 'Timeout',
          payloadType: PROTO_OA_VERSION_REQ,
          after: 3_000,
          sent: false,
        })
      })
      at(9_999, () => {
        expect(silent.error).toBeUndefined()
      })
      at(10_001, () => {
        expect(silent.error).toMatchObject({
          reason: 'Timeout',
          payloadType: PROTO_OA_VERSION_REQ,
          after: 10_000,
          sent: true,
        })
      })
    })
  })

  it('that does something errors with ConnectionLost when the line is lost, and is not sent again', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(exceptVersion())
      const client = clientOver(server.connect)
      watch(client.appAuth$, 20_000)
      const seen = watch(client.request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken: 'r' }))
      at(1_000, () => {
        server.lines[0]?.end()
        expect(seen.error).toMatchObject({ reason: 'ConnectionLost', sent: true })
      })
      at(19_000, () => {
        expect(
          server.lines.map(({ heard }) => heard.map(({ payloadType }) => payloadType).filter(t => t !== 51)),
        ).toEqual([
          [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_REFRESH_TOKEN_REQ],
          [PROTO_OA_APPLICATION_AUTH_REQ],
        ])
      })
    })
  })

  it.each([
    [
      'a close',
      { reason: 'ConnectionLost', sent: false, close: { code: 1006, reason: '', wasClean: false } },
    ],
    ['words', { reason: 'ConnectionLost', sent: false, detail: 'ECONNRESET' }],
    ['another error of ours', { reason: 'InvalidOption', option: 'proxy', detail: 'ECONNRESET' }],
  ] as [string, Failure][])('errors with ConnectionLost when the transport ends with %s', (_, failure) => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(exceptVersion())
      const seen = watch(
        clientOver(server.connect).request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken: 'r' }),
      )
      at(1_000, () => {
        server.lines[0]?.lose(new CTraderError(failure))
        expect(seen.error).toMatchObject({ reason: 'ConnectionLost', sent: true })
        expect(String(seen.error)).toMatch(/1006|ECONNRESET/)
      })
    })
  })

  it('on a link whose line is lost errors at once, unsent', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const client = clientOver(server.connect)
      const links = watch(client.appAuth$, 5_000)
      at(1_000, () => {
        const [link] = links.values
        server.lines[0]?.end()
        const late = link && watch(link.request(PROTO_OA_VERSION_REQ, {}))
        expect(late?.error).toMatchObject({ reason: 'ConnectionLost', sent: false })
        expect(link && watch(link.closed$).values).toMatchObject([{ reason: 'ConnectionLost' }])
        expect(link && watch(link.message$).completed).toBe(true)
        expect(link && watch(link.on(51)).completed).toBe(true)
      })
    })
  })

  it('with a missing, mistyped or misspelt field names it, and does not even connect', () => {
    inVirtualTime(({ watch }) => {
      const wire = wiretap(createSimulator().connect)
      const client = clientOver(wire.connect)
      const errors = [{}, { refreshToken: 1 }, { refreshToken: 'secret', refreshTokn: 'secret' }].map(
        payload =>
          watch(client.request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, payload as { refreshToken: string }))
            .error,
      )
      expect(errors).toMatchObject([
        {
          reason: 'InvalidRequest',
          faults: [{ path: 'payload.refreshToken', expected: 'string', actual: 'nothing' }],
        },
        {
          reason: 'InvalidRequest',
          faults: [{ path: 'payload.refreshToken', expected: 'string', actual: 'number' }],
        },
        { reason: 'InvalidRequest', faults: [{ path: 'ProtoOARefreshTokenReq.refreshTokn' }] },
      ])
      expect(wire.lines.opened).toBe(0)
    })
  })

  it('too large for a frame is not sent', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const refreshToken = 'x'.repeat(16 * 1024 * 1024)
      const seen = watch(
        clientOver(wire.connect).request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken }),
      )
      at(100, () => {
        expect(seen.error).toMatchObject({
          reason: 'InvalidRequest',
          payloadType: PROTO_OA_REFRESH_TOKEN_REQ,
        })
        expect(String(seen.error).length).toBeLessThan(300)
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ])
      })
    })
  })

  it('whose answer cannot be decoded errors with InvalidAnswer instead of waiting', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(
        exceptVersion(({ clientMsgId }, { say }) => {
          say({ payloadType: 9999, clientMsgId })
          say({ payloadType: PROTO_OA_VERSION_RES, clientMsgId, payload: { version: 1 } })
        }),
      )
      const client = clientOver(server.connect)
      const rejected = watch(client.rejected$, 1_000)
      const seen = watch(client.request(PROTO_OA_VERSION_REQ, {}))
      at(1, () => {
        expect(seen.error).toMatchObject({
          reason: 'InvalidAnswer',
          payloadType: PROTO_OA_VERSION_REQ,
          faults: [{ path: 'payload.version', expected: 'string', actual: 'number' }],
        })
        expect(rejected.values.map(({ reason }) => reason)).toEqual(['UnknownPayloadType', 'InvalidPayload'])
      })
    })
  })

  it('that is unsubscribed while it waits for a line is never sent', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator({ latency: 100 }).connect)
      const client = clientOver(wire.connect)
      watch(client.appAuth$, 2_000)
      watch(client.request(PROTO_OA_VERSION_REQ, {}), 50)
      at(1_000, () => {
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ])
      })
    })
  })

  it('one after the other uses one line, kept by the linger', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const client = clientOver(wire.connect)
      watch(client.request(PROTO_OA_VERSION_REQ, {}))
      at(900, () => {
        watch(client.request(PROTO_OA_VERSION_REQ, {}))
      })
      at(1_800, () => {
        expect(wire.lines).toEqual({ opened: 1, open: 1 })
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_VERSION_REQ,
          PROTO_OA_VERSION_REQ,
        ])
      })
      at(2_000, () => {
        expect(wire.lines.open).toBe(0)
      })
    })
  })
})

describe('what is learnt at a loss', () => {
  it('is learnt by the owner of the link first: a query is asked again on the next line, and there once', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator({ latency: 50 })
      const wire = wiretap(broker.connect)
      const seen = watch(clientOver(wire.connect).request(PROTO_OA_VERSION_REQ, {}), 20_000)
      at(180, () => {
        broker.drop()
      })
      at(19_000, () => {
        expect(seen.values).toEqual([{ version: '91' }])
        expect(wire.sent.filter(({ payloadType }) => payloadType === PROTO_OA_VERSION_REQ)).toHaveLength(2)
      })
    })
  })

  it('is let through when a query has lost its line five times', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(
        exceptVersion((_, line) => {
          line.end()
        }),
      )
      const seen = watch(clientOver(server.connect).request(PROTO_OA_VERSION_REQ, {}))
      at(500_000, () => {
        expect(seen.error).toMatchObject({ reason: 'ConnectionLost', sent: true })
        expect(server.lines).toHaveLength(5)
      })
    })
  })

  it('is one state, also when an account was being authenticated', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator({ latency: 50 })
      const client = clientOver(broker.connect)
      const seen = watch(client.account({ accountId: 12345678, accessToken: 'demo' }).authenticated$, 400)
      at(160, () => {
        expect(seen.values.at(-1)).toEqual({ status: 'authenticatingAccount' })
        broker.drop()
      })
      at(399, () => {
        expect(seen.values.slice(3)).toMatchObject([{ status: 'reconnecting', attempt: 1, delay: 500 }])
      })
    })
  })

  it.each([
    [{ reason: 'blocked by admin' }, 'blocked by admin'],
    [undefined, 'no reason given'],
  ])('is the server’s reason, for a waiting request too: %p', (payload, reason) => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(exceptVersion())
      const seen = watch(
        clientOver(server.connect).request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken: 'r' }),
      )
      at(100, () => {
        server.lines[0]?.say({ payloadType: PROTO_OA_CLIENT_DISCONNECT_EVENT, payload })
        expect(seen.error).toMatchObject({ reason: 'ConnectionLost', sent: true })
        expect(String(seen.error)).toContain(reason)
      })
    })
  })

  it('does not come out of order to a watcher of connection$ when another reacts to it', () => {
    inVirtualTime(({ watch, at }) => {
      const client = clientOver(createSimulator().connect, { linger: 0 })
      const reacting: Subscription[] = []
      client.connection$.pipe(skip(1)).subscribe(({ status }) => {
        // eslint-disable-next-line rxjs-x/no-nested-subscribe -- what a user's code may do is the point here
        if (status === 'idle' && reacting.length === 0) reacting.push(client.appAuth$.subscribe())
      })
      const seen = watch(client.connection$, 2_000)
      watch(client.appAuth$, 1_000)
      at(1_900, () => {
        expect(seen.values.map(({ status }) => status)).toEqual([
          'idle',
          'connecting',
          'connected',
          'idle',
          'connecting',
          'connected',
        ])
        reacting[0]?.unsubscribe()
      })
    })
  })
})

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
      // RxJS reports what nobody caught, later and outside of everybody's stack.
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

  it('show no token in a message of which nobody knew that it has one', () => {
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

describe('environmentOf', () => {
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
  ])('account %i is %s, whichever host is asked', (accountId, environment) => {
    for (const host of ['demo', 'live'] as const) {
      inVirtualTime(({ watch, at }) => {
        const client = clientOver(createSimulator({ accounts, grants, environment: host }).connect)
        const seen = watch(environmentOf(client, { accountId, accessToken: 'token' }))
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
      const seen = watch(environmentOf(client, { accountId: 3, accessToken }))
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
    ['presence.isHidden', { presence: { isOffline: () => false } }],
    ['presence.isOffline', { presence: { isHidden: () => false } }],
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

  it.each(['demo', 'live'] as const)('for %s connects nowhere before somebody subscribes', environment => {
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

describe('retrying', () => {
  it('is the consumer’s own: a refused query may be repeated with RxJS’s own words', () => {
    inVirtualTime(({ watch, at }) => {
      let refusals = 2
      const server = scriptedServer(
        exceptVersion(({ clientMsgId }, { say }) => {
          const payload = refusals-- > 0 ? { errorCode: 'UNKNOWN_ERROR' } : { version: '91' }
          say({
            payloadType: 'errorCode' in payload ? PROTO_OA_ERROR_RES : PROTO_OA_VERSION_RES,
            clientMsgId,
            payload,
          })
        }),
      )
      const client = clientOver(server.connect)
      const seen = watch(
        client.appAuth$.pipe(
          switchMap(link => link.request(PROTO_OA_VERSION_REQ, {}).pipe(retry({ delay: 100 }))),
        ),
        1_000,
      )
      at(900, () => {
        expect(seen.timed).toEqual([[200, { version: '91' }]])
      })
    })
  })
})
