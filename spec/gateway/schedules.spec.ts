import * as fc from 'fast-check'
import { BehaviorSubject, asyncScheduler, filter, interval, take, takeUntil, timer } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { GatewayHealth, OwnersHealth } from 'rx-ctrader/gateway'
import type { Fault } from 'rx-ctrader/simulator'
import { grantSlot } from '../../src/gateway/bus/subjects'
import { pickLine } from '../../src/gateway/owner/lines/pickLine'
import { ACCOUNTS, APPLICATION, gatewayFloor, grantIdOf } from '../support/gatewayFloor'
import type { GatewayFloor, Scope } from '../support/gatewayFloor'
import { pricesIn } from '../support/pricesIn'
import type { Fate } from '../support/remoteProcess'
import { checkLeases, checkLines, checkOrders, checkPeers, sinceOpened } from '../support/scheduleChecks'
import type { Played } from '../support/scheduleChecks'
import type { RawClient } from '../support/rawClient'
import { steadyPeer } from '../support/steadyPeer'
import type { PeerHabits, SteadyPeer } from '../support/steadyPeer'
import { playProcesses } from '../support/wholeProcess'

/** `SHARED_RUNS=1000 npm run spec -- spec/gateway/schedules` for many more. */
const RUNS = Number(process.env['SHARED_RUNS'] ?? 6)
/** `SHARED_SEED=-7` plays those of this seed. */
const SEED = process.env['SHARED_SEED']

const {
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_EXPECTED_MARGIN_REQ,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_TRADER_REQ,
} = PayloadType

const PROMPT: Fate = { there: 1, back: 1, lost: 'nothing' }
const MARKET_ORDER = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 }

/** When the last thing begins to go wrong at the latest, and when all is well again, in ms. */
const LAST = 36_000
const QUIET = LAST + 10_000
/** By then a silent line was noticed, and a request that was lost is given up. */
const REST = QUIET + 75_000
const END = REST + 6_000

const PEERS: readonly PeerHabits[] = [
  { accounts: [11, 13], spots: [1, 2], depth: true },
  { accounts: [11, 14], spots: [1], depth: false },
  { accounts: [12, 13], spots: [1], depth: false },
  { accounts: [13, 14], spots: [2], depth: true },
  { accounts: [11, 12], spots: [1], depth: false },
]

/** What goes wrong on the gateway's lines. A token that has expired is refused when the line comes back. */
const FAULTS: Record<string, readonly Fault[]> = {
  drop: [{ kind: 'drop' }],
  silence: [{ kind: 'silence' }],
  close: [{ kind: 'close' }],
  expiry: [{ kind: 'tokenExpiry' }, { kind: 'drop' }],
  revocation: [{ kind: 'tokenInvalidated', accountId: 0 }],
  loss: [{ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: false }],
  doubt: [{ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: true }],
}

const seldom = <T>(weight: number, often: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: often }, { weight: 1, arbitrary: rare })

const fate = fc.record<Fate>({
  there: seldom(10, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 2_000 })),
  back: fc.integer({ min: 0, max: 10 }),
  lost: seldom(40, fc.constant('nothing'), fc.constantFrom('request', 'answer')),
  repeated: seldom(12, fc.constant(false), fc.constant(true)),
})
const when = fc.integer({ min: 3_000, max: LAST })
const peer = fc.nat(PEERS.length - 1)
const account = fc.nat(1)

const order = fc.record({ at: when, peer, account })
const step = fc.tuple(
  when,
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ peer, account, query: fc.constantFrom('trader', 'positions', 'logout') }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        peer,
        account,
        scope: fc.constantFrom<Scope[]>('none', 'view', 'trade', 'trade'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        fault: fc.constantFrom(...Object.keys(FAULTS)),
        on: fc.constantFrom(...ACCOUNTS),
      }),
    },
    { weight: 2, arbitrary: fc.record({ elsewhere: fc.constantFrom(...ACCOUNTS) }) },
    { weight: 1, arbitrary: fc.record({ leaves: peer }) },
  ),
)
const deed = fc.record({
  at: when,
  who: fc.nat(3),
  what: fc.constantFrom('pause', 'pause', 'cut', 'kill', 'close'),
  // About as long as a lease lives, more often than not.
  lasts: fc.oneof(fc.integer({ min: 2_300, max: 3_800 }), fc.integer({ min: 300, max: 9_000 })),
  says: fc.boolean(),
})
/**
 * So many requests that orders wait for their turn on the line, and then a pause of its owner. It begins after an order
 * was written down, and before it leaves.
 */
const rush = fc.record({
  at: when,
  on: fc.constantFrom(...ACCOUNTS),
  pausedAfter: fc.integer({ min: 30, max: 1_000 }),
  lasts: fc.integer({ min: 2_500, max: 9_000 }),
})

/** The store of the leases loses so many of its last writes. */
const loss = fc.record({ at: when, count: fc.integer({ min: 1, max: 30 }) })

type Value<T> = T extends fc.Arbitrary<infer U> ? U : never
const history = fc.record({
  lines: fc.constantFrom(2, 3),
  rates: fc.array(fc.constantFrom(0.9, 1, 1.1), { minLength: 4, maxLength: 4 }),
  isWatched: fc.boolean(),
  eager: fc.constantFrom(0, 1_000),
  fates: fc.array(fate, { minLength: 10, maxLength: 100, size: 'max' }),
  orders: fc.array(order, { minLength: 5, maxLength: 25 }),
  steps: fc.array(step, { maxLength: 15 }),
  deeds: fc.array(deed, { minLength: 1, maxLength: 6 }),
  rushes: fc.array(rush, { minLength: 1, maxLength: 2 }),
  losses: fc.array(loss, { maxLength: 3 }).map(losses => (losses.length > 1 ? losses : [])),
})
type History = Value<typeof history>

interface Rest {
  /** What peers have that differs from what a client directly at the server has. */
  readonly wrongPrices: readonly unknown[]
  readonly wrongPositions: readonly unknown[]
  /** Accounts that a peer should have and has not. */
  readonly closed: readonly string[]
  /** By account: what is subscribed to at the server, and what the peers have. */
  readonly subscribed: readonly unknown[]
  readonly lines: number
  /** How many sides a client directly at the server has. */
  readonly prices: number
}

const lineOf = ({ lines }: Pick<History, 'lines'>, accountId: number): string =>
  pickLine(
    Array.from({ length: lines }, (_, line) => ({ name: `demo-${line + 1}`, environment: 'demo' as const })),
    'demo',
    grantSlot(grantIdOf(accountId)),
  )?.name ?? ''

const sorted = (texts: Iterable<string>): readonly string[] => [...new Set(texts)].sort()

const lookAtRest = (floor: GatewayFloor, peers: readonly SteadyPeer[], direct: readonly string[]): Rest => {
  const wrongPrices: unknown[] = []
  const wrongPositions: unknown[] = []
  const closed: string[] = []
  const wanted = new Map<number, string[]>()
  const expected = pricesIn(direct.map(text => JSON.parse(text) as never))
  peers.forEach(({ habits, lines }, index) => {
    const line = lines.at(-1)
    if (!line || line.hasLeft) return
    for (const accountId of habits.accounts) {
      if (floor.rights.get(String(index))?.value.get(accountId) === 'none') continue
      const since = sinceOpened(line.client, accountId)
      if (!since) {
        closed.push(`${accountId} of ${index}`)
        continue
      }
      const has = pricesIn(since)
      const sides = expected.sides.filter(side => habits.spots.some(symbol => side.includes(` ${symbol}"`)))
      const want = { sides, book: habits.depth ? expected.book : [] }
      if (JSON.stringify({ sides: has.sides, book: has.book }) !== JSON.stringify(want))
        wrongPrices.push([index, accountId, { sides: has.sides, book: has.book }, want])
      const names = [...habits.spots.map(symbol => `spot ${symbol}`), ...(habits.depth ? ['depth 1'] : [])]
      wanted.set(accountId, [...(wanted.get(accountId) ?? []), ...names])
      const shown = since
        .filter(({ payloadType }) => payloadType === PayloadType.PROTO_OA_RECONCILE_RES)
        .at(-1)
      const ids = (list: unknown): readonly number[] =>
        ((list ?? []) as readonly { readonly positionId: number }[])
          .map(({ positionId }) => positionId)
          .sort()
      const { positions } = floor.broker.exchange.ledger(accountId)
      if (JSON.stringify(ids(shown?.payload?.['position'])) !== JSON.stringify(ids(positions)))
        wrongPositions.push([index, accountId])
    }
  })
  const upstream = new Map<number, string[]>()
  const own = floor.broker.lines().filter(({ clientId }) => clientId === APPLICATION.clientId)
  for (const { subscriptions } of own)
    for (const { accountId, spots, depth } of subscriptions)
      upstream.set(accountId, [
        ...(upstream.get(accountId) ?? []),
        ...spots.map(symbol => `spot ${symbol}`),
        ...depth.map(symbol => `depth ${symbol}`),
      ])
  return {
    wrongPrices,
    wrongPositions,
    closed,
    subscribed: ACCOUNTS.map(accountId => [
      accountId,
      sorted(upstream.get(accountId) ?? []),
      sorted(wanted.get(accountId) ?? []),
    ]),
    lines: own.length,
    prices: expected.sides.length,
  }
}

const lastPriceAt = (client: RawClient | undefined): number =>
  client?.timed.filter(([, text]) => /"payloadType":(2131|2155)/.test(text)).at(-1)?.[0] ?? 0

interface Outcome extends Played {
  readonly rest: Rest | undefined
  /** What is left when all have gone. */
  readonly left: {
    readonly owners: readonly OwnersHealth[]
    readonly edges: readonly GatewayHealth[]
    readonly lines: number
  }
}

const play = (given: History): Outcome => {
  let outcome: Outcome | undefined
  playProcesses(time => {
    const { at, watch } = time
    let used = 0
    let isQuiet = false
    const nextFate = (): Fate =>
      isQuiet ? PROMPT : (given.fates[(used += 1) % given.fates.length] ?? PROMPT)
    const floor = gatewayFloor(time, { ...given, nextFate })
    const { broker, disturb, edges, owners, rights } = floor
    PEERS.forEach(({ accounts }, index) => {
      const scopes = accounts.map((accountId): [number, Scope] => [
        accountId,
        index === 4 && accountId === 12 ? 'view' : 'trade',
      ])
      rights.set(String(index), new BehaviorSubject<ReadonlyMap<number, Scope>>(new Map(scopes)))
    })
    const peers = PEERS.map((habits, index) => steadyPeer(floor, index, habits, END))
    const accountOf = (index: number, which: number): number => PEERS[index]?.accounts[which] ?? 0
    const flood = (index: number, accountId: number): void => {
      for (let count = 1; count <= 50; count += 1)
        peers[index]?.ask(PROTO_OA_EXPECTED_MARGIN_REQ, accountId, { symbolId: 1, volume: [count * 100_000] })
    }
    const buy = (index: number, accountId: number): void => {
      peers[index]?.ask(PROTO_OA_NEW_ORDER_REQ, accountId, MARKET_ORDER)
    }

    for (const { at: moment, peer: index, account: which } of given.orders)
      at(moment, () => {
        buy(index, accountOf(index, which))
      })
    for (const [moment, one] of given.steps)
      at(moment, () => {
        if ('query' in one) {
          const type = {
            trader: PROTO_OA_TRADER_REQ,
            positions: PROTO_OA_RECONCILE_REQ,
            logout: PROTO_OA_ACCOUNT_LOGOUT_REQ,
          }[one.query]
          peers[one.peer]?.ask(type, accountOf(one.peer, one.account))
        } else if ('scope' in one) {
          const scopes$ = rights.get(String(one.peer))
          scopes$?.next(new Map(scopes$.value).set(accountOf(one.peer, one.account), one.scope))
        } else if ('fault' in one) {
          for (const fault of FAULTS[one.fault] ?? [])
            disturb(
              'accountId' in fault || fault.kind === 'tokenExpiry' ? { ...fault, accountId: one.on } : fault,
              one.on,
            )
        } else if ('elsewhere' in one) floor.placeElsewhere(one.elsewhere)
        else peers[one.leaves]?.leave()
      })
    for (const { at: moment, who, what, lasts, says } of given.deeds)
      at(moment, () => {
        const kind = who < 2 ? 'owner' : 'edge'
        const one = who < 2 ? owners[who] : edges[who - 2]
        if (!one) return
        const { process, bus } = one
        if (what === 'pause') {
          process.pause()
          at(lasts, process.resume)
        } else if (what === 'cut') {
          bus.cut()
          at(lasts, () => {
            bus.join(says)
          })
        } else {
          if (what === 'close')
            process.enter(() => {
              const ending = 'owners' in one ? one.owners.close() : one.edge.close()
              ending.subscribe()
            })
          at(what === 'close' ? Math.min(300, lasts) : 0, process.kill)
          at(lasts, () => {
            const present = who < 2 ? owners[who] : edges[who - 2]
            if (present === one && process.isDead()) floor.restart(kind, who % 2)
          })
        }
      })
    for (const { at: moment, on, pausedAfter, lasts } of given.rushes)
      at(moment, () => {
        const those = PEERS.flatMap(({ accounts }, index) => (accounts.includes(on) ? [index] : []))
        for (const index of those.slice(0, 2)) flood(index, on)
        at(20, () => {
          for (const index of those) buy(index, on)
        })
        at(pausedAfter, () => {
          const holder = floor.holderOf(lineOf(given, on))
          holder?.process.pause()
          at(lasts, () => holder?.process.resume())
        })
      })
    for (const { at: moment, count } of given.losses)
      at(moment, () => {
        floor.loseLeases(count)
      })
    at(QUIET, () => {
      isQuiet = true
      broker.fault({ kind: 'recover' })
    })
    at(QUIET + 10_000, floor.consentAgain)
    // While all that is left comes to an end, prices would only take time.
    at(QUIET + 4_000, () => {
      for (const symbolId of [1, 2]) broker.fault({ kind: 'mute', symbolId })
    })
    at(REST - 2_000, () => {
      broker.fault({ kind: 'recover' })
    })

    // All is well now.
    let direct: RawClient | undefined
    let rest: Rest | undefined
    at(REST, () => {
      direct = floor.watchPrices()
      for (const { ask, habits } of peers)
        for (const accountId of habits.accounts) ask(PROTO_OA_RECONCILE_REQ, accountId)
    })
    at(REST + 1_000, () => {
      interval(10)
        .pipe(
          filter(() => asyncScheduler.now() - lastPriceAt(direct) >= 40),
          take(1),
          takeUntil(timer(END - REST - 1_000)),
        )
        .subscribe(() => {
          rest = lookAtRest(floor, peers, direct?.received ?? [])
        })
    })
    at(END, () => {
      const lines = peers.flatMap(one => one.lines)
      const booked = new Set(
        floor
          .records()
          .executions.filter(({ key }) => key.startsWith('3 '))
          .map(({ id }) => id),
      )
      const played: Played = {
        lines,
        records: floor.records(),
        booked,
        endedAt: END,
      }
      direct?.leave()
      for (const one of peers) one.leave()
      at(30_000, () => {
        const health = {
          owners: owners.map(({ owners: one }) => watch(one.health$, 10).values),
          edges: edges.map(({ edge }) => watch(edge.health$, 10).values),
        }
        at(20, () => {
          outcome = {
            ...played,
            rest,
            left: {
              owners: health.owners.flatMap(([first]) => first ?? []),
              edges: health.edges.flatMap(([first]) => first ?? []),
              lines: broker.lines().filter(({ clientId }) => clientId === APPLICATION.clientId).length,
            },
          }
          floor.end()
        })
      })
    })
  })
  if (!outcome) throw new Error('it was not played to the end')
  return outcome
}
describe('owners and edges in several processes, on a bus that loses, delays and repeats messages', () => {
  it('keep what a gateway promises, while processes pause, die and come back', () => {
    fc.assert(
      fc.property(history, given => {
        const outcome = play(given)
        const { rest, left } = outcome
        // Whose store says what is not true may be one of two owners for a while.
        if (given.losses.length === 0) checkLeases(outcome)
        checkLines(outcome)
        checkOrders(outcome)
        checkPeers(outcome)
        expect(rest?.prices).toBe(4)
        expect(rest).toMatchObject({ wrongPrices: [], wrongPositions: [], closed: [] })
        for (const [accountId, upstream, wanted] of (rest?.subscribed ?? []) as [number, unknown, unknown][])
          expect([accountId, upstream]).toEqual([accountId, wanted])
        expect(rest?.lines).toBeLessThanOrEqual(given.lines)
        expect(left.lines).toBe(0)
        for (const { peers } of left.edges) expect(peers).toBe(0)
        for (const { lines } of left.owners) for (const { accounts } of lines) expect(accounts).toBe(0)
      }),
      {
        numRuns: RUNS,
        endOnFailure: true,
        ...(SEED !== undefined && { seed: Number(SEED) }),
      },
    )
  }, 3_600_000)
})
