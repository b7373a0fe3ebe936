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
  idOf: ({ balanceHistoryId }) => balanceHistoryId,
  cut: 'older',
  ask: (link, range) =>
    link
      .request(PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ, { ctidTraderAccountId, ...range })
      // The only list that always comes complete.
      .pipe(map(({ depositWithdraw = [] }) => ({ rows: depositWithdraw, hasMore: false }))),
})

/**
 * The deposits and withdrawals of an account in a time range, in ms since the epoch, both ends included. Emits
 * pages of `ProtoOADepositWithdraw`, oldest first, with `progress` up to 1, then completes.
 *
 * Requests (2143) and handles lost lines as `trendbarsBetween` does. Each request covers one week, also where nothing was
 * paid. So `from: 0` takes about 3,000 requests and ten minutes.
 *
 * ```ts
 * cashFlowBetween(account, { from, to }).subscribe(({ items }) => {
 *   for (const { delta, moneyDigits = 2 } of items) console.log(formatMoney(delta, moneyDigits))
 * })
 * ```
 */
export const cashFlowBetween = (
  account: Account,
  range: TimeRange,
): Observable<Page<ProtoOADepositWithdraw>> => accountPages(account, listOf(account.accountId), range)
