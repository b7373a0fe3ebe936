import { lookup, persistentMap, toMap, update } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import { keepIfEqual } from '../../util/deepEqual'

/** When the server last changed an entity, in ms since the epoch. */
interface Dated {
  readonly utcLastUpdateTimestamp?: number
}

/** The entities that exist, by id, and when others ended. */
export interface Entities<T> {
  readonly all: PersistentMap<number, T>
  readonly ended: Ended
  /** When an event last reported each entity, in ms by this machine's clock. */
  readonly toldAt: PersistentMap<number, number>
}

/** When entities ended, in two generations: the older one is dropped when the newer one is full. */
interface Ended {
  readonly recent: PersistentMap<number, number>
  readonly earlier: PersistentMap<number, number>
}

const none = persistentMap<number, number>()

export const noEntities: Entities<never> = {
  all: persistentMap<number, never>(),
  ended: { recent: none, earlier: none },
  toldAt: none,
}

/** The request that an answer belongs to. */
export interface Asked {
  /** When the request was sent, in ms by this machine's clock. */
  readonly at: number
  /** The ids of listed entities that could not be read; `undefined` when the id could not be read either. */
  readonly unreadable?: readonly (number | undefined)[]
  /** Whether there was an answer before. */
  readonly isAgain?: boolean
}

/**
 * How far a list may be behind the events, in ms. An event from this time before the request may be missing from
 * the answer.
 */
export const LIST_LAG = 20_000

/** How many ended entities to remember, at least. A late event about an ended entity comes soon after its end. */
const REMEMBERED = 1_000

const timeOf = (entity: Dated | undefined): number => entity?.utcLastUpdateTimestamp ?? -Infinity

const endOf = ({ recent, earlier }: Ended, id: number): number =>
  lookup(recent, id) ?? lookup(earlier, id) ?? -Infinity

const withEnd = ({ recent, earlier }: Ended, id: number, at: number): Ended =>
  recent.size < REMEMBERED
    ? { recent: update(recent, [[id, at]]), earlier }
    : { recent: update(none, [[id, at]]), earlier: recent }

/** Sets an entity, which an event reports now. */
export const put = <T>(
  { all, ended, toldAt }: Entities<T>,
  id: number,
  entity: T,
  now: number,
): Entities<T> => ({
  all: update(all, [[id, entity]]),
  ended,
  toldAt: update(toldAt, [[id, now]]),
})

/**
 * Applies an event about an existing entity. Ignores an event that is older than what is known. Keeps the same
 * object if nothing changed.
 */
export const applyEntity = <T extends Dated>(
  entities: Entities<T>,
  id: number,
  entity: T,
  now = Infinity,
): Entities<T> => {
  const { utcLastUpdateTimestamp: at = Infinity } = entity
  const known = lookup(entities.all, id)
  if (at < timeOf(known) || at < endOf(entities.ended, id)) return entities
  return put(entities, id, keepIfEqual(known, entity), now)
}

/**
 * Applies the end of an entity at a time. `Infinity` means that it cannot come back; `undefined` means that the
 * time is unknown.
 */
export const removeEntity = <T extends Dated>(
  entities: Entities<T>,
  id: number,
  at?: number,
): Entities<T> => {
  const { all, ended, toldAt } = entities
  if (at !== undefined && at < timeOf(lookup(all, id))) return entities
  return {
    all: update(all, [[id, undefined]]),
    ended: at === undefined ? ended : withEnd(ended, id, at),
    toldAt: update(toldAt, [[id, undefined]]),
  }
}

/**
 * Applies a list from the server. The list may be behind the events:
 *
 * - An event with a later time than the list's entry wins.
 * - An entity that a recent event reported stays, even when the list does not have it.
 * - An entity that is listed but could not be read stays as it was.
 *
 * Everything else becomes what the list says, which repairs missed events.
 */
export const applyList = <T extends Dated>(
  known: Entities<T>,
  answer: readonly T[],
  idOf: (entity: T) => number,
  { at: askedAt, unreadable = [], isAgain = false }: Asked = { at: 0 },
): Entities<T> => {
  const all = new Map<number, T>()
  const isRecent = (id: number): boolean => (lookup(known.toldAt, id) ?? -Infinity) > askedAt - LIST_LAG
  for (const entity of answer) {
    const id = idOf(entity)
    const { utcLastUpdateTimestamp: at = Infinity } = entity
    const before = lookup(known.all, id)
    // Some events change an entity without changing its time.
    const isBefore = timeOf(before) > at || (isAgain && timeOf(before) === at && isRecent(id))
    if (before && isBefore) all.set(id, before)
    else if (endOf(known.ended, id) <= at) all.set(id, entity)
  }
  const unread = new Set(unreadable)
  const isThere = (id: number): boolean => isRecent(id) || unread.has(id) || unread.has(undefined)
  for (const [id, entity] of toMap(known.all)) if (!all.has(id) && isThere(id)) all.set(id, entity)
  return {
    all: persistentMap(all),
    ended: known.ended,
    toldAt: persistentMap([...toMap(known.toldAt)].filter(([id]) => isRecent(id))),
  }
}
