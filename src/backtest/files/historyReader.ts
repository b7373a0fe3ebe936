import { invalidOption } from '../../errors'
import type { History, HistoryBar, HistoryOfBars, HistoryTick } from '../../simulator/market/history/history'
import { longestBar } from '../../simulator/market/history/periodLengths'
import { detectLayout } from './layout'
import type { ColumnName, Layout } from './layout'
import { findPeriod } from './findPeriod'
import { createRowReader } from './rows'
import type { RowOptions, RowReader } from './rows'

/** How the history of a symbol is to be read. What is left out is found out from the file. */
export interface ReadHistoryOptions {
  /** The symbol whose prices it has. */
  readonly symbol: string
  /** The period of its bars. Default: the usual time between two of them. */
  readonly period?: HistoryOfBars['period']
  /**
   * The zone of its times, such as `'Europe/Athens'`; `'New_York+7'` for brokers whose day begins at 17:00 New York.
   * Default: UTC, and that of New York without summer time for HistData. It is needed for files of MetaTrader.
   */
  readonly timeZone?: string
  /** The size of a point, for spreads in points. Default: the last decimal of the prices. */
  readonly point?: number
  /** The spread of bars without one: see `History`. */
  readonly spread?: HistoryOfBars['spread']
  /** Where columns are, by their header or by their number from 1. */
  readonly columns?: Readonly<Partial<Record<ColumnName, string | number>>>
}

/** The options that each format has. */
export const readHistoryNames: Readonly<Record<keyof ReadHistoryOptions, true>> = {
  symbol: true,
  period: true,
  timeZone: true,
  point: true,
  spread: true,
  columns: true,
}

/** Collects the rows of a file. */
export interface HistoryReader {
  /**
   * Adds the next rows. `line` is the number of the first of them. The first row of all are the headers, if the file
   * has them.
   */
  readonly add: (rows: readonly (readonly string[])[], line: number) => void
  /** What was read. Throws `InvalidOption` if it was nothing. */
  readonly history: () => History
}

const isEmpty = (row: readonly string[]): boolean => row.length === 1 && row[0]?.trim() === ''

export const createHistoryReader = (options: ReadHistoryOptions & RowOptions): HistoryReader => {
  const bars: HistoryBar[] = []
  const ticks: HistoryTick[] = []
  let layout: Layout | undefined
  let reader: RowReader | undefined
  let headers = 0

  return {
    add: (rows, line) => {
      rows.forEach((row, i) => {
        if (isEmpty(row)) return
        if (!layout) {
          layout = detectLayout(row, options.columns)
          headers = layout.header
        }
        reader ??= createRowReader(layout, options)
        if (headers > 0) headers -= 1
        else if (layout.kind === 'bars') bars.push(reader.bar(row, line + i))
        else ticks.push(reader.tick(row, line + i))
      })
    },
    history: () => {
      if (bars.length + ticks.length === 0) throw invalidOption('source', 'has no rows')
      const { symbol, spread, period } = options
      if (layout?.kind === 'ticks') return { symbol, ticks }
      if (period !== undefined) longestBar('period', period)
      return { symbol, period: period ?? findPeriod(bars), bars, ...(spread !== undefined && { spread }) }
    },
  }
}
