import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'
import { anyTrouble } from '../../soak/faults'
import { accountIds } from '../../soak/world'

/** The messages that change what a consumer has: one that cannot be read would leave a wrong value behind. */
const changes = [
  PayloadType.PROTO_OA_SPOT_EVENT,
  PayloadType.PROTO_OA_DEPTH_EVENT,
  PayloadType.PROTO_OA_EXECUTION_EVENT,
  PayloadType.PROTO_OA_TRADER_UPDATE_EVENT,
  PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT,
  PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT,
  PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT,
]

/** The answers that are lists. One of their entities may be unreadable, or they may be too long for a frame. */
const lists = [
  PayloadType.PROTO_OA_SYMBOLS_LIST_RES,
  PayloadType.PROTO_OA_SYMBOL_BY_ID_RES,
  PayloadType.PROTO_OA_ASSET_LIST_RES,
  PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_RES,
  PayloadType.PROTO_OA_RECONCILE_RES,
  PayloadType.PROTO_OA_DEAL_LIST_RES,
  PayloadType.PROTO_OA_ORDER_LIST_RES,
  PayloadType.PROTO_OA_GET_TRENDBARS_RES,
]

/** What is asked before anything else can be. */
const handshake = [
  PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
  PayloadType.PROTO_OA_REFRESH_TOKEN_REQ,
]

/** What is read of an account. */
const reading = [
  PayloadType.PROTO_OA_TRADER_REQ,
  PayloadType.PROTO_OA_RECONCILE_REQ,
  PayloadType.PROTO_OA_DEAL_LIST_REQ,
  PayloadType.PROTO_OA_ORDER_LIST_REQ,
]

const times = fc.integer({ min: 1, max: 3 })
const symbolId = fc.constantFrom(1, 2, 4, 9)

const orAny = <T>(values: readonly T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, ...values)

/** A fault of some fields, without those that were left out. */
const fault = (
  kind: Fault['kind'],
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<readonly Fault[]> =>
  fc.record(fields, { noNullPrototype: true }).map(drawn => [
    {
      kind,
      ...Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)),
    } as Fault,
  ])

/** What goes wrong only here, and not in the long session of `npm run soak`, by name. */
export const harms = {
  /** A change comes broken off, or with a field of another type. */
  brokenChange: fault('malformed', { payloadType: fc.constantFrom(...changes), times }),
  unreadableChange: fault('unreadable', { payloadType: fc.constantFrom(...changes), times }),
  /** One entity of a list cannot be read. */
  unreadableEntity: fault('unreadableEntity', {
    payloadType: fc.constantFrom(...lists),
    index: fc.nat(3),
    times,
  }),
  /** An answer is longer than a frame may be: that is an error; or it is as long as it has many entities, and is not. */
  oversized: fault('oversized', { payloadType: fc.constantFrom(...lists) }),
  oversizedBatch: fault('oversized', {
    payloadType: fc.constant(PayloadType.PROTO_OA_SYMBOL_BY_ID_RES),
    above: fc.constantFrom(1, 5),
    times,
  }),
  /** A refusal does not say what it refuses. */
  refusalWithoutId: fault('refuse', {
    payloadType: fc.constantFrom(...handshake, ...reading, PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ),
    errorCode: fc.constantFrom('UNKNOWN_ERROR', 'BLOCKED_PAYLOAD_TYPE', 'CONNECTIONS_LIMIT_EXCEEDED'),
    carrier: fc.constantFrom(undefined, 50),
    withoutId: fc.constant(true),
    times,
  }),
  maintenanceWithoutId: fault('maintenance', {
    seconds: fc.integer({ min: 1, max: 40 }),
    drops: fc.boolean(),
    carrier: fc.constantFrom(undefined, 50),
    withoutId: fc.constant(true),
  }),
  /** A symbol is subscribed and silent, or told of on one side only. */
  mute: fault('mute', { symbolId, side: fc.constantFrom(undefined, 'bid', 'ask') }),
  /** A symbol is in the list no more, though there may be positions in it: one of those that are only traded. */
  unlist: fault('unlist', { symbolId: fc.constantFrom(4, 9) }),
  /** The server beats and quotes, and reads nothing. */
  deaf: fault('deaf'),
  slow: fault('slow', {
    payloadType: fc.constantFrom(...reading),
    ms: fc.integer({ min: 1, max: 20_000 }),
    times,
  }),
  /** What is read of accounts is old. */
  lag: fault('lag', { payloadType: orAny(reading), ms: fc.integer({ min: 1, max: 15_000 }) }),
  /** One account of several is logged out, and says nothing of it that can be read. */
  silentLogout: fc.constantFrom(...accountIds).map((accountId): readonly Fault[] => [
    { kind: 'unreadable', payloadType: PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT },
    { kind: 'accountDisconnect', accountId },
  ]),
} satisfies Record<string, fc.Arbitrary<readonly Fault[]>>

const traded = fc.constantFrom(4, 9)

/** What an account has to live with: a symbol of its positions that is silent, or in no list. */
export const lasting: fc.Arbitrary<Fault> = fc
  .oneof(
    fault('mute', { symbolId: traded, side: fc.constantFrom(undefined, 'bid', 'ask') }),
    fault('unlist', { symbolId: traded }),
  )
  .map(([one]) => one ?? { kind: 'recover' })

/** A line keeps the order of its frames, and two changes of a book in the wrong order look like any other two. */
const isNoticeable = (one: Fault): boolean =>
  one.kind !== 'reorder' ||
  (one.payloadType !== undefined && one.payloadType !== PayloadType.PROTO_OA_DEPTH_EVENT)

/** What goes wrong at one time. */
export const anyHarm: fc.Arbitrary<readonly Fault[]> = fc.oneof(
  { weight: 2, arbitrary: anyTrouble(accountIds).map(faults => faults.filter(isNoticeable)) },
  { weight: 1, arbitrary: fc.oneof(...Object.values(harms)) },
)
