import type { ProtoOADeal, ProtoOADealOffset } from '../../../protocol/messages/deals'
import type { ProtoOAOrder } from '../../../protocol/messages/orders'
import type { Unknowns } from '../../model/unknowns'
import { getSymbol } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import type { Order } from '../state/records'
import { wireOrder } from '../state/wire'

/** Both ends are included; a missing end is not a bound. In ms since the epoch. */
export interface Window {
  readonly fromTimestamp?: number
  readonly toTimestamp?: number
}

export interface Page<T> {
  readonly rows: readonly T[]
  /** Whether there are more within the window. */
  readonly hasMore: boolean
}

/** How much of a list one answer has. */
export type Cut = Pick<Unknowns, 'listChunk' | 'listCut'>

const isWithin = (at: number, { fromTimestamp = -Infinity, toTimestamp = Infinity }: Window): boolean =>
  at >= fromTimestamp && at <= toTimestamp

/** The rows must be newest first. */
const pageOf = <T>(rows: readonly T[], { listChunk, listCut }: Cut, maxRows = Infinity): Page<T> => {
  const most = Math.min(maxRows, listChunk)
  const kept = listCut === 'oldest' ? rows.slice(0, most) : rows.slice(-most).reverse()
  return { rows: kept, hasMore: rows.length > most }
}

/** Deals by their execution. */
export const findDeals = (
  { book }: ExchangeAccount,
  window: Window & { readonly maxRows?: number; readonly positionId?: number },
  cut: Cut,
): Page<ProtoOADeal> => {
  const { positionId, maxRows } = window
  return pageOf(
    book.deals
      .filter(
        deal =>
          (positionId === undefined || deal.positionId === positionId) &&
          isWithin(deal.executionTimestamp, window),
      )
      .reverse(),
    cut,
    maxRows,
  )
}

const newestFirst = (a: Order, b: Order): number => b.updatedAt - a.updatedAt || b.orderId - a.orderId

/** Orders by their last update. */
export const findOrders = (
  account: ExchangeAccount,
  window: Window & { readonly positionId?: number; readonly onlyEnded?: boolean },
  cut: Cut,
): Page<ProtoOAOrder> => {
  const { positionId, onlyEnded = false } = window
  const page = pageOf(
    [...account.book.orders.values()]
      .filter(
        order =>
          (positionId === undefined || order.positionId === positionId) &&
          !(onlyEnded && account.book.working.has(order)) &&
          isWithin(order.updatedAt, window),
      )
      .sort(newestFirst),
    cut,
  )
  return { ...page, rows: page.rows.map(order => wireOrder(order, getSymbol(account, order.symbolId))) }
}

/** The deals that closed a deal, and those that it closed. */
export const findOffsets = (
  { book }: ExchangeAccount,
  dealId: number,
): { readonly offsetBy: readonly ProtoOADealOffset[]; readonly offsetting: readonly ProtoOADealOffset[] } => {
  const row = (id: number, volume: number): ProtoOADealOffset => {
    const deal = book.deals.find(one => one.dealId === id)
    return {
      dealId: id,
      volume,
      ...(deal && { executionTimestamp: deal.executionTimestamp }),
      ...(deal?.executionPrice !== undefined && { executionPrice: deal.executionPrice }),
    }
  }
  return {
    offsetBy: book.offsets.filter(one => one.opening === dealId).map(one => row(one.closing, one.volume)),
    offsetting: book.offsets.filter(one => one.closing === dealId).map(one => row(one.opening, one.volume)),
  }
}
