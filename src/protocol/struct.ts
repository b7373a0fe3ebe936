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

const wireType = <A>(name: string, check: WireType<A>['check']): WireType<A> => {
  const is = (u: unknown): u is A => check(u, ignoreDrift) !== INVALID
  return Object.assign(
    new t.Type<A>(name, is, (u, context) => (is(u) ? t.success(u) : t.failure(u, context)), t.identity),
    { check },
  )
}

export const ignoreDrift: OnDrift = () => undefined

const whole = (name: string, min: number, max: number): WireType<number> =>
  wireType(name, u => (Number.isInteger(u) && (u as number) >= min && (u as number) <= max ? VALID : INVALID))

/** 64-bit numbers travel as JSON numbers; beyond 2^53 they lose digits, which is let through and reported. */
const wholeLong = (name: string, min: number): WireType<number> =>
  wireType(name, u =>
    Number.isSafeInteger(u)
      ? (u as number) >= min
        ? VALID
        : INVALID
      : Number.isInteger(u) && (u as number) >= min
        ? INEXACT_INTEGER
        : INVALID,
  )

export const int32 = whole('int32', -(2 ** 31), 2 ** 31 - 1)
export const uint32 = whole('uint32', 0, 2 ** 32 - 1)
export const int64 = wholeLong('int64', -Infinity)
export const uint64 = wholeLong('uint64', 0)
export const double: WireType<number> = wireType('double', u => (Number.isFinite(u) ? VALID : INVALID))
export const bool: WireType<boolean> = wireType('bool', u => (typeof u === 'boolean' ? VALID : INVALID))
export const string: WireType<string> = wireType('string', u => (typeof u === 'string' ? VALID : INVALID))

declare const unknownEnumNumber: unique symbol

/**
 * A number the server sent for an enum of which this release does not know the name. It is part of every enum's
 * type so that a `switch` over received values needs a `default`, while a number of one's own does not compile.
 */
export type UnknownEnumNumber = number & { readonly [unknownEnumNumber]: never }

export type EnumOf<E extends Readonly<Record<string, number>>> = E[keyof E] | UnknownEnumNumber

/** An enum field: its official numbers, and any other whole number as drift. Named by its members in a fault. */
export const enumeration = <E extends Readonly<Record<string, number>>>(members: E): WireType<EnumOf<E>> => {
  const known = new Set<unknown>(Object.values(members))
  const names = Object.entries(members).map(([name, value]) => `${value} ${name}`)
  const shown = names.length > 8 ? [...names.slice(0, 8), '…'] : names
  return wireType(shown.join(' | '), u =>
    known.has(u) ? VALID : int32.check(u, ignoreDrift) === VALID ? UNKNOWN_ENUM_VALUE : INVALID,
  )
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
  readonly required: boolean
  readonly type: AnyType
}

const arrayOf = (item: AnyType): AnyType => {
  const check: WireType<unknown>['check'] = (u, drift) => {
    if (!Array.isArray(u)) return INVALID
    let verdict: Verdict = VALID
    for (const element of u) {
      const found = item.check(element, drift)
      if (found === INVALID) return INVALID
      if (found > VALID) verdict = found
    }
    return verdict
  }
  const { is, validate, encode } = t.array(item)
  return Object.assign(new t.Type(`${item.name}[]`, is, validate, encode), { check })
}

const slotOf = (field: Field): Slot =>
  'presence' in field
    ? { required: false, type: field.presence === 'repeated' ? arrayOf(field.type) : field.type }
    : { required: true, type: field }

/**
 * A message or entity. Unknown fields pass through (the live server sends some), a wrong type or a missing
 * required field does not. `encode` writes the fields in the order given here, the server's, without the absent ones.
 */
export const struct = <F extends Fields>(name: string, fields: F): Struct<F> => {
  type A = StructOf<F>
  const slots = new Map(Object.entries(fields).map(([key, field]) => [key, slotOf(field)]))
  const requiredCount = [...slots.values()].filter(slot => slot.required).length

  const check: WireType<A>['check'] = (u, drift) => {
    if (typeof u !== 'object' || u === null || Array.isArray(u)) return INVALID
    let missing = requiredCount
    for (const key in u) {
      const value = (u as Record<string, unknown>)[key]
      if (value === undefined) continue
      const slot = slots.get(key)
      if (slot === undefined) {
        drift(name, key, 'unknownField')
        continue
      }
      const verdict = slot.type.check(value, drift)
      if (verdict === INVALID) return INVALID
      if (verdict > VALID)
        drift(name, key, verdict === UNKNOWN_ENUM_VALUE ? 'unknownEnumValue' : 'inexactInteger')
      if (slot.required) missing--
    }
    return missing === 0 ? VALID : INVALID
  }

  const is = (u: unknown): u is A => check(u, ignoreDrift) !== INVALID

  const faults = (u: object, context: t.Context): t.Errors =>
    [...slots].flatMap(([key, { required, type }]) => {
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
    for (const [key, { type }] of slots) {
      const value = (a as Record<string, unknown>)[key]
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
      out[key] = type.encode(value)
    }
    return out as A
  }

  return Object.assign(new t.Type<A>(name, is, validate, encode), { check, fields })
}
