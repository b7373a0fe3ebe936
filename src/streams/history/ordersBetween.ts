import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { accountPages } from './historyQuery'
import { WEEK } from '../../time/constants'
import type { HistoryList } from './pages'
import type { Page, TimeRange } from './pageReader'

const listOf = (ctidTraderAccountId: number): HistoryList<ProtoOAOrder> => ({
  payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
  longest: WEEK,
  timeOf: ({ utcLastUpdateTimestamp, tradeData: { openTimestamp = 0 } }) =>
    utcLastUpdateTimestamp ?? openTimestamp,
  compare: (a, b) => a.orderId - b.orderId,
  moves: true,
  cut: 'unknown',
  ask: (link, range) =>
    link
      .request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId, ...range })
      .pipe(map(({ order = [], hasMore }) => ({ items: order, hasMore }))),
})

/**
 * The orders of an account whose last change is in a time range, in ms since the epoch, both ends included. Orders
 * behind protections are included. Emits pages of `ProtoOAOrder`, oldest change first, with `progress` up to 1,
 * then completes.
 *
 * An order that changes while the pages are read may come again with its change. None is missed. Requests (2175)
 * and handles lost lines as `trendbarsBetween` does.
 *
 * ```ts
 * ordersBetween(account, { from, to }).subscribe(({ items }) => {
 *   for (const { orderId, orderStatus } of items) console.log(orderId, orderStatus)
 * })
 * ```
 */
export const ordersBetween = (account: Account, range: TimeRange): Observable<Page<ProtoOAOrder>> =>
  accountPages(account, listOf(account.accountId), range)
