import { map, switchMap, take, throttleTime } from 'rxjs'
import { depth as books, symbol } from '../../index'
import type { OrderBook, PriceLevel, SymbolDetails } from '../../index'
import type { Context, Run } from '../definition'
import { result } from '../outcome'
import { table } from '../output/table'
import type { Column } from '../output/table'
import { parseSymbol } from '../read'
import { withAccount } from '../session/openAccount'
import { SCREEN_INTERVAL, limit } from './live'
import type { LiveOptions } from './live'

export interface DepthOptions extends LiveOptions {
  readonly levels?: number
}

const LEVELS = 10

interface Row {
  readonly bid: PriceLevel | undefined
  readonly ask: PriceLevel | undefined
}

const columns = (digits: number, { green, red }: Context['colours']): readonly Column<Row>[] => [
  { title: 'size', cell: ({ bid }) => bid?.size ?? '', right: true },
  { title: 'bid', cell: ({ bid }) => bid?.price.toFixed(digits) ?? '', right: true, colour: () => green },
  { title: 'ask', cell: ({ ask }) => ask?.price.toFixed(digits) ?? '', colour: () => red },
  { title: 'size', cell: ({ ask }) => ask?.size ?? '', right: true },
]

const rowsIn = ({ bids, asks }: OrderBook, levels: number): readonly Row[] =>
  Array.from({ length: Math.min(levels, Math.max(bids.length, asks.length)) }, (_, i) => ({
    bid: bids[i],
    ask: asks[i],
  }))

const side = (levels: readonly PriceLevel[], count: number) =>
  levels.slice(0, count).map(({ price, size }) => ({ price, size }))

const text = (levels: readonly PriceLevel[], count: number, digits: number): string =>
  levels
    .slice(0, count)
    .map(({ price, size }) => `${size} @ ${price.toFixed(digits)}`)
    .join(', ')

const outcome = (
  book: OrderBook,
  { digits, symbolName = '' }: SymbolDetails,
  levels: number,
  { colours, mode, room, terminal }: Context,
) => {
  if (mode === 'screen') {
    const visible = Math.min(levels, (terminal.size()?.rows ?? Infinity) - 2)
    return { block: table(columns(digits, colours), rowsIn(book, visible), colours, room()) }
  }
  return result(
    { symbol: symbolName, bids: side(book.bids, levels), asks: side(book.asks, levels) },
    `${symbolName}  bids ${text(book.bids, levels, digits)}  asks ${text(book.asks, levels, digits)}`,
  )
}

/** The order book of a symbol, as it changes. */
export const depth: Run<DepthOptions> = ([name = ''], options, context) =>
  withAccount(
    options,
    context,
    ({ account }) =>
      symbol(account, parseSymbol(name)).pipe(
        take(1),
        switchMap(terms => {
          const book$ = books(account, terms.symbolId)
          const seen$ =
            context.mode === 'screen'
              ? book$.pipe(throttleTime(SCREEN_INTERVAL, undefined, { leading: true, trailing: true }))
              : book$
          return seen$.pipe(
            limit(options),
            map(book => outcome(book, terms, options.levels ?? LEVELS, context)),
          )
        }),
      ),
    { goesOn: true },
  )
