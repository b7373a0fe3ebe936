import {
  ProtoOAExecutionType,
  ProtoOAOrderStatus,
  ProtoOAOrderType,
  ProtoOATimeInForce,
  ProtoOATradeSide,
} from '../../../protocol/messages/enums'
import { reportChange } from '../state/exchangeAccount'
import type { Cause, ExchangeAccount } from '../state/exchangeAccount'
import { exitPrice } from '../accounting/equity'
import { end } from './finish'
import { sideSign } from '../state/money'
import { createOrder } from './orders'
import { unprotected } from '../state/records'
import type { Order, Position, Protections } from '../state/records'

export interface Guard {
  readonly stopLoss: number | undefined
  readonly takeProfit: number | undefined
  readonly guaranteed: boolean
  readonly trailing: boolean
  readonly triggerMethod: Protections['triggerMethod']
}

export const isGuarding = ({ stopLoss, takeProfit }: Guard): boolean =>
  stopLoss !== undefined || takeProfit !== undefined

/** The prices of protections for an entry: distances count from it. */
export const guardPrices = (protections: Protections, tradeSide: ProtoOATradeSide, entry: number): Guard => {
  const { relativeStopLoss, relativeTakeProfit, guaranteed, trailing, triggerMethod } = protections
  const sign = sideSign(tradeSide)
  return {
    stopLoss: relativeStopLoss === undefined ? protections.stopLoss : entry - sign * relativeStopLoss,
    takeProfit: relativeTakeProfit === undefined ? protections.takeProfit : entry + sign * relativeTakeProfit,
    guaranteed,
    trailing,
    triggerMethod,
  }
}

export const opposite = (tradeSide: ProtoOATradeSide): ProtoOATradeSide =>
  tradeSide === ProtoOATradeSide.BUY ? ProtoOATradeSide.SELL : ProtoOATradeSide.BUY

export const findProtection = (
  { book }: ExchangeAccount,
  { protectionOrderId }: Position,
): Order | undefined => (protectionOrderId === undefined ? undefined : book.orders.get(protectionOrderId))

const created = (
  account: ExchangeAccount,
  position: Position,
  clientOrderId: string | undefined,
  at: number,
): Order => {
  const order = createOrder(
    account,
    {
      orderType: ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT,
      tradeSide: opposite(position.tradeSide),
      symbolId: position.symbolId,
      closing: true,
      joins: true,
      timeInForce: ProtoOATimeInForce.GOOD_TILL_CANCEL,
      label: position.label,
      comment: position.comment,
      clientOrderId,
      positionId: position.positionId,
      volume: position.volume,
    },
    at,
  )
  position.protectionOrderId = order.orderId
  return order
}

const guard = (account: ExchangeAccount, position: Position, order: Order, set: Guard, at: number): void => {
  const { stopLoss, takeProfit, guaranteed, trailing, triggerMethod } = set
  const trails = trailing && stopLoss !== undefined
  Object.assign(position, {
    stopLoss,
    takeProfit,
    guaranteed,
    trailing: trails,
    triggerMethod,
    updatedAt: at,
  })
  const quote = account.market.quoteAt(position.symbolId, at)
  position.trail = trails ? Math.abs(exitPrice(position.tradeSide, quote) - stopLoss) : undefined
  position.trailFrom = at
  position.trailDue = undefined
  order.limitPrice = takeProfit
  order.stopPrice = stopLoss
  order.protections = { ...unprotected, guaranteed, trailing: trails, triggerMethod }
  order.updatedAt = at
  // In the bar of the entry, a pessimistic path looks at all of it at once.
  order.watch = { from: at, due: account.fills.path === 'pessimistic' ? at : undefined }
}

/** Updates the order behind a position's protections: a new one, or the same one with new prices. */
export const protect = (
  account: ExchangeAccount,
  position: Position,
  set: Guard,
  clientOrderId: string | undefined,
  at: number,
  cause: Cause,
): void => {
  const existing = findProtection(account, position)
  const order = existing ?? created(account, position, clientOrderId, at)
  guard(account, position, order, set, at)
  reportChange(
    account,
    existing ? ProtoOAExecutionType.ORDER_REPLACED : ProtoOAExecutionType.ORDER_ACCEPTED,
    { order, position },
    cause,
  )
}

const bare = (position: Position, at: number): void => {
  Object.assign(position, {
    stopLoss: undefined,
    takeProfit: undefined,
    guaranteed: false,
    trailing: false,
    trail: undefined,
    trailDue: undefined,
    triggerMethod: undefined,
    protectionOrderId: undefined,
    updatedAt: at,
  })
}

/** Removes the protections, and cancels the order behind them. */
export const unprotect = (account: ExchangeAccount, position: Position, at: number, cause: Cause): void => {
  const order = findProtection(account, position)
  if (!order) return
  end(account, order, ProtoOAOrderStatus.ORDER_STATUS_CANCELLED, at)
  bare(position, at)
  reportChange(account, ProtoOAExecutionType.ORDER_CANCELLED, { order, position }, cause)
}

/** Follows a changed volume. */
export const resize = (account: ExchangeAccount, position: Position, at: number, cause: Cause): void => {
  const order = findProtection(account, position)
  if (!order || order.volume === position.volume) return
  order.volume = position.volume
  order.updatedAt = at
  reportChange(account, ProtoOAExecutionType.ORDER_REPLACED, { order, position }, cause)
}

/** Closes a position, and removes its protections. */
export const close = ({ book }: ExchangeAccount, position: Position, at: number): void => {
  bare(position, at)
  position.state = 'closed'
  position.closedAt = at
  position.usedMargin = 0
  position.nextSwapAt = undefined
  book.open.delete(position)
}
