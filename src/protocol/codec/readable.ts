import { INVALID, MANY, STRUCT, ignoreDrift, look } from './plan'
import type { Plan } from './plan'

/** An entity that could not be read, and the list it was in. */
export interface Unreadable {
  readonly field: string
  readonly entity: unknown
}

const leftOut = new WeakMap<object, readonly Unreadable[]>()

/**
 * A payload without those entities of its lists that cannot be read; nothing where there are none. What else is wrong
 * with it stays so.
 */
export const readableOf = ({ fields }: Plan, payload: unknown): object | undefined => {
  if (typeof payload !== 'object' || payload === null) return undefined
  const readable: Record<string, unknown> = { ...payload }
  const unreadable: Unreadable[] = []
  for (const [field, { kind, item }] of fields) {
    const list = Object.hasOwn(readable, field) ? readable[field] : undefined
    if (kind !== MANY || item?.kind !== STRUCT || !Array.isArray(list)) continue
    readable[field] = list.filter((entity: unknown) => {
      if (look(item, entity, ignoreDrift) !== INVALID) return true
      unreadable.push({ field, entity })
      return false
    })
  }
  if (unreadable.length === 0) return undefined
  leftOut.set(readable, unreadable)
  return readable
}

/** A copy of a payload came without the same. */
export const carryUnreadable = (payload: unknown, copy: unknown): unknown => {
  const unreadable = leftOut.get(payload as object)
  if (unreadable) leftOut.set(copy as object, unreadable)
  return copy
}

/**
 * What a payload came without, because it could not be read: such an entity is not gone. Nothing where all could be.
 *
 * ```text
 * unreadableIn(reconciled).some(({ field }) => field === 'order') // then an order that is not listed may be there
 * ```
 */
export const unreadableIn = (payload: object): readonly Unreadable[] => leftOut.get(payload) ?? []

/** The ids of the unreadable entities of a list as far as they can be read; `undefined` for one whose id cannot. */
export const unreadableIds = (payload: object, list: string, id: string): readonly (number | undefined)[] =>
  unreadableIn(payload)
    .filter(({ field }) => field === list)
    .map(({ entity }) => {
      const value =
        typeof entity === 'object' && entity !== null && Object.hasOwn(entity, id)
          ? (entity as Readonly<Record<string, unknown>>)[id]
          : undefined
      return Number.isSafeInteger(value) ? (value as number) : undefined
    })
