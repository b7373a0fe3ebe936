import type { Order } from '../records'
import { positionOf } from './desk'
import type { Desk } from './desk'
import { fill } from './filling'

const reaches = (
  side: 1 | 2,
  price: number,
  mark: number | undefined,
  towards: 'better' | 'worse',
): boolean => mark !== undefined && ((side === 1) === (towards === 'better') ? price <= mark : price >= mark)

const isDue = (desk: Desk, { kind, side, symbolId, limit, stop, filled, positionId }: Order): boolean => {
  if (filled > 0) return false
  const price = desk.prices.at(symbolId, side)
  const isStopped = reaches(side, price, stop, 'worse')
  switch (kind) {
    case 2:
      return reaches(side, price, limit, 'better')
    case 3:
    case 6:
      return isStopped
    case 4:
      return (
        positionOf(desk, positionId)?.status === 1 && (isStopped || reaches(side, price, limit, 'better'))
      )
    default:
      return false
  }
}

/** Executes what has waited for the price that there is now. */
export const trigger = (desk: Desk, symbolId: number, cause?: string): void => {
  for (const order of desk.ledger.all('order'))
    if (order.status === 1 && order.symbolId === symbolId && isDue(desk, order))
      fill(desk, order.id, order.kind === 4 ? undefined : cause, order.kind === 4)
}
