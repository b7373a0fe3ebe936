import * as fc from 'fast-check'
import * as enums from '../../src/protocol/messages/enums'
import { bool, double, int32, int64, string, struct, uint32, uint64 } from '../../src/protocol/codec/struct'
import type { AnyStruct, Fields } from '../../src/protocol/codec/struct'

export type Field = Fields[string]
export type Codec = Exclude<Field, { readonly presence: unknown }>

/** What is written in a field, apart from its presence. */
export const typeOf = (field: Field): Codec => ('presence' in field ? field.type : field)

export const presenceOf = (field: Field): 'required' | 'optional' | 'repeated' =>
  'presence' in field ? field.presence : 'required'

export const isStruct = (codec: Codec): codec is AnyStruct => 'fields' in codec

/** A number that no enum of the protocol has. */
export const NO_MEMBER = 4711

const MAX_MEMBER = 255

/** Whether a number is not in the enumeration, as a field of it tells; no other codec ever says so. */
const isForeign = (codec: Codec, number: number): boolean => {
  const kinds: string[] = []
  struct('Probe', { number: codec }).check({ number }, (_, __, kind) => kinds.push(kind))
  return kinds.includes('unknownEnumValue')
}

const membersNow = (codec: Codec): readonly number[] | undefined => {
  if (!isForeign(codec, NO_MEMBER)) return undefined
  const known = Array.from({ length: MAX_MEMBER + 1 }, (_, number) => number).filter(
    number => !isForeign(codec, number),
  )
  const declared = Object.values(enums)
    .map(members => Object.values<number>(members).sort((a, b) => a - b))
    .find(numbers => numbers.length === known.length && numbers.every((number, i) => number === known[i]))
  if (!declared) throw new Error(`no enum of the protocol has the numbers of ${codec.name}`)
  return declared
}

const found = new Map<Codec, readonly number[] | undefined>()

/** The numbers of an enumeration: of that exported enum which has just the numbers the codec knows. */
export const membersOf = (codec: Codec): readonly number[] | undefined => {
  if (!found.has(codec)) found.set(codec, membersNow(codec))
  return found.get(codec)
}

// The text of a frame has no negative zero.
const doubles = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -10_000_000, max: 10_000_000 }).map(points => points / 100_000),
  )
  .map(number => number + 0)

const awkward = ['', ' ', '"', '\\', '\n', '\0', '\u2028', 'ü', '株価', '📈', '\ud83d', 'null', '__proto__']

const scalars = new Map<Codec, fc.Arbitrary<unknown>>([
  [int32, fc.integer()],
  [uint32, fc.integer({ min: 0, max: 2 ** 32 - 1 })],
  [int64, fc.maxSafeInteger()],
  [uint64, fc.maxSafeNat()],
  [double, doubles],
  [bool, fc.boolean()],
  [string, fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom(...awkward))],
])

type Density = 'sparse' | 'complete'

const lengths = { sparse: { minLength: 1, maxLength: 2 }, complete: { minLength: 1, maxLength: 1 } } as const

const structValues = (codec: AnyStruct, density: Density): fc.Arbitrary<object> => {
  const fields = Object.entries(codec.fields)
  const required = fields.filter(([, field]) => presenceOf(field) === 'required').map(([key]) => key)
  return fc.record(
    Object.fromEntries(
      fields.map(([key, field]): [string, fc.Arbitrary<unknown>] => {
        const value = valuesOf(typeOf(field), density)
        return [key, presenceOf(field) === 'repeated' ? fc.array(value, lengths[density]) : value]
      }),
    ),
    { noNullPrototype: true, ...(density === 'sparse' && { requiredKeys: required }) },
  )
}

const valuesNow = (codec: Codec, density: Density): fc.Arbitrary<unknown> => {
  if (isStruct(codec)) return structValues(codec, density)
  const members = membersOf(codec)
  if (!members) throw new Error(`no values are known for ${codec.name}`)
  return fc.constantFrom(...members)
}

const built = { sparse: new Map(scalars), complete: new Map(scalars) }

const valuesOf = (codec: Codec, density: Density): fc.Arbitrary<unknown> => {
  const known = built[density].get(codec)
  if (known) return known
  const values = valuesNow(codec, density)
  built[density].set(codec, values)
  return values
}

/** Values that are valid and known in every part; what may be absent is there or not. */
export const valid = (codec: AnyStruct): fc.Arbitrary<object> =>
  valuesOf(codec, 'sparse') as fc.Arbitrary<object>

/** The same with every field present, at every depth, and one of each repeated one. */
export const complete = (codec: AnyStruct): fc.Arbitrary<object> =>
  valuesOf(codec, 'complete') as fc.Arbitrary<object>
