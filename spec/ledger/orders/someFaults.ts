import * as fc from 'fast-check'
import { COMMANDS } from '../faults'
import type { Fault } from '../faults'
import { maybe, mostly, upTo } from './somehow'

/** The questions by which a client finds out what became of something, and their answers. */
const QUESTIONS = [2121, 2124, 2133, 2175, 2181, 2183]
const ANSWERS = [2122, 2125, 2134, 2176, 2182, 2184]
/** The first most of all: it tells what became of an order. */
const EVENTS = [2126, 2126, 2126, 2132, 2142]

const times = fc.integer({ min: 1, max: 3 })
const arrives = maybe(fc.oneof(fc.constant(0), upTo(12_000)))

const some = (types: readonly number[]): fc.Arbitrary<readonly number[]> =>
  fc.constantFrom(...types, 0).map(one => (one === 0 ? types : [one]))

/** What becomes of frames of the server. */
const onFrames = (types: readonly number[]): fc.Arbitrary<Fault> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('swallow', 'swallow', 'malform', 'double', 'late'),
        types: some(types),
        times,
        ms: fc.oneof({ weight: 3, arbitrary: upTo(3_000) }, upTo(15_000)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('garble' as const),
        types: some(types),
        times,
        which: fc.nat(5),
        isNameless: fc.boolean(),
      }),
    },
    fc.record({
      kind: fc.constant('swell' as const),
      types: some(types),
      times: fc.constant(1),
      endsLine: fc.boolean(),
    }),
  )

const carrier = fc.constantFrom(50 as const, 2132 as const, 2142 as const)

/** The server says that it will not do or answer something. */
const refusal: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('refuse' as const),
      types: some(COMMANDS),
      times: fc.constant(1),
      carrier,
      errorCode: fc.constantFrom('MARKET_CLOSED', 'TRADING_DISABLED', 'BLOCKED_PAYLOAD_TYPE', 'NEW_CODE'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('refuse' as const),
      types: some(COMMANDS),
      times: fc.constant(1),
      carrier,
      errorCode: fc.constant('TIMEOUT_ERROR'),
      isDone: mostly(true, false),
    }),
  },
  {
    weight: 4,
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
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refuse' as const),
      types: some([...COMMANDS, ...QUESTIONS]),
      times: fc.constant(1),
      carrier: fc.constant(2142 as const),
      errorCode: fc.constant('INVALID_REQUEST'),
      description: fc.constant('Trading account is not authorized'),
    }),
  },
)

export const someFault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('cut' as const), arrives }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cutLeaving' as const), arrives }) },
  { weight: 3, arbitrary: fc.constant<Fault>({ kind: 'cutArrived' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('half' as const), arrives: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('noConnection' as const), times }) },
  { weight: 7, arbitrary: onFrames(EVENTS) },
  { weight: 2, arbitrary: onFrames(ANSWERS) },
  { weight: 4, arbitrary: refusal },
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
      // The last is later than anyone looks for it.
      ms: fc.oneof({ weight: 3, arbitrary: upTo(35_000) }, fc.integer({ min: 60_000, max: 150_000 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rejectCancel' as const), times }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Fault>({ kind: 'endAccount' }, { kind: 'invalidate' }, { kind: 'endClient' }),
  },
)
