import type { EquityPoint, Trade } from '../../backtest/results'
import type { History, HistoryBar } from '../../simulator/market/history/history'
import { drawdowns } from './model'
import type { PageData, PageSymbol, PageTrade } from './page/data'
import { thinBars, thinEquity } from './thin'

/** The most bars and points that are drawn. A browser stays fast with as many. */
const MOST_BARS = 20_000
const MOST_POINTS = 8_000

/** What the charts show, and what a reader should know of it. */
export interface DrawnData {
  readonly data: PageData
  readonly equityNote: string
  readonly pricesNote: string
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

/** The last of those with the same second, because a chart has one value for a second. */
const onePerSecond = <T>(items: readonly T[], timeOf: (item: T) => number): readonly T[] =>
  items.filter((item, i) => {
    const next = items[i + 1]
    return next === undefined || seconds(timeOf(next)) !== seconds(timeOf(item))
  })

/** A tick is a bar that does not move. */
const barsOf = (history: History): readonly HistoryBar[] =>
  'bars' in history
    ? [...history.bars]
    : Array.from(history.ticks, ({ timestamp, bid }) => ({
        timestamp,
        open: bid,
        high: bid,
        low: bid,
        close: bid,
      }))

const decimalsOf = (value: number): number => String(value).split('.')[1]?.length ?? 0

/** The index of the last time that is not after another one; 0 if all are. */
const lastBefore = (times: readonly number[], time: number): number => {
  let [low, high] = [0, times.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((times[middle] ?? 0) <= time) low = middle
    else high = middle - 1
  }
  return low
}

const tradeToDraw = (trade: Trade, times: readonly number[]): PageTrade => {
  const at = (ms: number): number => times[lastBefore(times, seconds(ms))] ?? 0
  const { side, net, entryTime, entryPrice, exitTime, exitPrice, stopLoss, takeProfit } = trade
  return {
    isBuy: side === 'buy',
    isGain: net > 0,
    entry: [at(entryTime), entryPrice],
    exit: [at(exitTime), exitPrice],
    ...(stopLoss !== undefined && { stopLoss }),
    ...(takeProfit !== undefined && { takeProfit }),
  }
}

const symbolToDraw = (
  history: History,
  trades: readonly Trade[],
): { readonly symbol: PageSymbol; readonly size: number } => {
  const { items, size } = thinBars(barsOf(history), MOST_BARS)
  const bars = onePerSecond(items, ({ timestamp }) => timestamp)
  const times = bars.map(({ timestamp }) => seconds(timestamp))
  const digits = bars.slice(0, 1_000).reduce((most, { close }) => Math.max(most, decimalsOf(close)), 2)
  return {
    size,
    symbol: {
      name: history.symbol,
      digits: Math.min(digits, 8),
      bars: bars.map(({ open, high, low, close }, i) => [times[i] ?? 0, open, high, low, close]),
      trades: trades
        .filter(({ symbol }) => symbol === history.symbol)
        .map(trade => tradeToDraw(trade, times)),
    },
  }
}

const many = (count: number): string => count.toLocaleString('en-US')

/** What is drawn of a result, with fewer bars and points if there are too many. */
export const dataToDraw = (
  trades: readonly Trade[],
  equity: readonly EquityPoint[],
  histories: readonly History[],
): DrawnData => {
  const thinned = thinEquity(equity, MOST_POINTS)
  const points = onePerSecond(thinned.items, ({ time }) => time)
  const falls = drawdowns(points)
  const symbols = histories.map(history => symbolToDraw(history, trades))
  const sizes = symbols
    .filter(({ size }) => size > 1)
    .map(({ symbol, size }) => `${symbol.name}: ${many(size)}`)
  return {
    data: {
      equity: points.map((point, i) => [seconds(point.time), point.equity, 100 * (falls[i] ?? 0)]),
      symbols: symbols.map(({ symbol }) => symbol),
    },
    equityNote:
      thinned.size > 1
        ? `Of each ${many(thinned.size)} of the ${many(equity.length)} points, the first, lowest, highest and last are drawn.`
        : '',
    pricesNote: sizes.length > 0 ? `Bars of the history in a candle: ${sizes.join(', ')}.` : '',
  }
}
