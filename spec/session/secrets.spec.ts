import { inspect } from 'node:util'
import { throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { createClient, PayloadType } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import { record } from 'rx-ctrader/recording'
import { obliging, scriptedServer } from '../support/scriptedServer'
import type { Reply, ScriptedLine } from '../support/scriptedServer'
import type { SentFrame } from '../support/wiretap'
import { inVirtualTime } from '../support/virtualTime'

const {
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_CLIENT_DISCONNECT_EVENT,
  PROTO_OA_ERROR_RES,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_TRADER_REQ,
} = PayloadType

const SECRET = 'client-secret-42'
const ACCESS = 'access-token-42'
const REFRESH = 'refresh-token-42'

type Told = [where: string, what: unknown]

/** All that a client tells while a server does something with each frame, and what goes wrong. */
const toldOver = (connect: Connect, until = 5_000): readonly Told[] => {
  const told: Told[] = []
  inVirtualTime(({ at }) => {
    const note = (where: string) => (what: unknown) => told.push([where, what])
    const client = createClient({
      connect,
      clientId: 'the-id',
      clientSecret: SECRET,
      linger: 0,
      log: (_, event, fields) => told.push([`log ${event}`, fields]),
    })
    const account = client.account({
      accountId: 11,
      accessToken: ACCESS,
      refreshToken: REFRESH,
      saveTokens: () => undefined,
    })
    const streams: Record<string, Observable<unknown>> = {
      recording: record(client),
      connection$: client.connection$,
      health$: client.health$,
      rejected$: client.rejected$,
      drift$: client.drift$,
      message$: client.message$,
      appAuth$: client.appAuth$,
      authenticated$: account.authenticated$,
      accountAuth$: account.accountAuth$,
      request: account.request(PROTO_OA_TRADER_REQ, {}),
    }
    const all = Object.entries(streams).map(([name, stream$]) =>
      stream$.subscribe({ next: note(name), error: note(`${name} error`) }),
    )
    at(until, () => {
      for (const one of all) one.unsubscribe()
    })
  })
  return told
}

const shows = (what: unknown, secret: string): boolean =>
  [
    inspect(what, { depth: 12, showHidden: true, maxStringLength: null }),
    JSON.stringify(what),
    String(what),
  ].some(view => view.includes(secret))

const leaks = (told: readonly Told[]): readonly string[] => [
  ...new Set(
    told
      .filter(([, what]) => [SECRET, ACCESS, REFRESH].some(secret => shows(what, secret)))
      .map(([where]) => where),
  ),
]

const refusal = (payloadType: number, clientMsgId: unknown, payload: object): object => ({
  payloadType,
  clientMsgId,
  payload,
})

/** Says something when asked for one type; obliges otherwise. */
const saying =
  (type: number, say: (frame: SentFrame, line: ScriptedLine) => void): Reply =>
  (frame, line) => {
    if (frame.payloadType === type) say(frame, line)
    else obliging(frame, line)
  }

const event = (payload: object, rest: object = {}) => ({
  payloadType: PROTO_OA_SPOT_EVENT,
  ...rest,
  payload: { ctidTraderAccountId: 11, symbolId: 1, bid: 1, ...payload },
})

const echoes: Record<string, Reply> = {
  'a description that refuses the application': saying(
    PROTO_OA_APPLICATION_AUTH_REQ,
    ({ clientMsgId }, { say }) => {
      say(
        refusal(PROTO_OA_ERROR_RES, clientMsgId, {
          errorCode: 'CH_CLIENT_AUTH_FAILURE',
          description: `not ${SECRET}`,
        }),
      )
    },
  ),
  'an error code': saying(PROTO_OA_ACCOUNT_AUTH_REQ, ({ clientMsgId }, { say }) => {
    say(refusal(50, clientMsgId, { errorCode: `TOKEN_${ACCESS}` }))
  }),
  'a description that refuses a renewal': (frame, line) => {
    const { clientMsgId, payloadType } = frame
    if (payloadType === PROTO_OA_ACCOUNT_AUTH_REQ)
      line.say(refusal(PROTO_OA_ERROR_RES, clientMsgId, { errorCode: 'CH_ACCESS_TOKEN_INVALID' }))
    else if (payloadType === PROTO_OA_REFRESH_TOKEN_REQ)
      line.say(
        refusal(PROTO_OA_ERROR_RES, clientMsgId, {
          errorCode: 'CH_ACCESS_TOKEN_INVALID',
          description: `${REFRESH} was used`,
        }),
      )
    else obliging(frame, line)
  },
  'the reason of an ended session': saying(PROTO_OA_TRADER_REQ, (_, { say }) => {
    say({
      payloadType: PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
      payload: { ctidTraderAccountIds: [11], reason: `token ${ACCESS} revoked` },
    })
  }),
  'the reason of a cancelled connection': saying(PROTO_OA_TRADER_REQ, (_, { say }) => {
    say({
      payloadType: PROTO_OA_CLIENT_DISCONNECT_EVENT,
      payload: { reason: `app with ${SECRET} is cancelled` },
    })
  }),
  'the reason of a block': saying(PROTO_OA_TRADER_REQ, (_, { say }) => {
    say({ payloadType: PROTO_OA_CLIENT_DISCONNECT_EVENT, payload: { reason: `blocked: ${SECRET}` } })
  }),
  'a close reason and what the transport says': saying(PROTO_OA_TRADER_REQ, (_, line) => {
    line.lose(new Error(`closed with ${ACCESS}`))
  }),
  'a frame that breaks off': saying(PROTO_OA_TRADER_REQ, (_, { say }) => {
    say(`{"payloadType":2142,"payload":{"errorCode":"X","description":"bad ${ACCESS} and acces`)
  }),
  'a frame of an unknown type': saying(PROTO_OA_TRADER_REQ, (_, { say }) => {
    say({ payloadType: 9999, clientMsgId: ACCESS, payload: { token: ACCESS } })
  }),
  'a name of a field': saying(PROTO_OA_TRADER_REQ, (_, { say }) => {
    say(event({ [ACCESS]: 1 }))
  }),
  'an unknown field, nested': saying(PROTO_OA_TRADER_REQ, (_, { say }) => {
    say(event({ grant: { token: [ACCESS], refreshToken: REFRESH } }))
  }),
  'a field of the envelope': saying(PROTO_OA_TRADER_REQ, (_, { say }) => {
    say(event({}, { accessToken: ACCESS, [ACCESS]: ACCESS }))
  }),
  'an escaped text': saying(PROTO_OA_TRADER_REQ, (_, { say }) => {
    const escaped = ACCESS.split('')
      .map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('')
    say(`{"payloadType":2148,"payload":{"reason":"${escaped}"}}`)
  }),
}

describe('a server that repeats secrets', () => {
  it.each(Object.entries(echoes))('shows no secret: in %s (Secrets)', (_, reply) => {
    const told = toldOver(scriptedServer(reply).connect)
    expect(told.length).toBeGreaterThan(10)
    expect(leaks(told)).toEqual([])
  })

  it('gives the words without them: the error says what the server said (Secrets)', () => {
    const told = toldOver(scriptedServer(echoes['a description that refuses the application']).connect)
    expect(told.find(([where]) => where === 'appAuth$ error')?.[1]).toMatchObject({
      errorCode: 'CH_CLIENT_AUTH_FAILURE',
      description: 'not [redacted]',
    })
  })
})

describe('a transport of the user that says secrets', () => {
  it.each<[string, Connect]>([
    [
      'throws',
      () => {
        throw new Error(`proxy said no to ${ACCESS}`)
      },
    ],
    ['errors', () => throwError(() => new Error(`proxy said no to ${SECRET}`))],
  ])('shows no secret where it %s (Secrets)', (_, connect) => {
    const told = toldOver(connect)
    expect(JSON.stringify(told)).toContain('proxy said no to [redacted]')
    expect(leaks(told)).toEqual([])
  })
})

describe('a frame that is nested deeper than any message', () => {
  const nest = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

  it.each([
    [
      'a payload beside a secret field',
      `{"payloadType":2131,"payload":{"ctidTraderAccountId":11,"symbolId":1,"accessToken":"x","y":${nest(5_000)}}}`,
      1,
    ],
    ['a message of tokens', `{"payloadType":2150,"payload":{"accessToken":"x","y":${nest(5_000)}}}`, 1],
    ['an unknown type', `{"payloadType":9999,"payload":${nest(10_000)}}`, 1],
    ['the envelope', `{"payloadType":51,"y":${nest(10_000)}}`, 0],
  ])('ends nothing, also while recording: %s (G9)', (_, text, rejected) => {
    const told = toldOver(
      scriptedServer(
        saying(PROTO_OA_TRADER_REQ, (__, { say }) => {
          say(text)
        }),
      ).connect,
    )
    expect(told.filter(([where]) => where === 'authenticated$').at(-1)?.[1]).toMatchObject({
      status: 'authenticated',
    })
    expect(told.filter(([where]) => where === 'rejected$')).toHaveLength(rejected)
    expect(told.some(([where, what]) => where === 'recording' && String(what).includes('[[[['))).toBe(true)
  })
})
