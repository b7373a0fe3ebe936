import type { ProtoOAAmendOrderReq, ProtoOAAmendPositionSLTPReq, ProtoOAClosePositionReq } from 'rx-ctrader'
import { otherSide } from '../records'
import type { Order } from '../records'
import { changeOrder, orderOf, positionOf } from './desk'
import type { Desk, Refusal } from './desk'
import { fill } from './filling'
import { distanceOf, end } from './placing'
import { protect } from './protecting'
import { trigger } from './triggering'

const points = (price: number | undefined): number | undefined =>
  price === undefined ? undefined : Math.round(price * 100_000)

const noOrder = (orderId: number): Refusal => ({
  errorCode: 'ORDER_NOT_FOUND',
  description: `Order not found with id ${orderId}`,
  orderId,
})

const noPosition = (positionId: number): Refusal => ({
  errorCode: 'POSITION_NOT_FOUND',
  description: `Position not found with id ${positionId}`,
  orderId: 0,
  positionId: 0,
})

const pending = (desk: Desk, id: number): Order | undefined => {
  const order = orderOf(desk, id)
  return order?.status === 1 && order.kind !== 4 && order.kind !== 1 ? order : undefined
}

/** `isTooLate` where the order is said to be on its way to execution already. */
export const cancel = (
  desk: Desk,
  orderId: number,
  cause: string,
  isTooLate: boolean,
): Refusal | undefined => {
  const order = pending(desk, orderId)
  const position = order && positionOf(desk, order.positionId)
  if (!order || !position) return noOrder(orderId)
  if (isTooLate) {
    desk.tell({ type: 8, order, position, errorCode: 'ORDER_CANCEL_REJECTED', cause })
    return { errorCode: 'ORDER_CANCEL_REJECTED' }
  }
  end(desk, orderId, 5, cause)
  return undefined
}

export const amend = (desk: Desk, asked: ProtoOAAmendOrderReq, cause: string): Refusal | undefined => {
  const order = pending(desk, asked.orderId)
  const position = order && positionOf(desk, order.positionId)
  if (!order || !position) return noOrder(asked.orderId)
  const volume = asked.volume ?? order.volume
  if (volume <= order.filled) return { errorCode: 'TRADING_BAD_VOLUME', orderId: order.id }
  const limit = points(asked.limitPrice) ?? order.limit
  const stop = points(asked.stopPrice) ?? order.stop
  const entry = limit ?? stop
  const { side } = order
  const amended = changeOrder(desk, order, {
    volume,
    limit,
    stop,
    slippage: asked.slippageInPoints ?? order.slippage,
    expires: asked.expirationTimestamp ?? order.expires,
    stopDistance: distanceOf(entry, side, asked.relativeStopLoss, asked.stopLoss, 'loss'),
    takeDistance: distanceOf(entry, side, asked.relativeTakeProfit, asked.takeProfit, 'profit'),
    isTrailing: asked.trailingStopLoss ?? false,
  })
  desk.tell({ type: 4, order: amended, position, cause })
  trigger(desk, order.symbolId, cause)
  return undefined
}

export const amendProtections = (
  desk: Desk,
  asked: ProtoOAAmendPositionSLTPReq,
  cause: string,
): Refusal | undefined => {
  const position = positionOf(desk, asked.positionId)
  if (position?.status !== 1) return noPosition(asked.positionId)
  const protections = {
    stopLoss: points(asked.stopLoss),
    takeProfit: points(asked.takeProfit),
    isTrailing: asked.trailingStopLoss ?? false,
  }
  const isSame =
    protections.stopLoss === position.stopLoss &&
    protections.takeProfit === position.takeProfit &&
    protections.isTrailing === (position.isTrailing ?? false)
  if (isSame) return { errorCode: 'INVALID_REQUEST', description: 'Nothing to amend.' }
  protect(desk, position, protections, { cause, clientOrderId: cause })
  trigger(desk, position.symbolId)
  return undefined
}

export const close = (
  desk: Desk,
  { positionId, volume }: ProtoOAClosePositionReq,
  cause: string,
): Refusal | undefined => {
  const position = positionOf(desk, positionId)
  if (position?.status !== 1) return noPosition(positionId)
  if (volume > position.volume) return { errorCode: 'TRADING_BAD_VOLUME', positionId }
  const at = desk.stamp()
  const order: Order = {
    id: desk.nextId('order'),
    clientOrderId: cause,
    symbolId: position.symbolId,
    side: otherSide(position.side),
    kind: 1,
    volume,
    filled: 0,
    cost: 0,
    status: 1,
    positionId,
    isClosing: true,
    madeAt: at,
    changedAt: at,
  }
  desk.ledger.write('order', order)
  desk.tell({ type: 2, order, position, cause })
  desk.later(desk.ways.fillAfter, () => {
    fill(desk, order.id, cause)
  })
  return undefined
}
