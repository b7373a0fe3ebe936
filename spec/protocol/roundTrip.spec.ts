import { isDeepStrictEqual } from 'node:util'
import { left, right } from 'fp-ts/Either'
import * as fc from 'fast-check'
import { PayloadType, encodeFrame } from 'rx-ctrader'
import type { Drift, Message, MessageType } from 'rx-ctrader'
import type { FieldFault } from '../../src/errorFields'
import { bool, double, int32, int64, string, uint32, uint64 } from '../../src/protocol/codec/struct'
import type { AnyStruct } from '../../src/protocol/codec/struct'
import { messageCodec, table } from '../../src/protocol/table'
import { frameDecoder, outgoingFaults } from '../../src/transport/frame'
import { NO_MEMBER, complete, isStruct, membersOf, presenceOf, typeOf, valid } from '../support/arbitraries'
import type { Codec, Field } from '../support/arbitraries'

const messages = Object.entries(table).map(
  ([key, { codec }]) => [codec.name, Number(key) as MessageType, codec as AnyStruct] as const,
)

const messageOf = (payloadType: MessageType, codec: AnyStruct): fc.Arbitrary<Message> =>
  fc.record(
    { payloadType: fc.constant(payloadType), clientMsgId: fc.string(), payload: valid(codec) },
    { requiredKeys: ['payloadType', 'payload'], noNullPrototype: true },
  ) as fc.Arbitrary<unknown> as fc.Arbitrary<Message>

const drifts: Drift[] = []
const decode = frameDecoder(drift => drifts.push(drift))

const outcomeOf = (text: string) => {
  drifts.length = 0
  const decoded = decode(text)
  return { decoded, drift: [...drifts] }
}

describe('any valid message', () => {
  it.each(messages)('%s is what it was after encoding and decoding', (_, payloadType, codec) => {
    fc.assert(
      fc.property(messageOf(payloadType, codec), message => {
        const text = encodeFrame(message)
        const { decoded, drift } = outcomeOf(text)
        expect(decoded).toStrictEqual(right(message))
        expect(drift).toEqual([])
        expect(outgoingFaults(payloadType, message.payload as never)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it.each(messages)(
    '%s has its fields in the order of the protocol, in any order they came',
    (_, payloadType, codec) => {
      fc.assert(
        fc.property(complete(codec), payload => {
          const text = encodeFrame({ payloadType, payload } as Message)
          expect(encodeFrame({ payloadType, payload: backwards(payload) } as Message)).toBe(text)
          expect(Object.keys((JSON.parse(text) as { payload?: object }).payload ?? {})).toEqual(
            Object.keys(codec.fields),
          )
        }),
        { numRuns: 5 },
      )
    },
  )
})

const backwards = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(backwards)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, inner]) => [key, backwards(inner)]),
        )
      : value

/** What must come of a payload with one thing wrong: faults, or else drift, or neither. */
interface Consequence {
  readonly faults?: readonly FieldFault[]
  readonly drift?: readonly Omit<Drift, 'payloadType'>[]
}

interface Corruption extends Consequence {
  readonly what: string
  readonly payload: unknown
}

/** Where a value stands: its path, the field that reports its drift, and the payload with another in its place. */
interface Site {
  readonly path: string
  readonly owner: string
  readonly field: string
  readonly with: (value: unknown) => unknown
}

/** Written as a number too large for one, which JSON reads as infinity. */
const TOO_LARGE = '@1e999@'

const textOf = (frame: object): string => JSON.stringify(frame).replace(`"${TOO_LARGE}"`, '1e999')

const ABSENT = Symbol('absent')
const UNKNOWN_FIELD = 'unheardOf'

const kindOf = (value: unknown): string =>
  value === ABSENT
    ? 'nothing'
    : value === null
      ? 'null'
      : Array.isArray(value)
        ? 'array'
        : value === TOO_LARGE
          ? 'number'
          : typeof value

const replaced = (fields: object, key: string, value: unknown): object => {
  const copy: Record<string, unknown> = { ...fields, [key]: value }
  return value === ABSENT ? Object.fromEntries(Object.entries(copy).filter(([k]) => k !== key)) : copy
}

const ofAnotherType = ['', '1', 0, 0.5, true, null, [], {}, TOO_LARGE] as const

type Kind = 'whole' | 'double' | 'bool' | 'string'

const kinds = new Map<Codec, Kind>([
  [int32, 'whole'],
  [uint32, 'whole'],
  [int64, 'whole'],
  [uint64, 'whole'],
  [double, 'double'],
  [bool, 'bool'],
  [string, 'string'],
])

const outOfRange = new Map<Codec, readonly number[]>([
  [int32, [2 ** 31, -(2 ** 31) - 1, 2 ** 60]],
  [uint32, [2 ** 32, -1, 2 ** 60]],
  [uint64, [-1, -(2 ** 60)]],
])

/** By the rule, not by the codec: whether a value of another kind may stand where the scalar stands. */
const fits = (kind: Kind, value: unknown): boolean => {
  switch (kind) {
    case 'whole':
      return Number.isInteger(value)
    case 'double':
      return typeof value === 'number'
    case 'bool':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string' && value !== TOO_LARGE
  }
}

const refusal = (path: string, expected: string, value: unknown): Consequence => ({
  faults: [{ path, expected, actual: kindOf(value) }],
})

const driftAt = ({ owner, field }: Site, kind: Drift['kind']): Consequence => ({
  drift: [{ entity: owner, field, kind }],
})

const at = (site: Site, value: unknown, consequence: Consequence): Corruption => ({
  what: `${site.path} = ${typeof value === 'number' ? value : kindOf(value)}`,
  payload: site.with(value),
  ...consequence,
})

const scalarCorruptions = function* (codec: Codec, value: unknown, site: Site): Generator<Corruption> {
  const members = membersOf(codec)
  const kind = members ? 'whole' : kinds.get(codec)
  if (!kind) throw new Error(`nothing is known of ${codec.name}`)
  const refused = (wrong: unknown): Corruption => at(site, wrong, refusal(site.path, codec.name, wrong))

  for (const wrong of [...ofAnotherType, { value }, [value]]) if (!fits(kind, wrong)) yield refused(wrong)
  for (const wrong of outOfRange.get(codec) ?? []) yield refused(wrong)
  if (members) {
    yield refused(2 ** 31)
    for (const unknown of [NO_MEMBER, -1]) yield at(site, unknown, driftAt(site, 'unknownEnumValue'))
  }
  if (codec === int64 || codec === uint64)
    for (const inexact of [2 ** 53, 2 ** 63]) yield at(site, inexact, driftAt(site, 'inexactInteger'))
}

/** Faults of an object in which all required fields are missing. */
const allMissing = (codec: AnyStruct, path: string): FieldFault[] =>
  Object.entries(codec.fields)
    .filter(([, field]) => presenceOf(field) === 'required')
    .map(([key, field]) => ({ path: `${path}.${key}`, expected: typeOf(field).name, actual: 'nothing' }))

const structCorruptions = function* (codec: AnyStruct, value: object, site: Site): Generator<Corruption> {
  const isObject = (wrong: unknown): boolean => kindOf(wrong) === 'object'
  for (const wrong of [...ofAnotherType, [value]])
    if (!isObject(wrong)) yield at(site, wrong, refusal(site.path, codec.name, wrong))

  const unknown = (field: string): Consequence => ({
    drift: [{ entity: codec.name, field, kind: 'unknownField' }],
  })
  const missing = allMissing(codec, site.path)
  yield at(site, {}, missing.length > 0 ? { faults: missing } : {})
  yield at(site, { value }, missing.length > 0 ? { faults: missing } : unknown('value'))
  for (const extra of [1, null, 'text', { [UNKNOWN_FIELD]: [] }, TOO_LARGE])
    yield at(site, { ...value, [UNKNOWN_FIELD]: extra }, unknown(UNKNOWN_FIELD))

  for (const [key, inner] of Object.entries(value)) {
    const field = codec.fields[key]
    if (!field) throw new Error(`${codec.name} has no ${key}`)
    yield* fieldCorruptions(field, inner, {
      path: `${site.path}.${key}`,
      owner: codec.name,
      field: key,
      with: other => site.with(replaced(value, key, other)),
    })
  }
}

const fieldCorruptions = function* (field: Field, value: unknown, site: Site): Generator<Corruption> {
  const codec = typeOf(field)
  const presence = presenceOf(field)
  yield {
    ...at(site, ABSENT, presence === 'required' ? refusal(site.path, codec.name, ABSENT) : {}),
    what: `${site.path} dropped`,
  }
  if (presence !== 'repeated') {
    yield* corruptions(codec, value, site)
    return
  }
  const items = value as readonly unknown[]
  for (const wrong of [...ofAnotherType, { value }, items[0], { 0: items[0], length: 1 }])
    if (!Array.isArray(wrong)) yield at(site, wrong, refusal(site.path, `${codec.name}[]`, wrong))
  yield at(site, [], {})
  yield at(site, [value], refusal(`${site.path}.0`, codec.name, value))
  for (const [i, item] of items.entries())
    yield* corruptions(codec, item, {
      ...site,
      path: `${site.path}.${i}`,
      with: other => site.with(items.map((same, j) => (i === j ? other : same))),
    })
}

const corruptions = (codec: Codec, value: unknown, site: Site): Generator<Corruption> =>
  isStruct(codec) ? structCorruptions(codec, value as object, site) : scalarCorruptions(codec, value, site)

const corruptionsOf = (codec: AnyStruct, payload: object): Generator<Corruption> =>
  structCorruptions(codec, payload, { path: 'payload', owner: '', field: '', with: other => other })

describe('a valid message with one thing wrong', () => {
  const clientMsgId = 'a1'

  const ids = (payload: unknown): object =>
    Object.fromEntries(
      Object.entries(Object(payload) as object).filter(
        ([key, id]) => (key === 'ctidTraderAccountId' || key === 'symbolId') && Number.isSafeInteger(id),
      ),
    )

  /** The list directly in the payload, and its entity, that a fault is in: the message comes without that entity. */
  const entityOf = (codec: AnyStruct, { path }: FieldFault): readonly [string, number] | undefined => {
    const [, list = '', index = ''] = /^payload\.(\w+)\.(\d+)(?:\.|$)/.exec(path) ?? []
    const field = codec.fields[list]
    const isList = field !== undefined && presenceOf(field) === 'repeated' && isStruct(typeOf(field))
    return isList ? [list, Number(index)] : undefined
  }

  const without = (payload: Record<string, unknown>, [list, index]: readonly [string, number]): object => ({
    ...payload,
    [list]: (payload[list] as readonly unknown[]).filter((_, i) => i !== index),
  })

  const expected = (
    payloadType: MessageType,
    codec: AnyStruct,
    text: string,
    { faults, drift = [] }: Consequence,
  ) => {
    const frame = JSON.parse(text) as { readonly payload: Record<string, unknown> }
    if (!faults) return { decoded: right(frame), drift: drift.map(found => ({ payloadType, ...found })) }
    const entity = faults[0] && entityOf(codec, faults[0])
    if (entity) return { decoded: right({ ...frame, payload: without(frame.payload, entity) }), drift: [] }
    const about = { payloadType, clientMsgId, ...ids(frame.payload) }
    return { decoded: left({ reason: 'InvalidPayload', faults, ...about }), drift: [] }
  }

  /** What came out otherwise than it must. */
  const surprises = (payloadType: MessageType, codec: AnyStruct, payload: object): unknown[] => {
    const found: unknown[] = []
    for (const { what, payload: corrupted, ...consequence } of corruptionsOf(codec, payload)) {
      const text = textOf({ payloadType, clientMsgId, payload: corrupted })
      const outcome = outcomeOf(text)
      const must = expected(payloadType, codec, text, consequence)
      if (!isDeepStrictEqual(outcome, must)) found.push({ what, outcome, must })
    }
    return found
  }

  it.each(messages)(
    '%s is refused with the path of just that, comes without that entity of a list, or passes as drift (B5)',
    (_, payloadType, codec) => {
      fc.assert(
        fc.property(valid(codec), payload => {
          expect(surprises(payloadType, codec, payload)).toEqual([])
        }),
        { numRuns: 2 },
      )
      fc.assert(
        fc.property(complete(codec), payload => {
          expect(surprises(payloadType, codec, payload)).toEqual([])
        }),
        { numRuns: 1 },
      )
    },
  )

  it('is one of hundreds for a message with entities in entities', () => {
    const codec = messageCodec(PayloadType.PROTO_OA_EXECUTION_EVENT)
    const [payload = {}] = fc.sample(complete(codec), 1)
    const found = [...corruptionsOf(codec, payload)].map(({ what }) => what)
    expect(found.length).toBeGreaterThan(500)
    expect(found).toContain('payload.deal.closePositionDetail.entryPrice dropped')
    expect(found).toContain(`payload.order.tradeData.tradeSide = ${NO_MEMBER}`)
  })
})
