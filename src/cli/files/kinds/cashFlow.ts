import { of } from 'rxjs'
import type { Observable } from 'rxjs'
import { cashFlowBetween, toMoney } from '../../../index'
import type { Account } from '../../../index'
import type { ProtoOADepositWithdraw } from '../../../protocol/messages/account'
import { ProtoOAChangeBalanceType } from '../../../protocol/messages/enums'
import { hasNoGaps } from './kind'
import type { ExportKind } from './kind'
import { enumName } from './names'

/** The deposits and withdrawals of an account. */
export const cashFlow = (account: Account): Observable<ExportKind<ProtoOADepositWithdraw>> =>
  of({
    columns: [
      { name: 'time', type: 'time', cell: ({ changeBalanceTimestamp }) => changeBalanceTimestamp },
      { name: 'id', type: 'integer', cell: ({ balanceHistoryId }) => balanceHistoryId },
      {
        name: 'type',
        type: 'text',
        cell: ({ operationType }) => enumName(ProtoOAChangeBalanceType, operationType),
      },
      { name: 'amount', type: 'number', cell: ({ delta, moneyDigits = 2 }) => toMoney(delta, moneyDigits) },
      {
        name: 'balance',
        type: 'number',
        cell: ({ balance, moneyDigits = 2 }) => toMoney(balance, moneyDigits),
      },
      { name: 'note', type: 'text', cell: ({ externalNote }) => externalNote },
    ],
    pages: range => cashFlowBetween(account, range),
    timeOf: ({ changeBalanceTimestamp }) => changeBalanceTimestamp,
    keyOf: ({ balanceHistoryId }) => balanceHistoryId,
    isGap: hasNoGaps,
  })
