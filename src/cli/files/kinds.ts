import { map, of, switchMap, take } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  cashFlowBetween,
  dealsBetween,
  ordersBetween,
  symbol,
  symbols,
  ticksBetween,
  toMoney,
  trendbarsBetween,
} from '../../index'
import type {
  Account,
  Page,
  PeriodName,
  QuoteSide,
  SymbolCatalogue,
  Tick,
  TimeRange,
  Trendbar,
} from '../../index'
import { nextOpening } from '../../orders/validation/marketHours'
import {
  ProtoOAChangeBalanceType,
  ProtoOADealStatus,
  ProtoOAOrderStatus,
  ProtoOAOrderType,
  ProtoOATradeSide,
  ProtoOATrendbarPeriod,
} from '../../protocol/messages/enums'
import type { ProtoOADepositWithdraw } from '../../protocol/messages/account'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { barTimeFinder } from '../../time/barPeriods'
import { Mistake } from '../outcome'
import { parseSymbol } from '../read'
import type { ExportColumn } from './format'

/** What is exported: its pages, its columns, and what is counted. */
export interface ExportKind<T> {
  readonly columns: readonly ExportColumn<T>[]
  readonly pages: (range: TimeRange) => Observable<Page<T>>
  readonly timeOf: (row: T) => number
  /** What tells a row from others. */
  readonly keyOf: (row: T) => number
  /** Whether rows are missing between two. */
  readonly isGap: (before: number, after: number) => boolean
}

type Names = Readonly<Record<string, number>>

const nameOf = (names: Names, value: number): string =>
  Object.keys(names).find(name => names[name] === value) ?? String(value)

const never = (): boolean => false

const bars = (account: Account, name: string, period: PeriodName): Observable<ExportKind<Trendbar>> => {
  const barTimeAt = barTimeFinder(ProtoOATrendbarPeriod[period])
  return symbol(account, parseSymbol(name)).pipe(
    take(1),
    map(terms => ({
      columns: [
        { name: 'time', type: 'time', cell: ({ timestamp }) => timestamp },
        { name: 'open', type: 'number', cell: ({ open }) => open },
        { name: 'high', type: 'number', cell: ({ high }) => high },
        { name: 'low', type: 'number', cell: ({ low }) => low },
        { name: 'close', type: 'number', cell: ({ close }) => close },
        { name: 'volume', type: 'integer', cell: ({ volume }) => volume },
      ],
      pages: range => trendbarsBetween(account, { symbol: terms.symbolId, period, ...range }),
      timeOf: ({ timestamp }) => timestamp,
      keyOf: ({ timestamp }) => timestamp,
      isGap: (before, after) => {
        const { until } = barTimeAt(before)
        // While the market is closed, no bars are missing.
        return until < after && (nextOpening(terms, until) ?? Infinity) < after
      },
    })),
  )
}

const ticks = (account: Account, name: string, side: QuoteSide): Observable<ExportKind<Tick>> =>
  symbol(account, parseSymbol(name)).pipe(
    take(1),
    map(({ symbolId }) => ({
      columns: [
        { name: 'time', type: 'time', cell: ({ timestamp }) => timestamp },
        { name: side, type: 'number', cell: ({ price }) => price },
      ],
      pages: range => ticksBetween(account, { symbol: symbolId, side, ...range }),
      timeOf: ({ timestamp }) => timestamp,
      // Two ticks may have the same time.
      keyOf: () => NaN,
      isGap: never,
    })),
  )

const withNames = <T>(
  account: Account,
  project: (nameFor: (symbolId: number) => string) => T,
): Observable<T> =>
  symbols(account).pipe(
    take(1),
    map(({ get }: SymbolCatalogue) => project(id => get(id)?.symbolName ?? String(id))),
  )

const deals = (account: Account): Observable<ExportKind<ProtoOADeal>> =>
  withNames(account, nameFor => ({
    columns: [
      { name: 'time', type: 'time', cell: ({ executionTimestamp }) => executionTimestamp },
      { name: 'dealId', type: 'integer', cell: ({ dealId }) => dealId },
      { name: 'orderId', type: 'integer', cell: ({ orderId }) => orderId },
      { name: 'positionId', type: 'integer', cell: ({ positionId }) => positionId },
      { name: 'symbol', type: 'text', cell: ({ symbolId }) => nameFor(symbolId) },
      { name: 'side', type: 'text', cell: ({ tradeSide }) => nameOf(ProtoOATradeSide, tradeSide) },
      { name: 'volume', type: 'number', cell: ({ filledVolume }) => filledVolume / 100 },
      { name: 'price', type: 'number', cell: ({ executionPrice }) => executionPrice },
      { name: 'status', type: 'text', cell: ({ dealStatus }) => nameOf(ProtoOADealStatus, dealStatus) },
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
    isGap: never,
  }))

const orders = (account: Account): Observable<ExportKind<ProtoOAOrder>> =>
  withNames(account, nameFor => ({
    columns: [
      { name: 'time', type: 'time', cell: ({ utcLastUpdateTimestamp }) => utcLastUpdateTimestamp },
      { name: 'orderId', type: 'integer', cell: ({ orderId }) => orderId },
      { name: 'positionId', type: 'integer', cell: ({ positionId }) => positionId },
      { name: 'symbol', type: 'text', cell: ({ tradeData }) => nameFor(tradeData.symbolId) },
      { name: 'side', type: 'text', cell: ({ tradeData }) => nameOf(ProtoOATradeSide, tradeData.tradeSide) },
      { name: 'type', type: 'text', cell: ({ orderType }) => nameOf(ProtoOAOrderType, orderType) },
      { name: 'status', type: 'text', cell: ({ orderStatus }) => nameOf(ProtoOAOrderStatus, orderStatus) },
      { name: 'volume', type: 'number', cell: ({ tradeData }) => tradeData.volume / 100 },
      { name: 'executedVolume', type: 'number', cell: ({ executedVolume = 0 }) => executedVolume / 100 },
      { name: 'limitPrice', type: 'number', cell: ({ limitPrice }) => limitPrice },
      { name: 'stopPrice', type: 'number', cell: ({ stopPrice }) => stopPrice },
      { name: 'executionPrice', type: 'number', cell: ({ executionPrice }) => executionPrice },
    ],
    pages: range => ordersBetween(account, range),
    timeOf: ({ utcLastUpdateTimestamp = 0 }) => utcLastUpdateTimestamp,
    keyOf: ({ orderId }) => orderId,
    isGap: never,
  }))

const cashFlow = (account: Account): Observable<ExportKind<ProtoOADepositWithdraw>> =>
  of({
    columns: [
      { name: 'time', type: 'time', cell: ({ changeBalanceTimestamp }) => changeBalanceTimestamp },
      { name: 'id', type: 'integer', cell: ({ balanceHistoryId }) => balanceHistoryId },
      {
        name: 'type',
        type: 'text',
        cell: ({ operationType }) => nameOf(ProtoOAChangeBalanceType, operationType),
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
    isGap: never,
  })

/** Uses a kind, without a need to know its rows. */
export type UseKind<R> = <T>(kind: ExportKind<T>) => Observable<R>

const WHAT = 'Export what? SYMBOL PERIOD for bars, SYMBOL ticks, deals, orders, or cashflow.'

/** Finds what is to be exported, and uses it. */
export const withKind = <R>(
  account: Account,
  what: string,
  detail: string | undefined,
  side: QuoteSide,
  use: UseKind<R>,
): Observable<R> => {
  if (detail === undefined) {
    switch (what.toLowerCase()) {
      case 'deals':
        return deals(account).pipe(switchMap(kind => use(kind)))
      case 'orders':
        return orders(account).pipe(switchMap(kind => use(kind)))
      case 'cashflow':
        return cashFlow(account).pipe(switchMap(kind => use(kind)))
      default:
        throw new Mistake(WHAT)
    }
  }
  if (detail.toLowerCase() === 'ticks') return ticks(account, what, side).pipe(switchMap(kind => use(kind)))
  const period = detail.toUpperCase()
  if (!Object.hasOwn(ProtoOATrendbarPeriod, period))
    throw new Mistake(`${detail} is no period: ${Object.keys(ProtoOATrendbarPeriod).join(', ')}, or ticks.`)
  return bars(account, what, period as PeriodName).pipe(switchMap(kind => use(kind)))
}
