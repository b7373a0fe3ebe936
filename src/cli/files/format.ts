import { basename } from 'node:path'
import { Mistake } from '../outcome'
import { isoTime } from '../output/text'

/** A value in a file. */
export type Cell = number | string | undefined

/** A column of a file, and what a row has in it. */
export interface ExportColumn<T> {
  readonly name: string
  /** A time is in ms since the epoch. */
  readonly type: 'time' | 'number' | 'integer' | 'text'
  readonly cell: (row: T) => Cell
}

/** A form of file, with `.gz` or without. */
export interface FileFormat {
  readonly kind: 'csv' | 'jsonl' | 'parquet'
  readonly isZipped: boolean
}

const kinds: Readonly<Record<string, FileFormat['kind']>> = {
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
}

/** The form of a file by its name. */
export const fileFormat = (path: string): FileFormat => {
  const [, ending = '', gz] = /\.([a-z]+)(\.gz)?$/i.exec(basename(path)) ?? []
  const kind = kinds[ending.toLowerCase()]
  if (!kind || (kind === 'parquet' && gz !== undefined))
    throw new Mistake(`--output: ${path} must end in .csv, .jsonl or .parquet; the first two may have .gz.`)
  return { kind, isZipped: gz !== undefined }
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const value = <T>({ type, cell }: ExportColumn<T>, row: T): Cell => {
  const found = cell(row)
  return type === 'time' && typeof found === 'number' ? isoTime(found) : found
}

/** How rows are written as lines of text. Parquet is made of JSON lines at the end. */
export interface LineWriter<T> {
  readonly header: string
  readonly line: (row: T) => string
}

export const lineWriter = <T>(columns: readonly ExportColumn<T>[], { kind }: FileFormat): LineWriter<T> =>
  kind === 'csv'
    ? {
        header: `${columns.map(({ name }) => name).join(',')}\n`,
        line: row => `${columns.map(column => quoted(String(value(column, row) ?? ''))).join(',')}\n`,
      }
    : {
        header: '',
        line: row =>
          `${JSON.stringify(Object.fromEntries(columns.map(column => [column.name, value(column, row)])))}\n`,
      }
