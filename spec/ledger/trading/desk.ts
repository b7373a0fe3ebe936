import type { Prices } from '../instruments'
import type { Ledger } from '../ledger'
import type { Order, Position } from '../records'
import type { Ways } from '../ways'
import type { Report } from '../wire'

/** Where orders become deals: what all that is traded needs. */
export interface Desk {
  readonly ledger: Ledger
  readonly prices: Prices
  readonly ways: Ways
  /** The server's time, in ms since the epoch; of two changes the later has the greater one. */
  readonly stamp: () => number
  readonly later: (ms: number, act: () => void) => void
  readonly nextId: (kind: 'order' | 'position' | 'deal') => number
  readonly tell: (report: Report) => void
}

export interface Refusal {
  readonly errorCode: string
  readonly description?: string
  readonly orderId?: number
  readonly positionId?: number
}

export const orderOf = (desk: Desk, id: number): Order | undefined => desk.ledger.find('order', id)
export const positionOf = (desk: Desk, id: number): Position | undefined => desk.ledger.find('position', id)

export const changeOrder = (desk: Desk, order: Order, change: Partial<Order>): Order => {
  const changed = { ...order, ...change, changedAt: desk.stamp() }
  desk.ledger.write('order', changed)
  return changed
}

export const changePosition = (desk: Desk, position: Position, change: Partial<Position>): Position => {
  const changed = { ...position, ...change, changedAt: desk.stamp() }
  desk.ledger.write('position', changed)
  return changed
}

/** The order behind the protections of a position, while it waits. */
export const protectionOf = (desk: Desk, { protectedBy }: Position): Order | undefined => {
  const order = protectedBy === undefined ? undefined : orderOf(desk, protectedBy)
  return order?.status === 1 ? order : undefined
}
