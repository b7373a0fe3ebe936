import * as fc from 'fast-check'
import { EMPTY, NEVER, of, take, throwError } from 'rxjs'
import { CTraderError, PayloadType, createClient } from 'rx-ctrader'
import type { Client, ClientOptions, Connect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { record } from 'rx-ctrader/recording'
import { obliging, scriptedServer } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_ERROR_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
  PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ,
  PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_RES,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_REFRESH_TOKEN_RES,
} = PayloadType

const clientOf = (connect: Connect, options: Partial<ClientOptions> = {}): Client =>
  createClient({ clientId: 'demo', clientSecret: 'demo', random: () => 0.5, linger: 0, ...options, connect })

/** Everything a recording has of a scenario. */
const recorded = (play: (time: VirtualTime, listen: (client: Client) => void) => void): string[] => {
  const lines: string[] = []
  inVirtualTime(time => {
    play(time, client => {
      record(client).subscribe(line => lines.push(line))
    })
  })
  return lines
}
const short = (line: string): string => {
  const {
    at,
    direction,
    line: state,
    frame,
  } = JSON.parse(line) as {
    at: number
    direction?: string
    line?: string
    frame?: { payloadType?: number }
  }
  return `${at} ${state ?? `${direction} ${typeof frame === 'string' ? frame : frame?.payloadType}`}`
}

describe('a recording', () => {
  it('has what goes over the line, both ways, and what becomes of the line, each with its time', () => {
    const lines = recorded(({ watch, at }, listen) => {
      const broker = createSimulator({ latency: 10 })
      const client = clientOf(broker.connect)
      listen(client)
      watch(client.account({ accountId: 12345678, accessToken: 'demo' }).authenticated$, 5_700)
      at(5_000, broker.drop)
    })
    expect(lines.map(short)).toEqual([
      '0 connecting',
      '10 opened',
      '10 out 2100',
      '30 in 2101',
      '30 out 2102',
      '50 in 2103',
      '5010 lost',
      '5510 connecting',
      '5520 opened',
      '5520 out 2100',
      '5540 in 2101',
      '5540 out 2102',
      '5560 in 2103',
      '5700 closed',
    ])
  })

  it('has frames as JSON, and as text if they are no JSON, or not exactly that JSON', () => {
    const frames = ['{"payloadType":51}', '{ "payloadType": 51 }', '{"payloadType":', '"text"', '[51]', '51']
    const lines = recorded(({ watch, at }, listen) => {
      const server = scriptedServer()
      const client = clientOf(server.connect)
      listen(client)
      watch(client.appAuth$, 100)
      at(10, () => {
        for (const frame of frames) server.lines[0]?.say(frame)
      })
    })
    const kept = lines.filter(line => line.startsWith('{"at":10,'))
    expect(kept).toEqual([
      '{"at":10,"direction":"in","frame":{"payloadType":51}}',
      '{"at":10,"direction":"in","frame":"{ \\"payloadType\\": 51 }"}',
      '{"at":10,"direction":"in","frame":"{\\"payloadType\\":"}',
      '{"at":10,"direction":"in","frame":"\\"text\\""}',
      '{"at":10,"direction":"in","frame":[51]}',
      '{"at":10,"direction":"in","frame":"51"}',
    ])
  })

  it('tells how a line was lost, and of one that could not be had', () => {
    const endings: readonly (readonly [Connect, string])[] = [
      [() => throwError(() => new Error('refused')), '{"at":0,"line":"lost","detail":"refused"}'],
      [() => EMPTY, '{"at":0,"line":"lost"}'],
      [() => NEVER, '{"at":100,"line":"closed"}'],
      [
        () => {
          throw new Error('no such host')
        },
        '{"at":0,"line":"lost","detail":"no such host"}',
      ],
      [
        () =>
          throwError(
            () =>
              new CTraderError({
                reason: 'ConnectionLost',
                sent: false,
                close: { code: 1000, reason: 'Bye', wasClean: true },
              }),
          ),
        '{"at":0,"line":"lost","close":{"code":1000,"reason":"Bye","wasClean":true}}',
      ],
      [
        () =>
          throwError(
            () => new CTraderError({ reason: 'InvalidOption', option: 'url', detail: 'is not a URL' }),
          ),
        '{"at":0,"line":"lost","detail":"url is not a URL"}',
      ],
    ]
    for (const [connect, lost] of endings) {
      const lines = recorded(({ watch }, listen) => {
        const client = clientOf(connect, { connectTimeout: 100 })
        listen(client)
        watch(client.appAuth$, 101)
      })
      expect(lines.slice(0, 2)).toEqual(['{"at":0,"line":"connecting"}', lost])
    }
  })

  it('begins in the middle, with an open line, where it is begun in the middle', () => {
    const lines = recorded(({ watch, at }, listen) => {
      const client = clientOf(createSimulator().connect)
      watch(client.appAuth$, 31_000)
      at(15_000, () => {
        listen(client)
      })
    })
    expect(lines.map(short)).toEqual([
      '15000 opened',
      '20000 out 51',
      '30000 out 51',
      '30000 in 51',
      '31000 closed',
    ])
  })

  it('does not connect by itself, and tells nothing to a subscriber that has left', () => {
    inVirtualTime(({ watch, at }) => {
      const client = clientOf(createSimulator().connect)
      const early = watch(record(client).pipe(take(3)), 1_000)
      const all = watch(record(client), 1_000)
      expect(all.values).toEqual([])
      at(10, () => {
        expect(all.values).toEqual([])
        watch(client.appAuth$, 100)
      })
      at(1_001, () => {
        expect(early.values).toEqual(all.values.slice(0, 3))
        expect(all.values.length).toBeGreaterThan(3)
        expect(all.completed).toBe(false)
      })
    })
  })

  it('is of a client of createClient only', () => {
    expect(() => record({} as Client)).toThrow('client must be one made by createClient')
  })
})

const SECRETS = {
  clientSecret: 'the-client-secret',
  accessToken: 'access-token-1',
  refreshToken: 'refresh-token-1',
}

describe('a recording that can be given away', () => {
  it('has no secret of a session that uses them all, renewed ones neither', () => {
    const renewed: string[] = []
    const { accessToken, refreshToken } = SECRETS
    const lines = recorded(({ watch, at }, listen) => {
      const broker = createSimulator({
        seed: 77_777,
        applications: [{ clientId: 'mine', clientSecret: SECRETS.clientSecret }],
        grants: [{ accessToken, refreshToken, accountIds: [12345678], permissionScope: 1 }],
      })
      const client = clientOf(broker.connect, { clientId: 'mine', clientSecret: SECRETS.clientSecret })
      listen(client)
      broker.fault({ kind: 'tokenExpiry' })
      const account = client.account({
        accountId: 12345678,
        accessToken,
        refreshToken,
        saveTokens: pair => {
          renewed.push(pair.accessToken, pair.refreshToken)
          return of(undefined)
        },
      })
      watch(account.authenticated$, 10_000)
      watch(account.canTrade$)
      at(5_000, () => {
        const [newest = ''] = renewed
        watch(client.request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken: newest }))
        watch(client.request(PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ, { accessToken: newest }))
      })
    })
    const text = lines.join('\n')
    for (const payloadType of [
      PROTO_OA_APPLICATION_AUTH_REQ,
      PROTO_OA_ACCOUNT_AUTH_REQ,
      PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
      PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
      PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ,
      PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_RES,
      PROTO_OA_REFRESH_TOKEN_REQ,
      PROTO_OA_REFRESH_TOKEN_RES,
    ])
      expect(text).toContain(`"payloadType":${payloadType}`)
    expect(renewed).toHaveLength(2)
    for (const secret of [...Object.values(SECRETS), ...renewed]) expect(text).not.toContain(secret)
    expect(text).toContain('"accessToken":"[redacted]"')
    expect(text).toContain('"clientId":"mine"')
  })

  it('has none that went over the line, or was told the client, before it began', () => {
    const told: string[] = []
    const lines = recorded(({ watch, at }, listen) => {
      const { accessToken, refreshToken } = SECRETS
      const reply: Reply = (frame, line) => {
        if (frame.payloadType === PROTO_OA_ACCOUNT_AUTH_REQ && frame.payload?.['accessToken'] === accessToken)
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId: frame.clientMsgId,
            payload: { errorCode: 'CH_ACCESS_TOKEN_INVALID' },
          })
        else if (frame.payloadType === PROTO_OA_REFRESH_TOKEN_REQ)
          line.say({
            payloadType: PROTO_OA_REFRESH_TOKEN_RES,
            clientMsgId: frame.clientMsgId,
            payload: {
              accessToken: 'access-token-2',
              tokenType: 'bearer',
              expiresIn: 2_628_000,
              refreshToken: 'refresh-token-2',
            },
          })
        else obliging(frame, line)
      }
      const server = scriptedServer(reply)
      const client = clientOf(server.connect, { clientSecret: SECRETS.clientSecret })
      const account = client.account({ accountId: 12345678, accessToken, refreshToken })
      client.account({ accountId: 2, accessToken: 'access-token-of-another' })
      watch(account.authenticated$, 10_000)
      watch(
        client.request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, {
          accessToken: 'access-token-by-hand',
        }),
        1_000,
      )
      // A field this release does not know.
      server.lines[0]?.say({ payloadType: HEARTBEAT_EVENT, payload: { accessToken: 'access-token-of-news' } })
      at(4_000, () => {
        told.push(...(server.lines[0]?.heard.map(({ payloadType }) => String(payloadType)) ?? []))
      })
      at(5_000, () => {
        listen(client)
        const known = [
          ...Object.values(SECRETS),
          'access-token-2',
          'refresh-token-2',
          'access-token-of-another',
          'access-token-by-hand',
          'access-token-of-news',
        ]
        const description = `none of ${known.join(' or ')} will do`
        server.lines[0]?.say({ payloadType: PROTO_OA_ERROR_RES, payload: { errorCode: 'X', description } })
      })
    })
    expect(told).toEqual(expect.arrayContaining(['2100', '2102', '2149', '2173']))
    const nothing = Array.from({ length: 8 }, () => '[redacted]').join(' or ')
    expect(lines[1]).toContain(`"description":"none of ${nothing} will do"`)
  })

  it('has no secret that a custom connect reports before it was ever sent', () => {
    const { clientSecret, accessToken, refreshToken } = SECRETS
    const lines = recorded(({ watch }, listen) => {
      const client = clientOf(() => throwError(() => new Error(Object.values(SECRETS).join(' or '))), {
        clientSecret,
      })
      listen(client)
      watch(client.account({ accountId: 1, accessToken, refreshToken }).authenticated$, 100)
    })
    expect(lines[1]).toBe('{"at":0,"line":"lost","detail":"[redacted] or [redacted] or [redacted]"}')
  })

  it('has none that is a word, or breaks off, in its own field, and leaves words alone', () => {
    const lines = recorded(({ watch, at }, listen) => {
      const server = scriptedServer()
      const client = clientOf(server.connect)
      listen(client)
      watch(client.account({ accountId: 1, accessToken: 'word' }).authenticated$, 100)
      at(10, () => {
        server.lines[0]?.say('{"payloadType":2174,"payload":{"accessToken":"never-seen-be')
        server.lines[0]?.say('{"payloadType":51,"payload":{"word":"word"}}')
      })
    })
    const [asApp, , asAccount] = lines.slice(2)
    expect(asApp).toContain('"payload":{"clientId":"demo","clientSecret":"[redacted]"}')
    expect(asAccount).toContain('"accessToken":"[redacted]"')
    expect(lines.join('\n')).not.toContain('never-seen')
    expect(lines.join('\n')).toContain('{"word":"word"}')
  })

  it('has no secret of any kind, also where a server repeats it', () => {
    const secret = fc.string({
      unit: fc.constantFrom(...Array.from('abcXYZ019-_."\\\n/ü')),
      minLength: 12,
      maxLength: 40,
    })
    fc.assert(
      fc.property(fc.uniqueArray(secret, { minLength: 4, maxLength: 4 }), fc.nat(), (drawn, cut) => {
        const [clientSecret = '', accessToken = '', renewedToken = '', refreshToken = ''] = drawn
        const reply: Reply = ({ payloadType, clientMsgId, payload }, { say, lose }) => {
          if (payloadType === PROTO_OA_APPLICATION_AUTH_REQ)
            say({ payloadType: PROTO_OA_APPLICATION_AUTH_RES, clientMsgId })
          if (payloadType !== PROTO_OA_ACCOUNT_AUTH_REQ) return
          // What a server may do with what it knows.
          const pair = { accessToken: renewedToken, tokenType: 'bearer', expiresIn: 1, refreshToken }
          say({ payloadType: PROTO_OA_REFRESH_TOKEN_RES, payload: pair })
          const text = JSON.stringify({ payloadType: PROTO_OA_REFRESH_TOKEN_RES, payload: pair })
          say(text.slice(0, cut % text.length))
          const { accessToken: given } = payload as { readonly accessToken: string }
          say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId,
            payload: { errorCode: 'X', description: `bad ${given}` },
          })
          lose(new Error(`lost ${refreshToken}`))
        }
        const lines = recorded(({ watch }, listen) => {
          const client = clientOf(scriptedServer(reply).connect, { clientSecret })
          listen(client)
          watch(client.account({ accountId: 1, accessToken }).authenticated$, 400)
        })
        expect(lines.some(line => line.includes('2142'))).toBe(true)
        for (const one of drawn)
          for (const line of lines) {
            expect(line).not.toContain(one)
            expect(line).not.toContain(JSON.stringify(one).slice(1, -1))
            expect(JSON.stringify(JSON.parse(line))).toBe(line)
          }
      }),
      { numRuns: 100 },
    )
  })
})
