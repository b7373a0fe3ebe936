import { lookup, persistentMap, toMap, updated } from '../../util/persistentMap'
import type { PersistentMap } from '../../util/persistentMap'
import { keepIfEqual } from '../../util/deepEqual'

/** What the server says of itself when it last changed, in ms since the epoch. */
interface Dated {
  readonly utcLastUpdateTimestamp?: number
}

/** Those there are, by id, and since when others are no more. */
export interface Entities<T> {
  readonly all: PersistentMap<number, T>
  readonly ended: Ended
  /** When an event last told of one, in ms by this machine's clock. */
  readonly toldAt: PersistentMap<number, number>
}

/** Since when some are no more, the last ones and those before. */
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

/** What an answer is an answer to. */
export interface Asked {
  /** When it was asked, in ms by the same clock. */
  readonly at: number
  /** The ids of those that it lists and that could not be read; `undefined` of one whose id could not be read either. */
  readonly unreadable?: readonly (number | undefined)[]
  /** Whether there was an answer before. */
  readonly isAgain?: boolean
}

/** So far a list may be behind the events, in ms: what an event told in this time before need not be in it yet. */
export const LIST_LAG = 20_000

/** At least so many of those that ended last are remembered: what comes late of one comes soon after. */
const REMEMBERED = 1_000

const timeOf = (entity: Dated | undefined): number => entity?.utcLastUpdateTimestamp ?? -Infinity

const endOf = ({ recent, earlier }: Ended, id: number): number =>
  lookup(recent, id) ?? lookup(earlier, id) ?? -Infinity

const withEnd = ({ recent, earlier }: Ended, id: number, at: number): Ended =>
  recent.size < REMEMBERED
    ? { recent: updated(recent, [[id, at]]), earlier }
    : { recent: updated(none, [[id, at]]), earlier: recent }

/**
 * As an event tells of one that there is. Nothing, if it is older than what is known; the same object, if it says the
 * same.
 */
export const told = <T extends Dated>(
  entities: Entities<T>,
  id: number,
  entity: T,
  now = Infinity,
): Entities<T> => {
  const { all, ended, toldAt } = entities
  const { utcLastUpdateTimestamp: at = Infinity } = entity
  const known = lookup(all, id)
  if (at < timeOf(known) || at < endOf(ended, id)) return entities
  return {
    all: updated(all, [[id, keepIfEqual(known, entity)]]),
    ended,
    toldAt: updated(toldAt, [[id, now]]),
  }
}

/**
 * As an event tells of one that is no more, as of a time: `Infinity` where it cannot come back, nothing where it is
 * not said.
 */
export const gone = <T extends Dated>(entities: Entities<T>, id: number, at?: number): Entities<T> => {
  const { all, ended, toldAt } = entities
  if (at !== undefined && at < timeOf(lookup(all, id))) return entities
  return {
    all: updated(all, [[id, undefined]]),
    ended: at === undefined ? ended : withEnd(ended, id, at),
    toldAt: updated(toldAt, [[id, undefined]]),
  }
}

/**
 * As an answer lists them. A list may be behind the events: what one of them told counts where it bears a later time
 * than what the answer has, and stays for a while where the answer does not have it. The rest is as the answer says,
 * so that what was missed is mended; but what is listed and could not be read stays as it was known.
 */
export const listed = <T extends Dated>(
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
    // Some events change what bears the same time as before.
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
