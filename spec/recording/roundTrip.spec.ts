import * as fc from 'fast-check'
import { EMPTY, asyncScheduler, map, timer, takeUntil } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  candles,
  createClient,
  depth,
  lots,
  orders,
  PayloadType,
  placeOrder,
  pnl,
  positions,
  ProtoOATrendbarPeriod,
  spots,
  symbol,
  trader,
} from 'rx-ctrader'
import type { Account, Client, Connect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Fault } from 'rx-ctrader/simulator'
import { record, replay } from 'rx-ctrader/recording'
import { inVirtualTime } from '../support/virtualTime'

const { PROTO_OA_SYMBOLS_LIST_REQ } = PayloadType

const END = 60_000

interface Session {
  readonly client: Client
  readonly account: Account
}

/** What a consumer may look at; each value as plain data. */
const looks: Readonly<Record<string, (session: Session) => Observable<unknown>>> = {
  states: ({ account }) => account.authenticated$,
  line: ({ client }) => client.connection$,
  gaps: ({ account }) => account.gap$,
  quotes: ({ account }) => spots(account, ['EURUSD', 'USDJPY']),
  candles: ({ account }) => candles(account, 1, ProtoOATrendbarPeriod.M1, { history: 5 }),
  book: ({ account }) =>
    depth(account, 'EURUSD').pipe(map(({ bids, asks, imbalance }) => ({ bids, asks, imbalance }))),
  positions: ({ account }) => positions(account),
  orders: ({ account }) => orders(account),
  trader: ({ account }) => trader(account),
  pnl: ({ account }) => pnl(account),
  terms: ({ account }) => symbol(account, 41),
}

interface Plan {
  readonly watched: readonly { readonly look: string; readonly from: number; readonly to: number }[]
  readonly trades: readonly { readonly at: number; readonly side: 'buy' | 'sell'; readonly limit: boolean }[]
  readonly faults: readonly { readonly at: number; readonly fault: Fault }[]
}

/** What a consumer sees, with the time of each; `what` says what it is. */
type Sight = readonly [at: number, what: string, value: unknown]

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, held: unknown) => (held instanceof Error ? String(held) : held)))

/** Does what the plan says over any line, and notes what comes. */
const act = (connect: Connect, { watched, trades }: Plan, heard: (client: Client) => void): Sight[] => {
  const sights: Sight[] = []
  const note = (what: string, value: unknown): void => {
    sights.push([asyncScheduler.now(), what, plain(value)])
  }
  const watch = (what: string, source$: Observable<unknown>): void => {
    source$.subscribe({
      next: value => {
        note(what, value)
      },
      error: (error: unknown) => {
        note(what, String(error))
      },
    })
  }
  const client = createClient({
    connect,
    clientId: 'demo',
    clientSecret: 'demo',
    random: () => 0.5,
    linger: 0,
  })
  heard(client)
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })
  watched.forEach(({ look, from, to }, index) => {
    asyncScheduler.schedule(() => {
      watch(`${index} ${look}`, (looks[look]?.({ client, account }) ?? EMPTY).pipe(takeUntil(timer(to))))
    }, from)
  })
  trades.forEach(({ at, side, limit }, index) => {
    asyncScheduler.schedule(() => {
      watch(
        `${index} order`,
        placeOrder(account, {
          symbol: 'EURUSD',
          side,
          volume: lots(0.1),
          ...(limit ? { type: 'limit', price: { price: side === 'buy' ? 1 : 1.5 } } : { type: 'market' }),
        }).pipe(takeUntil(timer(END))),
      )
    }, at)
  })
  return sights
}

const live = (plan: Plan, seed: number, latency: number): { sights: Sight[]; lines: string[] } => {
  let sights: Sight[] = []
  const lines: string[] = []
  inVirtualTime(() => {
    const broker = createSimulator({ seed, latency })
    for (const { at, fault } of plan.faults)
      asyncScheduler.schedule(() => {
        broker.fault(fault)
      }, at)
    sights = act(broker.connect, plan, client => {
      record(client).subscribe(line => lines.push(line))
    })
  })
  return { sights, lines }
}

const replayed = (plan: Plan, lines: readonly string[]): Sight[] => {
  let sights: Sight[] = []
  inVirtualTime(() => {
    sights = act(replay(lines), plan, () => undefined)
  })
  return sights
}

/** By what was looked at: the order of two things of the same ms is not defined. */
const byLook = (sights: readonly Sight[]): Record<string, unknown[]> => {
  const sorted: Record<string, unknown[]> = {}
  for (const [at, what, value] of sights) (sorted[what] ??= []).push([at, value])
  return sorted
}

const time = fc.integer({ min: 0, max: 40_000 })
const faults = fc.oneof<fc.Arbitrary<Fault>[]>(
  fc.constantFrom<Fault>(
    { kind: 'drop' },
    { kind: 'close' },
    { kind: 'accountDisconnect', accountId: 12345678 },
    { kind: 'tokenInvalidated', accountId: 12345678 },
    { kind: 'clientDisconnect' },
    { kind: 'maintenance', seconds: 5, drops: true },
    { kind: 'malformed' },
    { kind: 'garbage' },
    { kind: 'duplicate' },
    { kind: 'extraField' },
    { kind: 'unknownMessage' },
    { kind: 'swallow', takesEffect: true },
    { kind: 'refuse', errorCode: 'MARKET_CLOSED' },
    { kind: 'rateLimit', payloadType: PROTO_OA_SYMBOLS_LIST_REQ, retryAfter: 2 },
    { kind: 'delay', ms: 30 },
  ),
)
const plans = fc.record<Plan>({
  watched: fc.array(
    fc.record({
      look: fc.constantFrom(...Object.keys(looks)),
      from: time,
      to: fc.integer({ min: 1_000, max: END }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  trades: fc.array(
    fc.record({ at: time, side: fc.constantFrom('buy' as const, 'sell' as const), limit: fc.boolean() }),
    { maxLength: 3 },
  ),
  faults: fc.array(fc.record({ at: time, fault: faults }), { maxLength: 3 }),
})

describe('a replay', () => {
  it('shows a consumer what it saw live, each value at its time', () => {
    fc.assert(
      fc.property(
        plans,
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(0, 1, 25),
        (plan, seed, latency) => {
          const { sights, lines } = live(plan, seed, latency)
          expect(byLook(replayed(plan, lines))).toEqual(byLook(sights))
        },
      ),
      { numRuns: Number(process.env['REPLAY_RUNS'] ?? 30) },
    )
  })
})
