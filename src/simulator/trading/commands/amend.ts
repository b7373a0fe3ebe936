import { ProtoOAExecutionType, ProtoOAOrderType, ProtoOATimeInForce } from '../../../protocol/messages/enums'
import type { ProtoOAAmendOrderReq } from '../../../protocol/messages/orders'
import type { ProtoOAAmendPositionSLTPReq } from '../../../protocol/messages/positions'
import { toWirePrice } from '../../../protocol/units'
import type { OrderRefusal } from '../../model/refusals'
import {
  checkDepth,
  checkGuarding,
  checkPositionSides,
  checkPrice,
  checkRights,
  checkSides,
  checkVolume,
  firstRefusal,
  nothingToAmend,
  orderNotFound,
  positionNotFound,
  toProtections,
  refusal,
} from './checks'
import { scheduleExpiry, awaitPrice } from '../execution/pace'
import type { Command } from '../execution/pace'
import { getSymbol, reportChange } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { exitPrice } from '../accounting/equity'
import { checkExpiry, checkStop } from './newOrder'
import { guardPrices, isGuarding, protect, findProtection, unprotect } from '../execution/protect'
import type { Guard } from '../execution/protect'

/** Whether two values of the same shape are equal in all fields. */
const isSame = <T extends object>(a: T, b: T): boolean =>
  (Object.keys(b) as (keyof T)[]).every(key => a[key] === b[key])

/** Changes a pending order, which keeps its id. Protections that are left out are removed. */
export const amendOrder = (
  account: ExchangeAccount,
  asked: ProtoOAAmendOrderReq,
  command: Command,
): OrderRefusal | undefined => {
  const { at, clientMsgId } = command
  const { orderId } = asked
  const order = account.book.orders.get(orderId)
  if (!order || !account.book.working.has(order)) return orderNotFound(orderId)
  const symbol = getSymbol(account, order.symbolId)
  const isLimit = order.orderType === ProtoOAOrderType.LIMIT
  const isStop = order.orderType === ProtoOAOrderType.STOP || order.orderType === ProtoOAOrderType.STOP_LIMIT
  const limit = isLimit ? asked.limitPrice : undefined
  const stop = isStop ? asked.stopPrice : undefined
  const limitPrice = limit === undefined ? order.limitPrice : toWirePrice(limit)
  const stopPrice = stop === undefined ? order.stopPrice : toWirePrice(stop)
  const { triggerMethod } = order.protections
  const protections = toProtections({
    ...(triggerMethod !== undefined && { stopTriggerMethod: triggerMethod }),
    ...asked,
  })
  const entry = stopPrice ?? limitPrice
  const objection = firstRefusal(
    () => checkRights(account.book.terms, false),
    () =>
      (order.watch === undefined || !(isLimit || isStop)) &&
      refusal('UNABLE_TO_AMEND_ORDER', 'The order is not pending'),
    () => asked.volume !== undefined && checkVolume(asked.volume, symbol),
    () =>
      asked.volume !== undefined &&
      asked.volume <= order.executedVolume &&
      refusal('TRADING_BAD_VOLUME', 'Order volume is not bigger than the volume executed.'),
    () => checkPrice('price', limit, symbol),
    () => checkPrice('price', stop, symbol),
    () => checkExpiry(asked.expirationTimestamp, at),
    () => checkGuarding(asked, symbol),
    () => entry !== undefined && checkSides(order.tradeSide, protections, entry),
    () => entry !== undefined && checkDepth(order.tradeSide, protections, entry),
    () => !order.triggered && stop !== undefined && checkStop(account, order, stopPrice, at),
  )
  if (objection) return { ...objection, orderId }
  const changed = {
    volume: asked.volume ?? order.volume,
    limitPrice,
    stopPrice,
    slippageInPoints: asked.slippageInPoints ?? order.slippageInPoints,
    expiresAt: asked.expirationTimestamp ?? order.expiresAt,
    timeInForce:
      asked.expirationTimestamp === undefined ? order.timeInForce : ProtoOATimeInForce.GOOD_TILL_DATE,
  }
  if (isSame(order, { ...order, ...changed }) && isSame(order.protections, protections))
    return { ...nothingToAmend, orderId }
  const isNewDate = changed.expiresAt !== order.expiresAt
  Object.assign(order, changed, { protections, updatedAt: at })
  const position = account.book.positions.get(order.positionId)
  reportChange(
    account,
    ProtoOAExecutionType.ORDER_REPLACED,
    { order, position },
    { clientMsgId, server: false },
  )
  if (isNewDate) scheduleExpiry(account, order)
  awaitPrice(account, order, command)
  return undefined
}

/**
 * Sets both protections of a position. What is left out is removed. Without any, the order behind them is
 * cancelled.
 */
export const amendPosition = (
  account: ExchangeAccount,
  asked: ProtoOAAmendPositionSLTPReq,
  { at, clientMsgId }: Command,
): OrderRefusal | undefined => {
  const { positionId, stopLossTriggerMethod, ...rest } = asked
  const position = account.book.positions.get(positionId)
  if (position?.state !== 'open') return positionNotFound(positionId)
  // Its fill was reported, but is not known everywhere on the server yet.
  if (at < (position.openedAt ?? 0) + account.amendableAfter) return positionNotFound(positionId)
  const symbol = getSymbol(account, position.symbolId)
  const guarding = {
    ...rest,
    ...(stopLossTriggerMethod !== undefined && { stopTriggerMethod: stopLossTriggerMethod }),
  }
  const wanted = guardPrices(toProtections(guarding), position.tradeSide, position.entry)
  const set: Guard = {
    ...wanted,
    trailing: wanted.trailing && wanted.stopLoss !== undefined,
    guaranteed: wanted.guaranteed && wanted.stopLoss !== undefined,
    triggerMethod: wanted.triggerMethod ?? position.triggerMethod,
  }
  const price = exitPrice(position.tradeSide, account.market.quoteAt(position.symbolId, at))
  const isBare = findProtection(account, position) === undefined
  const objection = firstRefusal(
    () => checkRights(account.book.terms, false),
    () => checkGuarding(guarding, symbol),
    () => isBare && !isGuarding(set) && nothingToAmend,
    () => !isBare && isSame<Guard>(position, set) && nothingToAmend,
    () => checkPositionSides(position.tradeSide, set, price),
  )
  if (objection) return { positionId, ...objection }
  const cause = { clientMsgId, server: false }
  if (isGuarding(set)) protect(account, position, set, clientMsgId, at, cause)
  else unprotect(account, position, at, cause)
  return undefined
}
