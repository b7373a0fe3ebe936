import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { ServerConnection, Simulator, Unknowns } from 'rx-ctrader/simulator'
import { table } from '../../src/protocol/table'
import type { MessageType, Row } from '../../src/protocol/table'
import type { Fields } from '../../src/protocol/codec/struct'
import { ACCOUNT } from '../support/account'
import { valid } from '../support/arbitraries'
import { inVirtualTime } from '../support/virtualTime'
import { HEARTBEAT, accountAuth, appAuth, request, version } from './faultScene'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
} = PayloadType

jest.setTimeout(60_000)

const SEED = 20260107
const BATCHES = 20

const NEIGHBOUR = 12345679
const neighbours = {
  accounts: [ACCOUNT, NEIGHBOUR].map(accountId => ({
    accountId,
    isLive: false,
    traderLogin: accountId,
    brokerTitleShort: 'Broker',
  })),
  grants: [
    { accessToken: 'demo', refreshToken: 'demo-refresh', accountIds: [ACCOUNT], permissionScope: 1 },
    { accessToken: 'other', refreshToken: 'other-refresh', accountIds: [NEIGHBOUR], permissionScope: 1 },
  ],
} as const

interface Client {
  readonly heard: string[]
  readonly send: (text: string) => void
  readonly leave: () => void
  ending: string | undefined
}

/** A client without a transport: what it sends is served before it returns. */
const clientOf = (broker: Simulator, ...frames: object[]): Client => {
  const client: Client = {
    heard: [],
    send: text => {
      connection.receive(text)
    },
    leave: () => {
      connection.closed()
    },
    ending: undefined,
  }
  const connection: ServerConnection = broker.accept({
    send: text => {
      client.heard.push(text)
    },
    close: (code, reason) => {
      client.ending = `${code} ${reason}`
    },
    cut: () => {
      client.ending = 'cut'
    },
  })
  for (const frame of frames) client.send(JSON.stringify(frame))
  return client
}

interface Verdict {
  /** What was sent by clients and got neither an answer nor an end. */
  readonly unanswered: string[]
  readonly endings: Set<string>
  readonly defects: unknown[]
  readonly neighbourHeard: string[]
  readonly answers: Map<number, number>
}

/** Says it all to one server, in bad clients that come back when they are thrown out, beside a good one. */
const bombard = (texts: readonly string[], unknowns: Partial<Unknowns> = {}): Verdict => {
  const verdict: Verdict = {
    unanswered: [],
    endings: new Set(),
    defects: [],
    neighbourHeard: [],
    answers: new Map(),
  }
  inVirtualTime(({ at }) => {
    const broker = createSimulator({
      ...neighbours,
      limits: false,
      // What is asked for matters here, not how much of it there is.
      unknowns: { trendbarChunk: 2, tickChunk: 20, ...unknowns },
      holidays: {
        2: [
          { holidayDate: 1e9, isRecurring: true },
          { holidayDate: 20_460, endSecond: 43_200 },
        ],
      },
    })
    const watching = broker.defect$.subscribe(defect => verdict.defects.push(defect))
    const neighbour = clientOf(
      broker,
      appAuth,
      request(PROTO_OA_ACCOUNT_AUTH_REQ, 'neighbour', {
        ctidTraderAccountId: NEIGHBOUR,
        accessToken: 'other',
      }),
    )
    neighbour.heard.length = 0
    let bad = clientOf(broker, appAuth, accountAuth)
    const size = Math.ceil(texts.length / BATCHES)
    for (let batch = 0; batch < BATCHES; batch++)
      at(batch * 1_000, () => {
        for (const text of texts.slice(batch * size, (batch + 1) * size)) {
          bad.heard.length = 0
          bad.send(text)
          if (bad.heard.length === 0 && bad.ending === undefined) verdict.unanswered.push(text)
          for (const heard of bad.heard) {
            const { payloadType } = JSON.parse(heard) as { payloadType: number }
            verdict.answers.set(payloadType, (verdict.answers.get(payloadType) ?? 0) + 1)
          }
          if (bad.ending === undefined) continue
          verdict.endings.add(bad.ending)
          bad = clientOf(broker, appAuth, accountAuth)
        }
        // A session that was ended, by logging out say, is there again.
        bad.send(JSON.stringify(accountAuth))
        neighbour.send(JSON.stringify({ payloadType: HEARTBEAT_EVENT }))
      })
    at(BATCHES * 1_000, () => {
      verdict.neighbourHeard.push(...neighbour.heard.filter(text => text !== HEARTBEAT))
      neighbour.heard.length = 0
      neighbour.send(JSON.stringify(version()))
      expect(neighbour.heard).toEqual([expect.stringContaining('"payloadType":2105')])
      expect(neighbour.ending).toBeUndefined()
      const late = clientOf(
        broker,
        appAuth,
        request(PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, 'list', { accessToken: 'other' }),
      )
      expect(late.heard[1]).toContain(String(NEIGHBOUR))
      for (const client of [bad, neighbour, late]) client.leave()
      watching.unsubscribe()
    })
  })
  return verdict
}

const isHeartbeat = (text: string): boolean => {
  try {
    return (JSON.parse(text) as { payloadType?: unknown } | null)?.payloadType === HEARTBEAT_EVENT
  } catch {
    return false
  }
}

const expectWellBehaved = ({ unanswered, endings, defects, neighbourHeard }: Verdict): void => {
  expect(defects).toEqual([])
  expect(unanswered.filter(text => !isHeartbeat(text))).toEqual([])
  expect(neighbourHeard).toEqual([])
  expect([...endings].filter(ending => ending !== '1000 Bye')).toEqual([])
}

const requestTypes = Object.entries(table as Readonly<Record<number, Row>>).flatMap(([payloadType, row]) =>
  row.answeredBy ? [Number(payloadType) as MessageType] : [],
)

/** Values that exist in the world under fire, so that requests get beyond the first check. */
const familiar: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  ctidTraderAccountId: fc.constant(ACCOUNT),
  symbolId: fc.constantFrom(1, 4, 41),
  accessToken: fc.constantFrom('demo', 'wrong'),
  orderId: fc.integer({ min: 1, max: 50 }),
  positionId: fc.integer({ min: 1, max: 50 }),
  volume: fc.constantFrom(100_000, 1_000_000, 100_000_000_000),
  fromTimestamp: fc.constantFrom(0, Date.UTC(2026, 0, 7, 10), Date.UTC(2026, 0, 7, 12)),
  toTimestamp: fc.constantFrom(Date.UTC(2026, 0, 7, 11), Date.UTC(2026, 0, 7, 12), Number.MAX_SAFE_INTEGER),
}

const validRequests: fc.Arbitrary<object> = fc.constantFrom(...requestTypes).chain(payloadType => {
  const { codec } = table[payloadType]
  const known = Object.fromEntries(
    Object.entries(familiar).filter(([key]) => {
      const field = (codec.fields as Fields)[key]
      return field !== undefined && !('presence' in field && field.presence === 'repeated')
    }),
  )
  return fc
    .tuple(valid(codec), fc.record(known), fc.boolean(), fc.string({ maxLength: 4 }))
    .map(([payload, wellKnown, isFamiliar, clientMsgId]) => ({
      payloadType,
      clientMsgId,
      payload: isFamiliar ? { ...payload, ...wellKnown } : { ...payload, ctidTraderAccountId: ACCOUNT },
    }))
})

const odd = fc.constantFrom<unknown>(
  null,
  '',
  'BUY',
  '1',
  -1,
  0.5,
  1e300,
  true,
  [],
  {},
  [[]],
  '__proto__',
  2 ** 53,
)

type Path = readonly (string | number)[]

const pathsOf = (value: unknown): readonly Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [
        [key],
        ...pathsOf(inner).map((path): Path => [key, ...path]),
      ])
    : []

const withAt = (value: unknown, [key, ...rest]: Path, change: (old: unknown) => unknown): unknown => {
  if (key === undefined) return change(value)
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >
  copy[key] = withAt(copy[key], rest, change)
  return copy
}

/** A value somewhere in the request is another, or gone. */
const mutatedValue = fc
  .tuple(validRequests, fc.nat(), fc.option(odd, { nil: undefined }))
  .map(([frame, where, value]) => {
    const paths = pathsOf(frame)
    return JSON.stringify(withAt(frame, paths[where % paths.length] ?? [], () => value))
  })

/** A few characters of the text are others, missing or twice there. */
const mutatedText = fc
  .tuple(validRequests, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }), fc.nat({ max: 3 }))
  .map(([frame, where, inserted, removed]) => {
    const text = JSON.stringify(frame)
    const place = where % text.length
    return text.slice(0, place) + inserted + text.slice(place + removed)
  })

const bytes = fc
  .uint8Array({ maxLength: 64 })
  .map(array => Array.from(array, byte => String.fromCharCode(byte)).join(''))

/** How the server may be otherwise than it is likely to be. */
const otherwise: Partial<Unknowns> = {
  nettedReversal: 'same',
  partialFill: 'ORDER_FILLED',
  partialEnd: 'endWithoutDeal',
  amendableAfter: 100,
  archivedById: 'archivedSymbol',
  logoutEvent: 'none',
  listedClientOrderIds: false,
  orderList: 'ended',
  orderListNeedsRange: true,
}

describe('a server among bad clients', () => {
  it('answers or closes cleanly on 10,000 random strings, and serves the others', () => {
    const texts = fc.sample(fc.oneof(bytes, fc.string({ unit: 'binary' }), fc.json({ maxDepth: 2 })), {
      numRuns: 10_000,
      seed: SEED,
    })
    const verdict = bombard(texts)
    expectWellBehaved(verdict)
    expect(verdict.answers.get(PROTO_OA_ERROR_RES)).toBeGreaterThan(9_000)
  })

  it('answers or closes cleanly on 10,000 mutated requests, and serves the others', () => {
    const texts = fc.sample(fc.oneof(mutatedValue, mutatedText), { numRuns: 10_000, seed: SEED })
    expectWellBehaved(bombard(texts, otherwise))
  })

  it('answers any valid request, and answers in kind where it can', () => {
    const texts = fc.sample(validRequests, { numRuns: 3_000, seed: SEED }).map(frame => JSON.stringify(frame))
    const verdict = bombard(texts)
    expectWellBehaved(verdict)
    expect(verdict.answers.size).toBeGreaterThan(15)
  })
})
