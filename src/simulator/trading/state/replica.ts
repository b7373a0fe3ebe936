import type { Book, Order, Position } from './records'

/** The books of all accounts of the recent past. */
export interface Replica {
  /** Keeps the state of this many ms ago, from now on; 0 keeps nothing. */
  readonly remember: (ms: number, at: number) => void
  /** Notes the state of the books after a change. */
  readonly note: (at: number) => void
  /** The book of an account at a time. Its current state, if nothing was kept. */
  readonly asOf: (book: Book, at: number) => Book
}

interface Copy {
  readonly at: number
  readonly books: ReadonlyMap<number, Book>
}

const copied = <T extends object>(all: ReadonlyMap<number, T>): Map<T, T> =>
  new Map([...all.values()].map(one => [one, { ...one }]))

const of = <T>(copies: ReadonlyMap<T, T>, some: ReadonlySet<T>): Set<T> =>
  new Set([...some].flatMap(one => copies.get(one) ?? []))

const copyOf = (book: Book): Book => {
  const orders = copied<Order>(book.orders)
  const positions = copied<Position>(book.positions)
  return {
    ...book,
    orders: new Map([...orders.values()].map(order => [order.orderId, order])),
    positions: new Map([...positions.values()].map(position => [position.positionId, position])),
    working: of(orders, book.working),
    open: of(positions, book.open),
    deals: [...book.deals],
    offsets: [...book.offsets],
    cashFlow: [...book.cashFlow],
  }
}

/** Copies only while needed, because it copies everything. */
export const createReplica = (books: () => readonly Book[]): Replica => {
  let kept = 0
  let copies: readonly Copy[] = []

  const note: Replica['note'] = at => {
    if (kept === 0) return
    // The last copy before the kept time has the state at its beginning.
    const first = copies.filter(copy => copy.at <= at - kept).length - 1
    const now = new Map(books().map(book => [book.terms.accountId, copyOf(book)]))
    copies = [...copies.slice(Math.max(0, first)), { at, books: now }]
  }

  return {
    remember: (ms, at) => {
      const begins = kept === 0 && ms > 0
      kept = ms
      if (ms === 0) copies = []
      if (begins) note(at)
    },
    note,
    asOf: (book, at) => {
      const copy = copies.filter(one => one.at <= at).at(-1) ?? copies[0]
      return copy?.books.get(book.terms.accountId) ?? book
    },
  }
}
