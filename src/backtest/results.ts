import type { HistoryReport } from '../simulator/market/history/history'

/** Why a trade ended. */
export type ExitReason = 'closed' | 'stopLoss' | 'takeProfit' | 'stopOut'

/** A closed position, or the closed part of one. Money is in the currency of the account, prices are decimals. */
export interface Trade {
  readonly positionId: number
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  /** In units of the base asset. */
  readonly volume: number
  /** ms since the epoch */
  readonly entryTime: number
  readonly entryPrice: number
  /** ms since the epoch */
  readonly exitTime: number
  readonly exitPrice: number
  /** Where its stop loss was at the exit. A trailing stop loss has moved. */
  readonly stopLoss?: number
  /** Where its take profit was at the exit. */
  readonly takeProfit?: number
  /** The profit before costs. */
  readonly gross: number
  /** Of both sides; 0 or negative. */
  readonly commission: number
  readonly swap: number
  /** The fee for converting the profit into the currency of the account; 0 or negative. */
  readonly conversionFee: number
  /** `gross + commission + swap + conversionFee` */
  readonly net: number
  /** The worst and the best unrealised profit before costs between entry and exit. */
  readonly mae: number
  readonly mfe: number
  readonly reason: ExitReason
}

/** A position that is still open at the end. */
export interface OpenTrade extends Pick<
  Trade,
  'positionId' | 'symbol' | 'side' | 'volume' | 'entryTime' | 'entryPrice'
> {
  /** What closing it at the end would have brought, after its swaps and the commission of its opening. */
  readonly unrealised: number
}

/** The money of the account at a time. `equity` is the balance with the unrealised profits. */
export interface EquityPoint {
  /** ms since the epoch */
  readonly time: number
  readonly balance: number
  readonly equity: number
}

/** Figures of a backtest. Those that cannot be computed, for example without trades, are `undefined`. */
export interface Statistics {
  /** The sum of the net profits of all trades. */
  readonly net: number
  /** The sum of commissions, swaps and conversion fees; 0 or negative. */
  readonly costs: number
  /** The yearly growth of the equity: `(last / first) ** (year / duration) - 1`. */
  readonly cagr: number | undefined
  /** The greatest fall of the equity from a peak, in money, at least 0. */
  readonly maxDrawdown: number
  /** The greatest fall of the equity as a part of its peak, from 0 to 1. */
  readonly maxDrawdownPart: number
  /** The longest time from a peak of the equity until it was reached again, or until the end, in ms. */
  readonly maxDrawdownDuration: number
  /** The mean of the daily returns by their standard deviation, times the root of 252. */
  readonly sharpe: number | undefined
  /** The mean of the daily returns by the root of the mean of their squared losses, times the root of 252. */
  readonly sortino: number | undefined
  readonly trades: number
  /** The part of the trades whose net is above 0, from 0 to 1. */
  readonly winRate: number | undefined
  /** The sum of the gains by the sum of the losses, net. `Infinity` without losses. */
  readonly profitFactor: number | undefined
  /** The mean net of a trade. */
  readonly expectancy: number | undefined
  /** The part of the time with an open position, from 0 to 1. */
  readonly exposure: number
  /** By trading days on which there were prices. */
  readonly tradesPerDay: number
  /** Exits whose bar had both the stop and the target: the worse was assumed. */
  readonly unclearExits: number
}

/** The result of a backtest. */
export interface BacktestResult {
  readonly kind: 'result'
  /** By the time of their exit. */
  readonly trades: readonly Trade[]
  /** Positions that the strategy still holds at the end. */
  readonly open: readonly OpenTrade[]
  /** At the start, once in each hour with prices, at each deal, and at the end. */
  readonly equity: readonly EquityPoint[]
  readonly statistics: Statistics
  /** What was read of each history: gaps, duplicates, prices outside of the schedule. */
  readonly history: readonly HistoryReport[]
}

/** How far a backtest has come, from 0 to 1. */
export interface BacktestProgress {
  readonly kind: 'progress'
  readonly progress: number
}

/** What a backtest emits: how far it has come, and last its result. */
export type BacktestEvent = BacktestProgress | BacktestResult
