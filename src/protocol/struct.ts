import * as t from 'io-ts'

/**
 * The notation in which the messages are written: fields as in the official `.proto` files, io-ts codecs out.
 *
 * Each codec has two ways to look at a value. `check` only says yes or no and allocates nothing, because it runs
 * on every field of every frame. `validate` (io-ts) walks the value again and reports every fault, and so is
 * only called when `check` has said no.
 */
export interface WireType<A> extends t.Type<A> {
  readonly check: (u: unknown, drift: OnDrift) => Verdict
  /** @internal */
  readonly shape: Shape
}

/** What `check` says of a value. What is above `VALID` is valid too, but not as the table knows it. */
export type Verdict = 0 | 1 | 2 | 3
export const INVALID = 0
export const VALID = 1
export const UNKNOWN_ENUM_VALUE = 2
export const INEXACT_INTEGER = 3

/** Called with the message or entity and its field, for each thing in a valid value that the table does not know. */
export type OnDrift = (owner: string, field: string, kind: DriftKind) => void
export type DriftKind = 'unknownField' | 'unknownEnumValue' | 'inexactInteger'

export const ignoreDrift: OnDrift = () => undefined

/**
 * What a value must be, as data. One function looks at them all, because a function for each type would make every
 * field of every frame a call that the engine cannot predict.
 */
interface Shape {
  readonly kind: typeof WHOLE | typeof DOUBLE | typeof BOOL | typeof STRING | typeof ENUM | typeof OTHER
  readonly min: number
  readonly max: number
  readonly known: readonly boolean[]
}
const WHOLE = 0
const DOUBLE = 1
const BOOL = 2
const STRING = 3
const ENUM = 4
const OTHER = 5

const shape = (kind: Shape['kind'], min = -Infinity, max = Infinity, known: boolean[] = []): Shape => ({
  kind,
  min,
  max,
  known,
})

/** 64-bit numbers travel as JSON numbers; beyond 2^53 they lose digits, which is let through and reported. */
const scalarVerdict = ({ kind, min, max, known }: Shape, u: unknown): Verdict => {
  switch (kind) {
    case WHOLE:
      return Number.isInteger(u) && (u as number) >= min && (u as number) <= max
        ? Number.isSafeInteger(u)
          ? VALID
          : INEXACT_INTEGER
        : INVALID
    case DOUBLE:
      return Number.isFinite(u) ? VALID : INVALID
    case BOOL:
      return typeof u === 'boolean' ? VALID : INVALID
    case STRING:
      return typeof u === 'string' ? VALID : INVALID
    case ENUM:
      return known[u as number] === true && typeof u === 'number'
        ? VALID
        : Number.isInteger(u) && (u as number) >= min && (u as number) <= max
          ? UNKNOWN_ENUM_VALUE
          : INVALID
    case OTHER:
      return INVALID
  }
}

const scalar = <A>(name: string, of: Shape): WireType<A> => {
  const is = (u: unknown): u is A => scalarVerdict(of, u) !== INVALID
  return Object.assign(
    new t.Type<A>(name, is, (u, context) => (is(u) ? t.success(u) : t.failure(u, context)), t.identity),
    { check: (u: unknown) => scalarVerdict(of, u), shape: of },
  )
}

const INT32 = [-(2 ** 31), 2 ** 31 - 1] as const

export const int32: WireType<number> = scalar('int32', shape(WHOLE, ...INT32))
export const uint32: WireType<number> = scalar('uint32', shape(WHOLE, 0, 2 ** 32 - 1))
export const int64: WireType<number> = scalar('int64', shape(WHOLE))
export const uint64: WireType<number> = scalar('uint64', shape(WHOLE, 0))
export const double: WireType<number> = scalar('double', shape(DOUBLE))
export const bool: WireType<boolean> = scalar('bool', shape(BOOL))
export const string: WireType<string> = scalar('string', shape(STRING))

declare const unknownEnumNumber: unique symbol

/**
 * A number the server sent for an enum of which this release does not know the name. It is part of every enum's
 * type so that a `switch` over received values needs a `default`, while a number of one's own does not compile.
 */
export type UnknownEnumNumber = number & { readonly [unknownEnumNumber]: never }

export type EnumOf<E extends Readonly<Record<string, number>>> = E[keyof E] | UnknownEnumNumber

/** An enum field: its official numbers, and any other whole number as drift. Named by its members in a fault. */
export const enumeration = <E extends Readonly<Record<string, number>>>(members: E): WireType<EnumOf<E>> => {
  const known: boolean[] = []
  for (const value of Object.values(members)) known[value] = true
  const names = Object.entries(members).map(([name, value]) => `${value} ${name}`)
  const shown = names.length > 8 ? [...names.slice(0, 8), '…'] : names
  return scalar(shown.join(' | '), shape(ENUM, ...INT32, known))
}

/** Any codec. `any` as in io-ts's own `Mixed`: a codec both takes and gives its type, so nothing narrower is above all. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyType = WireType<any>

export interface Optional<T extends AnyType> {
  readonly presence: 'optional'
  readonly type: T
}

export interface Many<T extends AnyType> {
  readonly presence: 'repeated'
  readonly type: T
}

/** A field the server leaves out when it has no value for it. */
export const optional = <T extends AnyType>(type: T): Optional<T> => ({ presence: 'optional', type })

/** A repeated field: an array, left out when empty. */
export const many = <T extends AnyType>(type: T): Many<T> => ({ presence: 'repeated', type })

type Field = AnyType | Optional<AnyType> | Many<AnyType>
export type Fields = Readonly<Record<string, Field>>

type ValueOf<F> =
  F extends Many<infer T>
    ? readonly t.TypeOf<T>[]
    : F extends Optional<infer T>
      ? t.TypeOf<T>
      : F extends WireType<infer A>
        ? A
        : never

type Flat<T> = { [K in keyof T]: T[K] }

export type StructOf<F extends Fields> = Flat<
  { readonly [K in keyof F as F[K] extends AnyType ? K : never]: ValueOf<F[K]> } & {
    readonly [K in keyof F as F[K] extends AnyType ? never : K]?: ValueOf<F[K]>
  }
>

export interface Struct<F extends Fields = Fields> extends WireType<StructOf<F>> {
  readonly fields: F
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyStruct = WireType<any> & { readonly fields: Fields }

interface Slot {
  readonly key: string
  readonly required: boolean
  readonly type: AnyType
  readonly shape: Shape
}

const arrayOf = (item: AnyType): AnyType => {
  const check: WireType<unknown>['check'] = (u, drift) => {
    if (!Array.isArray(u)) return INVALID
    let verdict: Verdict = VALID
    for (const element of u as unknown[]) {
      const found =
        item.shape.kind === OTHER ? item.check(element, drift) : scalarVerdict(item.shape, element)
      if (found === INVALID) return INVALID
      if (found > VALID) verdict = found
    }
    return verdict
  }
  const { is, validate, encode } = t.array(item)
  return Object.assign(new t.Type(`${item.name}[]`, is, validate, encode), { check, shape: shape(OTHER) })
}

const slotOf = (key: string, field: Field): Slot => {
  const required = !('presence' in field)
  const type = required ? field : field.presence === 'repeated' ? arrayOf(field.type) : field.type
  return { key, required, type, shape: type.shape }
}

/**
 * A message or entity. Unknown fields pass through (the live server sends some), a wrong type or a missing
 * required field does not. `encode` writes the fields in the order given here, the server's, without the absent ones.
 */
export const struct = <F extends Fields>(name: string, fields: F): Struct<F> => {
  type A = StructOf<F>
  const slots = Object.entries(fields).map(([key, field]) => slotOf(key, field))
  const slotAt = new Map(slots.map(({ key }, index) => [key, index]))
  const requiredCount = slots.filter(({ required }) => required).length

  const check: WireType<A>['check'] = (u, drift) => {
    if (typeof u !== 'object' || u === null || Array.isArray(u)) return INVALID
    let missing = requiredCount
    let next = 0
    for (const key in u) {
      const value = (u as Record<string, unknown>)[key]
      if (value === undefined) continue
      // The server writes the fields in the order given here, so the slot is nearly always the next or close by.
      let slot = slots[next]
      while (slot !== undefined && slot.key !== key) slot = slots[++next]
      if (slot === undefined) {
        next = slotAt.get(key) ?? 0
        slot = slots[next]
        if (slot?.key !== key) {
          drift(name, key, 'unknownField')
          continue
        }
      }
      next++
      const verdict =
        slot.shape.kind === OTHER ? slot.type.check(value, drift) : scalarVerdict(slot.shape, value)
      if (verdict === INVALID) return INVALID
      if (verdict > VALID)
        drift(name, key, verdict === UNKNOWN_ENUM_VALUE ? 'unknownEnumValue' : 'inexactInteger')
      if (slot.required) missing--
    }
    return missing === 0 ? VALID : INVALID
  }

  const is = (u: unknown): u is A => check(u, ignoreDrift) !== INVALID

  const faults = (u: object, context: t.Context): t.Errors =>
    slots.flatMap(({ key, required, type }) => {
      const value = Object.hasOwn(u, key) ? (u as Record<string, unknown>)[key] : undefined
      const at = t.appendContext(context, key, type, value)
      if (value === undefined) return required ? [{ value, context: at }] : []
      const result = type.validate(value, at)
      return result._tag === 'Left' ? result.left : []
    })

  const validate: t.Validate<unknown, A> = (u, context) =>
    is(u)
      ? t.success(u)
      : typeof u === 'object' && u !== null && !Array.isArray(u)
        ? t.failures(faults(u, context))
        : t.failure(u, context)

  const encode = (a: A): A => {
    const out: Record<string, unknown> = {}
    for (const { key, type } of slots) {
      const value = (a as Record<string, unknown>)[key]
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
      out[key] = type.encode(value)
    }
    return out as A
  }

  return Object.assign(new t.Type<A>(name, is, validate, encode), { check, fields, shape: shape(OTHER) })
}
