import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import type { History, HistoryBar, HistoryOfBars, HistoryTick } from '../../simulator/market/history/history'
import { longestBar } from '../../simulator/market/history/periodLengths'
import { layoutOf } from './layout'
import type { ColumnName, Layout } from './layout'
import { periodIn } from './periodIn'
import { createRowReader } from './rows'
import type { RowReader } from './rows'

/** The text of a file, or its parts in their order. */
export type TextSource = string | Iterable<string> | AsyncIterable<string>

/** How a CSV file is to be read. What is left out is found out from the file. */
export interface CsvOptions {
  /** The symbol whose prices it has. */
  readonly symbol: string
  /** The period of its bars. Default: the usual time between two of them. */
  readonly period?: HistoryOfBars['period']
  /**
   * The zone of its times, such as `'Europe/Athens'`; `'New_York+7'` for brokers whose day begins at 17:00 New York.
   * Default: UTC, and that of New York without summer time for HistData. It is needed for files of MetaTrader.
   */
  readonly timeZone?: string
  /** The sign before decimals. Default `'.'`. */
  readonly decimal?: '.' | ','
  /** The size of a point, for spreads in points. Default: the last decimal of the prices. */
  readonly point?: number
  /** The spread of bars without one: see `History`. */
  readonly spread?: HistoryOfBars['spread']
  /** Where columns are, by their header or by their number from 1. */
  readonly columns?: Readonly<Partial<Record<ColumnName, string | number>>>
}

const names: Readonly<Record<keyof CsvOptions, true>> = {
  symbol: true,
  period: true,
  timeZone: true,
  decimal: true,
  point: true,
  spread: true,
  columns: true,
}

type Parse = (text: string) => readonly (readonly string[])[]

/** The parser is a peer of those who use it. */
const parser = async (decimal: CsvOptions['decimal']): Promise<Parse> => {
  const { default: papa } = await import('papaparse').catch(() => {
    throw invalidOption('papaparse', 'is not installed: npm install papaparse')
  })
  let delimiter = ''
  return text => {
    const { data, meta } = papa.parse<string[]>(text, {
      delimiter,
      skipEmptyLines: false,
      ...(decimal === ',' && { delimitersToGuess: [';', '\t', '|'] }),
    })
    delimiter = meta.delimiter
    return data
  }
}

/** Whole lines, so that each part can be parsed alone: a number has no line break. */
async function* wholeLines(source: TextSource): AsyncGenerator<string> {
  let rest = ''
  for await (const part of typeof source === 'string' ? [source] : source) {
    const text = rest + part
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    if (end > 0) yield text.slice(0, end)
  }
  if (rest !== '') yield rest
}

/**
 * Reads the history of a symbol from CSV. The writer is recognised: MetaTrader 4 and 5, Dukascopy, HistData,
 * TradingView, and any file with usual headers. It needs `papaparse`.
 *
 * The promise is rejected with `InvalidOption` for what cannot be read: it names line and column. Nothing is
 * corrected or left out, except for empty lines.
 *
 * ```ts
 * const text = 'time,open,high,low,close\n2025-01-06T10:00:00Z,1.1,1.101,1.099,1.1005\n'
 * readCsv(text, { symbol: 'EURUSD', period: 'M1' }).then(history => history.symbol)
 * ```
 */
export const readCsv = async (source: TextSource, options: CsvOptions): Promise<History> => {
  checkNames(options, names)
  const parse = await parser(options.decimal)
  const bars: HistoryBar[] = []
  const ticks: HistoryTick[] = []
  let layout: Layout | undefined
  let reader: RowReader | undefined
  let line = 0
  for await (const text of wholeLines(source)) {
    const rows = parse(text.replace(/^\uFEFF/, ''))
    // The parser ends a text with a line break by an empty row.
    const count = text.endsWith('\n') ? rows.length - 1 : rows.length
    layout ??= layoutOf(rows, options.columns)
    reader ??= createRowReader(layout, options)
    for (const row of rows.slice(0, count)) {
      line += 1
      if (line <= layout.header || (row.length === 1 && row[0]?.trim() === '')) continue
      if (layout.kind === 'bars') bars.push(reader.bar(row, line))
      else ticks.push(reader.tick(row, line))
    }
  }
  if (bars.length + ticks.length === 0) throw invalidOption('source', 'has no rows')
  const { symbol, spread, period } = options
  if (layout?.kind === 'ticks') return { symbol, ticks }
  if (period !== undefined) longestBar('period', period)
  return { symbol, period: period ?? periodIn(bars), bars, ...(spread !== undefined && { spread }) }
}
