import * as fc from 'fast-check'
import { COMMANDS } from '../faults'
import type { Fault } from '../faults'
import { EURUSD, USDJPY } from '../instruments'
import type { Ways } from '../ways'
import { TROUBLE } from './plan'
import type { Act, Given, Happening, Other, Plan } from './plan'

/** The questions by which a client finds out what became of something. */
const QUESTIONS = [2121, 2124, 2133, 2175, 2181, 2183]
const EVENTS = [2126, 2132]

/** Nothing, in one of two cases or so many more. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, nothing = 1): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: nothing, arbitrary: fc.constant(undefined) }, arbitrary)

const which = fc.nat(5)
const pips = fc.integer({ min: 5, max: 40 })
const leg = fc.oneof({ weight: 4, arbitrary: pips }, fc.constant(null), fc.constant(undefined))

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      type: fc.constantFrom('market', 'market', 'marketRange', 'limit', 'stop'),
      symbolId: fc.constantFrom(EURUSD, EURUSD, USDJPY),
      side: fc.constantFrom('buy', 'sell'),
      // The last is more than there is money for.
      lots: fc.constantFrom(0.01, 0.02, 0.05, 2),
      by: fc.integer({ min: 1, max: 30 }),
      stopLoss: maybe(pips),
      takeProfit: maybe(pips),
      expires: maybe(fc.integer({ min: 3_000, max: 60_000 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('amend' as const),
      which,
      by: fc.integer({ min: -10, max: 10 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), which, isPart: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('protect' as const), which, stopLoss: leg, takeProfit: leg }),
  },
  fc.record({ kind: fc.constant('closeAll' as const), cancelPending: fc.boolean() }),
)

const times = fc.integer({ min: 1, max: 3 })
const arrives = maybe(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12_000 })))

const some = (types: readonly number[]): fc.Arbitrary<readonly number[]> =>
  fc.constantFrom(...types, 0).map(one => (one === 0 ? types : [one]))

const onFrames = fc.constantFrom('swallow' as const, 'malform' as const, 'double' as const, 'late' as const)

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('cut' as const), arrives }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cutLeaving' as const), arrives }) },
  { weight: 3, arbitrary: fc.constant<Fault>({ kind: 'cutArrived' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('half' as const), arrives: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('noConnection' as const), times }) },
  {
    weight: 4,
    arbitrary: onFrames.chain(kind =>
      fc.record({
        kind: fc.constant(kind),
        types: some(EVENTS),
        times,
        ms: fc.integer({ min: 1, max: 3_000 }),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refuse' as const),
      types: some(COMMANDS),
      times: fc.constant(1),
      carrier: fc.constantFrom(50 as const, 2132 as const, 2142 as const),
      errorCode: fc.constantFrom('MARKET_CLOSED', 'TRADING_DISABLED', 'BLOCKED_PAYLOAD_TYPE', 'NEW_CODE'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refuse' as const),
      types: some(QUESTIONS),
      times,
      carrier: fc.constantFrom(50 as const, 2142 as const),
      errorCode: fc.constantFrom(
        'CANT_ROUTE_REQUEST',
        'TIMEOUT_ERROR',
        'UNKNOWN_ERROR',
        'BLOCKED_PAYLOAD_TYPE',
      ),
      retryAfter: maybe(fc.integer({ min: 1, max: 4 })),
    }),
  },
  fc.record({
    kind: fc.constant('refuse' as const),
    types: some([...COMMANDS, ...QUESTIONS]),
    times: fc.constant(1),
    carrier: fc.constant(2142 as const),
    errorCode: fc.constant('INVALID_REQUEST'),
    description: fc.constant('Trading account is not authorized'),
  }),
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('ignore' as const), types: some(QUESTIONS), times }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ignore' as const),
      types: some(COMMANDS),
      times: fc.constant(1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('slow' as const),
      times: fc.constant(1),
      ms: fc.integer({ min: 1, max: 35_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Fault>({ kind: 'endAccount' }, { kind: 'invalidate' }, { kind: 'endClient' }),
  },
)

const given: fc.Arbitrary<Given> = fc.record({
  act,
  sendsLater: fc.boolean(),
  patience: maybe(fc.integer({ min: 1, max: 4_000 }), 8),
})

const other: fc.Arbitrary<Other> = fc.record({
  does: fc.constantFrom('buy', 'sell', 'close', 'cancel', 'protect'),
  which,
})

const whenever = fc.integer({ min: 0, max: TROUBLE })

const aFault = fault.map((one): Happening => ({ fault: one }))

/** An order, and what goes wrong shortly before or after it was given, where it hurts most. */
const withOrder = fc
  .tuple(whenever, given, fc.array(fc.tuple(fc.integer({ min: -20, max: 500 }), aFault), { maxLength: 2 }))
  .map(([at, one, faults]): (readonly [number, Happening])[] => [
    [at, { given: one }],
    ...faults.map(([after, happening]) => [Math.max(0, at + after), happening] as const),
  ])

const elsewhere = fc.tuple(
  whenever,
  fc.oneof(
    { weight: 2, arbitrary: other.map((one): Happening => ({ other: one })) },
    aFault,
    fc.integer({ min: -150, max: 150 }).map((jump): Happening => ({ jump })),
  ),
)

const ways: fc.Arbitrary<Ways> = fc.record({
  fillAfter: fc.constantFrom(0, 250, 900),
  pieces: fc.constantFrom(1, 1, 2, 3),
  endsEarly: fc.boolean(),
  tellsPieces: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
  callsPiecesFilled: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
  rejectsCancel: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  bonus: fc.constantFrom(0, 0, 5_000, 5_000_000),
  lists: fc.constantFrom('all', 'ended'),
  lag: fc.constantFrom(0, 0, 2_000, 9_000, 20_000),
  names: fc.constantFrom('everywhere', 'everywhere', 'inEvents', 'nowhere'),
  eventsName: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
  rows: fc.constantFrom(1_000, 1_000, 5),
  cuts: fc.constantFrom('oldest', 'newest'),
  order: fc.constantFrom('newestFirst', 'oldestFirst'),
  needsBounds: fc.constant('none'),
  skew: fc.constantFrom(0, -50_000_000, 50_000_000),
})

export const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(1_000_000),
  ways,
  happenings: fc
    .tuple(
      fc.array(withOrder, { minLength: 1, maxLength: 9, size: 'max' }),
      fc.array(elsewhere, { maxLength: 6 }),
    )
    .map(([orders, others]) => [...orders.flat(), ...others]),
})
