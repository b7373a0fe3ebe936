import * as fc from 'fast-check'
import type { Fault } from 'rx-ctrader/simulator'
import { accountIds } from '../../soak/world'
import { anyHarm, lasting } from './faults'
import { consumers } from './consumers'
import type { Wanted } from './consumers'
import { END, TROUBLE } from './times'
import { deeds } from './trading'
import type { Deed } from './trading'

/** A consumer of something, for a while or to the end. */
export interface Visit {
  /** Which of the accounts, from 0. */
  readonly account: number
  readonly wants: Wanted
  readonly symbolId: number
  readonly from: number
  readonly to: number
}

export interface Query {
  readonly at: number
  readonly account: number
  readonly asks: 'trader' | 'bars' | 'order' | 'version'
  readonly times: number
  /** After how long the answer is not waited for any more. */
  readonly patience: number
}

/** Something that is traded from another terminal. */
export interface Trade {
  readonly at: number
  readonly account: number
  readonly does: Deed
  readonly symbolId: number
  readonly side: 1 | 2
  readonly lots: number
  /** Which of the orders or positions that there are then. */
  readonly which: number
}

export interface Schedule {
  readonly troubles: readonly (readonly [at: number, faults: readonly Fault[]])[]
  readonly visits: readonly Visit[]
  readonly queries: readonly Query[]
  readonly trades: readonly Trade[]
  /** When the wall clock of the client is set, and by how many ms: forward, or back. */
  readonly settings: readonly (readonly [at: number, by: number])[]
  /** What goes wrong with a symbol that is only traded, and is not over in the end. */
  readonly lasting: Fault | undefined
  /** How often a renewed pair of tokens cannot be saved. */
  readonly unsaved: number
  readonly latency: number
  readonly seed: number
  /** Which accounts are held all the time, and not only by their visitors while there is trouble. */
  readonly held: readonly boolean[]
  readonly logoutEvent: 'after' | 'before' | 'none'
  readonly closesAfterClientDisconnect: boolean
  readonly heartbeatsCount: boolean
  readonly tooManyRequests: 'BLOCKED_PAYLOAD_TYPE' | 'REQUEST_FREQUENCY_EXCEEDED'
}

const whenever = fc.integer({ min: 0, max: TROUBLE })
const account = fc.nat(accountIds.length - 1)

const visit: fc.Arbitrary<Visit> = fc
  .record({
    account,
    wants: fc.constantFrom(...(Object.keys(consumers) as Wanted[])),
    symbolId: fc.constantFrom(1, 2),
    from: whenever,
    stays: fc.oneof({ weight: 2, arbitrary: fc.constant(END) }, fc.integer({ min: 1, max: 30_000 })),
  })
  .map(({ stays, ...rest }) => ({ ...rest, to: Math.min(END, rest.from + stays) }))

const query: fc.Arbitrary<Query> = fc.record({
  at: whenever,
  account,
  asks: fc.constantFrom('trader', 'bars', 'order', 'version'),
  times: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 60 })),
  patience: fc.oneof(fc.constant(END), fc.integer({ min: 1, max: 5_000 })),
})

const trade: fc.Arbitrary<Trade> = fc.record({
  at: whenever,
  account,
  does: fc.constantFrom(...(Object.keys(deeds) as Deed[])),
  // The profits of the second are yen, those of the third pounds: other symbols make dollars of them.
  symbolId: fc.constantFrom(1, 4, 9),
  side: fc.constantFrom(1, 2),
  lots: fc.integer({ min: 1, max: 5 }),
  which: fc.nat(5),
})

/** Corrections of a clock, of a time zone, and of a day that was wrong. */
const by = fc.oneof(
  fc.integer({ min: -5_000, max: 5_000 }),
  fc.constantFrom(-86_400_000, -3_600_000, 3_600_000, 86_400_000),
)

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  troubles: fc.array(fc.tuple(whenever, anyHarm), { maxLength: 12 }),
  visits: fc.array(visit, { maxLength: 10 }),
  queries: fc.array(query, { maxLength: 5 }),
  trades: fc.array(trade, { maxLength: 8 }),
  settings: fc.array(fc.tuple(whenever, by), { maxLength: 2 }),
  lasting: fc.option(lasting, { nil: undefined, freq: 2 }),
  unsaved: fc.nat(2),
  latency: fc.constantFrom(0, 7, 83),
  seed: fc.nat(1_000_000),
  held: fc.tuple(...accountIds.map(() => fc.boolean())),
  logoutEvent: fc.constantFrom('after', 'before', 'none'),
  closesAfterClientDisconnect: fc.boolean(),
  heartbeatsCount: fc.boolean(),
  tooManyRequests: fc.constantFrom('BLOCKED_PAYLOAD_TYPE', 'REQUEST_FREQUENCY_EXCEEDED'),
})
