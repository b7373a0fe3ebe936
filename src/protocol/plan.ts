/** What looking at a value says. What is above `VALID` is valid too, but not as the table knows it. */
export type Verdict = 0 | 1 | 2 | 3
export const INVALID = 0
export const VALID = 1
export const UNKNOWN_ENUM_VALUE = 2
export const INEXACT_INTEGER = 3

/** Called with the message or entity and its field, for each thing in a valid value that the table does not know. */
export type OnDrift = (owner: string, field: string, kind: DriftKind) => void
export type DriftKind = 'unknownField' | 'unknownEnumValue' | 'inexactInteger'

export const ignoreDrift: OnDrift = () => undefined

export const WHOLE = 0
export const DOUBLE = 1
export const BOOL = 2
export const STRING = 3
export const ENUM = 4
export const MANY = 5
export const STRUCT = 6

/**
 * What a value must be, as data. One function looks at every value by such a plan; if each type had a function of its
 * own, every field of every frame would be a call the engine cannot foresee, at twice the cost.
 */
export interface Plan {
  readonly kind: 0 | 1 | 2 | 3 | 4 | 5 | 6
  /** Of a message or entity. */
  readonly name: string
  /** Bounds of a whole number, and of an enum number nobody knows. */
  readonly min: number
  readonly max: number
  /** `known[n]` says whether n is a number of the enum. */
  readonly known: readonly boolean[]
  /** Of a repeated field. */
  readonly item: Plan | undefined
  /** The fields of a message or entity, in the order in which the server writes them, and where each is. */
  readonly slots: readonly Slot[]
  readonly slotAt: ReadonlyMap<string, number>
  readonly requiredCount: number
}

export interface Slot {
  readonly key: string
  readonly required: boolean
  readonly plan: Plan
}

/** Every plan has every property, in the same order: to the engine they are all alike. */
export const planOf = (kind: Plan['kind'], parts: Partial<Plan> = {}): Plan => ({
  kind,
  name: '',
  min: -Infinity,
  max: Infinity,
  known: [],
  item: undefined,
  slots: [],
  slotAt: new Map(),
  requiredCount: 0,
  ...parts,
})

const isWhole = (u: unknown, { min, max }: Plan): boolean =>
  Number.isInteger(u) && (u as number) >= min && (u as number) <= max

const lookAtScalar = (plan: Plan, u: unknown): Verdict => {
  switch (plan.kind) {
    case WHOLE:
      // 64-bit numbers travel as JSON numbers; beyond 2^53 they lose digits, which is let through and reported.
      return isWhole(u, plan) ? (Number.isSafeInteger(u) ? VALID : INEXACT_INTEGER) : INVALID
    case DOUBLE:
      return Number.isFinite(u) ? VALID : INVALID
    case BOOL:
      return typeof u === 'boolean' ? VALID : INVALID
    case STRING:
      return typeof u === 'string' ? VALID : INVALID
    case ENUM:
      return typeof u === 'number' && plan.known[u] === true
        ? VALID
        : isWhole(u, plan)
          ? UNKNOWN_ENUM_VALUE
          : INVALID
    default:
      return INVALID
  }
}

const lookAtMany = (item: Plan | undefined, u: unknown, drift: OnDrift): Verdict => {
  if (!Array.isArray(u) || item === undefined) return INVALID
  let verdict: Verdict = VALID
  for (const element of u as unknown[]) {
    const found = look(item, element, drift)
    if (found === INVALID) return INVALID
    if (found > VALID) verdict = found
  }
  return verdict
}

const lookAtStruct = ({ name, slots, slotAt, requiredCount }: Plan, u: unknown, drift: OnDrift): Verdict => {
  if (typeof u !== 'object' || u === null || Array.isArray(u)) return INVALID
  let missing = requiredCount
  let next = 0
  for (const key in u) {
    const value = (u as Record<string, unknown>)[key]
    if (value === undefined) continue
    // In the server's order the slot is the next or close by; else it is looked up.
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
    const verdict = look(slot.plan, value, drift)
    if (verdict === INVALID) return INVALID
    if (verdict > VALID)
      drift(name, key, verdict === UNKNOWN_ENUM_VALUE ? 'unknownEnumValue' : 'inexactInteger')
    if (slot.required) missing--
  }
  return missing === 0 ? VALID : INVALID
}

/** Says whether a value is as planned. Allocates nothing, for it looks at every field of every frame. */
export const look = (plan: Plan, u: unknown, drift: OnDrift): Verdict =>
  plan.kind < MANY
    ? lookAtScalar(plan, u)
    : plan.kind === STRUCT
      ? lookAtStruct(plan, u, drift)
      : lookAtMany(plan.item, u, drift)
