import type { Ids, Numbered } from './ids'
import type { Book, Order, Position } from './records'
import type { Task, Tasks } from './tasks'

/** Plain values: in a file they are the same. */
export interface KeptOrder extends Omit<Order, 'watch'> {
  /** Whether it waits for a price: for the next one, when it is taken up again. */
  readonly waits: boolean
}

export interface KeptPosition extends Omit<Position, 'trailDue'> {
  /** It is searched again. */
  readonly trailDue?: undefined
}

/** All that is known of an account, except its terms. */
export interface KeptBook extends Pick<
  Book,
  'balance' | 'balanceVersion' | 'bonuses' | 'deals' | 'offsets' | 'cashFlow' | 'marginCalls' | 'unclearExits'
> {
  readonly accountId: number
  readonly orders: readonly KeptOrder[]
  readonly positions: readonly KeptPosition[]
  /** The ids of the orders that have not ended. */
  readonly working: readonly number[]
  /** The ids of the open positions, in the order of their opening. */
  readonly open: readonly number[]
}

/** The state of an exchange. A later one begins with it where this one ended. */
export interface KeptExchange {
  /** ms since the epoch */
  readonly at: number
  /** The last number of each kind. */
  readonly ids: Readonly<Record<Numbered, number>>
  readonly tasks: readonly Task[]
  readonly books: readonly KeptBook[]
}

const keepOrder = ({ watch, ...order }: Order): KeptOrder => ({
  ...order,
  waits: watch !== undefined,
})

const keepPosition = (position: Position): KeptPosition => ({
  ...position,
  trailDue: undefined,
  lots: position.lots.map(lot => ({ ...lot })),
})

const keepBook = (book: Book): KeptBook => ({
  accountId: book.terms.accountId,
  balance: book.balance,
  balanceVersion: book.balanceVersion,
  bonuses: book.bonuses,
  orders: [...book.orders.values()].map(keepOrder),
  positions: [...book.positions.values()].map(keepPosition),
  working: [...book.working].map(({ orderId }) => orderId),
  open: [...book.open].map(({ positionId }) => positionId),
  deals: [...book.deals],
  offsets: [...book.offsets],
  cashFlow: [...book.cashFlow],
  marginCalls: book.marginCalls,
  unclearExits: book.unclearExits,
})

export const keep = (at: number, ids: Ids, tasks: Tasks, books: readonly Book[]): KeptExchange => ({
  at,
  ids: ids.last(),
  tasks: [...tasks.all()],
  books: books.map(keepBook),
})

const orderOf = ({ waits, ...kept }: KeptOrder): Order => ({
  ...kept,
  watch: waits ? { from: Infinity, due: undefined } : undefined,
})

const positionOf = (kept: KeptPosition): Position => ({
  ...kept,
  lots: kept.lots.map(lot => ({ ...lot })),
  trailDue: undefined,
})

const some = <T>(all: ReadonlyMap<number, T>, ids: readonly number[]): Set<T> =>
  new Set(ids.flatMap(id => all.get(id) ?? []))

/** The book of an account as it was kept, under the terms of now. */
export const restoreBook = (kept: KeptBook, { terms }: Book): Book => {
  const orders = new Map(kept.orders.map(order => [order.orderId, orderOf(order)]))
  const positions = new Map(kept.positions.map(position => [position.positionId, positionOf(position)]))
  return {
    terms,
    balance: kept.balance,
    balanceVersion: kept.balanceVersion,
    bonuses: kept.bonuses,
    orders,
    positions,
    working: some(orders, kept.working),
    open: some(positions, kept.open),
    deals: [...kept.deals],
    offsets: [...kept.offsets],
    cashFlow: [...kept.cashFlow],
    marginCalls: kept.marginCalls,
    marginCheckAt: undefined,
    marginDirty: true,
    unclearExits: kept.unclearExits,
  }
}
