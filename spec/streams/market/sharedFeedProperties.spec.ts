import * as fc from 'fast-check'
import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import { candles, createClient, depth, spots } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Fault, Simulator } from 'rx-ctrader/simulator'
import { manyAccounts } from '../../support/manyAccounts'
import '../../support/seed'
import { inVirtualTime } from '../../support/virtualTime'
import type { Seen, VirtualTime } from '../../support/virtualTime'

const RUNS = Number(process.env['FEED_RUNS'] ?? 12)

const IDS = [1, 2, 3, 4]
const SYMBOLS = [1, 2, 41] as const
/** After the last fault, all is as if there had been none within this time, in ms. */
const HEALED = 120_000
/** Then for so long all must be the same. */
const COMPARED = 20_000

const kinds = ['spots', 'depth', 'candles'] as const
type Kind = (typeof kinds)[number]

const read: Readonly<Record<Kind, (account: Account, symbolId: number) => Observable<unknown>>> = {
  spots,
  depth: (account, symbolId) => depth(account, symbolId).pipe(map(({ bids, asks }) => [bids, asks])),
  candles: (account, symbolId) => candles(account, symbolId, 'M1', { history: 2 }),
}

/** A client and its broker, which has the same prices as any other. */
const side = (time: VirtualTime, isShared: boolean) => {
  const broker = createSimulator({ seed: 5, latency: 10, ...manyAccounts(IDS, id => `token-${id}`) })
  const client = createClient({
    connect: broker.connect,
    clientId: 'demo',
    clientSecret: 'demo',
    random: () => 0.5,
    linger: 0,
    lines: 3,
    ...(isShared && { feedOf: () => 'prices' }),
  })
  const accounts = IDS.map(accountId => client.account({ accountId, accessToken: `token-${accountId}` }))
  const consumers = new Map<string, Seen<unknown>>()
  const leave = (key: string): void => {
    consumers.get(key)?.unsubscribe()
    consumers.delete(key)
  }
  return {
    broker,
    consumers,
    use: (index: number, symbolId: number, kind: Kind): void => {
      const account = accounts[index]
      const key = `${index} ${symbolId} ${kind}`
      if (account && !consumers.has(key))
        consumers.set(key, time.watch(read[kind](account, symbolId), 1_000_000))
    },
    leave: (pick: number): void => {
      leave([...consumers.keys()][pick % (consumers.size || 1)] ?? '')
    },
    logout: (index: number): void => {
      const account = accounts[index]
      if (account) time.watch(account.logout())
      for (const key of [...consumers.keys()]) if (key.split(' ')[0] === `${index}`) leave(key)
    },
    stay: (index: number): void => {
      const account = accounts[index]
      if (account && !consumers.has(`${index}`))
        consumers.set(`${index}`, time.watch(account.authenticated$, 1_000_000))
    },
    leaveAll: (): void => {
      for (const key of [...consumers.keys()]) leave(key)
    },
  }
}

/** How often each symbol is subscribed on the server, on all lines. */
const subscribed = (broker: Simulator): Readonly<Record<'spots' | 'depth', readonly number[]>> => {
  const all = broker.lines().flatMap(({ subscriptions }) => subscriptions)
  const sorted = (symbolIds: readonly number[]): number[] => [...symbolIds].sort((a, b) => a - b)
  return {
    spots: sorted(all.flatMap(({ spots: of }) => of)),
    depth: sorted(all.flatMap(({ depth: of }) => of)),
  }
}

const wanted = (keys: Iterable<string>) => {
  const parts = [...keys].map(key => key.split(' '))
  const of = (...those: string[]): number[] =>
    [
      ...new Set(
        parts.filter(([, , kind = '']) => those.includes(kind)).map(([, symbolId]) => Number(symbolId)),
      ),
    ].sort((a, b) => a - b)
  return { spots: of('spots', 'candles'), depth: of('depth') }
}

type Step =
  | { readonly act: 'use'; readonly index: number; readonly symbolId: number; readonly kind: Kind }
  | { readonly act: 'leave'; readonly pick: number }
  | { readonly act: 'logout' | 'stay'; readonly index: number }
  | { readonly act: 'fault'; readonly fault: Fault }

const index = fc.nat(IDS.length - 1)
const onAccount = fc.constantFrom(...IDS).map(accountId => ({ accountId }))
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('drop' as const), on: onAccount }),
  fc.record({ kind: fc.constant('silence' as const), on: onAccount }),
  fc.constant({ kind: 'drop' as const }),
  fc.record({
    kind: fc.constantFrom('accountDisconnect' as const, 'tokenInvalidated' as const),
    accountId: fc.constantFrom(...IDS),
    spurious: fc.boolean(),
  }),
)
const use = fc.record({
  act: fc.constant('use' as const),
  index,
  symbolId: fc.constantFrom(...SYMBOLS),
  kind: fc.constantFrom(...kinds),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: use },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('leave' as const), pick: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('logout' as const, 'stay' as const), index }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('fault' as const), fault }) },
)
const steps = fc.array(fc.record({ after: fc.integer({ min: 0, max: 4_000 }), step }), {
  minLength: 4,
  maxLength: 30,
})

describe('a feed that accounts share', () => {
  it('gives each of them what it would get by itself, from one subscription for each symbol', () => {
    fc.assert(
      fc.property(steps, plan => {
        inVirtualTime(time => {
          const sides = [side(time, true), side(time, false)] as const
          const act = (one: Step): void => {
            for (const { broker, leave, logout, stay, use: come } of sides) {
              if (one.act === 'use') come(one.index, one.symbolId, one.kind)
              if (one.act === 'leave') leave(one.pick)
              if (one.act === 'logout') logout(one.index)
              if (one.act === 'stay') stay(one.index)
              if (one.act === 'fault') broker.fault(one.fault)
            }
          }
          let due = 0
          for (const { after, step: one } of plan) {
            due += after
            time.at(due, () => {
              act(one)
            })
          }
          const from = due + HEALED
          time.at(from + COMPARED, () => {
            const [shared, own] = sides.map(({ consumers }) =>
              Object.fromEntries(
                [...consumers].map(([key, { error, timed }]) => [
                  key,
                  { error, timed: timed.filter(([ms]) => ms > from), isQuoted: timed.length > 0 },
                ]),
              ),
            )
            expect(shared).toEqual(own)
            const [inFeed, alone] = sides.map(({ broker }) =>
              broker.lines().flatMap(({ accountIds }) => accountIds),
            )
            expect(inFeed?.sort()).toEqual(alone?.sort())
            expect(subscribed(sides[0].broker)).toEqual(wanted(sides[0].consumers.keys()))
            for (const { leaveAll } of sides) leaveAll()
          })
          time.at(from + COMPARED + 5_000, () => {
            for (const { broker } of sides) expect(broker.lines()).toEqual([])
          })
        })
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
  })
})
