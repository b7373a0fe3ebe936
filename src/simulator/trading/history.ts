import type { ProtoOADeal, ProtoOADealOffset } from '../../protocol/deals'
import type { ProtoOAOrder } from '../../protocol/orders'
import { symbolOf } from './desk'
import type { Desk } from './desk'
import type { Order } from './records'
import { wireOrder } from './wire'

/** The most deals or orders of one answer. */
export const CHUNK = 10_000

/** From and to are both included; what is not given is not a bound. In ms since the epoch. */
export interface Window {
  readonly fromTimestamp?: number
  readonly toTimestamp?: number
}

export interface Page<T> {
  readonly rows: readonly T[]
  /** Whether there are older ones within the window. */
  readonly hasMore: boolean
}

const isWithin = (at: number, { fromTimestamp = -Infinity, toTimestamp = Infinity }: Window): boolean =>
  at >= fromTimestamp && at <= toTimestamp

const pageOf = <T>(rows: readonly T[], most = CHUNK): Page<T> => ({
  rows: rows.slice(0, Math.min(most, CHUNK)),
  hasMore: rows.length > Math.min(most, CHUNK),
})

/** Deals by their execution, newest first. */
export const dealsOf = (
  { book }: Desk,
  window: Window & { readonly maxRows?: number; readonly positionId?: number },
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
    maxRows,
  )
}

const newestFirst = (a: Order, b: Order): number => b.updatedAt - a.updatedAt || b.orderId - a.orderId

/** Orders by their last update, newest first. */
export const ordersOf = (
  desk: Desk,
  window: Window & { readonly positionId?: number; readonly onlyEnded?: boolean },
): Page<ProtoOAOrder> => {
  const { positionId, onlyEnded = false } = window
  const page = pageOf(
    [...desk.book.orders.values()]
      .filter(
        order =>
          (positionId === undefined || order.positionId === positionId) &&
          !(onlyEnded && desk.book.working.has(order)) &&
          isWithin(order.updatedAt, window),
      )
      .sort(newestFirst),
  )
  return { ...page, rows: page.rows.map(order => wireOrder(order, symbolOf(desk, order.symbolId))) }
}

/** What closed a deal, and what it closed. */
export const offsetsOf = (
  { book }: Desk,
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
