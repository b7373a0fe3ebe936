/** What the server says of itself when it last changed, in ms since the epoch. */
interface Dated {
  readonly utcLastUpdateTimestamp?: number
}

/** Those there are, by id, and since when others are no more. */
export interface Entities<T> {
  readonly all: ReadonlyMap<number, T>
  readonly ended: ReadonlyMap<number, number>
}

export const noEntities: Entities<never> = { all: new Map<number, never>(), ended: new Map() }

/** So many of those that ended are remembered: what comes late of one comes soon after. */
const REMEMBERED = 1_000

const timeOf = (entity: Dated | undefined): number => entity?.utcLastUpdateTimestamp ?? -Infinity

const withEnd = (ended: ReadonlyMap<number, number>, id: number, at: number): ReadonlyMap<number, number> => {
  const next = new Map(ended)
  // The latest stands last.
  next.delete(id)
  const [oldest] = next.keys()
  if (next.size >= REMEMBERED && oldest !== undefined) next.delete(oldest)
  return next.set(id, at)
}

/** As an event tells of one that there is. Nothing, if it is older than what is known. */
export const told = <T extends Dated>(entities: Entities<T>, id: number, entity: T): Entities<T> => {
  const { all, ended } = entities
  const { utcLastUpdateTimestamp: at = Infinity } = entity
  const isLate = at < timeOf(all.get(id)) || at < (ended.get(id) ?? -Infinity)
  return isLate ? entities : { all: new Map(all).set(id, entity), ended }
}

/**
 * As an event tells of one that is no more, as of a time: `Infinity` where it cannot come back, nothing where it is
 * not said.
 */
export const gone = <T extends Dated>(entities: Entities<T>, id: number, at?: number): Entities<T> => {
  if (at !== undefined && at < timeOf(entities.all.get(id))) return entities
  const all = new Map(entities.all)
  all.delete(id)
  return { all, ended: at === undefined ? entities.ended : withEnd(entities.ended, id, at) }
}

/**
 * As an answer lists them, and as the events told that came before it: it holds all that happened before it, so that
 * an event counts only where it bears a later time than what the answer has, or the answer has nothing.
 */
export const listed = <T extends Dated>(
  early: Entities<T>,
  answer: readonly T[],
  idOf: (entity: T) => number,
): Entities<T> => {
  const all = new Map<number, T>()
  for (const entity of answer) {
    const id = idOf(entity)
    const { utcLastUpdateTimestamp: at = Infinity } = entity
    const known = early.all.get(id)
    if (known && timeOf(known) > at) all.set(id, known)
    else if ((early.ended.get(id) ?? -Infinity) <= at) all.set(id, entity)
  }
  for (const [id, entity] of early.all) if (!all.has(id)) all.set(id, entity)
  return { all, ended: early.ended }
}
