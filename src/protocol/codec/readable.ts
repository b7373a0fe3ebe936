import { INVALID, MANY, STRUCT, ignoreDrift, checkDrift } from './plan'
import type { Plan } from './plan'

/** An entity that could not be read, and its list. */
export interface Unreadable {
  readonly field: string
  readonly entity: unknown
}

const leftOut = new WeakMap<object, readonly Unreadable[]>()

/** A payload without the list entries that cannot be read. `undefined` if all of them can. Other faults stay. */
export const dropUnreadable = ({ fields }: Plan, payload: unknown): object | undefined => {
  if (typeof payload !== 'object' || payload === null) return undefined
  const readable: Record<string, unknown> = { ...payload }
  const unreadable: Unreadable[] = []
  for (const [field, { kind, item }] of fields) {
    const list = Object.hasOwn(readable, field) ? readable[field] : undefined
    if (kind !== MANY || item?.kind !== STRUCT || !Array.isArray(list)) continue
    readable[field] = list.filter((entity: unknown) => {
      if (checkDrift(item, entity, ignoreDrift) !== INVALID) return true
      unreadable.push({ field, entity })
      return false
    })
  }
  if (unreadable.length === 0) return undefined
  leftOut.set(readable, unreadable)
  return readable
}

/** Marks a copy of a payload as lacking the same entries. */
export const carryUnreadable = (payload: unknown, copy: unknown): unknown => {
  const unreadable = leftOut.get(payload as object)
  if (unreadable) leftOut.set(copy as object, unreadable)
  return copy
}

/**
 * The list entries that could not be read and are missing from a payload. They exist on the server all the same.
 * Empty if all could be read.
 *
 * ```text
 * unreadableIn(reconciled).some(({ field }) => field === 'order') // then an order that is not listed may be there
 * ```
 */
export const unreadableEntries = (payload: object): readonly Unreadable[] => leftOut.get(payload) ?? []

/** The ids of the unreadable entries of a list; `undefined` for an entry whose id cannot be read either. */
export const unreadableIds = (payload: object, list: string, id: string): readonly (number | undefined)[] =>
  unreadableEntries(payload)
    .filter(({ field }) => field === list)
    .map(({ entity }) => {
      const value =
        typeof entity === 'object' && entity !== null && Object.hasOwn(entity, id)
          ? (entity as Readonly<Record<string, unknown>>)[id]
          : undefined
      return Number.isSafeInteger(value) ? (value as number) : undefined
    })
