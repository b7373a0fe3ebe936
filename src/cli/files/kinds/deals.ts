import type { Observable } from 'rxjs'
import { dealsBetween, toMoney } from '../../../index'
import type { Account } from '../../../index'
import type { ProtoOADeal } from '../../../protocol/messages/deals'
import { ProtoOADealStatus, ProtoOATradeSide } from '../../../protocol/messages/enums'
import { hasNoGaps } from './kind'
import type { ExportKind } from './kind'
import { enumName, withSymbolNames } from './names'

/** The deals of an account. */
export const deals = (account: Account): Observable<ExportKind<ProtoOADeal>> =>
  withSymbolNames(account, nameFor => ({
    columns: [
      { name: 'time', type: 'time', cell: ({ executionTimestamp }) => executionTimestamp },
      { name: 'dealId', type: 'integer', cell: ({ dealId }) => dealId },
      { name: 'orderId', type: 'integer', cell: ({ orderId }) => orderId },
      { name: 'positionId', type: 'integer', cell: ({ positionId }) => positionId },
      { name: 'symbol', type: 'text', cell: ({ symbolId }) => nameFor(symbolId) },
      { name: 'side', type: 'text', cell: ({ tradeSide }) => enumName(ProtoOATradeSide, tradeSide) },
      { name: 'volume', type: 'number', cell: ({ filledVolume }) => filledVolume / 100 },
      { name: 'price', type: 'number', cell: ({ executionPrice }) => executionPrice },
      { name: 'status', type: 'text', cell: ({ dealStatus }) => enumName(ProtoOADealStatus, dealStatus) },
      {
        name: 'commission',
        type: 'number',
        cell: ({ commission, moneyDigits = 2 }) => toMoney(commission ?? 0, moneyDigits),
      },
      {
        name: 'grossProfit',
        type: 'number',
        cell: ({ closePositionDetail: detail, moneyDigits = 2 }) =>
          detail && toMoney(detail.grossProfit, detail.moneyDigits ?? moneyDigits),
      },
      {
        name: 'swap',
        type: 'number',
        cell: ({ closePositionDetail: detail, moneyDigits = 2 }) =>
          detail && toMoney(detail.swap, detail.moneyDigits ?? moneyDigits),
      },
      {
        name: 'balance',
        type: 'number',
        cell: ({ closePositionDetail: detail, moneyDigits = 2 }) =>
          detail && toMoney(detail.balance, detail.moneyDigits ?? moneyDigits),
      },
    ],
    pages: range => dealsBetween(account, range),
    timeOf: ({ executionTimestamp }) => executionTimestamp,
    keyOf: ({ dealId }) => dealId,
    isGap: hasNoGaps,
  }))
