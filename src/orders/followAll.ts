import type { Heard } from './heard'
import { advance, idsOf, unheard } from './progress'
import type { Progress } from './progress'
import { isProtection } from './protections'
import type { OrderUpdate } from './update'

/** So many orders that ended are remembered: what comes late, or again, of one comes soon after. */
const REMEMBERED = 1_000

/** The order behind the protections of a position tells of the position. */
const asProtected = (update: OrderUpdate): readonly OrderUpdate[] => {
  if (update.status !== 'accepted' && update.status !== 'replaced') return [update]
  const { order, position } = update
  return position ? [{ status: 'protected', ...idsOf(order), position }] : []
}

/** Takes what is heard of any order, and gives back what of it is news. Remembers what it has told. */
export const followAll = (): ((heard: Heard) => readonly OrderUpdate[]) => {
  const orders = new Map<number, Progress>()
  const ended = new Set<number>()

  const forgetOldest = (): void => {
    for (const orderId of ended) {
      if (ended.size <= REMEMBERED) return
      ended.delete(orderId)
      orders.delete(orderId)
    }
  }

  return heard => {
    const { order } = heard
    if (!order) return []
    const { orderId } = order
    const [progress, updates] = advance(orders.get(orderId) ?? unheard, heard)
    orders.set(orderId, progress)
    if (progress.told?.isEnded === true) ended.add(orderId)
    forgetOldest()
    return isProtection(order) ? updates.flatMap(asProtected) : updates
  }
}
