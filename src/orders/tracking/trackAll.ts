import type { ExecutionReport } from './executionReport'
import { applyReport, idsOf, isIncomplete, initialOrderState } from './orderState'
import type { OrderState } from './orderState'
import { isProtection } from './protectionMatch'
import type { OrderUpdate } from '../model/orderUpdate'

/** So many orders that ended are remembered: what comes late, or again, of one comes soon after. */
const REMEMBERED = 1_000
/** And of so many that they ended: lists tell of them again. */
const NUMBERS = 20_000

/** After so many answers without them, missing deals will not come. */
const ANSWERS = 3

/** The order behind the protections of a position tells of the position. */
const asProtected = (update: OrderUpdate): readonly OrderUpdate[] => {
  if (update.status !== 'accepted' && update.status !== 'replaced') return [update]
  const { order, position } = update
  return position ? [{ status: 'protected', ...idsOf(order), position }] : []
}

/** Takes out the oldest, until there are no more than so many. */
const takeOldest = (ids: Set<number>, most: number): number[] => {
  const taken: number[] = []
  for (const id of ids) {
    if (ids.size <= most) break
    ids.delete(id)
    taken.push(id)
  }
  return taken
}

/** What is known of all orders. */
export interface All {
  /** Takes what is heard of any order, and gives back what of it is news. */
  readonly hear: (report: ExecutionReport) => readonly OrderUpdate[]
  /** The ids of the orders that have not come to their end, but of those behind protections. */
  readonly open: () => readonly number[]
  /** Whether the end of an order was told. */
  readonly isOver: (orderId: number) => boolean
}

/**
 * Remembers what it has told. Where more has happened than can be told, as of a fill of which no deal has come,
 * `onIncomplete` is called: it has to be asked for.
 */
export const trackAll = (onIncomplete: () => void = () => undefined): All => {
  const orders = new Map<number, OrderState>()
  const ended = new Set<number>()
  const forgotten = new Set<number>()
  /** How often it was asked for what is missing of an order. */
  const missing = new Map<number, number>()

  const forgetOldest = (): void => {
    for (const orderId of takeOldest(ended, REMEMBERED)) {
      orders.delete(orderId)
      forgotten.add(orderId)
    }
    takeOldest(forgotten, NUMBERS)
  }

  const note = (orderId: number, progress: OrderState, { executionType }: ExecutionReport): void => {
    if (!isIncomplete(progress)) {
      missing.delete(orderId)
      return
    }
    missing.set(orderId, (missing.get(orderId) ?? 0) + (executionType === undefined ? 1 : 0))
    if (executionType !== undefined) onIncomplete()
  }

  const hear: All['hear'] = report => {
    const { order } = report
    if (!order) return []
    const { orderId } = order
    if (forgotten.has(orderId)) return []
    const isAll = (missing.get(orderId) ?? 0) >= ANSWERS
    const [progress, updates] = applyReport(orders.get(orderId) ?? initialOrderState, { ...report, isAll })
    orders.set(orderId, progress)
    note(orderId, progress, report)
    if (progress.told?.isEnded === true) ended.add(orderId)
    if (ended.size > REMEMBERED) forgetOldest()
    return isProtection(order) ? updates.flatMap(asProtected) : updates
  }

  return {
    hear,
    isOver: orderId => forgotten.has(orderId) || orders.get(orderId)?.told?.isEnded === true,
    open: () =>
      [...orders].flatMap(([orderId, { order, told }]) =>
        told?.isEnded === true || !order || isProtection(order) ? [] : [orderId],
      ),
  }
}
