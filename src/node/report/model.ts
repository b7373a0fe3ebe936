import type { EquityPoint, Trade } from '../../backtest/results'

/** The return of a month, as a part of the equity at its begin. */
export interface MonthlyReturn {
  readonly year: number
  /** 0 is January. */
  readonly month: number
  readonly value: number
}

const monthNumber = (time: number): number => {
  const date = new Date(time)
  return 12 * date.getUTCFullYear() + date.getUTCMonth()
}

/** The returns of calendar months in UTC. The first and the last may be parts of one. */
export const monthlyReturns = (equity: readonly EquityPoint[]): readonly MonthlyReturn[] => {
  const ends: { readonly month: number; readonly equity: number }[] = []
  equity.forEach((point, i) => {
    const next = equity[i + 1]
    const month = monthNumber(point.time)
    if (!next || monthNumber(next.time) !== month) ends.push({ month, equity: point.equity })
  })
  let before = equity[0]?.equity ?? 0
  return ends.map(end => {
    const value = end.equity / before - 1
    before = end.equity
    return { year: Math.floor(end.month / 12), month: end.month % 12, value }
  })
}

/** How many trades had a net from `from` to below `to`; the last bin also has its end. */
export interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

const steps = [1, 2, 5, 10]

/** A round width, so that there are about so many bins. */
const roundWidth = (range: number, bins: number): number => {
  const raw = range / bins
  const power = 10 ** Math.floor(Math.log10(raw))
  return power * (steps.find(step => step * power >= raw) ?? 10)
}

const BINS = 24

/** The distribution of the nets of trades. A bin begins at 0, so gains and losses are in different ones. */
export const distribution = (trades: readonly Pick<Trade, 'net'>[]): readonly Bin[] => {
  if (trades.length === 0) return []
  const nets = trades.map(({ net }) => net)
  const least = nets.reduce((found, net) => Math.min(found, net))
  const most = nets.reduce((found, net) => Math.max(found, net))
  const width = roundWidth(Math.max(most - least, Math.abs(most), 0.01), BINS)
  const first = Math.floor(least / width)
  const counts = new Array<number>(Math.floor(most / width) - first + 1).fill(0)
  for (const net of nets) {
    const bin = Math.floor(net / width) - first
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const edge = (n: number): number => Number(((first + n) * width).toFixed(8))
  return counts.map((count, i) => ({ from: edge(i), to: edge(i + 1), count }))
}

/** The fall from the highest equity so far, as a part of it: 0 or negative. */
export const drawdowns = (equity: readonly EquityPoint[]): readonly number[] => {
  let peak = -Infinity
  return equity.map(point => {
    peak = Math.max(peak, point.equity)
    return peak > 0 ? point.equity / peak - 1 : 0
  })
}
