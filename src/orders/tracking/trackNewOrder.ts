import { createProtectionTracker } from './protectionTracker'
import type { ExecutionReport } from './executionReport'
import { isOfOrder } from './orderIdentity'
import type { NewOrderTerms } from './orderIdentity'
import { applyReport, idsOf, isIncomplete, initialOrderState } from './orderState'
import type { OrderUpdate } from '../model/orderUpdate'

/** What is news, and whether nothing more is to come. */
export interface Tracked {
  readonly updates: readonly OrderUpdate[]
  readonly isOver: boolean
  /** Whether more has happened than was told, which has to be asked for. */
  readonly isIncomplete?: boolean
}

/**
 * Takes what is heard of an account, in whatever order and however often, and gives back what of it is news of one
 * command. Remembers what it has told: each execution of a command is followed by its own.
 */
export type Tracker = (report: ExecutionReport) => Tracked

/**
 * Of `placeOrder`: over with `filled`, `cancelled`, `expired` or `rejected`; where it has protections to come, with
 * `protected` after what was filled, or without if its position is closed before.
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

/** Of `closePosition`: as of an order that opens, with its id for the one of the closing order. */
export const trackClose = ({ clientMsgId }: Pick<NewOrderTerms, 'clientMsgId'>): Tracker =>
  trackNewOrder({ clientMsgId, clientOrderId: clientMsgId, asked: {} })
