/** Live quotes as `npm start` shows them: of a few symbols, with the decimals each has. */
import { combineLatest, map, startWith } from 'rxjs'
import type { Observable } from 'rxjs'
import { spots, symbol } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'

/** A row of the table, as text. */
export interface QuoteRow {
  readonly name: string
  readonly bid: string
  readonly ask: string
  /** In pips. */
  readonly spread: string
  /** UTC */
  readonly time: string
}

/** A symbol's latest row. */
export const quoteRow = (account: Account, name: string): Observable<QuoteRow> =>
  combineLatest([symbol(account, name), spots(account, name)]).pipe(
    map(([{ digits, pipPosition }, { bid, ask, spread, timestamp }]) => ({
      name,
      bid: bid.toFixed(digits),
      ask: ask.toFixed(digits),
      spread: (spread * 10 ** pipPosition).toFixed(1),
      time: new Date(timestamp).toISOString().slice(11, 19),
    })),
  )

/** The latest rows of all symbols; those that have no price yet have dashes. */
export const quoteRows = (account: Account, names: readonly string[]): Observable<readonly QuoteRow[]> =>
  combineLatest(
    names.map(name =>
      quoteRow(account, name).pipe(startWith({ name, bid: '–', ask: '–', spread: '–', time: '–' })),
    ),
  )

const columns = ['name', 'bid', 'ask', 'spread', 'time'] as const
const heading: QuoteRow = { name: 'symbol', bid: 'bid', ask: 'ask', spread: 'pips', time: 'UTC' }

/** One row as a line of its own. */
export const lineOf = ({ name, bid, ask, spread, time }: QuoteRow): string =>
  `${name} ${bid} / ${ask}, ${spread} pips, ${time}`

/** All rows below each other, in columns. */
export const tableOf = (rows: readonly QuoteRow[]): string => {
  const all = [heading, ...rows]
  const widths = columns.map(column => Math.max(...all.map(row => row[column].length)))
  return all
    .map(row =>
      columns
        .map((column, i) =>
          column === 'name' ? row[column].padEnd(widths[i] ?? 0) : row[column].padStart(widths[i] ?? 0),
        )
        .join('  '),
    )
    .join('\n')
}
