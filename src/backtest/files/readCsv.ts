import { checkNames } from '../../options'
import type { History } from '../../simulator/market/history/history'
import { createHistoryReader, readHistoryNames } from './historyReader'
import type { ReadHistoryOptions } from './historyReader'
import { loadPapaparse } from './loadPapaparse'
import { wholeLines } from './wholeLines'
import type { TextSource } from './wholeLines'

/** How a CSV file is to be read. What is left out is found out from the file. */
export interface ReadCsvOptions extends ReadHistoryOptions {
  /** The sign before decimals. Default `'.'`. */
  readonly decimal?: '.' | ','
}

type Parse = (text: string) => readonly (readonly string[])[]

const parser = async (decimal: ReadCsvOptions['decimal']): Promise<Parse> => {
  const { default: papa } = await loadPapaparse()
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
export const readCsv = async (source: TextSource, options: ReadCsvOptions): Promise<History> => {
  checkNames(options, { ...readHistoryNames, decimal: true })
  const parse = await parser(options.decimal)
  const reader = createHistoryReader(options)
  let line = 1
  for await (const text of wholeLines(source)) {
    // The parser ends a text with a line break by an empty row.
    const rows = text.endsWith('\n') ? parse(text).slice(0, -1) : parse(text)
    reader.add(rows, line)
    line += rows.length
  }
  return reader.history()
}
