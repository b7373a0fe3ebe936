import { ProtoOAOrderStatus, ProtoOAOrderType, ProtoOAPositionStatus } from '../protocol/enums'
import type { ProtoOAOrder } from '../protocol/orders'
import type { ProtoOAPosition } from '../protocol/positions'
import { fillingOf } from './fill'
import type { Heard } from './heard'
import { advance, idsOf, newer, unheard } from './progress'
import type { Progress } from './progress'
import type { OrderUpdate } from './update'

/** What is news, and whether nothing more is to come. */
export interface Followed {
  readonly updates: readonly OrderUpdate[]
  readonly isOver: boolean
}

/**
 * Takes what is heard of an account, in whatever order and however often, and gives back what of it is news of one
 * command. Remembers what it has told: each execution of a command is followed by its own.
 */
export type Follow = (heard: Heard) => Followed

/** Which order it is, and whether its position is to have protections. */
export interface NewOrderTerms {
  readonly clientOrderId: string
  /** Of the request. */
  readonly clientMsgId: string
  /** A stop loss or a take profit was asked for: it is over when the position has them, or never will. */
  readonly wantsProtection: boolean
}

/** The order behind protections has the `clientOrderId` of the order that asked for them, and its `clientMsgId`. */
export const isProtection = ({ orderType }: ProtoOAOrder): boolean =>
  orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT

const isNamed = (
  { clientMsgId, order }: Heard,
  terms: Pick<NewOrderTerms, 'clientMsgId' | 'clientOrderId'>,
): boolean => clientMsgId === terms.clientMsgId || order?.clientOrderId === terms.clientOrderId

/** Told from the others by its id; before that is known, by what it was sent with. */
const isItself = (heard: Heard, { order: known }: Progress, terms: NewOrderTerms): boolean => {
  const { order } = heard
  if (!order || isProtection(order)) return false
  return known ? order.orderId === known.orderId : isNamed(heard, terms)
}

const isOpen = ({ positionStatus }: ProtoOAPosition): boolean =>
  positionStatus === ProtoOAPositionStatus.POSITION_STATUS_OPEN

const isClosed = ({ positionStatus }: ProtoOAPosition): boolean =>
  positionStatus === ProtoOAPositionStatus.POSITION_STATUS_CLOSED

/** What is known of the positions an order may have come to: those that are protected, and those that are no more. */
interface Guard {
  readonly look: (heard: Heard, progress: Progress) => void
  readonly protectedBy: (progress: Progress) => ProtoOAPosition | 'awaited' | 'never'
}

const isPending = ({ orderType, orderStatus }: ProtoOAOrder): boolean =>
  orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
  orderType !== ProtoOAOrderType.MARKET &&
  orderType !== ProtoOAOrderType.MARKET_RANGE

/** A pending order reports its protections as distances. */
const isBare = ({ relativeStopLoss, relativeTakeProfit, stopLoss, takeProfit }: ProtoOAOrder): boolean =>
  (relativeStopLoss ?? relativeTakeProfit ?? stopLoss ?? takeProfit) === undefined

const guardOf = (terms: NewOrderTerms): Guard => {
  const guarded = new Map<number, ProtoOAPosition>()
  const closed = new Set<number>()
  let pending: ProtoOAOrder | undefined
  return {
    look: (heard, progress) => {
      const { order, position } = heard
      if (order && isPending(order) && isItself(heard, progress, terms)) pending = newer(pending, order)
      const isKnown = position !== undefined && position.positionId === progress.order?.positionId
      if (!position || !(isKnown || isNamed(heard, terms))) return
      const { positionId, stopLoss, takeProfit } = position
      if (isOpen(position) && (stopLoss ?? takeProfit) !== undefined) guarded.set(positionId, position)
      // On the way to the other side the order itself closes a position, which may get the same id again.
      const isOnItsWay = heard.executionType !== undefined && isItself(heard, progress, terms)
      if (isClosed(position) && !isOnItsWay) closed.add(positionId)
    },
    protectedBy: ({ order, deals }) => {
      if (!order || !terms.wantsProtection) return 'never'
      const filling = fillingOf(order, deals)
      const volume = filling?.fill.volume ?? order.executedVolume ?? 0
      const deal = filling?.isComplete === true ? filling.fill.deal : undefined
      // Where it only closed, or nothing, there is nothing to protect.
      if (volume === 0 || deal?.closePositionDetail) return 'never'
      const positionId = deal?.positionId ?? order.positionId ?? NaN
      const isVain = closed.has(positionId) || (pending !== undefined && isBare(pending))
      return guarded.get(positionId) ?? (isVain ? 'never' : 'awaited')
    },
  }
}

/**
 * Of `placeOrder`: over with `filled`, `cancelled`, `expired` or `rejected`; where it has protections to come, with
 * `protected` after what was filled, or without if its position is closed before.
 */
export const followNewOrder = (terms: NewOrderTerms): Follow => {
  const guard = guardOf(terms)
  let progress = unheard
  let isOver = false

  return heard => {
    if (isOver) return { updates: [], isOver }
    const [after, news] = isItself(heard, progress, terms) ? advance(progress, heard) : [progress, []]
    progress = after
    guard.look(heard, progress)
    const { order, told } = progress
    if (!order || !told?.isEnded) return { updates: news, isOver }
    const position = guard.protectedBy(progress)
    isOver = position !== 'awaited'
    return typeof position === 'string'
      ? { updates: news, isOver }
      : { updates: [...news, { status: 'protected', ...idsOf(order), position }], isOver }
  }
}

/** Of `closePosition`: as of an order that opens, with its id for the one of the closing order. */
export const followClose = ({ clientMsgId }: Pick<NewOrderTerms, 'clientMsgId'>): Follow =>
  followNewOrder({ clientMsgId, clientOrderId: clientMsgId, wantsProtection: false })
