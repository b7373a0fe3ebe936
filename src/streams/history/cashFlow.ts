import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { ProtoOADepositWithdraw } from '../../protocol/messages/account'
import { PayloadType } from '../../protocol/payloadType'
import type { Account } from '../../session/account'
import { accountPages } from './historyQuery'
import { WEEK } from '../../time/constants'
import type { HistoryList } from './pages'
import type { Page, TimeRange } from './pageReader'

const listOf = (ctidTraderAccountId: number): HistoryList<ProtoOADepositWithdraw> => ({
  payloadType: PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ,
  longest: WEEK,
  timeOf: ({ changeBalanceTimestamp }) => changeBalanceTimestamp,
  compare: (a, b) => a.balanceHistoryId - b.balanceHistoryId,
  moves: false,
  cut: 'older',
  ask: (link, range) =>
    link
      .request(PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ, { ctidTraderAccountId, ...range })
      // The only list that always comes whole.
      .pipe(map(({ depositWithdraw = [] }) => ({ items: depositWithdraw, hasMore: false }))),
})

/**
 * What was paid into an account and out of it from one time to another, both included, in ms since the epoch: pages of
 * `ProtoOADepositWithdraw`, oldest first, with `progress` up to 1, then it completes.
 *
 * Asks (2143) and lives as `trendbars` does: a week by each question, also where there was nothing, so that `from: 0`
 * takes some 3,000 of them, which are ten minutes.
 *
 * ```ts
 * cashFlow(account, { from, to }).subscribe(({ items }) => {
 *   for (const { delta, moneyDigits = 2 } of items) console.log(formatMoney(delta, moneyDigits))
 * })
 * ```
 */
export const cashFlow = (account: Account, range: TimeRange): Observable<Page<ProtoOADepositWithdraw>> =>
  accountPages(account, listOf(account.accountId), range)
