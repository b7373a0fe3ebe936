import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import type { History } from '../../simulator/market/history/history'
import { createHistoryReader, readHistoryNames } from './historyReader'
import type { ReadHistoryOptions } from './historyReader'
import { createRecordRows, readRecordOptions } from './records'

/** A file that can be read in parts: an `ArrayBuffer` is one. */
export interface ParquetSource {
  /** Bytes. */
  readonly byteLength: number
  /** The bytes from one place up to but not including another, or up to the end. */
  readonly slice: (start: number, end?: number) => ArrayBuffer | Promise<ArrayBuffer>
}

/** So many rows are in memory at a time. */
const ROWS_A_PART = 10_000

/** Inside `try`, bundlers take it for a package that may be missing. */
const loadHyparquet = async () => {
  try {
    return await import('hyparquet')
  } catch {
    throw invalidOption('hyparquet', 'is not installed: npm install hyparquet')
  }
}

/**
 * Reads the history of a symbol from a Parquet file, by the names of its columns: those of JSON lines. It needs
 * `hyparquet`. Files may be compressed with snappy, or not at all.
 *
 * The promise is rejected with `InvalidOption` for what cannot be read: it names row, as `line`, and column.
 *
 * ```ts
 * const file = { byteLength: 0, slice: async () => new ArrayBuffer(0) } // such as a file of fs.promises
 * readParquet(file, { symbol: 'EURUSD', period: 'M1' }).then(history => history.symbol)
 * ```
 */
export const readParquet = async (source: ParquetSource, options: ReadHistoryOptions): Promise<History> => {
  checkNames(options, readHistoryNames)
  const { parquetMetadataAsync, parquetReadObjects } = await loadHyparquet()
  const file = {
    byteLength: source.byteLength,
    slice: (start: number, end?: number) => source.slice(start, end),
  }
  const unreadable = (error: unknown): never => {
    throw invalidOption('source', `must be a Parquet file: ${error instanceof Error ? error.message : ''}`)
  }
  const metadata = await parquetMetadataAsync(file).catch(unreadable)
  const reader = createHistoryReader(readRecordOptions(options))
  const rowsOf = createRecordRows()
  const count = Number(metadata.num_rows)
  for (let rowStart = 0; rowStart < count; rowStart += ROWS_A_PART) {
    const rowEnd = Math.min(count, rowStart + ROWS_A_PART)
    const records = await parquetReadObjects({ file, metadata, rowStart, rowEnd }).catch(unreadable)
    const rows = rowsOf(records)
    // The names of the columns come as a row before the first one.
    reader.add(rows, rowStart + 1 + records.length - rows.length)
  }
  return reader.history()
}
