import { map, switchMap } from 'rxjs'
import { orders as pendingOrders, sideName } from '../../index'
import type { SymbolDetails } from '../../index'
import { ProtoOAOrderType } from '../../protocol/messages/enums'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { isoTime } from '../output/text'
import { lotsText, priceText, symbolName, termsById } from './positionRows'
import { tableCommand } from './tableCommand'
import type { WatchOptions } from './tableCommand'

interface OrderRow {
  readonly order: ProtoOAOrder
  readonly terms: SymbolDetails
}

const typeName = ({ orderType }: ProtoOAOrder): string => {
  const [name = String(orderType)] =
    Object.entries(ProtoOAOrderType).find(([, number]) => number === orderType) ?? []
  return name.toLowerCase().replaceAll('_', ' ')
}

const expiry = ({ expirationTimestamp }: ProtoOAOrder): string | undefined =>
  expirationTimestamp === undefined ? undefined : isoTime(expirationTimestamp)

/** The pending orders. */
export const orders = tableCommand<OrderRow, WatchOptions>({
  rows: ({ account }) =>
    pendingOrders(account).pipe(
      switchMap(({ all }) =>
        termsById(
          account,
          all.map(({ tradeData }) => tradeData.symbolId),
        ).pipe(
          map(terms =>
            all.flatMap(order => {
              const found = terms.get(order.tradeData.symbolId)
              return found ? [{ order, terms: found }] : []
            }),
          ),
        ),
      ),
    ),
  columns: () => [
    { title: 'order', cell: ({ order }) => order.orderId, right: true },
    { title: 'symbol', cell: ({ terms }) => symbolName(terms) },
    { title: 'side', cell: ({ order }) => sideName(order.tradeData.tradeSide) },
    { title: 'type', cell: ({ order }) => typeName(order) },
    { title: 'lots', cell: ({ order, terms }) => lotsText(terms, order.tradeData.volume), right: true },
    {
      title: 'price',
      cell: ({ order, terms }) => priceText(terms, order.limitPrice ?? order.stopPrice),
      right: true,
    },
    { title: 'expires', cell: ({ order }) => expiry(order) },
  ],
  json: ({ order, terms }) => ({
    orderId: order.orderId,
    positionId: order.positionId ?? null,
    symbol: symbolName(terms),
    side: sideName(order.tradeData.tradeSide),
    type: typeName(order),
    units: order.tradeData.volume / 100,
    lots: terms.lotSize ? order.tradeData.volume / terms.lotSize : null,
    limitPrice: order.limitPrice ?? null,
    stopPrice: order.stopPrice ?? null,
    expires: expiry(order) ?? null,
  }),
  empty: 'There are no pending orders.',
})
