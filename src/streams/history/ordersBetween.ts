import type { Observable } from 'rxjs'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { Account } from '../../session/account'
import { orderHistoryList } from './accountLists'
import { accountPages } from './historyQuery'
import type { Page, TimeRange } from './pageReader'

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
  accountPages(account, orderHistoryList(account.accountId), range)
