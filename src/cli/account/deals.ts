import { map, of, reduce, scan, startWith, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { deals as liveDeals, dealsBetween, sideName, toMoney } from '../../index'
import type { Account, SymbolDetails } from '../../index'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import { dateAndTime, isoTime } from '../output/text'
import { lotsText, priceText, symbolName, termsById } from './positionRows'
import { tableCommand } from './tableCommand'
import type { WatchOptions } from './tableCommand'

export interface DealsOptions extends WatchOptions {
  /** ms since the epoch */
  readonly from?: number
  /** ms since the epoch */
  readonly to?: number
}

interface DealRow {
  readonly deal: ProtoOADeal
  readonly terms: SymbolDetails
}

const WEEK = 604_800_000
const DAY = 86_400_000

/** The deals of the account: those of the range, and with `watch` each that comes. */
const dealLists = (
  account: Account,
  { from, to = Date.now() + DAY, watch }: DealsOptions,
): Observable<readonly ProtoOADeal[]> =>
  dealsBetween(account, { from: from ?? Date.now() - WEEK, to }).pipe(
    reduce((all: readonly ProtoOADeal[], { items }) => [...all, ...items], []),
    switchMap(past =>
      watch
        ? liveDeals(account).pipe(
            scan((all, deal) => [...all, deal], past),
            startWith(past),
          )
        : of(past),
    ),
  )

const dealRows = (account: Account, options: DealsOptions): Observable<readonly DealRow[]> =>
  dealLists(account, options).pipe(
    switchMap(list =>
      termsById(
        account,
        list.map(({ symbolId }) => symbolId),
      ).pipe(
        map(terms =>
          list.flatMap(deal => {
            const found = terms.get(deal.symbolId)
            return found ? [{ deal, terms: found }] : []
          }),
        ),
      ),
    ),
  )

const profit = ({ closePositionDetail: detail, moneyDigits = 2 }: ProtoOADeal): number | undefined =>
  detail && toMoney(detail.grossProfit + detail.swap + detail.commission, detail.moneyDigits ?? moneyDigits)

/** The deals of the last week, or since a time. */
export const deals = tableCommand<DealRow, DealsOptions>({
  rows: ({ account }, options) => dealRows(account, options),
  columns: ({ colours: { green, red } }) => [
    { title: 'UTC', cell: ({ deal }) => dateAndTime(deal.executionTimestamp) },
    { title: 'deal', cell: ({ deal }) => deal.dealId, right: true },
    { title: 'position', cell: ({ deal }) => deal.positionId, right: true },
    { title: 'symbol', cell: ({ terms }) => symbolName(terms) },
    { title: 'side', cell: ({ deal }) => sideName(deal.tradeSide) },
    { title: 'lots', cell: ({ deal, terms }) => lotsText(terms, deal.filledVolume), right: true },
    { title: 'price', cell: ({ deal, terms }) => priceText(terms, deal.executionPrice), right: true },
    {
      title: 'profit',
      cell: ({ deal }) => profit(deal)?.toFixed(2) ?? '',
      right: true,
      colour: ({ deal }) => ((profit(deal) ?? 0) < 0 ? red : green),
    },
  ],
  json: ({ deal, terms }) => ({
    dealId: deal.dealId,
    orderId: deal.orderId,
    positionId: deal.positionId,
    time: isoTime(deal.executionTimestamp),
    symbol: symbolName(terms),
    side: sideName(deal.tradeSide),
    units: deal.filledVolume / 100,
    lots: terms.lotSize ? deal.filledVolume / terms.lotSize : null,
    price: deal.executionPrice ?? null,
    commission: toMoney(deal.commission ?? 0, deal.moneyDigits ?? 2),
    profit: profit(deal) ?? null,
  }),
  empty: 'There are no deals in this time.',
})
