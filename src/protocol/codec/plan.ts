/** The result of a check. Values above `VALID` are valid too, but have something that the table does not know. */
export type Verdict = 0 | 1 | 2 | 3
export const INVALID = 0
export const VALID = 1
export const UNKNOWN_ENUM_VALUE = 2
export const INEXACT_INTEGER = 3

/** Called with the message or entity and its field, for each unknown thing in a valid value. */
export type OnDrift = (owner: string, field: string, kind: DriftKind) => void
/** What a valid message has that the table does not know. */
export type DriftKind = 'unknownField' | 'unknownEnumValue' | 'inexactInteger'

export const ignoreDrift: OnDrift = () => undefined

export const INT32 = 0
export const UINT32 = 1
export const INT64 = 2
export const UINT64 = 3
export const DOUBLE = 4
export const BOOL = 5
export const STRING = 6
export const ENUM = 7
export const MANY = 8
export const STRUCT = 9

/**
 * What a value must be, as data. One function checks every value against such a plan. If each type had its own
 * function, every field of every frame would be a call that the engine cannot predict, at twice the cost.
 */
export interface Plan {
  readonly kind: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
  /** For a message or entity. */
  readonly name: string
  /** `known[n]` says whether n is a number of the enum. */
  readonly known: readonly boolean[]
  /** For a repeated field. */
  readonly item: Plan | undefined
  /** The fields of a message or entity: the first one that the server writes, and all by name. */
  readonly first: Field
  readonly fields: ReadonlyMap<string, Field>
  readonly requiredCount: number
}

/** A plan at its place in a message. */
export interface Field extends Plan {
  readonly key: string
  readonly required: 0 | 1
  /** The field that the server writes next. */
  readonly next: Field
}

const blank = {
  // Has no items, so nothing conforms to it. Otherwise a field with an empty name would match it.
  kind: MANY,
  name: '',
  known: [],
  item: undefined,
  first: undefined as unknown as Field,
  fields: new Map<string, Field>(),
  requiredCount: 0,
  key: '',
  required: 0,
  next: undefined as unknown as Field,
} as const

/** The end of the list of fields. It follows itself. */
const END: Field = Object.assign({}, blank)
Object.assign(END, { first: END, next: END })

/**
 * Every plan has the same properties in the same order, including those of a field, so that the engine treats them
 * all alike.
 */
export const createPlan = (kind: Plan['kind'], parts: Partial<Plan> = {}): Plan => ({
  ...END,
  kind,
  ...parts,
})

/** The plan of a message or entity, from its fields in the server's order. */
export const structPlan = (
  name: string,
  members: readonly { readonly key: string; readonly required: boolean; readonly plan: Plan }[],
): Plan => {
  const fields = new Map<string, Field>()
  const first = members.reduceRight<Field>((next, { key, required, plan }) => {
    const field: Field = { ...END, ...plan, key, required: required ? 1 : 0, next }
    fields.set(key, field)
    return field
  }, END)
  return createPlan(STRUCT, {
    name,
    first,
    fields,
    requiredCount: members.filter(({ required }) => required).length,
  })
}

const MAX_UINT32 = 2 ** 32 - 1

const isInt32 = (u: unknown): boolean => typeof u === 'number' && (u | 0) === u
const isUint32 = (u: unknown): boolean =>
  Number.isInteger(u) && (u as number) >= 0 && (u as number) <= MAX_UINT32

const scalarConforms = (plan: Plan, u: unknown): boolean => {
  switch (plan.kind) {
    case INT64:
      return Number.isSafeInteger(u)
    case UINT64:
      return Number.isSafeInteger(u) && (u as number) >= 0
    case UINT32:
      return isUint32(u)
    case INT32:
      return isInt32(u)
    case DOUBLE:
      return Number.isFinite(u)
    case BOOL:
      return typeof u === 'boolean'
    case STRING:
      return typeof u === 'string'
    case ENUM:
      return typeof u === 'number' && plan.known[u] === true
    default:
      return false
  }
}

const manyConform = (item: Plan, u: unknown): boolean => {
  if (!Array.isArray(u) || u.length === 0) return false
  for (const element of u as unknown[]) if (!conforms(item, element)) return false
  return true
}

const structConforms = (plan: Plan, u: unknown): boolean => {
  if (typeof u !== 'object' || u === null || Array.isArray(u)) return false
  let missing = plan.requiredCount
  let field = plan.first
  for (const key in u) {
    // In the server's order, the field is the next one, or follows soon after absent ones.
    while (field.key !== key) {
      if (field === END) return false
      field = field.next
    }
    const value = (u as Record<string, unknown>)[key]
    // Most fields are scalars. A direct call here lets the engine inline their check.
    if (!(field.kind < MANY ? scalarConforms(field, value) : conforms(field, value))) return false
    missing -= field.required
    field = field.next
  }
  return missing === 0
}

/**
 * Whether a value is as planned and in the server's form: no unknown field or enum number, fields in order, none
 * empty. Nearly every frame is, so this is checked first. Other values may still be valid; `look` decides.
 */
export const conforms = (plan: Plan, u: unknown): boolean =>
  plan.kind < MANY
    ? scalarConforms(plan, u)
    : plan.kind === STRUCT
      ? structConforms(plan, u)
      : plan.item !== undefined && manyConform(plan.item, u)

const lookAtScalar = (plan: Plan, u: unknown): Verdict => {
  if (scalarConforms(plan, u)) return VALID
  switch (plan.kind) {
    // 64-bit numbers travel as JSON numbers. Above 2^53 they lose digits, which is accepted and reported.
    case INT64:
      return Number.isInteger(u) ? INEXACT_INTEGER : INVALID
    case UINT64:
      return Number.isInteger(u) && (u as number) >= 0 ? INEXACT_INTEGER : INVALID
    case ENUM:
      return isInt32(u) ? UNKNOWN_ENUM_VALUE : INVALID
    default:
      return INVALID
  }
}

const lookAtMany = (item: Plan | undefined, u: unknown, drift: OnDrift): Verdict => {
  if (!Array.isArray(u) || item === undefined) return INVALID
  let verdict: Verdict = VALID
  for (const element of u as unknown[]) {
    const found = checkDrift(item, element, drift)
    if (found === INVALID) return INVALID
    if (found > VALID) verdict = found
  }
  return verdict
}

const lookAtStruct = ({ name, fields, requiredCount }: Plan, u: unknown, drift: OnDrift): Verdict => {
  if (typeof u !== 'object' || u === null || Array.isArray(u)) return INVALID
  let missing = requiredCount
  for (const key in u) {
    const value = (u as Record<string, unknown>)[key]
    if (value === undefined) continue
    const field = fields.get(key)
    if (field === undefined) {
      drift(name, key, 'unknownField')
      continue
    }
    const verdict = checkDrift(field, value, drift)
    if (verdict === INVALID) return INVALID
    if (verdict > VALID)
      drift(name, key, verdict === UNKNOWN_ENUM_VALUE ? 'unknownEnumValue' : 'inexactInteger')
    missing -= field.required
  }
  return missing === 0 ? VALID : INVALID
}

/** Whether a value is as planned, in any order of fields, and what in it the table does not know. */
export const checkDrift = (plan: Plan, u: unknown, drift: OnDrift): Verdict =>
  plan.kind < MANY
    ? lookAtScalar(plan, u)
    : plan.kind === STRUCT
      ? lookAtStruct(plan, u, drift)
      : lookAtMany(plan.item, u, drift)
