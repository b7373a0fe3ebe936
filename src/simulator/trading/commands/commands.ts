import { ProtoOAExecutionType, ProtoOAOrderType, ProtoOATimeInForce } from '../../../protocol/messages/enums'
import type { ProtoOACancelOrderReq, ProtoOANewOrderReq } from '../../../protocol/messages/orders'
import type { ProtoOAClosePositionReq } from '../../../protocol/messages/positions'
import { toWirePrice } from '../../../protocol/units'
import type { OrderRefusal } from '../../model/refusals'
import {
  checkMode,
  checkRights,
  checkVolume,
  firstRefusal,
  marketClosed,
  orderNotFound,
  positionNotFound,
  toProtections,
  refusal,
  symbolNotFound,
} from './checks'
import { addTask, getSymbol, reportChange } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { lacksMoney } from '../execution/execute'
import { cancel } from '../execution/finish'
import { createOrder } from '../execution/orders'
import { executeAtOpen, scheduleExpiry, orderLatency, awaitPrice } from '../execution/pace'
import type { Command } from '../execution/pace'
import { checkNewOrder, findJoinedPosition, toTimeInForce } from './newOrder'
import { createPosition } from '../execution/positions'
import { opposite, unprotect } from '../execution/protect'

const onWire = (price: number | undefined): number | undefined =>
  price === undefined ? undefined : toWirePrice(price)

/** Takes a new order, or returns the refusal. */
export const newOrder = (
  account: ExchangeAccount,
  asked: ProtoOANewOrderReq,
  command: Command,
): OrderRefusal | undefined => {
  const { at, clientMsgId } = command
  const symbol = account.market.symbol(asked.symbolId)
  if (!symbol) return symbolNotFound(asked.symbolId)
  const objection = checkNewOrder(account, asked, symbol, at)
  if (objection) return objection
  const { orderType, tradeSide, symbolId, volume, label, comment } = asked
  const joined = findJoinedPosition(account, asked)
  const position = joined ?? createPosition(account, { symbolId, tradeSide, label, comment }, at)
  const timeInForce = toTimeInForce(asked)
  const isPending = orderType !== ProtoOAOrderType.MARKET && orderType !== ProtoOAOrderType.MARKET_RANGE
  const isAtOnce =
    orderType === ProtoOAOrderType.LIMIT &&
    (timeInForce === ProtoOATimeInForce.IMMEDIATE_OR_CANCEL ||
      timeInForce === ProtoOATimeInForce.FILL_OR_KILL)
  const isStop = orderType === ProtoOAOrderType.STOP || orderType === ProtoOAOrderType.STOP_LIMIT
  const order = createOrder(
    account,
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
      protections: toProtections(asked),
    },
    at,
  )
  const cause = { clientMsgId, server: false }
  reportChange(account, ProtoOAExecutionType.ORDER_ACCEPTED, { order, position }, cause)
  scheduleExpiry(account, order)
  if (isPending && !isAtOnce) awaitPrice(account, order, command)
  else if (timeInForce === ProtoOATimeInForce.MARKET_ON_OPEN && !account.market.isOpen(symbolId, at))
    executeAtOpen(account, order, command)
  else {
    // An order without enough money is rejected without a delay.
    const due = at + (lacksMoney(account, order, at) ? 0 : orderLatency(account, order))
    addTask(account, order, due, { kind: 'execute' }, clientMsgId)
  }
  return undefined
}

/** Cancels a pending order. An order that is being executed cannot be stopped: an event says so. */
export const cancelOrder = (
  account: ExchangeAccount,
  { orderId }: ProtoOACancelOrderReq,
  { at, clientMsgId }: Command,
): OrderRefusal | undefined => {
  const order = account.book.orders.get(orderId)
  if (!order || !account.book.working.has(order)) return orderNotFound(orderId)
  const rights = checkRights(account.book.terms, false)
  if (rights) return { ...rights, orderId }
  const cause = { clientMsgId, server: false }
  const position = account.book.positions.get(order.positionId)
  if (order.watch === undefined)
    reportChange(
      account,
      ProtoOAExecutionType.ORDER_CANCEL_REJECTED,
      { order, position, errorCode: 'UNABLE_TO_CANCEL_ORDER' },
      cause,
    )
  else if (position?.protectionOrderId === orderId) unprotect(account, position, at, cause)
  else cancel(account, order, at, cause)
  return undefined
}

/** Closes a position or a part of it. */
export const closePosition = (
  account: ExchangeAccount,
  { positionId, volume }: ProtoOAClosePositionReq,
  { at, clientMsgId }: Command,
): OrderRefusal | undefined => {
  const position = account.book.positions.get(positionId)
  if (position?.state !== 'open') return positionNotFound(positionId)
  const symbol = getSymbol(account, position.symbolId)
  const objection = firstRefusal(
    () => checkRights(account.book.terms, false),
    () => checkMode(symbol, false),
    () =>
      volume > position.volume &&
      refusal('TRADING_BAD_VOLUME', 'Order volume is bigger than the volume of the position.'),
    () => volume !== position.volume && checkVolume(volume, symbol),
    () => !account.market.isOpen(position.symbolId, at) && marketClosed,
  )
  if (objection) return { ...objection, positionId }
  const { symbolId, label, comment, tradeSide } = position
  const order = createOrder(
    account,
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
  reportChange(account, ProtoOAExecutionType.ORDER_ACCEPTED, { order, position }, cause)
  addTask(account, order, at + orderLatency(account, order), { kind: 'execute' }, clientMsgId)
  return undefined
}
