import type { ExecutionReport } from './executionReport'
import { applyReport, toOrderIds, isIncomplete, initialOrderState } from './orderState'
import type { OrderState } from './orderState'
import { isProtection } from './protectionMatch'
import type { OrderUpdate } from '../model/orderUpdate'

/** How many ended orders to remember. A late or repeated report comes soon after the end. */
const REMEMBERED = 1_000
/** How many ids of ended orders to remember, because lists report them again. */
const NUMBERS = 20_000

/** After this many answers without them, missing deals will not come. */
const ANSWERS = 3

/** An update of the order behind protections, as an update of its position. */
const asProtected = (update: OrderUpdate): readonly OrderUpdate[] => {
  if (update.status !== 'accepted' && update.status !== 'replaced') return [update]
  const { order, position } = update
  return position ? [{ status: 'protected', ...toOrderIds(order), position }] : []
}

/** Removes the oldest entries above the limit, and returns them. */
const takeOldest = (ids: Set<number>, most: number): number[] => {
  const taken: number[] = []
  for (const id of ids) {
    if (ids.size <= most) break
    ids.delete(id)
    taken.push(id)
  }
  return taken
}

/** The state of all orders. */
export interface All {
  /** Applies a report of any order. Returns the updates that are new. */
  readonly hear: (report: ExecutionReport) => readonly OrderUpdate[]
  /** The ids of the orders that have not ended, without those behind protections. */
  readonly open: () => readonly number[]
  /** Whether the end of an order was emitted. */
  readonly isOver: (orderId: number) => boolean
}

/**
 * Tracks all orders. Calls `onIncomplete` when a report shows more than can be emitted, such as a fill without its
 * deal: it must be requested.
 */
export const trackAll = (onIncomplete: () => void = () => undefined): All => {
  const orders = new Map<number, OrderState>()
  const ended = new Set<number>()
  const forgotten = new Set<number>()
  /** How often the missing part of an order was requested. */
  const missing = new Map<number, number>()

  const forgetOldest = (): void => {
    for (const orderId of takeOldest(ended, REMEMBERED)) {
      orders.delete(orderId)
      forgotten.add(orderId)
    }
    takeOldest(forgotten, NUMBERS)
  }

  const note = (orderId: number, state: OrderState, { executionType }: ExecutionReport): void => {
    if (!isIncomplete(state)) {
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
    const [state, updates] = applyReport(orders.get(orderId) ?? initialOrderState, { ...report, isAll })
    orders.set(orderId, state)
    note(orderId, state, report)
    if (state.told?.isEnded === true) ended.add(orderId)
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
