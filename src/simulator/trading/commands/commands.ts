import { ProtoOAExecutionType, ProtoOAOrderType, ProtoOATimeInForce } from '../../../protocol/messages/enums'
import type { ProtoOACancelOrderReq, ProtoOANewOrderReq } from '../../../protocol/messages/orders'
import type { ProtoOAClosePositionReq } from '../../../protocol/messages/positions'
import { toWirePrice } from '../../../protocol/units'
import type { OrderRefusal } from '../../model/refusals'
import {
  checkMode,
  checkRights,
  checkVolume,
  firstOf,
  marketClosed,
  orderNotFound,
  positionNotFound,
  protectionsOf,
  refusal,
  symbolNotFound,
} from './checks'
import { symbolOf, tell } from '../state/desk'
import type { ExchangeAccount } from '../state/desk'
import { lacksMoney } from '../execution/execute'
import { cancel } from '../execution/finish'
import { createOrder } from '../execution/orders'
import { executeNow, expireAt, latencyOf, rest } from '../execution/pace'
import type { Command } from '../execution/pace'
import { checkNewOrder, joinedBy, timeInForceOf } from './placing'
import { createPosition } from '../execution/positions'
import { opposite, unprotect } from '../execution/protect'

const onWire = (price: number | undefined): number | undefined =>
  price === undefined ? undefined : toWirePrice(price)

/** Takes a new order, or returns the refusal. */
export const newOrder = (
  desk: ExchangeAccount,
  asked: ProtoOANewOrderReq,
  command: Command,
): OrderRefusal | undefined => {
  const { at, clientMsgId } = command
  const symbol = desk.market.symbol(asked.symbolId)
  if (!symbol) return symbolNotFound(asked.symbolId)
  const objection = checkNewOrder(desk, asked, symbol, at)
  if (objection) return objection
  const { orderType, tradeSide, symbolId, volume, label, comment } = asked
  const joined = joinedBy(desk, asked)
  const position = joined ?? createPosition(desk, { symbolId, tradeSide, label, comment }, at)
  const timeInForce = timeInForceOf(asked)
  const isPending = orderType !== ProtoOAOrderType.MARKET && orderType !== ProtoOAOrderType.MARKET_RANGE
  const isAtOnce =
    orderType === ProtoOAOrderType.LIMIT &&
    (timeInForce === ProtoOATimeInForce.IMMEDIATE_OR_CANCEL ||
      timeInForce === ProtoOATimeInForce.FILL_OR_KILL)
  const isStop = orderType === ProtoOAOrderType.STOP || orderType === ProtoOAOrderType.STOP_LIMIT
  const order = createOrder(
    desk,
    {
      orderType,
      tradeSide,
      symbolId,
      volume,
      label,
      comment,
      closing: joined !== undefined && joined.tradeSide !== tradeSide,
      joins: asked.positionId !== undefined,
      timeInForce,
      clientOrderId: asked.clientOrderId ?? clientMsgId,
      positionId: position.positionId,
      limitPrice: orderType === ProtoOAOrderType.LIMIT ? onWire(asked.limitPrice) : undefined,
      stopPrice: isStop ? onWire(asked.stopPrice) : undefined,
      baseSlippagePrice:
        orderType === ProtoOAOrderType.MARKET_RANGE ? onWire(asked.baseSlippagePrice) : undefined,
      slippageInPoints: asked.slippageInPoints,
      expiresAt: timeInForce === ProtoOATimeInForce.GOOD_TILL_DATE ? asked.expirationTimestamp : undefined,
      protections: protectionsOf(asked),
    },
    at,
  )
  const cause = { clientMsgId, server: false }
  tell(desk, ProtoOAExecutionType.ORDER_ACCEPTED, { order, position }, cause)
  expireAt(desk, order)
  if (isPending && !isAtOnce) rest(desk, order, command)
  else {
    const opening =
      timeInForce === ProtoOATimeInForce.MARKET_ON_OPEN && !desk.market.isOpen(symbolId, at)
        ? desk.market.nextTick(symbolId, at).at
        : // An order without enough money is rejected without a delay.
          at + (lacksMoney(desk, order, at) ? 0 : latencyOf(desk, order))
    desk.tasks.add(opening, due => {
      executeNow(desk, order, due, cause)
    })
  }
  return undefined
}

/** Cancels a pending order. An order that is being executed cannot be stopped: an event says so. */
export const cancelOrder = (
  desk: ExchangeAccount,
  { orderId }: ProtoOACancelOrderReq,
  { at, clientMsgId }: Command,
): OrderRefusal | undefined => {
  const order = desk.book.orders.get(orderId)
  if (!order || !desk.book.working.has(order)) return orderNotFound(orderId)
  const rights = checkRights(desk.book.terms, false)
  if (rights) return { ...rights, orderId }
  const cause = { clientMsgId, server: false }
  const position = desk.book.positions.get(order.positionId)
  if (order.watch === undefined)
    tell(
      desk,
      ProtoOAExecutionType.ORDER_CANCEL_REJECTED,
      { order, position, errorCode: 'UNABLE_TO_CANCEL_ORDER' },
      cause,
    )
  else if (position?.protectionOrderId === orderId) unprotect(desk, position, at, cause)
  else cancel(desk, order, at, cause)
  return undefined
}

/** Closes a position or a part of it. */
export const closePosition = (
  desk: ExchangeAccount,
  { positionId, volume }: ProtoOAClosePositionReq,
  { at, clientMsgId }: Command,
): OrderRefusal | undefined => {
  const position = desk.book.positions.get(positionId)
  if (position?.state !== 'open') return positionNotFound(positionId)
  const symbol = symbolOf(desk, position.symbolId)
  const objection = firstOf(
    () => checkRights(desk.book.terms, false),
    () => checkMode(symbol, false),
    () =>
      volume > position.volume &&
      refusal('TRADING_BAD_VOLUME', 'Order volume is bigger than the volume of the position.'),
    () => volume !== position.volume && checkVolume(volume, symbol),
    () => !desk.market.isOpen(position.symbolId, at) && marketClosed,
  )
  if (objection) return { ...objection, positionId }
  const { symbolId, label, comment, tradeSide } = position
  const order = createOrder(
    desk,
    {
      orderType: ProtoOAOrderType.MARKET,
      tradeSide: opposite(tradeSide),
      symbolId,
      volume,
      label,
      comment,
      closing: true,
      joins: true,
      timeInForce: ProtoOATimeInForce.IMMEDIATE_OR_CANCEL,
      clientOrderId: clientMsgId,
      positionId,
    },
    at,
  )
  const cause = { clientMsgId, server: false }
  tell(desk, ProtoOAExecutionType.ORDER_ACCEPTED, { order, position }, cause)
  desk.tasks.add(at + latencyOf(desk, order), due => {
    executeNow(desk, order, due, cause)
  })
  return undefined
}
