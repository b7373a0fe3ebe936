import type { ProtoOADeal } from '../../../protocol/messages/deals'
import { ProtoOADealStatus, ProtoOAExecutionType, ProtoOAOrderStatus } from '../../../protocol/messages/enums'
import { getPurse, getSymbol, reportChange } from '../state/exchangeAccount'
import type { Cause, ExchangeAccount } from '../state/exchangeAccount'
import { baseRate, usdRate } from '../state/money'
import type { Order } from '../state/records'

/**
 * Ends an order, and the empty position that waited for it. For a rejected order, the live server does not say when
 * it was closed.
 */
export const end = (
  { book }: ExchangeAccount,
  order: Order,
  status: ProtoOAOrderStatus,
  at: number,
): void => {
  const closedAt = status === ProtoOAOrderStatus.ORDER_STATUS_REJECTED ? undefined : at
  order.status = status
  order.updatedAt = at
  order.closedAt = closedAt
  order.watch = undefined
  book.working.delete(order)
  const position = book.positions.get(order.positionId)
  if (position?.state !== 'created') return
  position.state = 'closed'
  position.updatedAt = at
  position.closedAt = closedAt
}

const failedDeal = (
  account: ExchangeAccount,
  order: Order,
  status: ProtoOADeal['dealStatus'],
  at: number,
): ProtoOADeal => {
  const { ids, book, market } = account
  const symbol = getSymbol(account, order.symbolId)
  const deal: ProtoOADeal = {
    dealId: ids.next('deal'),
    orderId: order.orderId,
    positionId: order.positionId,
    volume: order.volume,
    filledVolume: 0,
    symbolId: order.symbolId,
    createTimestamp: order.openedAt,
    executionTimestamp: at,
    utcLastUpdateTimestamp: at,
    tradeSide: order.tradeSide,
    dealStatus: status,
    marginRate: baseRate(getPurse(account), symbol, at),
    commission: 0,
    baseToUsdConversionRate: usdRate(market, symbol, at),
    moneyDigits: book.terms.moneyDigits,
  }
  book.deals.push(deal)
  return deal
}

/** Rejects an accepted order at its execution: by an event, not a refusal. */
export const reject = (
  account: ExchangeAccount,
  order: Order,
  errorCode: string,
  at: number,
  cause: Cause,
): void => {
  end(account, order, ProtoOAOrderStatus.ORDER_STATUS_REJECTED, at)
  const deal = failedDeal(account, order, ProtoOADealStatus.INTERNALLY_REJECTED, at)
  const position = account.book.positions.get(order.positionId)
  reportChange(account, ProtoOAExecutionType.ORDER_REJECTED, { order, position, deal, errorCode }, cause)
}

/** Cancels the rest of an order. */
export const cancel = (
  account: ExchangeAccount,
  order: Order,
  at: number,
  cause: Cause,
  errorCode?: string,
): void => {
  end(account, order, ProtoOAOrderStatus.ORDER_STATUS_CANCELLED, at)
  const position = account.book.positions.get(order.positionId)
  reportChange(account, ProtoOAExecutionType.ORDER_CANCELLED, { order, position, errorCode }, cause)
}

/** Cancels an order that found no price in its range. */
export const cancelUnfilled = (account: ExchangeAccount, order: Order, at: number, cause: Cause): void => {
  end(account, order, ProtoOAOrderStatus.ORDER_STATUS_CANCELLED, at)
  const deal = failedDeal(account, order, ProtoOADealStatus.MISSED, at)
  const position = account.book.positions.get(order.positionId)
  reportChange(account, ProtoOAExecutionType.ORDER_CANCELLED, { order, position, deal }, cause)
}

/** Ends an order whose time is over. */
export const expire = (account: ExchangeAccount, order: Order, at: number, cause: Cause): void => {
  end(account, order, ProtoOAOrderStatus.ORDER_STATUS_EXPIRED, at)
  const position = account.book.positions.get(order.positionId)
  reportChange(account, ProtoOAExecutionType.ORDER_EXPIRED, { order, position }, cause)
}
