import { invalidOption } from '../../errors'
import type { HistoryBar, HistoryTick } from '../../simulator/market/history/history'
import { fileError } from './fileError'
import type { ColumnName, Layout } from './layout'
import { createZoneClock, readTime, sinceEpoch } from './timeReader'

/** How the numbers and times of a file are written. */
export interface RowOptions {
  readonly timeZone?: string
  readonly decimal?: '.' | ','
  /** The size of a point, for spreads in points. */
  readonly point?: number
  /** Whether a number in place of a time is always one since the epoch, and never a date such as 20250106. */
  readonly plainNumbers?: boolean
}

/** Reads the rows of a file. `line` is the number of the row's line, from 1. */
export interface RowReader {
  readonly bar: (row: readonly string[], line: number) => HistoryBar
  readonly tick: (row: readonly string[], line: number) => HistoryTick
}

const decimals = (text: string): number => {
  const point = text.search(/[.,]/)
  return point < 0 ? 0 : text.trim().length - point - 1
}

export const createRowReader = (layout: Layout, options: RowOptions): RowReader => {
  const { columns } = layout
  const { plainNumbers = false } = options
  const zone = options.timeZone ?? layout.timeZone
  if (zone === undefined && layout.isServerTime)
    throw invalidOption('timeZone', 'is needed: the file has the time of a broker’s server')
  const toUtc = createZoneClock(zone ?? 'UTC')
  const isComma = options.decimal === ','
  /** The most decimals of a price so far: a point is the last of them. */
  let digits = 0
  let [lastBid, lastAsk] = ['', '']
  let lastTime = -Infinity

  const text = (row: readonly string[], name: ColumnName): string => {
    const at = columns[name]
    return at === undefined ? '' : (row[at] ?? '').trim()
  }
  const numberOf = (name: ColumnName, written: string, line: number): number => {
    const number = Number(isComma ? written.replace(',', '.') : written)
    if (written === '' || !Number.isFinite(number)) throw fileError(line, name, written, 'must be a number')
    return number
  }
  const price = (row: readonly string[], name: ColumnName, line: number): number => {
    const written = text(row, name)
    digits = Math.max(digits, decimals(written))
    return numberOf(name, written, line)
  }
  const time = (row: readonly string[], line: number): number => {
    const written = `${text(row, 'date')} ${text(row, 'time')}`.trim()
    const at = (plainNumbers ? sinceEpoch(written) : undefined) ?? readTime(written, toUtc)
    if (at === undefined) throw fileError(line, 'time', written, 'must be a time')
    if (at < lastTime)
      throw invalidOption(`line ${line}, column time`, `is earlier than the one before it: ${written}`)
    lastTime = at
    return at
  }

  return {
    bar: (row, line) => {
      const [open, high] = [price(row, 'open', line), price(row, 'high', line)]
      const [low, close] = [price(row, 'low', line), price(row, 'close', line)]
      const [volume, points] = [text(row, 'volume'), text(row, 'spread')]
      const point = options.point ?? 10 ** -digits
      return {
        timestamp: time(row, line),
        open,
        high,
        low,
        close,
        ...(volume !== '' && { volume: numberOf('volume', volume, line) }),
        ...(points !== '' && { spread: numberOf('spread', points, line) * point }),
      }
    },
    tick: (row, line) => {
      const [bid, ask] = [text(row, 'bid'), text(row, 'ask')]
      const keep = (now: string, last: string): string => (layout.keepsSides && now === '' ? last : now)
      lastBid = keep(bid, lastBid)
      lastAsk = keep(ask, lastAsk)
      return {
        timestamp: time(row, line),
        bid: numberOf('bid', lastBid, line),
        ask: numberOf('ask', lastAsk, line),
      }
    },
  }
}
