import type { Deal, Order, Position, Purse } from './records'

interface Kinds {
  readonly order: Order
  readonly position: Position
  readonly deal: Deal
  readonly purse: Purse
}
type Kind = keyof Kinds

interface Version<T> {
  readonly at: number
  readonly value: T
}

/**
 * A ledger to which versions of records are only ever added. So it can be read as it was at any time, and an answer
 * can be behind what has happened.
 */
export interface Ledger {
  /** Adds a version of a record, as of now. */
  readonly write: <K extends Kind>(kind: K, value: Kinds[K]) => void
  /** The last version of all records of a kind, oldest record first. */
  readonly all: <K extends Kind>(kind: K) => Kinds[K][]
  /** The same as it was at a time. */
  readonly asOf: <K extends Kind>(kind: K, at: number) => Kinds[K][]
  readonly find: <K extends Kind>(kind: K, id: number) => Kinds[K] | undefined
  /** All versions of a record, oldest first. */
  readonly versions: <K extends Kind>(kind: K, id: number) => Kinds[K][]
}

export const createLedger = (now: () => number): Ledger => {
  const books: { readonly [K in Kind]: Map<number, Version<Kinds[K]>[]> } = {
    order: new Map(),
    position: new Map(),
    deal: new Map(),
    purse: new Map(),
  }
  const bookOf = <K extends Kind>(kind: K): Map<number, Version<Kinds[K]>[]> => books[kind]
  const asOf: Ledger['asOf'] = (kind, at) =>
    [...bookOf(kind).values()].flatMap(
      versions => versions.filter(version => version.at <= at).at(-1)?.value ?? [],
    )
  return {
    write: (kind, value) => {
      const book = bookOf(kind)
      book.set(value.id, [...(book.get(value.id) ?? []), { at: now(), value }])
    },
    asOf,
    all: kind => asOf(kind, Infinity),
    find: (kind, id) => bookOf(kind).get(id)?.at(-1)?.value,
    versions: (kind, id) => (bookOf(kind).get(id) ?? []).map(({ value }) => value),
  }
}
