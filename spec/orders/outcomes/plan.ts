import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'

/** Until when commands are given, faults strike and processes die, in ms. */
export const TROUBLE = 30_000

/** Something a trader does; `which` picks one of what there is then, `by` is in points. */
export type Act =
  | {
      readonly kind: 'place'
      readonly type: 'market' | 'marketRange' | 'limit' | 'stop' | 'stopLimit'
      readonly side: 'buy' | 'sell'
      readonly lots: number
      readonly by: number
      readonly stopLoss: number | undefined
      readonly takeProfit: number | undefined
      readonly expires: number | undefined
      readonly named: boolean
    }
  | { readonly kind: 'amend'; readonly which: number; readonly by: number; readonly stopLoss: Leg }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'close'; readonly which: number; readonly part: boolean }
  | { readonly kind: 'protect'; readonly which: number; readonly stopLoss: Leg; readonly takeProfit: Leg }
  | { readonly kind: 'closeAll'; readonly cancelPending: boolean }

/** In pips; left as it is, or removed. */
type Leg = number | null | undefined

export interface Given {
  readonly act: Act
  readonly sendsLater: boolean
  /** When the caller loses interest, in ms from then. */
  readonly patience: number | undefined
}

/** How a process dies: with its line cut, so that what is on its way is lost, or not. */
export type Death =
  | { readonly kind: 'atOnce'; readonly isCut: boolean; readonly downFor: number }
  /** With the next order, before or after it is written down. */
  | { readonly kind: 'whileWriting'; readonly isWritten: boolean; readonly downFor: number }

export type Happening = { readonly given: Given } | { readonly fault: Fault } | { readonly death: Death }

/** What is not known of the server, and what an order must come through. */
export interface Server {
  readonly listedClientOrderIds: boolean
  readonly orderList: 'all' | 'ended'
}

export interface Plan {
  readonly server: Server
  readonly seed: number
  readonly latency: number
  /** Requests a second: few, so that orders wait for their turn. */
  readonly live: number
  readonly isNetted: boolean
  readonly happenings: readonly (readonly [at: number, Happening])[]
}

const leg = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 5, max: 40 }) },
  fc.constant(null),
  fc.constant(undefined),
)

const maybe = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number | undefined> =>
  fc.option(arbitrary, { nil: undefined })

const which = fc.nat(5)

const placing: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant('place' as const),
  type: fc.constantFrom('market', 'market', 'marketRange', 'limit', 'stop', 'stopLimit'),
  side: fc.constantFrom('buy', 'sell'),
  // The last is more than there is money for.
  lots: fc.constantFrom(0.01, 0.02, 0.1, 30),
  by: fc.integer({ min: -30, max: 60 }),
  stopLoss: maybe(fc.integer({ min: 5, max: 40 })),
  takeProfit: maybe(fc.integer({ min: 5, max: 40 })),
  expires: maybe(fc.integer({ min: 1_000, max: 60_000 })),
  named: fc.boolean(),
})

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: placing },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('amend' as const),
      which,
      by: fc.integer({ min: -300, max: 300 }),
      stopLoss: leg,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), which, part: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('protect' as const), which, stopLoss: leg, takeProfit: leg }),
  },
  fc.record({ kind: fc.constant('closeAll' as const), cancelPending: fc.boolean() }),
)

const { ERROR_RES, PROTO_OA_ERROR_RES, PROTO_OA_EXECUTION_EVENT, PROTO_OA_ORDER_ERROR_EVENT } = PayloadType

const commands = [
  PayloadType.PROTO_OA_NEW_ORDER_REQ,
  PayloadType.PROTO_OA_AMEND_ORDER_REQ,
  PayloadType.PROTO_OA_CANCEL_ORDER_REQ,
  PayloadType.PROTO_OA_CLOSE_POSITION_REQ,
  PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ,
]
const questions = [
  PayloadType.PROTO_OA_ORDER_LIST_REQ,
  PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ,
  PayloadType.PROTO_OA_ORDER_DETAILS_REQ,
  PayloadType.PROTO_OA_RECONCILE_REQ,
]
const times = fc.integer({ min: 1, max: 4 })
const accountId = 12345678

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Fault>({ kind: 'drop' }) },
  { weight: 2, arbitrary: fc.constant<Fault>({ kind: 'close' }) },
  fc.constant<Fault>({ kind: 'silence' }),
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('swallow' as const),
      payloadType: fc.constantFrom(...commands),
      takesEffect: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('swallow' as const),
      payloadType: fc.constantFrom(...questions),
      takesEffect: fc.constant(true),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('duplicate' as const, 'reorder' as const),
      payloadType: fc.constantFrom(PROTO_OA_EXECUTION_EVENT, PROTO_OA_ORDER_ERROR_EVENT),
      times,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('delay' as const), ms: fc.integer({ min: 0, max: 15_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refuse' as const),
      payloadType: fc.constantFrom(...commands),
      errorCode: fc.constantFrom('MARKET_CLOSED', 'TRADING_DISABLED', 'BLOCKED_PAYLOAD_TYPE', 'NEW_CODE'),
      carrier: fc.constantFrom(ERROR_RES, PROTO_OA_ORDER_ERROR_EVENT, PROTO_OA_ERROR_RES),
    }),
  },
  fc.record({
    kind: fc.constant('refuse' as const),
    payloadType: fc.constantFrom(...commands, ...questions),
    errorCode: fc.constant('INVALID_REQUEST'),
    description: fc.constant('Trading account is not authorized'),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refuse' as const),
      payloadType: fc.constantFrom(...questions),
      errorCode: fc.constantFrom(
        'CANT_ROUTE_REQUEST',
        'TIMEOUT_ERROR',
        'UNKNOWN_ERROR',
        'UNSUPPORTED_MESSAGE',
      ),
      times,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('accountDisconnect' as const, 'tokenInvalidated' as const),
      accountId: fc.constant(accountId),
      spurious: fc.boolean(),
    }),
  },
  fc.constant<Fault>({ kind: 'clientDisconnect' }),
  // It takes its time, also when the line is lost meanwhile; as in news.
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('slow' as const),
      payloadType: fc.constantFrom(...commands),
      ms: fc.integer({ min: 1, max: 25_000 }),
    }),
  },
  // Its lists are behind what it did.
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('lag' as const),
      payloadType: fc.constantFrom(...questions),
      ms: fc.integer({ min: 500, max: 15_000 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('gap' as const),
      symbolId: fc.constant(1),
      by: fc.integer({ min: -120, max: 120 }),
    }),
  },
)

const downFor = fc.integer({ min: 1, max: 5_000 })
const death: fc.Arbitrary<Death> = fc.oneof(
  fc.record({ kind: fc.constant('atOnce' as const), isCut: fc.boolean(), downFor }),
  fc.record({ kind: fc.constant('whileWriting' as const), isWritten: fc.boolean(), downFor }),
)

const given: fc.Arbitrary<Given> = fc.record({
  act,
  sendsLater: fc.boolean(),
  // Most wait to the end.
  patience: fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, fc.integer({ min: 1, max: 2_000 })),
})

const someGiven = given.map((one): Happening => ({ given: one }))
const someFault = fault.map((one): Happening => ({ fault: one }))
const someDeath = death.map((one): Happening => ({ death: one }))

const whenever = fc.integer({ min: 0, max: TROUBLE })

/** What happens with an order: shortly before or after it was given, where it hurts most. */
const withOrder = fc
  .tuple(
    whenever,
    someGiven,
    fc.array(
      fc.tuple(
        fc.oneof(
          { weight: 3, arbitrary: fc.integer({ min: -5, max: 60 }) },
          fc.integer({ min: 0, max: 400 }),
        ),
        fc.oneof({ weight: 9, arbitrary: someFault }, someDeath),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([at, one, others]): (readonly [number, Happening])[] => [
    [at, one],
    ...others.map(([after, other]) => [Math.max(0, at + after), other] as const),
  ])

export const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(1_000_000),
  latency: fc.constantFrom(0, 3, 20),
  live: fc.constantFrom(5, 50),
  isNetted: fc.boolean(),
  server: fc.record({
    listedClientOrderIds: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
    orderList: fc.constantFrom('all', 'ended'),
  }),
  happenings: fc
    .tuple(
      fc.array(withOrder, { minLength: 2, maxLength: 10, size: 'max' }),
      fc.array(fc.tuple(whenever, fc.oneof({ weight: 4, arbitrary: someFault }, someDeath)), {
        maxLength: 3,
      }),
    )
    .map(([orders, others]) => [...orders.flat(), ...others]),
})
