import { ProtoOAOrderType, ProtoOATradeSide } from '../../../protocol/messages/enums'
import { symbolOf, theServer } from '../state/desk'
import type { Cause, ExchangeAccount } from '../state/desk'
import { fillPrice } from '../accounting/equity'
import { execute } from './execute'
import { cancel, expire, miss, reject } from './finish'
import type { Order } from '../state/records'
import { trigger } from './trigger'
import { isReached, marksOf, rangeEnd } from '../state/watch'

/** When a command came, and its id from its sender. */
export interface Command {
  readonly at: number
  readonly clientMsgId: string | undefined
}

/** From the acceptance of an order to its execution, in ms: about 250. */
export const latencyOf = ({ ids }: ExchangeAccount, { orderId }: Order): number => 240 + ids.scatter(orderId, 21)

const isOutOfRange = (desk: ExchangeAccount, order: Order, at: number): boolean => {
  if (order.baseSlippagePrice === undefined) return false
  const end = rangeEnd(order, order.baseSlippagePrice, symbolOf(desk, order.symbolId))
  const price = fillPrice(order.tradeSide, desk.market.quoteAt(order.symbolId, at))
  return order.tradeSide === ProtoOATradeSide.BUY ? price > end : price < end
}

const reachedNow = (desk: ExchangeAccount, order: Order, at: number): boolean => {
  const quote = desk.market.quoteAt(order.symbolId, at)
  return marksOf(order, symbolOf(desk, order.symbolId)).some(mark => isReached(mark, quote))
}

/** Executes an order that does not wait for a price. */
export const executeNow = (desk: ExchangeAccount, order: Order, at: number, cause: Cause): void => {
  if (!desk.book.working.has(order)) return
  if (!desk.market.isOpen(order.symbolId, at)) reject(desk, order, 'MARKET_CLOSED', at, cause)
  else if (isOutOfRange(desk, order, at)) miss(desk, order, at, cause)
  else if (order.orderType === ProtoOAOrderType.LIMIT && !reachedNow(desk, order, at))
    cancel(desk, order, at, cause)
  else execute(desk, order, at, cause)
}

/** Lets an order wait for its price. If the price is already reached, it is executed as soon as the server can. */
export const rest = (desk: ExchangeAccount, order: Order, { at, clientMsgId }: Command): void => {
  order.watch = undefined
  if (!reachedNow(desk, order, at)) {
    order.watch = { from: at, due: undefined }
    return
  }
  const placed = order.updatedAt
  desk.tasks.add(at + latencyOf(desk, order), due => {
    if (desk.book.working.has(order) && order.updatedAt === placed)
      trigger(desk, order, due, { clientMsgId, server: false })
  })
}

export const expireAt = (desk: ExchangeAccount, order: Order): void => {
  const { expiresAt } = order
  if (expiresAt === undefined) return
  desk.tasks.add(expiresAt, at => {
    if (desk.book.working.has(order) && order.expiresAt === expiresAt) expire(desk, order, at, theServer)
  })
}
