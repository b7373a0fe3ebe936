import { skip, retry, switchMap } from 'rxjs'
import type { Subscription } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import type { Failure } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { clientOver } from '../support/clientOver'
import { obliging, scriptedServer } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_CLIENT_DISCONNECT_EVENT,
  PROTO_OA_ERROR_RES,
  PROTO_OA_REFRESH_TOKEN_REQ,
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

  it('takes the answer by its id, in any order of answers, and leaves events with strange ids alone', () => {
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
