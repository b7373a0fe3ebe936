import { createProtectionTracker } from './protectionTracker'
import type { ExecutionReport } from './executionReport'
import { isOfOrder } from './orderIdentity'
import type { NewOrderTerms } from './orderIdentity'
import { applyReport, idsOf, isIncomplete, initialOrderState } from './orderState'
import type { OrderUpdate } from '../model/orderUpdate'

/** The new updates, and whether nothing more will come. */
export interface Tracked {
  readonly updates: readonly OrderUpdate[]
  readonly isOver: boolean
  /** Whether more has happened than was emitted. The rest must be requested. */
  readonly isIncomplete?: boolean
}

/**
 * Takes reports of an account, in any order and with repetitions. Returns the updates of one command, each once. It
 * has state: make one per command.
 */
export type Tracker = (report: ExecutionReport) => Tracked

/**
 * For `placeOrder`: over with `filled`, `cancelled`, `expired` or `rejected`. If protections are to come, over with
 * `protected` after the fill, or without it if the position closes first.
 */
export const trackNewOrder = (terms: NewOrderTerms): Tracker => {
  const guard = createProtectionTracker(terms)
  let progress = initialOrderState
  let isOver = false

  return report => {
    if (isOver) return { updates: [], isOver }
    const isOwn = isOfOrder(report, progress, terms)
    const [after, news] = isOwn ? applyReport(progress, report) : [progress, []]
    progress = after
    guard.look(report, progress)
    const { order, told } = progress
    if (!order || !told?.isEnded)
      return { updates: news, isOver, ...(isOwn && isIncomplete(progress) && { isIncomplete: true }) }
    const position = guard.protectedBy(progress)
    isOver = position !== 'awaited'
    return typeof position === 'string'
      ? { updates: news, isOver }
      : { updates: [...news, { status: 'protected', ...idsOf(order), position }], isOver }
  }
}

/** For `closePosition`: like an opening order, with the request's id as the closing order's. */
export const trackClose = ({ clientMsgId }: Pick<NewOrderTerms, 'clientMsgId'>): Tracker =>
  trackNewOrder({ clientMsgId, clientOrderId: clientMsgId, asked: {} })
