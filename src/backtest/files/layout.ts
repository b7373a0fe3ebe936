import { invalidOption } from '../../errors'
import { readTime } from './timeReader'

/** The meanings that a column may have. */
export type ColumnName =
  'date' | 'time' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'spread' | 'bid' | 'ask'

/** Where each column is: its number from 0. */
export type Columns = Readonly<Partial<Record<ColumnName, number>>>

/** What a file has, and where. */
export interface Layout {
  readonly kind: 'bars' | 'ticks'
  readonly columns: Columns
  /** How many lines come before the first row. */
  readonly header: number
  /** The zone of its times, if its writer always uses the same. */
  readonly timeZone: string | undefined
  /** Whether its writer uses the zone of a broker's server, which is not in the file. */
  readonly isServerTime: boolean
  /** A bid or an ask that is empty is the last one. */
  readonly keepsSides: boolean
}

type Row = readonly string[]

const HIST_DATA_ZONE = 'Etc/GMT+5' // New York without summer time

/** The words of headers, in lower case and without other signs. */
const words: Readonly<Record<string, ColumnName>> = {
  date: 'date',
  time: 'time',
  gmttime: 'time',
  localtime: 'time',
  datetime: 'time',
  timestamp: 'time',
  utc: 'time',
  open: 'open',
  o: 'open',
  high: 'high',
  h: 'high',
  low: 'low',
  l: 'low',
  close: 'close',
  c: 'close',
  tickvol: 'volume',
  tickvolume: 'volume',
  volume: 'volume',
  v: 'volume',
  spread: 'spread',
  bid: 'bid',
  bidprice: 'bid',
  ask: 'ask',
  askprice: 'ask',
}

const columnsOf = (header: Row): Columns => {
  const columns: Partial<Record<ColumnName, number>> = {}
  header.forEach((text, i) => {
    const name = words[text.toLowerCase().replace(/[^a-z]/g, '')]
    if (name !== undefined) columns[name] ??= i
  })
  // A date alone is the time.
  const { date, time, ...rest } = columns
  return date !== undefined && time === undefined ? { ...rest, time: date } : columns
}

const isTime = (text: string | undefined): boolean =>
  text !== undefined && readTime(text, shown => shown) !== undefined

const isDate = (text: string | undefined): boolean => /^\d{4}\.\d{2}\.\d{2}$/.test(String(text))

const bars = (from: number): Columns => ({
  open: from,
  high: from + 1,
  low: from + 2,
  close: from + 3,
  volume: from + 4,
})

const plain = { header: 0, timeZone: undefined, isServerTime: false, keepsSides: false } as const

/** Files that begin with a row. */
const withoutHeader = (row: Row): Layout | undefined => {
  // MetaTrader 4: 2025.01.06,00:00,1.03,1.04,1.02,1.03,123
  if (isDate(row[0]) && /^\d{2}:\d{2}/.test(String(row[1])) && row.length >= 6)
    return { ...plain, kind: 'bars', columns: { date: 0, time: 1, ...bars(2) }, isServerTime: true }
  // HistData: 20250106 000000;1.03;1.04;1.02;1.03;0 and 20250106 000000123,1.03,1.0301,0
  if (/^\d{8} \d{6}(\d{3})?$/.test(String(row[0]))) {
    const timeZone = HIST_DATA_ZONE
    if (row.length >= 5) return { ...plain, kind: 'bars', columns: { time: 0, ...bars(1) }, timeZone }
    return { ...plain, kind: 'ticks', columns: { time: 0, bid: 1, ask: 2 }, timeZone }
  }
  if (!isTime(row[0])) return undefined
  if (row.length >= 5) return { ...plain, kind: 'bars', columns: { time: 0, ...bars(1) } }
  return row.length >= 3 ? { ...plain, kind: 'ticks', columns: { time: 0, bid: 1, ask: 2 } } : undefined
}

/** What is recognised of a header; the user may name the rest. */
const withHeader = (header: Row): Omit<Layout, 'kind'> | undefined => {
  const columns = columnsOf(header)
  const isMetaTrader = header[0]?.startsWith('<') === true
  if (Object.keys(columns).length === 0) return undefined
  return { ...plain, header: 1, columns, isServerTime: isMetaTrader, keepsSides: isMetaTrader }
}

/**
 * Finds out who wrote a file: MetaTrader 4 or 5, Dukascopy, HistData, TradingView, this library, or any file with
 * usual headers. `first` is its first row, and `given` are columns that the user names, by header or by number from 1.
 */
export const detectLayout = (
  first: Row,
  given: Readonly<Partial<Record<ColumnName, string | number>>> = {},
): Layout => {
  const found = withoutHeader(first) ?? withHeader(first)
  const named = Object.entries(given).map(([name, where]) => {
    const at = typeof where === 'number' ? where - 1 : first.findIndex(text => text.trim() === where)
    if (at < 0) throw invalidOption(`columns.${name}`, 'is not a header of the file')
    return [name, at] as const
  })
  const columns: Columns = { ...found?.columns, ...Object.fromEntries(named) }
  const has = (...names: readonly ColumnName[]): boolean => names.every(name => columns[name] !== undefined)
  const hasTime = has('time') || has('date')
  if (!hasTime || !(has('open', 'high', 'low', 'close') || has('bid', 'ask')))
    throw invalidOption('columns', 'must say where time and open, high, low, close, or bid and ask are')
  const kind = has('open', 'high', 'low', 'close') ? 'bars' : 'ticks'
  const header = found?.header ?? (isTime(first[columns.time ?? columns.date ?? 0]) ? 0 : 1)
  return { ...plain, ...found, kind, columns, header }
}
