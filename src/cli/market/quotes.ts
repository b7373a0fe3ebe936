import { auditTime, combineLatest, map, merge, scan, startWith, switchMap, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { spots, symbol } from '../../index'
import type { Account, Quote, SymbolDetails, SymbolIdOrName } from '../../index'
import type { Context, Run } from '../definition'
import { result } from '../outcome'
import type { Outcome } from '../outcome'
import { table } from '../output/table'
import type { Column } from '../output/table'
import { isoTime, timeOfDay } from '../output/text'
import { withAccount } from '../session/openAccount'
import { parseSymbol } from '../read'
import { SCREEN_INTERVAL, limit } from './live'
import type { LiveOptions } from './live'

/** A symbol, and its quote once there is one. */
export interface QuoteRow {
  readonly terms: SymbolDetails
  readonly quote?: Quote
  /** Whether the bid rose or fell with the last change. */
  readonly move?: 'up' | 'down'
}

const nameIn = ({ symbolName, symbolId }: SymbolDetails): string => symbolName ?? String(symbolId)

const pipsIn = ({ terms, quote }: QuoteRow): string | undefined =>
  quote && (quote.spread * 10 ** terms.pipPosition).toFixed(1)

/** The columns of quotes. */
export const quoteColumns = ({ green, red }: Context['colours']): readonly Column<QuoteRow>[] => {
  const colour = ({ move }: QuoteRow) => (move === 'up' ? green : move === 'down' ? red : undefined)
  return [
    { title: 'symbol', cell: ({ terms }) => nameIn(terms) },
    { title: 'bid', cell: ({ terms, quote }) => quote?.bid.toFixed(terms.digits), right: true, colour },
    { title: 'ask', cell: ({ terms, quote }) => quote?.ask.toFixed(terms.digits), right: true },
    { title: 'pips', cell: pipsIn, right: true },
    { title: 'UTC', cell: ({ quote }) => quote && timeOfDay(quote.timestamp), right: true },
  ]
}

const nextRow = ({ quote: before, move }: QuoteRow, terms: SymbolDetails, quote: Quote): QuoteRow => {
  const next = !before || quote.bid === before.bid ? move : quote.bid > before.bid ? 'up' : 'down'
  return { terms, quote, ...(next && { move: next }) }
}

/** The latest row of a symbol, with each change. */
export const quoteRows = (account: Account, name: SymbolIdOrName): Observable<QuoteRow> =>
  symbol(account, name).pipe(
    switchMap(terms =>
      spots(account, terms.symbolId).pipe(
        scan((row: QuoteRow, quote) => nextRow(row, terms, quote), { terms }),
        startWith({ terms }),
      ),
    ),
  )

const lineFrom = (row: Required<Pick<QuoteRow, 'terms' | 'quote'>>): Outcome => {
  const { terms, quote } = row
  const [bid, ask] = [quote.bid.toFixed(terms.digits), quote.ask.toFixed(terms.digits)]
  const name = nameIn(terms)
  const json = {
    symbol: name,
    symbolId: quote.symbolId,
    bid: quote.bid,
    ask: quote.ask,
    spread: quote.spread,
    time: isoTime(quote.timestamp),
  }
  return result(json, `${isoTime(quote.timestamp)}  ${name}  ${bid}  ${ask}  ${pipsIn(row) ?? ''}`)
}

const lines = (account: Account, names: readonly string[]): Observable<Outcome> =>
  merge(
    ...names.map(name =>
      symbol(account, parseSymbol(name)).pipe(
        take(1),
        switchMap(terms => spots(account, terms.symbolId).pipe(map(quote => lineFrom({ terms, quote })))),
      ),
    ),
  )

const screen = (account: Account, names: readonly string[], { colours, room }: Context) =>
  combineLatest(names.map(name => quoteRows(account, parseSymbol(name)))).pipe(
    auditTime(SCREEN_INTERVAL),
    map((rows): Outcome => ({ block: table(quoteColumns(colours), rows, colours, room()) })),
  )

/** Live quotes. */
export const quotes: Run<LiveOptions> = (names, options, context) =>
  withAccount(
    options,
    context,
    ({ account }) =>
      (context.mode === 'screen' ? screen(account, names, context) : lines(account, names)).pipe(
        limit(options),
      ),
    { goesOn: true },
  )
