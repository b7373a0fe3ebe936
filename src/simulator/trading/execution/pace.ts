import { ProtoOAOrderType, ProtoOATradeSide } from '../../../protocol/messages/enums'
import { addTask, getSymbol } from '../state/exchangeAccount'
import type { Cause, ExchangeAccount } from '../state/exchangeAccount'
import { fillPrice } from '../accounting/equity'
import { execute } from './execute'
import { cancel, cancelUnfilled, reject } from './finish'
import type { Order } from '../state/records'
import { isReached, orderMarks, rangeEnd } from '../state/watch'

/** When a command came, and its id from its sender. */
export interface Command {
  readonly at: number
  readonly clientMsgId: string | undefined
}

/** From the acceptance of an order to its execution, in ms: about 250, or as the options say. */
export const orderLatency = ({ ids, fills, held }: ExchangeAccount, { orderId }: Order): number =>
  held.isOn ? 0 : (fills.latency ?? 240 + ids.scatter(orderId, 21))

const isOutOfRange = (account: ExchangeAccount, order: Order, at: number): boolean => {
  if (order.baseSlippagePrice === undefined) return false
  const end = rangeEnd(order, order.baseSlippagePrice, getSymbol(account, order.symbolId))
  const price = fillPrice(order.tradeSide, account.market.quoteAt(order.symbolId, at))
  return order.tradeSide === ProtoOATradeSide.BUY ? price > end : price < end
}

const reachedNow = (account: ExchangeAccount, order: Order, at: number): boolean => {
  const quote = account.market.quoteAt(order.symbolId, at)
  return orderMarks(order, getSymbol(account, order.symbolId), account.fills).some(mark =>
    isReached(mark, quote),
  )
}

/** Executes an order that does not wait for a price. */
export const executeNow = (account: ExchangeAccount, order: Order, at: number, cause: Cause): void => {
  if (!account.book.working.has(order)) return
  if (!account.market.isOpen(order.symbolId, at)) reject(account, order, 'MARKET_CLOSED', at, cause)
  else if (isOutOfRange(account, order, at)) cancelUnfilled(account, order, at, cause)
  else if (order.orderType === ProtoOAOrderType.LIMIT && !reachedNow(account, order, at))
    cancel(account, order, at, cause)
  else execute(account, order, at, cause)
}

/** Lets an order wait for its price. If the price is already reached, it is executed as soon as the server can. */
export const awaitPrice = (account: ExchangeAccount, order: Order, { at, clientMsgId }: Command): void => {
  order.watch = undefined
  if (!reachedNow(account, order, at)) {
    order.watch = { from: at, due: undefined }
    return
  }
  const due = at + orderLatency(account, order)
  addTask(account, order, due, { kind: 'trigger', placed: order.updatedAt }, clientMsgId)
}

/** Executes an order at the first price of the next session. */
export const executeAtOpen = (account: ExchangeAccount, order: Order, { at, clientMsgId }: Command): void => {
  const opening = account.market.nextTick(order.symbolId, at).at
  if (opening === Infinity) order.watch = { from: opening, due: undefined }
  else addTask(account, order, opening, { kind: 'execute' }, clientMsgId)
}

export const scheduleExpiry = (account: ExchangeAccount, order: Order): void => {
  const { expiresAt } = order
  if (expiresAt === undefined) return
  addTask(account, order, expiresAt, { kind: 'expire' })
}
