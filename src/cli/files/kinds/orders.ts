import type { Observable } from 'rxjs'
import { ordersBetween } from '../../../index'
import type { Account } from '../../../index'
import { ProtoOAOrderStatus, ProtoOAOrderType, ProtoOATradeSide } from '../../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../../protocol/messages/orders'
import { hasNoGaps } from './kind'
import type { ExportKind } from './kind'
import { enumName, withSymbolNames } from './names'

/** The orders of an account. */
export const orders = (account: Account): Observable<ExportKind<ProtoOAOrder>> =>
  withSymbolNames(account, nameFor => ({
    columns: [
      { name: 'time', type: 'time', cell: ({ utcLastUpdateTimestamp }) => utcLastUpdateTimestamp },
      { name: 'orderId', type: 'integer', cell: ({ orderId }) => orderId },
      { name: 'positionId', type: 'integer', cell: ({ positionId }) => positionId },
      { name: 'symbol', type: 'text', cell: ({ tradeData }) => nameFor(tradeData.symbolId) },
      {
        name: 'side',
        type: 'text',
        cell: ({ tradeData }) => enumName(ProtoOATradeSide, tradeData.tradeSide),
      },
      { name: 'type', type: 'text', cell: ({ orderType }) => enumName(ProtoOAOrderType, orderType) },
      { name: 'status', type: 'text', cell: ({ orderStatus }) => enumName(ProtoOAOrderStatus, orderStatus) },
      { name: 'volume', type: 'number', cell: ({ tradeData }) => tradeData.volume / 100 },
      { name: 'executedVolume', type: 'number', cell: ({ executedVolume = 0 }) => executedVolume / 100 },
      { name: 'limitPrice', type: 'number', cell: ({ limitPrice }) => limitPrice },
      { name: 'stopPrice', type: 'number', cell: ({ stopPrice }) => stopPrice },
      { name: 'executionPrice', type: 'number', cell: ({ executionPrice }) => executionPrice },
    ],
    pages: range => ordersBetween(account, range),
    timeOf: ({ utcLastUpdateTimestamp = 0 }) => utcLastUpdateTimestamp,
    keyOf: ({ orderId }) => orderId,
    isGap: hasNoGaps,
  }))
