import { combineLatest, distinctUntilChanged, map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { pnl, positions, sideName, symbol, toMoney } from '../../index'
import type { Account, Pnl, SymbolDetails } from '../../index'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { Context } from '../definition'
import type { Column } from '../output/table'
import { isoTime } from '../output/text'

/** An open position with its profit, if that is known. */
export interface PositionRow {
  readonly position: ProtoOAPosition
  readonly terms: SymbolDetails
  readonly profit: number | undefined
}

/** The terms of the symbols of positions or orders, by id. */
export const termsById = (
  account: Account,
  symbolIds: readonly number[],
): Observable<ReadonlyMap<number, SymbolDetails>> =>
  symbolIds.length === 0
    ? of(new Map())
    : combineLatest([...new Set(symbolIds)].map(symbolId => symbol(account, symbolId))).pipe(
        map(all => new Map(all.map(terms => [terms.symbolId, terms]))),
      )

const profitIn = ({ positions: valued, moneyDigits }: Pnl, positionId: number): number | undefined => {
  const found = valued.get(positionId)
  return found && toMoney(found.net, moneyDigits)
}

/** The open positions with their profits. Emits with each change. */
export const positionRows = (account: Account): Observable<readonly PositionRow[]> =>
  combineLatest([
    positions(account).pipe(
      switchMap(({ all }) =>
        termsById(
          account,
          all.map(({ tradeData }) => tradeData.symbolId),
        ).pipe(map(terms => ({ all, terms }))),
      ),
    ),
    pnl(account),
  ]).pipe(
    map(([{ all, terms }, profits]) =>
      all.flatMap(position => {
        const found = terms.get(position.tradeData.symbolId)
        return found ? [{ position, terms: found, profit: profitIn(profits, position.positionId) }] : []
      }),
    ),
    distinctUntilChanged(),
  )

/** The name of a symbol. */
export const symbolName = ({ symbolName: name, symbolId }: SymbolDetails): string => name ?? String(symbolId)

/** A price with the decimals of its symbol. */
export const priceText = ({ digits }: SymbolDetails, price: number | undefined): string | undefined =>
  price?.toFixed(digits)

/** Lots if the symbol says how large a lot is, else units. */
export const lotsText = ({ lotSize }: SymbolDetails, cents: number): string =>
  lotSize ? String(Number((cents / lotSize).toFixed(6))) : `${cents / 100} units`

/** The columns of positions. */
export const positionColumns = ({ colours: { green, red } }: Context): readonly Column<PositionRow>[] => [
  { title: 'position', cell: ({ position }) => position.positionId, right: true },
  { title: 'symbol', cell: ({ terms }) => symbolName(terms) },
  { title: 'side', cell: ({ position }) => sideName(position.tradeData.tradeSide) },
  { title: 'lots', cell: ({ position, terms }) => lotsText(terms, position.tradeData.volume), right: true },
  { title: 'entry', cell: ({ position, terms }) => priceText(terms, position.price), right: true },
  { title: 'stop loss', cell: ({ position, terms }) => priceText(terms, position.stopLoss), right: true },
  { title: 'take profit', cell: ({ position, terms }) => priceText(terms, position.takeProfit), right: true },
  {
    title: 'profit',
    cell: ({ profit }) => profit?.toFixed(2),
    right: true,
    colour: ({ profit = 0 }) => (profit < 0 ? red : green),
  },
]

/** What `--json` writes of a position. */
export const positionJson = ({ position, terms, profit }: PositionRow) => {
  const { positionId, tradeData, price, stopLoss, takeProfit, swap, moneyDigits = 2 } = position
  const { volume, tradeSide, openTimestamp, label, comment } = tradeData
  return {
    positionId,
    symbol: symbolName(terms),
    side: sideName(tradeSide),
    units: volume / 100,
    lots: terms.lotSize ? volume / terms.lotSize : null,
    price: price ?? null,
    stopLoss: stopLoss ?? null,
    takeProfit: takeProfit ?? null,
    swap: toMoney(swap, moneyDigits),
    profit: profit ?? null,
    opened: openTimestamp === undefined ? null : isoTime(openTimestamp),
    label: label ?? null,
    comment: comment ?? null,
  }
}
