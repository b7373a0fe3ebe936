import type { ProtoOANewOrderReq } from 'rx-ctrader'
import { instrumentOf } from '../instruments'
import { signOf } from '../money'
import type { Deal, Order, OrderKind, Position, Side } from '../records'
import { changeOrder, changePosition, orderOf, positionOf } from './desk'
import type { Desk, Refusal } from './desk'
import { fill } from './filling'
import { trigger } from './triggering'

/** The smallest volume, and the greatest for which there is money, in hundredths of a unit. */
const LEAST = 100_000
const AFFORDED = 10_000_000

const points = (price: number | undefined): number | undefined =>
  price === undefined ? undefined : Math.round(price * 100_000)

/** A protection as a distance from the price of the order, however it was given. */
export const distanceOf = (
  entry: number | undefined,
  side: Side,
  relative: number | undefined,
  absolute: number | undefined,
  towards: 'loss' | 'profit',
): number | undefined => {
  if (relative !== undefined) return relative
  const at = points(absolute)
  if (at === undefined || entry === undefined) return undefined
  return (towards === 'profit' ? 1 : -1) * signOf(side) * (at - entry)
}

const reject = (desk: Desk, order: Order, position: Position, cause: string): void => {
  const ended = changeOrder(desk, order, { status: 3 })
  const gone = changePosition(desk, position, { status: 2 })
  const deal: Deal = {
    id: desk.nextId('deal'),
    orderId: order.id,
    positionId: position.id,
    symbolId: order.symbolId,
    side: order.side,
    volume: order.volume,
    filled: 0,
    price: undefined,
    status: 5,
    commission: 0,
    at: desk.stamp(),
  }
  desk.ledger.write('deal', deal)
  desk.tell({ type: 7, order: ended, position: gone, deal, errorCode: 'NOT_ENOUGH_MONEY', cause })
}

/** Takes a new order, and tells what becomes of it by events. */
export const place = (desk: Desk, asked: ProtoOANewOrderReq, cause: string): Refusal | undefined => {
  const { symbolId, volume } = asked
  const side = asked.tradeSide as Side
  const kind = asked.orderType as OrderKind
  if (!instrumentOf(symbolId)) return { errorCode: 'SYMBOL_NOT_FOUND' }
  if (volume < LEAST)
    return {
      errorCode: 'TRADING_BAD_VOLUME',
      description: 'Order volume = 0.00 is smaller than minimum allowed volume = 0.01.',
    }
  const at = desk.stamp()
  const limit = points(asked.limitPrice)
  const stop = points(asked.stopPrice)
  const entry = limit ?? stop
  const position: Position = {
    id: desk.nextId('position'),
    symbolId,
    side,
    status: 3,
    volume: 0,
    opened: 0,
    cost: 0,
    commission: 0,
    label: asked.label,
    comment: asked.comment,
    changedAt: at,
  }
  const order: Order = {
    id: desk.nextId('order'),
    clientOrderId: asked.clientOrderId ?? cause,
    symbolId,
    side,
    kind,
    volume,
    filled: 0,
    cost: 0,
    status: 1,
    positionId: position.id,
    isClosing: false,
    limit,
    stop,
    slippage: asked.slippageInPoints,
    expires: asked.expirationTimestamp,
    stopDistance: distanceOf(entry, side, asked.relativeStopLoss, asked.stopLoss, 'loss'),
    takeDistance: distanceOf(entry, side, asked.relativeTakeProfit, asked.takeProfit, 'profit'),
    isTrailing: asked.trailingStopLoss,
    label: asked.label,
    comment: asked.comment,
    madeAt: at,
    changedAt: at,
  }
  desk.ledger.write('position', position)
  desk.ledger.write('order', order)
  desk.tell({ type: 2, order, position, cause })
  if (volume > AFFORDED) reject(desk, order, position, cause)
  else if (kind === 1 || kind === 5)
    desk.later(desk.ways.fillAfter, () => {
      fill(desk, order.id, cause)
    })
  else {
    if (order.expires !== undefined)
      desk.later(Math.max(0, order.expires - at), () => {
        end(desk, order.id, 4, undefined)
      })
    trigger(desk, symbolId, cause)
  }
  return undefined
}

/** Ends what waits for its price: 4 for expired, 5 for cancelled. */
export const end = (desk: Desk, id: number, status: 4 | 5, cause: string | undefined): boolean => {
  const order = orderOf(desk, id)
  const position = order && positionOf(desk, order.positionId)
  if (order?.status !== 1 || !position) return false
  const ended = changeOrder(desk, order, { status })
  const left = position.status === 3 ? changePosition(desk, position, { status: 2 }) : position
  desk.tell({ type: status === 4 ? 6 : 5, order: ended, position: left, cause, isServers: status === 4 })
  return true
}
