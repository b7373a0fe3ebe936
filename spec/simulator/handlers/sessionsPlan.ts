import * as fc from 'fast-check'

/** How many times as fast as the scheduler the market goes, so that days of it fit into one scenario. */
export const SPEED = 100

export const START = Date.UTC(2026, 0, 7, 14)

export const SECOND = 1_000

export const MINUTE = 60 * SECOND

export const HOUR = 60 * MINUTE

export const WEEK = 7 * 24 * HOUR

const HEDGED = 11

export const NETTED = 12

const EUROS = 13

export const ACCOUNTS = [HEDGED, NETTED, EUROS]

const accountDefaults = { isLive: false, brokerTitleShort: 'Broker' }

export const identity = {
  accounts: [
    { ...accountDefaults, accountId: HEDGED, traderLogin: 1 },
    { ...accountDefaults, accountId: NETTED, traderLogin: 2, accountType: 1, leverage: 500 },
    // Little money, so that some of its orders are too big and some of its positions are stopped out.
    { ...accountDefaults, accountId: EUROS, traderLogin: 3, depositAsset: 'EUR', balance: 30_000 },
  ],
  grants: [{ accessToken: 'demo', refreshToken: 'refresh', accountIds: ACCOUNTS, permissionScope: 1 }],
} as const

/** A major, a pair of another currency, gold, an index with a daily break and a coin that never sleeps. */
export const SYMBOLS = [1, 4, 41, 101, 114] as const

/** How much is traded at the most, in the least volume of each: a position is worth about the same in all. */
export const LOTS: Readonly<Record<number, number>> = { 1: 60, 4: 60, 41: 30, 101: 10, 114: 30 }

const kinds = [
  ...['market', 'market', 'market', 'limit', 'stop', 'stopLimit', 'range', 'passing', 'passing'],
  ...['cancel', 'amend', 'amend', 'protect', 'protect', 'protect', 'close', 'close', 'close'],
  ...['deposit', 'shift', 'marginCall', 'query', 'query'],
  ...['spots', 'noSpots', 'bars', 'depth', 'noDepth', 'logIn', 'logOut', 'connect', 'leave'],
  ...['wait', 'night'],
] as const

export type Kind = (typeof kinds)[number]

export interface Step {
  readonly wait: number
  readonly kind: Kind
  readonly line: number
  readonly account: number
  readonly symbolId: number
  readonly side: 1 | 2
  readonly size: number
  readonly far: number
  readonly pick: number
  readonly guarded: boolean
}

const steps: fc.Arbitrary<Step> = fc.record({
  wait: fc.integer({ min: 0, max: 15_000 }),
  kind: fc.constantFrom(...kinds),
  line: fc.nat(5),
  account: fc.constantFrom(...ACCOUNTS),
  symbolId: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom(1, 2),
  size: fc.double({ min: 0, max: 1, noNaN: true }),
  far: fc.integer({ min: -20, max: 60 }),
  pick: fc.nat(),
  guarded: fc.boolean(),
})

export interface Session {
  readonly seed: number
  readonly steps: readonly Step[]
}

export const sessions: fc.Arbitrary<Session> = fc.record({
  seed: fc.integer({ min: 1, max: 1000 }),
  steps: fc.array(steps, { minLength: 200, maxLength: 200 }),
})
