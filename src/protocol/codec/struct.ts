import * as t from 'io-ts'
import {
  BOOL,
  DOUBLE,
  ENUM,
  INT32,
  INT64,
  INVALID,
  MANY,
  STRING,
  UINT32,
  UINT64,
  conforms,
  ignoreDrift,
  checkDrift,
  createPlan,
  structPlan,
} from './plan'
import type { OnDrift, Plan, Verdict } from './plan'

/**
 * The notation in which the messages are written: fields as in the official `.proto` files, with io-ts codecs as
 * the result.
 *
 * Each codec has two checks. `check` only gives a verdict, and runs on every frame. `validate` (io-ts) reports
 * every fault, and is only called when `check` has failed.
 */
export interface WireType<A> extends t.Type<A> {
  /**
   * The fast verdict. Reports unknown fields and enum numbers to `drift`.
   *
   * @internal
   */
  readonly check: (u: unknown, drift: OnDrift) => Verdict
  /**
   * The same as data.
   *
   * @internal
   */
  readonly plan: Plan
}

const wireType = <A>(
  name: string,
  plan: Plan,
  validate: (is: (u: unknown) => u is A) => t.Validate<unknown, A>,
  encode: t.Encode<A, A> = t.identity,
): WireType<A> => {
  const check: WireType<A>['check'] = (u, drift) => checkDrift(plan, u, drift)
  const is = (u: unknown): u is A => conforms(plan, u) || checkDrift(plan, u, ignoreDrift) !== INVALID
  return Object.assign(new t.Type<A>(name, is, validate(is), encode), { check, plan })
}

const scalar = <A>(name: string, plan: Plan): WireType<A> =>
  wireType<A>(name, plan, is => (u, context) => (is(u) ? t.success(u) : t.failure(u, context)))

export const int32 = scalar<number>('int32', createPlan(INT32))
export const uint32 = scalar<number>('uint32', createPlan(UINT32))
export const int64 = scalar<number>('int64', createPlan(INT64))
export const uint64 = scalar<number>('uint64', createPlan(UINT64))
export const double = scalar<number>('double', createPlan(DOUBLE))
export const bool = scalar<boolean>('bool', createPlan(BOOL))
export const string = scalar<string>('string', createPlan(STRING))

declare const unknownEnumNumber: unique symbol

/**
 * An enum number that this release does not know. It is part of every enum's type, so that a `switch` over received
 * values needs a `default`. But such a number in your own code does not compile.
 */
export type UnknownEnumNumber = number & { readonly [unknownEnumNumber]: never }

/** The value of an enum field: an official number, or one that this release does not know. */
export type EnumOf<E extends Readonly<Record<string, number>>> = E[keyof E] | UnknownEnumNumber

/** An enum field: its official numbers, and any other whole number as drift. Faults list its members. */
export const enumeration = <E extends Readonly<Record<string, number>>>(members: E): WireType<EnumOf<E>> => {
  const known: boolean[] = []
  for (const value of Object.values(members)) known[value] = true
  const names = Object.entries(members).map(([name, value]) => `${value} ${name}`)
  const shown = names.length > 8 ? [...names.slice(0, 8), '…'] : names
  return scalar(shown.join(' | '), createPlan(ENUM, { known }))
}

/** Any codec. `any` as in io-ts's own `Mixed`: a codec both takes and gives its type, so nothing narrower is above all. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyType = WireType<any>

/** A field that may be absent. */
export interface Optional<T extends AnyType> {
  readonly presence: 'optional'
  readonly type: T
}

/** A field with any number of values. */
export interface Many<T extends AnyType> {
  readonly presence: 'repeated'
  readonly type: T
}

/** A field that the server leaves out when it has no value. */
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

/** The codec of a message or entity. `fields` has its fields by their official names. */
export interface Struct<F extends Fields = Fields> extends WireType<StructOf<F>> {
  readonly fields: F
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyStruct = WireType<any> & { readonly fields: Fields }

const arrayOf = (item: AnyType): AnyType => {
  const { validate, encode } = t.array(item)
  return wireType(`${item.name}[]`, createPlan(MANY, { item: item.plan }), () => validate, encode)
}

const typeOf = (field: Field): AnyType =>
  'presence' in field ? (field.presence === 'repeated' ? arrayOf(field.type) : field.type) : field

/**
 * A message or entity. Unknown fields pass, because the live server sends some. A wrong type or a missing required
 * field does not. `encode` writes the fields in the order given here, which is the server's, without absent ones.
 */
export const struct = <F extends Fields>(name: string, fields: F): Struct<F> => {
  type A = StructOf<F>
  const members = Object.entries(fields).map(([key, field]) => ({
    key,
    required: !('presence' in field),
    type: typeOf(field),
  }))

  const faults = (u: object, context: t.Context): t.Errors =>
    members.flatMap(({ key, required, type }) => {
      const value = Object.hasOwn(u, key) ? (u as Record<string, unknown>)[key] : undefined
      const at = t.appendContext(context, key, type, value)
      if (value === undefined) return required ? [{ value, context: at }] : []
      const result = type.validate(value, at)
      return result._tag === 'Left' ? result.left : []
    })

  const rewrite = (a: A): A => {
    const out: Record<string, unknown> = {}
    for (const { key, type } of members) {
      const value = (a as Record<string, unknown>)[key]
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
      out[key] = type.encode(value)
    }
    return out as A
  }

  const plan = structPlan(
    name,
    members.map(({ key, required, type }) => ({ key, required, plan: type.plan })),
  )
  const codec = wireType<A>(
    name,
    plan,
    is => (u, context) =>
      is(u)
        ? t.success(u)
        : typeof u === 'object' && u !== null && !Array.isArray(u)
          ? t.failures(faults(u, context))
          : t.failure(u, context),
    a => (conforms(plan, a) ? a : rewrite(a)),
  )
  return Object.assign(codec, { fields })
}
