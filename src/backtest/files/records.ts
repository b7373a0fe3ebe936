import { invalidOption } from '../../errors'
import type { ReadHistoryOptions } from './historyReader'
import type { RowOptions } from './rows'

/** Fields by their names, as a line of JSON or a row of Parquet has them. */
export type FileRecord = Readonly<Record<string, unknown>>

/** The text of a value as a CSV file would have it. A number of ms or seconds since the epoch stays one. */
const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
    return String(value)
  return JSON.stringify(value)
}

/** Turns records into rows: first the names of their fields, then their values. */
export const createRecordRows = (): ((records: readonly FileRecord[]) => string[][]) => {
  let headers: string[] | undefined
  return records => {
    const rows: string[][] = []
    if (!headers && records[0]) {
      headers = Object.keys(records[0])
      rows.push(headers)
    }
    for (const record of records) rows.push((headers ?? []).map(name => textOf(record[name])))
    return rows
  }
}

/** Spreads of records are in decimals of price, as those of a `History` are. Throws `InvalidOption`. */
export const readRecordOptions = (options: ReadHistoryOptions): ReadHistoryOptions & RowOptions => {
  for (const [name, column] of Object.entries(options.columns ?? {}))
    if (typeof column !== 'string') throw invalidOption(`columns.${name}`, 'must be the name of a field')
  return { point: 1, ...options, plainNumbers: true }
}
