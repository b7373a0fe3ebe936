import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { accountPages } from './historyQuery'
import { WEEK } from '../../time/constants'
import type { HistoryList } from './pages'
import type { Page, TimeRange } from './pageReader'

const listOf = (ctidTraderAccountId: number): HistoryList<ProtoOADeal> => ({
  payloadType: PayloadType.PROTO_OA_DEAL_LIST_REQ,
  longest: WEEK,
  timeOf: ({ executionTimestamp }) => executionTimestamp,
  compare: (a, b) => a.dealId - b.dealId,
  moves: false,
  cut: 'unknown',
  ask: (link, range) =>
    link
      .request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId, ...range })
      .pipe(map(({ deal = [], hasMore }) => ({ items: deal, hasMore }))),
})

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
  accountPages(account, listOf(account.accountId), range)
