/** What the server says of itself when it last changed, in ms since the epoch. */
interface Dated {
  readonly utcLastUpdateTimestamp?: number
}

/** Those there are, by id, and since when others are no more. */
export interface Entities<T> {
  readonly all: ReadonlyMap<number, T>
  readonly ended: ReadonlyMap<number, number>
  /** When an event last told of one, in ms by this machine's clock. */
  readonly toldAt: ReadonlyMap<number, number>
}

export const noEntities: Entities<never> = {
  all: new Map<number, never>(),
  ended: new Map(),
  toldAt: new Map(),
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
export const told = <T extends Dated>(
  entities: Entities<T>,
  id: number,
  entity: T,
  now = Infinity,
): Entities<T> => {
  const { all, ended, toldAt } = entities
  const { utcLastUpdateTimestamp: at = Infinity } = entity
  const isLate = at < timeOf(all.get(id)) || at < (ended.get(id) ?? -Infinity)
  return isLate
    ? entities
    : { all: new Map(all).set(id, entity), ended, toldAt: new Map(toldAt).set(id, now) }
}

/**
 * As an event tells of one that is no more, as of a time: `Infinity` where it cannot come back, nothing where it is
 * not said.
 */
export const gone = <T extends Dated>(entities: Entities<T>, id: number, at?: number): Entities<T> => {
  if (at !== undefined && at < timeOf(entities.all.get(id))) return entities
  const all = new Map(entities.all)
  all.delete(id)
  const toldAt = new Map(entities.toldAt)
  toldAt.delete(id)
  return { all, ended: at === undefined ? entities.ended : withEnd(entities.ended, id, at), toldAt }
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
  const isRecent = (id: number): boolean => (known.toldAt.get(id) ?? -Infinity) > askedAt - LIST_LAG
  for (const entity of answer) {
    const id = idOf(entity)
    const { utcLastUpdateTimestamp: at = Infinity } = entity
    const before = known.all.get(id)
    // Some events change what bears the same time as before.
    const isBefore = timeOf(before) > at || (isAgain && timeOf(before) === at && isRecent(id))
    if (before && isBefore) all.set(id, before)
    else if ((known.ended.get(id) ?? -Infinity) <= at) all.set(id, entity)
  }
  const isThere = (id: number): boolean =>
    isRecent(id) || unreadable.includes(id) || unreadable.includes(undefined)
  for (const [id, entity] of known.all) if (!all.has(id) && isThere(id)) all.set(id, entity)
  return { all, ended: known.ended, toldAt: new Map([...known.toldAt].filter(([id]) => isRecent(id))) }
}
