import { isOfOrder } from './orderIdentity'
import type { NewOrderTerms } from './orderIdentity'
import { applyReport, toOrderIds, initialOrderState, isIncomplete } from './orderState'
import { afterReport, noProtections, findProtectedPosition } from './protectionTracker'
import { ignoreAfterEnd } from './tracker'
import type { Tracker } from './tracker'

/**
 * For `placeOrder`: over with `filled`, `cancelled`, `expired` or `rejected`. If protections are to come, over with
 * `protected` after the fill, or without it if the position closes first.
 */
export const trackNewOrder = (terms: NewOrderTerms): Tracker => {
  let state = initialOrderState
  let protections = noProtections

  return ignoreAfterEnd(report => {
    const isOwn = isOfOrder(report, state, terms)
    const [after, updates] = isOwn ? applyReport(state, report) : [state, []]
    state = after
    protections = afterReport(protections, report, state, terms)
    const { order, told } = state
    if (!order || told?.isEnded !== true)
      return { updates, isOver: false, isIncomplete: isOwn && isIncomplete(state) }
    const position = findProtectedPosition(protections, state, terms)
    return typeof position === 'string'
      ? { updates, isOver: position === 'never' }
      : { updates: [...updates, { status: 'protected', ...toOrderIds(order), position }], isOver: true }
  })
}

/** For `closePosition`: like an opening order, with the request's id as the closing order's. */
export const trackClose = ({ clientMsgId }: Pick<NewOrderTerms, 'clientMsgId'>): Tracker =>
  trackNewOrder({ clientMsgId, clientOrderId: clientMsgId, asked: {} })
