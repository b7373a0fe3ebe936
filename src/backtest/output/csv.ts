import { loadPapaparse } from '../files/loadPapaparse'
import type { BacktestResult } from '../results'
import type { SweepResult } from '../sweep/results'

type Cell = string | number | undefined

/** The writer is a peer of those who use it. */
const csv = async (
  rows: readonly Readonly<Record<string, Cell>>[],
  columns: readonly string[],
): Promise<string> => {
  const { default: papa } = await loadPapaparse()
  const lines = rows.map(row => columns.map(column => row[column]))
  // A text such as `=1+1` would be a formula in a spreadsheet.
  return `${papa.unparse([[...columns], ...lines], { newline: '\n', escapeFormulae: true })}\n`
}

const isoTime = (ms: number): string => new Date(ms).toISOString()

const tradeColumns = [
  'positionId',
  'symbol',
  'side',
  'volume',
  'entryTime',
  'entryPrice',
  'exitTime',
  'exitPrice',
  'stopLoss',
  'takeProfit',
  'gross',
  'commission',
  'swap',
  'conversionFee',
  'net',
  'mae',
  'mfe',
  'reason',
] as const

/**
 * The trades of a result as CSV, a row for each. Columns have the names of the fields of `Trade`, times are in ISO 8601
 * and UTC. The promise is rejected with `InvalidOption` if `papaparse` is not installed.
 *
 * ```ts
 * const save = async (result: BacktestResult) => writeFileSync('trades.csv', await tradesCsv(result))
 * ```
 */
export const tradesCsv = ({ trades }: Pick<BacktestResult, 'trades'>): Promise<string> =>
  csv(
    trades.map(trade => ({
      ...trade,
      entryTime: isoTime(trade.entryTime),
      exitTime: isoTime(trade.exitTime),
    })),
    tradeColumns,
  )

/**
 * The equity curve of a result as CSV: `time` in ISO 8601 and UTC, `balance` and `equity`. The promise is rejected with
 * `InvalidOption` if `papaparse` is not installed.
 *
 * ```ts
 * const save = async (result: BacktestResult) => writeFileSync('equity.csv', await equityCsv(result))
 * ```
 */
export const equityCsv = ({ equity }: Pick<BacktestResult, 'equity'>): Promise<string> =>
  csv(
    equity.map(point => ({ ...point, time: isoTime(point.time) })),
    ['time', 'balance', 'equity'],
  )

const cellOf = (value: unknown): Cell =>
  typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value)

/**
 * The runs of a sweep as CSV, the best first: the parameters, and the figures by their names. The promise is rejected
 * with `InvalidOption` if `papaparse` is not installed.
 *
 * ```ts
 * const save = async (result: SweepResult<object>) => writeFileSync('runs.csv', await runsCsv(result))
 * ```
 */
export const runsCsv = <P extends object>({
  params,
  runs,
}: Pick<SweepResult<P>, 'params' | 'runs'>): Promise<string> => {
  const names = Object.keys(params)
  const figures = Object.keys(runs[0]?.statistics ?? {})
  return csv(
    runs.map(run => ({
      ...run.statistics,
      ...Object.fromEntries(Object.entries(run.params).map(([name, value]) => [name, cellOf(value)])),
    })),
    [...names, ...figures.filter(figure => !names.includes(figure))],
  )
}
