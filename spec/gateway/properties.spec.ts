import * as fc from 'fast-check'
import { BehaviorSubject, asyncScheduler, map, of, tap, throwError, timer } from 'rxjs'
import { PayloadType, createClient, memoryJournal } from 'rx-ctrader'
import type { Connect, Journal } from 'rx-ctrader'
import type { Entitlement, StoredGrant } from 'rx-ctrader/gateway'
import type { ProtoOAExecutionEvent } from 'rx-ctrader/protocol'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Fault } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { gatewayOver, ownAccount } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import type { RawClient, RawFrame } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

/** `GATEWAY_RUNS=1000 npm run spec -- spec/gateway/properties` for many more. */
const RUNS = Number(process.env['GATEWAY_RUNS'] ?? 25)

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
} = PayloadType

const SECRETS = {
  clientSecret: 'app-secret-5137',
  accessToken: 'access-token-8861',
  refreshToken: 'refresh-token-2704',
}
/** Of a client directly at the server. Nothing that goes wrong on the gateway's line goes wrong on its own. */
const DIRECT = { clientId: 'direct', clientSecret: 'direct' }
const DIRECT_TOKENS = { accessToken: 'direct', refreshToken: 'unused' }
const END = 60_000

const MARKET_ORDER = { orderType: 1, tradeSide: 1, volume: 100_000 } as const

const requests: readonly (readonly [payloadType: number, payload: object])[] = [
  [PROTO_OA_ACCOUNT_AUTH_REQ, { accessToken: 'mine' }],
  [PROTO_OA_ACCOUNT_AUTH_REQ, { accessToken: 'mine' }],
  [PROTO_OA_ACCOUNT_LOGOUT_REQ, {}],
  [PROTO_OA_TRADER_REQ, {}],
  [PROTO_OA_RECONCILE_REQ, {}],
  [PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }],
  [PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1, 2] }],
  [PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, { symbolId: [1] }],
  [PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId: [1] }],
  [PROTO_OA_NEW_ORDER_REQ, { ...MARKET_ORDER, symbolId: 1 }],
  [PROTO_OA_NEW_ORDER_REQ, { ...MARKET_ORDER, symbolId: 2, tradeSide: 2 }],
]

/** What goes wrong on the gateway's line. A token that has expired is refused when the line comes back. */
const FAULTS: Record<string, readonly Fault[]> = {
  drop: [{ kind: 'drop' }],
  silence: [{ kind: 'silence' }],
  close: [{ kind: 'close' }],
  expiry: [{ kind: 'tokenExpiry', accountId: ACCOUNT }, { kind: 'drop' }],
  revocation: [{ kind: 'tokenInvalidated', accountId: ACCOUNT }],
}

interface OfPeer {
  readonly peer: number
}

type Step =
  | (OfPeer & { readonly request: number })
  | (OfPeer & { readonly scope: 'none' | 'view' | 'trade' })
  | (OfPeer & { readonly leaves: true })
  /** The session is over. */
  | (OfPeer & { readonly over: true })
  | { readonly fault: string }
  | { readonly elsewhere: true }

type Steps = readonly (readonly [at: number, step: Step])[]

const [OPEN, LOGOUT, ORDER] = [0, 2, 9].map(request => ({ request }))
const [TRADE, VIEW, NONE] = ['trade', 'view', 'none'].map(scope => ({ scope }))
const OVER = { over: true }
const LEAVES = { leaves: true }

/** What may happen to a peer one after the other, while its order waits. */
const HASTES = [
  [OPEN, ORDER, LOGOUT],
  [OPEN, ORDER, LOGOUT, OPEN],
  [OPEN, ORDER, LOGOUT, OPEN, VIEW],
  [OPEN, ORDER, LOGOUT, OPEN, OVER],
  [OPEN, ORDER, VIEW, TRADE],
  [OPEN, ORDER, NONE, TRADE, OPEN],
  [OPEN, ORDER, LEAVES, NONE],
]

const peers = fc.integer({ min: 0, max: 2 })
const times = fc.integer({ min: 2_000, max: 40_000 })
const single = fc
  .tuple(
    times,
    fc.oneof(
      { weight: 8, arbitrary: fc.record({ peer: peers, request: fc.nat(requests.length - 1) }) },
      { weight: 2, arbitrary: fc.record({ peer: peers, scope: fc.constantFrom('none', 'view', 'trade') }) },
      {
        weight: 2,
        arbitrary: fc.record({ fault: fc.constantFrom('drop', 'silence', 'close', 'expiry', 'revocation') }),
      },
      { weight: 1, arbitrary: fc.record({ elsewhere: fc.constant(true) }) },
      { weight: 1, arbitrary: fc.record({ peer: peers, leaves: fc.constant(true) }) },
      { weight: 1, arbitrary: fc.record({ peer: peers, over: fc.constant(true) }) },
    ),
  )
  .map(step => [step])
/** Less than an order takes to cTrader and back, or less than it waits for the journal, in ms. */
const apart = fc.oneof(fc.integer({ min: 5, max: 35 }), fc.integer({ min: 50, max: 500 }))
const haste = fc
  .tuple(times, peers, fc.constantFrom(...HASTES), apart)
  .map(([at, peer, each, pause]) =>
    each.map((step, index) => [at + index * pause, { peer, ...step }] as unknown as Steps[number]),
  )
const steps = fc
  .array(fc.oneof({ weight: 8, arbitrary: single }, { weight: 1, arbitrary: haste }), {
    minLength: 5,
    maxLength: 60,
    size: 'max',
  })
  .map(lists => lists.flat())

/** How long the journal takes to write an order down, in ms. */
const journals = fc.constantFrom(0, 300, 2_000)

/** A journal that takes so many ms for each order. */
const slowJournal = (slow: number): Journal => {
  const { append, load } = memoryJournal()
  return {
    load,
    append: entry =>
      entry.state === 'intended' && slow > 0
        ? timer(slow).pipe(
            tap(() => {
              append(entry)
            }),
          )
        : append(entry),
  }
}

/** An execution event, and when it came, in ms. */
interface Execution {
  readonly at: number
  readonly key: string
}

interface Played {
  readonly clients: readonly RawClient[]
  /** The ids that each client has used. */
  readonly asked: readonly ReadonlySet<string>[]
  /** When a client had which rights, in ms. */
  readonly rights: readonly (readonly [at: number, scope: string])[][]
  readonly upstream: readonly RawFrame[]
  /** When each of them left, in ms. */
  readonly leftAt: readonly number[]
  readonly mostLines: number
  /** The events of the account that a client directly at the server has seen. */
  readonly executions: readonly Execution[]
  /** What the server sent to the gateway. */
  readonly fromServer: readonly string[]
  /** All tokens of the gateway, also the renewed ones. */
  readonly tokens: readonly string[]
  /** What the gateway still has when all have left. */
  readonly left: object | undefined
}

const play = (given: Steps, slow = 0): Played => {
  const asked = [0, 1, 2].map(() => new Set<string>())
  const rights: [number, string][][] = [0, 1, 2].map(() => [[0, 'trade']])
  const clients: RawClient[] = []
  let result: Played | undefined
  inVirtualTime(({ at, watch }) => {
    const broker = createSimulator({
      latency: 20,
      applications: [{ clientId: 'app', clientSecret: SECRETS.clientSecret }, DIRECT],
      grants: [
        {
          accessToken: SECRETS.accessToken,
          refreshToken: SECRETS.refreshToken,
          accountIds: [ACCOUNT],
          permissionScope: 1,
        },
        { ...DIRECT_TOKENS, accountIds: [ACCOUNT], permissionScope: 1 },
      ],
    })
    const disturb = (...faults: readonly Fault[]): void => {
      for (const fault of faults) broker.fault(fault, ({ clientId }) => clientId !== DIRECT.clientId)
    }
    const tokens = [SECRETS.accessToken, SECRETS.refreshToken]
    let stored: StoredGrant = {
      tokens: { accessToken: SECRETS.accessToken, refreshToken: SECRETS.refreshToken },
      version: '1',
    }
    const wire = wiretap(broker.connect)
    const leftAt: number[] = []
    const connect: Connect = () =>
      wire.connect().pipe(
        map(({ frame$, send }) => ({
          frame$,
          send: text => {
            leftAt.push(asyncScheduler.now())
            send(text)
          },
        })),
      )
    let mostLines = 0
    const executions: Execution[] = []
    const elsewhere = createClient({ connect: broker.connect, ...DIRECT }).account({
      accountId: ACCOUNT,
      accessToken: DIRECT_TOKENS.accessToken,
    })
    const watching = elsewhere
      .on(PROTO_OA_EXECUTION_EVENT)
      .subscribe(({ payload }) => executions.push({ at: asyncScheduler.now(), key: keyOf(payload) }))
    at(END + 60_000, () => {
      watching.unsubscribe()
    })
    const scopes = [0, 1, 2].map(() => new BehaviorSubject<readonly Entitlement[]>([ownAccount]))
    const journal = slowJournal(slow)
    const gateway = gatewayOver(connect, {
      journal: () => journal,
      application: { clientId: 'app', clientSecret: SECRETS.clientSecret },
      grants: {
        load: () => of(stored),
        save: (_, { accessToken, refreshToken }, after) => {
          if (after !== stored.version) return throwError(() => new Error('another version is kept'))
          tokens.push(accessToken, refreshToken)
          stored = { tokens: { accessToken, refreshToken }, version: `${after}1` }
          return of(stored.version)
        },
      },
      entitle: ({ userId }) => scopes[Number(userId)] ?? of([]),
    })
    for (const userId of ['0', '1', '2']) {
      const client = rawClient(gateway.as({ userId }))
      clients.push(client)
      client.send({ payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } })
    }
    given.forEach(([when, step], index) => {
      at(when, () => {
        mostLines = Math.max(mostLines, wire.lines.open)
        if ('request' in step) {
          const [payloadType, payload] = requests[step.request] ?? [0, {}]
          const client = clients[step.peer]
          if (client?.closed || left.has(step.peer)) return
          const clientMsgId = `m${index}`
          asked[step.peer]?.add(clientMsgId)
          client?.send({ payloadType, clientMsgId, payload: { ctidTraderAccountId: ACCOUNT, ...payload } })
        } else if ('scope' in step) {
          rights[step.peer]?.push([when, step.scope])
          const { scope } = step
          scopes[step.peer]?.next(scope === 'none' ? [] : [{ ...ownAccount, scope: scope }])
        } else if ('fault' in step) {
          disturb(...(FAULTS[step.fault] ?? []))
        } else if ('elsewhere' in step) {
          watching.add(
            elsewhere.request(PROTO_OA_NEW_ORDER_REQ, { ...MARKET_ORDER, symbolId: 1 }).subscribe(),
          )
        } else if ('over' in step) {
          left.add(step.peer)
          rights[step.peer]?.push([when, 'none'])
          scopes[step.peer]?.error(new Error('the session is over'))
        } else {
          left.add(step.peer)
          clients[step.peer]?.leave()
        }
      })
    })
    const left = new Set<number>()
    // Long enough for each request to settle, also on a silent line.
    at(END + 60_000, () => {
      for (const client of clients) client.leave()
    })
    at(END + 70_000, () => {
      const health = watch(gateway.health$, 10)
      result = {
        clients,
        asked: asked.map((ids, peer) => (left.has(peer) ? new Set() : ids)),
        rights,
        upstream: wire.sent,
        leftAt,
        mostLines,
        executions,
        fromServer: wire.received,
        tokens,
        left: health.values[0],
      }
    })
  })
  if (!result) throw new Error('it was not played to the end')
  return result
}

/** Clients hold things weakly, and memory is given back only between turns: many runs in one turn would fill it. */
const endOfTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** An execution event without what differs from client to client. */
const keyOf = ({ executionType, order }: Pick<ProtoOAExecutionEvent, 'executionType' | 'order'>): string =>
  `${executionType} of ${order?.orderId ?? 0}`

const OF_THE_ACCOUNT: ReadonlySet<number> = new Set([
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_EXECUTION_EVENT,
])

/** Events of the account outside of the times in which it was open on the line. */
const strays = ({ timed }: RawClient): readonly string[] => {
  let isOpen = false
  return timed.flatMap(([, text]) => {
    const { payloadType } = JSON.parse(text) as RawFrame
    if (payloadType === PROTO_OA_ACCOUNT_AUTH_RES) isOpen = true
    if (payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT) isOpen = false
    return !isOpen && OF_THE_ACCOUNT.has(payloadType) ? [text] : []
  })
}

/** Events that came when the user had no right to see the account. */
const illicit = ({ timed }: RawClient, rights: readonly (readonly [number, string])[]): readonly string[] =>
  timed.flatMap(([at, text]) => {
    const { payloadType } = JSON.parse(text) as RawFrame
    const scope = rights.filter(([from]) => from < at).at(-1)?.[1]
    return scope === 'none' && OF_THE_ACCOUNT.has(payloadType) ? [text] : []
  })

/** How long an event may take on its way, in ms. */
const ON_ITS_WAY = 500

/** After this time at the latest, in ms, the gateway notices that its line is silent. */
const NOTICED_AFTER = 60_000

/**
 * The events that a client has missed while the account was open on its line, and no 2164 has come since. What came when
 * the line was just opened, or about to end, is left out. So is what came on a silent line, if the client was gone before
 * the silence was noticed.
 */
const missed = (
  { timed }: RawClient,
  executions: readonly Execution[],
  silences: readonly number[],
  ends: number,
): readonly Execution[] => {
  let opened: number | undefined
  const periods: [from: number, to: number][] = []
  const end = (at: number): void => {
    const unnoticed = silences.filter(silent => silent <= at && silent > at - NOTICED_AFTER)
    if (opened !== undefined) periods.push([opened, Math.min(at, ...unnoticed)])
    opened = undefined
  }
  const got = new Set<string>()
  for (const [at, text] of timed) {
    const { payloadType, payload } = JSON.parse(text) as RawFrame
    if (payloadType === PROTO_OA_ACCOUNT_AUTH_RES) opened = at
    if (payloadType === PROTO_OA_ACCOUNT_LOGOUT_RES) end(at)
    if (payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT) opened = undefined
    if (payloadType === PROTO_OA_EXECUTION_EVENT) got.add(keyOf(payload as unknown as ProtoOAExecutionEvent))
  }
  end(ends)
  return executions.filter(
    ({ at, key }) =>
      !got.has(key) && periods.some(([from, to]) => at > from + ON_ITS_WAY && at < to - ON_ITS_WAY),
  )
}

/** The answers to a request: all execution events of an order together are one. */
const answersTo = (client: RawClient, id: string): readonly RawFrame[] => {
  const answers = client.frames().filter(({ clientMsgId }) => clientMsgId === id)
  const [first, ...others] = answers
  return first ? [first, ...others.filter(({ payloadType }) => payloadType !== PROTO_OA_EXECUTION_EVENT)] : []
}

/** How long the way of a request through the gateway may take when nothing holds it up, in ms. */
const THROUGH = 50

/** Whether a user has lost the right to trade with it, or has given the account up. */
const takesAway = (step: Step): boolean =>
  ('scope' in step && step.scope !== 'trade') ||
  ('request' in step && requests[step.request]?.[0] === PROTO_OA_ACCOUNT_LOGOUT_REQ) ||
  'over' in step ||
  'leaves' in step

/** The orders that have left although their right was taken away while they waited. */
const overdue = (given: Steps, { upstream, leftAt }: Played): readonly string[] =>
  upstream.flatMap(({ clientMsgId = '', payloadType }, order) => {
    const at = leftAt[order] ?? 0
    const [asked, own] = given[Number(/~m(\d+)$/.exec(clientMsgId)?.[1])] ?? []
    if (payloadType !== PROTO_OA_NEW_ORDER_REQ || !own || asked === undefined) return []
    const lost = given.find(
      ([when, step]) =>
        'peer' in step &&
        'peer' in own &&
        step.peer === own.peer &&
        takesAway(step) &&
        when > asked &&
        when < at - THROUGH,
    )
    return lost ? [`${clientMsgId} at ${at}, without the right since ${lost[0]}`] : []
  })

describe('a gateway, under faults', () => {
  it('keeps its secrets, its rights, its one line, and answers each request once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, journals, async (given, slow) => {
        await endOfTurn()
        const played = play(given, slow)
        const { clients, asked, rights, upstream, mostLines, left, executions, fromServer, tokens } = played
        expect(overdue(given, played)).toEqual([])
        const leftAt = [0, 1, 2].map(peer =>
          Math.min(
            END,
            ...given.flatMap(([at, step]) =>
              ('leaves' in step || 'over' in step) && step.peer === peer ? [at] : [],
            ),
          ),
        )
        const silences = given.flatMap(([at, step]) =>
          'fault' in step && step.fault === 'silence' ? [at] : [],
        )
        clients.forEach((client, peer) => {
          const all = client.received.join('\n')
          for (const secret of [SECRETS.clientSecret, ...tokens]) expect(all).not.toContain(secret)
          expect(strays(client)).toEqual([])
          expect(illicit(client, rights[peer] ?? [])).toEqual([])
          expect(missed(client, executions, silences, leftAt[peer] ?? END)).toEqual([])
          for (const id of asked[peer] ?? []) {
            const answers = answersTo(client, id)
            expect([id, answers.length]).toEqual([id, 1])
          }
        })
        expect(mostLines).toBeLessThanOrEqual(1)
        expect(fromServer.filter(text => /FREQUENCY_EXCEEDED|BLOCKED_PAYLOAD/.test(text))).toEqual([])
        const orders = upstream.filter(({ payloadType }) => payloadType === PROTO_OA_NEW_ORDER_REQ)
        expect(new Set(orders.map(({ clientMsgId }) => clientMsgId)).size).toBe(orders.length)
        expect(left).toMatchObject({ lines: [{ accounts: 0, health: { status: 'idle' } }], peers: 0 })
      }),
      { numRuns: RUNS },
    )
  }, 600_000)

  it('says of no order of one who may only view, but that it is refused', () => {
    const { clients, upstream } = play([
      [2_000, { peer: 0, scope: 'view' }],
      [2_100, { peer: 0, request: 0 }],
      [3_000, { peer: 0, request: 9 }],
    ] as unknown as Steps)
    expect(
      clients[0]?.frames().find(({ payloadType }) => payloadType === PROTO_OA_ORDER_ERROR_EVENT),
    ).toMatchObject({ payload: { errorCode: 'TRADING_NOT_ALLOWED' } })
    expect(upstream.map(({ payloadType }) => payloadType)).not.toContain(PROTO_OA_NEW_ORDER_REQ)
  })
})
