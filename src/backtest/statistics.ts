import { DAY } from '../time/constants'
import { toTradingDay } from '../simulator/market/calendar/newYork'
import type { EquityPoint, Statistics, Trade } from './results'

const TRADING_DAYS_A_YEAR = 252
const YEAR = 365.25 * DAY

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
/** A sum of money, without the error of adding binary fractions. */
const money = (values: readonly number[]): number => Number(sum(values).toFixed(8))
const mean = (values: readonly number[]): number => sum(values) / values.length

interface Drawdown {
  readonly amount: number
  readonly part: number
  readonly duration: number
}

const drawdownOf = (equity: readonly EquityPoint[]): Drawdown => {
  let peak: EquityPoint | undefined
  let isBelow = false
  let [amount, part, duration] = [0, 0, 0]
  for (const point of equity) {
    if (peak && (isBelow || point.equity < peak.equity)) duration = Math.max(duration, point.time - peak.time)
    isBelow = peak !== undefined && point.equity < peak.equity
    if (!peak || !isBelow) {
      peak = point
      continue
    }
    const fall = peak.equity - point.equity
    amount = Math.max(amount, fall)
    part = Math.max(part, fall / peak.equity)
  }
  return { amount, part, duration }
}

/** The equity at the end of each trading day that has a point, and before the first. */
const dailyReturns = (equity: readonly EquityPoint[]): readonly number[] => {
  const closes: number[] = equity.slice(0, 1).map(point => point.equity)
  equity.forEach((point, i) => {
    const next = equity[i + 1]
    if (!next || toTradingDay(next.time) !== toTradingDay(point.time)) closes.push(point.equity)
  })
  return closes.slice(1).map((close, i) => close / (closes[i] ?? close) - 1)
}

const yearly = (ratio: number): number | undefined =>
  Number.isFinite(ratio) ? ratio * Math.sqrt(TRADING_DAYS_A_YEAR) : undefined

const sharpeOf = (returns: readonly number[]): number | undefined => {
  const average = mean(returns)
  const variance = sum(returns.map(value => (value - average) ** 2)) / (returns.length - 1)
  return yearly(average / Math.sqrt(variance))
}

const sortinoOf = (returns: readonly number[]): number | undefined =>
  yearly(mean(returns) / Math.sqrt(mean(returns.map(value => Math.min(0, value) ** 2))))

/** The figures of a backtest, from its trades and its equity curve. */
export const computeStatistics = (
  trades: readonly Trade[],
  equity: readonly EquityPoint[],
  { timeInMarket, unclearExits }: { readonly timeInMarket: number; readonly unclearExits: number },
): Statistics => {
  const nets = trades.map(({ net }) => net)
  const gains = money(nets.filter(net => net > 0))
  const losses = money(nets.filter(net => net < 0).map(net => -net))
  const [first, last] = [equity[0], equity.at(-1)]
  const duration = first && last ? last.time - first.time : 0
  const growth = first && last ? last.equity / first.equity : 1
  const drawdown = drawdownOf(equity)
  const returns = dailyReturns(equity)
  const days = new Set(equity.map(({ time }) => toTradingDay(time))).size
  const some = (value: number): number | undefined => (trades.length > 0 ? value : undefined)
  return {
    net: money(nets),
    costs: money(trades.map(({ commission, swap, conversionFee }) => commission + swap + conversionFee)),
    cagr: duration > 0 && growth > 0 ? growth ** (YEAR / duration) - 1 : undefined,
    maxDrawdown: money([drawdown.amount]),
    maxDrawdownPart: drawdown.part,
    maxDrawdownDuration: drawdown.duration,
    sharpe: sharpeOf(returns),
    sortino: sortinoOf(returns),
    trades: trades.length,
    winRate: some(nets.filter(net => net > 0).length / trades.length),
    profitFactor: gains + losses > 0 ? gains / losses : undefined,
    expectancy: some(money(nets) / trades.length),
    exposure: duration > 0 ? timeInMarket / duration : 0,
    tradesPerDay: days > 0 ? trades.length / days : 0,
    unclearExits,
  }
}
