import fc from 'fast-check'
import { PayloadType, createClient, positions } from 'rx-ctrader'
import type { Account, AuthState, Client, ClientOptions, Health } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { manyAccounts } from '../support/manyAccounts'
import '../support/seed'
import { inVirtualTime } from '../support/virtualTime'
import type { Seen, VirtualTime } from '../support/virtualTime'

interface Floor extends VirtualTime {
  readonly broker: Simulator
  readonly client: Client
  readonly accounts: readonly Account[]
  readonly logged: (readonly [event: string, fields: Readonly<Record<string, unknown>>])[]
  /** Which accounts are on which line of the server. */
  readonly places: () => (readonly number[])[]
}

const FIRST = 1_000

/** Accounts with a grant each, or with the grants that are given, on some lines. */
const floor = (
  play: (floor: Floor) => void,
  {
    accounts: count,
    perGrant = 1,
    lines,
    ...options
  }: SimulatorOptions extends infer O
    ? Omit<O, 'accounts'> & { readonly accounts: number; readonly perGrant?: number; readonly lines: number }
    : never,
  tuning: Partial<ClientOptions> = {},
): void => {
  inVirtualTime(time => {
    const ids = Array.from({ length: count }, (_, index) => FIRST + index)
    const grantOf = (id: number): string => `token-of-grant-${Math.floor((id - FIRST) / perGrant)}`
    const broker = createSimulator({ latency: 10, ...manyAccounts(ids, grantOf), ...options })
    const logged: Floor['logged'] = []
    const client = createClient({
      connect: broker.connect,
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
      linger: 0,
      lines,
      log: (_, event, fields) => logged.push([event, fields]),
      ...tuning,
    })
    play({
      ...time,
      broker,
      client,
      logged,
      accounts: ids.map(accountId => client.account({ accountId, accessToken: grantOf(accountId) })),
      places: () => broker.lines().map(({ accountIds }) => [...accountIds].sort((a, b) => a - b)),
    })
  })
}

const statuses = ({ values }: Seen<AuthState>): AuthState['status'][] => values.map(({ status }) => status)

describe('lines', () => {
  it('spread the grants, and the accounts of one grant are on the same line', () => {
    floor(
      ({ accounts, at, places, watch }) => {
        for (const account of accounts) watch(account.accountAuth$)
        at(2_000, () => {
          expect(places()).toEqual([
            [1_000, 1_001, 1_006, 1_007],
            [1_002, 1_003, 1_008, 1_009],
            [1_004, 1_005, 1_010, 1_011],
          ])
        })
      },
      { accounts: 12, perGrant: 2, lines: 3 },
    )
  })

  it('open when an account on them is used, and close after the last one has left', () => {
    floor(
      ({ accounts, at, broker, client, watch }) => {
        const states = watch(client.connection$)
        const [, second] = accounts.map((account, index) =>
          index === 1 ? watch(account.accountAuth$, 5_000) : undefined,
        )
        at(2_000, () => {
          expect(broker.lines()).toHaveLength(1)
          expect(second?.values).toHaveLength(1)
          expect(states.values.at(-1)).toEqual({
            status: 'connected',
            lines: [{ status: 'idle' }, { status: 'connected' }],
          })
        })
        at(8_000, () => {
          expect(broker.lines()).toHaveLength(0)
          expect(states.values.at(-1)).toMatchObject({ status: 'idle' })
        })
      },
      { accounts: 2, lines: 2 },
    )
  })

  it('heal each by itself: with one lost, only its accounts reconnect', () => {
    floor(
      ({ accounts, at, broker, places, watch }) => {
        const seen = accounts.map(account => watch(account.authenticated$))
        const streams = accounts.map(account => watch(positions(account)))
        at(3_000, () => {
          const before = places()
          const [{ line } = { line: NaN }] = broker.lines()
          broker.fault({ kind: 'drop' }, one => one.line === line)
          at(5_000, () => {
            const lost = new Set(before[0])
            accounts.forEach(({ accountId }, index) => {
              const all = seen[index]
              expect(all && statuses(all).includes('reconnecting')).toBe(lost.has(accountId))
              expect(all && statuses(all).at(-1)).toBe('authenticated')
              expect(streams[index]?.values).toHaveLength(1)
            })
            expect(places().flat().sort()).toEqual(before.flat().sort())
          })
        })
      },
      { accounts: 9, lines: 3 },
    )
  })

  it('become fewer where the server lets the application have no more, and the client says so', () => {
    floor(
      ({ accounts, at, client, logged, places, watch }) => {
        const health = watch(client.health$)
        const seen = accounts.map(account => watch(account.authenticated$))
        at(20_000, () => {
          expect(places().map(({ length }) => length)).toEqual([4, 4])
          expect(seen.map(all => statuses(all).at(-1))).toEqual(accounts.map(() => 'authenticated'))
          expect(logged.filter(([event]) => event === 'lines')).toEqual([
            ['lines', { lines: 3, cause: 'CONNECTIONS_LIMIT_EXCEEDED' }],
            ['lines', { lines: 2, cause: 'CONNECTIONS_LIMIT_EXCEEDED' }],
          ])
          expect(health.values.at(-1)?.lines).toHaveLength(2)
          client.retry()
        })
        at(21_000, () => {
          // Those that have a place keep it.
          expect(health.values.at(-1)?.lines).toHaveLength(4)
          expect(places().map(({ length }) => length)).toEqual([4, 4])
        })
      },
      { accounts: 8, lines: 4, limits: { connections: 2 } },
    )
  })

  it('carry what belongs to no account on the first one, and give all messages together', () => {
    floor(
      ({ accounts, at, broker, client, watch }) => {
        const auths = watch(client.on(PayloadType.PROTO_OA_ACCOUNT_AUTH_RES))
        const version = watch(client.request(PayloadType.PROTO_OA_VERSION_REQ, {}))
        for (const account of accounts) watch(account.accountAuth$)
        at(2_000, () => {
          expect(version.completed).toBe(true)
          expect(auths.values.map(({ payload }) => payload.ctidTraderAccountId).sort()).toEqual([
            1_000, 1_001, 1_002,
          ])
          expect(broker.lines()).toHaveLength(3)
        })
      },
      { accounts: 3, lines: 3 },
    )
  })

  it('have one health, with that of each', () => {
    floor(
      ({ accounts, at, broker, client, watch }) => {
        const health = watch(client.health$)
        for (const account of accounts) watch(account.accountAuth$)
        at(5_000, () => {
          const [first] = broker.lines()
          broker.fault({ kind: 'drop' }, ({ line }) => line === first?.line)
        })
        at(9_000, () => {
          const last = health.values.at(-1)
          expect(last).toMatchObject<Partial<Health>>({
            status: 'connected',
            losses: 1,
            waiting: { live: 0, historical: 0 },
          })
          expect(last?.lines?.map(({ losses, status }) => [status, losses])).toEqual([
            ['connected', 1],
            ['connected', 0],
          ])
          expect(last?.receivedAt).toBe(
            Math.min(...(last?.lines ?? []).map(({ receivedAt = NaN }) => receivedAt)),
          )
        })
      },
      { accounts: 2, lines: 2 },
    )
  })

  it.each([
    [{ lines: 26 }, 'lines'],
    [{ lines: 3, lineLimit: 2 }, 'lines'],
    [{ lines: 0 }, 'lines'],
    [{ lines: 1.5 }, 'lines'],
    [{ lineLimit: 0 }, 'lineLimit'],
  ])('are a whole number up to the limit: %j', (tuning, option) => {
    const { connect } = createSimulator()
    expect(() => createClient({ connect, clientId: 'demo', clientSecret: 'demo', ...tuning })).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  type Step =
    | { readonly kind: 'use' | 'leave' | 'logout'; readonly pick: number }
    | { readonly kind: 'drop'; readonly pick: number }
    | { readonly kind: 'dropAll' | 'retry' }
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constantFrom('use' as const, 'use' as const, 'leave' as const, 'logout' as const),
      pick: fc.nat(99),
    }),
    fc.record({ kind: fc.constant('drop' as const), pick: fc.nat(9) }),
    fc.record({ kind: fc.constantFrom('dropAll' as const, 'retry' as const) }),
  )

  it('never have an account twice, and have all that are used some time after the last fault', () => {
    const plans = fc.record({
      lines: fc.integer({ min: 2, max: 5 }),
      connections: fc.integer({ min: 1, max: 5 }),
      perGrant: fc.integer({ min: 1, max: 3 }),
      steps: fc.array(fc.record({ after: fc.integer({ min: 1, max: 2_000 }), step }), {
        minLength: 5,
        maxLength: 40,
      }),
    })
    fc.assert(
      fc.property(plans, ({ lines, connections, perGrant, steps }) => {
        const twice: string[] = []
        let missing: readonly number[] = []
        floor(
          ({ accounts, at, broker, client, places, watch }) => {
            const uses = new Map<number, Seen<unknown>[]>()
            const look = (): void => {
              const all = places().flat()
              const doubled = all.filter((id, index) => all.indexOf(id) !== index)
              if (doubled.length > 0) twice.push(`${doubled.join()} of ${JSON.stringify(places())}`)
            }
            const act = (one: Step): void => {
              const account = accounts[('pick' in one ? one.pick : 0) % accounts.length]
              const { accountId = NaN } = account ?? {}
              if (one.kind === 'use' && account)
                uses.set(accountId, [...(uses.get(accountId) ?? []), watch(account.authenticated$)])
              if (one.kind === 'leave') {
                uses.get(accountId)?.forEach(({ unsubscribe }) => {
                  unsubscribe()
                })
                uses.delete(accountId)
              }
              if (one.kind === 'logout' && account) {
                watch(account.logout())
                uses.delete(accountId)
              }
              if (one.kind === 'drop') {
                const open = broker.lines()
                const { line } = open[one.pick % (open.length || 1)] ?? {}
                broker.fault({ kind: 'drop' }, other => other.line === line)
              }
              if (one.kind === 'dropAll') broker.drop()
              if (one.kind === 'retry') client.retry()
            }
            let due = 0
            for (const { after, step: one } of steps) {
              due += after
              at(due, () => {
                act(one)
              })
              for (const later of [0, 5, 25, 60, 400]) at(due + later, look)
            }
            at(due + 200_000, () => {
              const here = new Set(places().flat())
              missing = [...uses.keys()].filter(id => !here.has(id))
            })
          },
          { accounts: 9, perGrant, lines, limits: { connections } },
        )
        expect([twice, missing]).toEqual([[], []])
      }),
      { numRuns: Number(process.env['LINES_RUNS'] ?? 40), endOnFailure: true },
    )
  })
})
