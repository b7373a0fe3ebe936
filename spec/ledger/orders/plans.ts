import * as fc from 'fast-check'
import { EURUSD, USDJPY } from '../instruments'
import { TROUBLE } from './plan'
import type { Act, Given, Happening, Other, Plan } from './plan'
import { someFault } from './someFaults'
import { maybe, upTo } from './somehow'
import { someWays } from './someWays'

const which = fc.nat(5)
const pips = fc.integer({ min: 5, max: 40 })
const leg = fc.oneof({ weight: 4, arbitrary: pips }, fc.constant(null), fc.constant(undefined))

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      type: fc.constantFrom('market', 'market', 'marketRange', 'limit', 'limit', 'stop', 'stopLimit'),
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
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('amend' as const),
      which,
      by: fc.integer({ min: -10, max: 10 }),
      stopLoss: leg,
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), which, isPart: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('protect' as const), which, stopLoss: leg, takeProfit: leg }),
  },
  fc.record({ kind: fc.constant('closeAll' as const), cancelPending: fc.boolean() }),
)

const given: fc.Arbitrary<Given> = fc.record({
  act,
  sendsLater: fc.boolean(),
  horizon: maybe(fc.constantFrom(5_000, 120_000), 8),
  patience: maybe(upTo(4_000), 8),
})

const other: fc.Arbitrary<Other> = fc.record({
  does: fc.constantFrom('buy', 'sell', 'close', 'cancel', 'protect'),
  which,
})

const whenever = fc.integer({ min: 0, max: TROUBLE })

const aFault = someFault.map((one): Happening => ({ fault: one }))

/** An order, and what goes wrong shortly before or after it was given, where it hurts most. */
const withOrder = (most: number) =>
  fc
    .tuple(
      whenever,
      given,
      fc.array(fc.tuple(fc.integer({ min: -20, max: 500 }), aFault), { maxLength: most }),
    )
    .map(([at, one, faults]): (readonly [number, Happening])[] => [
      [at, { given: one }],
      ...faults.map(([after, happening]) => [Math.max(0, at + after), happening] as const),
    ])

const happeningElsewhere: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: other.map((one): Happening => ({ other: one })) },
  fc.integer({ min: -150, max: 150 }).map((jump): Happening => ({ jump })),
)

const happenings = (most: number, elsewhere: fc.Arbitrary<Happening>): fc.Arbitrary<Plan['happenings']> =>
  fc
    .tuple(
      fc.array(withOrder(most), { minLength: 3, maxLength: 12, size: 'max' }),
      fc.array(fc.tuple(whenever, elsewhere), { maxLength: 6 }),
    )
    .map(([orders, others]) => [...orders.flat(), ...others])

/** Without a bias to small ones, in which little happens. */
export const plans: fc.Arbitrary<Plan> = fc.noBias(
  fc.record({
    seed: fc.nat(1_000_000),
    ways: someWays,
    happenings: fc.oneof(
      {
        weight: 6,
        arbitrary: happenings(2, fc.oneof({ weight: 3, arbitrary: happeningElsewhere }, aFault)),
      },
      // Where nothing goes wrong, nothing is in doubt.
      happenings(0, happeningElsewhere),
    ),
    isCut: fc.boolean(),
  }),
)
