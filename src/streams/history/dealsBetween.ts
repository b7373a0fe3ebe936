import type { Observable } from 'rxjs'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { Account } from '../../session/account'
import { dealHistoryList } from './accountLists'
import { accountPages } from './historyQuery'
import type { Page, TimeRange } from './pageReader'

/**
 * The deals of an account in a time range, in ms since the epoch, both ends included. Failed deals are included
 * too. Emits pages of `ProtoOADeal`, oldest first, with `progress` up to 1, then completes.
 *
 * Requests (2133) and handles lost lines as `trendbarsBetween` does.
 *
 * ```ts
 * dealsBetween(account, { from, to }).subscribe(({ items }) => {
 *   for (const { dealId, executionPrice } of items) console.log(dealId, executionPrice)
 * })
 * ```
 */
export const dealsBetween = (account: Account, range: TimeRange): Observable<Page<ProtoOADeal>> =>
  accountPages(account, dealHistoryList(account.accountId), range)
