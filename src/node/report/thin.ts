import type { EquityPoint } from '../../backtest/results'
import type { HistoryBar } from '../../simulator/market/history/history'

/** Values that were thinned out, and how many of the given ones became one. */
export interface Thinned<T> {
  readonly items: readonly T[]
  readonly size: number
}

const groups = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

const mergeBars = (bars: readonly HistoryBar[]): HistoryBar[] => {
  const [first, last] = [bars[0], bars.at(-1)]
  if (!first || !last) return []
  return [
    {
      timestamp: first.timestamp,
      open: first.open,
      high: Math.max(...bars.map(({ high }) => high)),
      low: Math.min(...bars.map(({ low }) => low)),
      close: last.close,
    },
  ]
}

/** Bars of several bars each, so that there are not more than so many. */
export const thinBars = (bars: readonly HistoryBar[], most: number): Thinned<HistoryBar> => {
  const size = Math.max(1, Math.ceil(bars.length / most))
  return { size, items: size === 1 ? bars : groups(bars, size).flatMap(mergeBars) }
}

/** The lowest and the highest point of each group, by time, so that no fall is lost. */
const extremes = (points: readonly EquityPoint[]): readonly EquityPoint[] => {
  const sorted = [...points].sort((a, b) => a.equity - b.equity)
  const kept = new Set([points[0], sorted[0], sorted.at(-1), points.at(-1)])
  return points.filter(point => kept.has(point))
}

/** Points of an equity curve, not many more than so many. */
export const thinEquity = (points: readonly EquityPoint[], most: number): Thinned<EquityPoint> => {
  const size = Math.max(1, Math.ceil((4 * points.length) / most))
  return size <= 4 ? { size: 1, items: points } : { size, items: groups(points, size).flatMap(extremes) }
}
