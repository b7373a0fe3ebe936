/**
 * Runs a strategy over a history.
 *
 * ```ts
 * import { backtest, sweep } from 'rx-ctrader/backtest'
 * ```
 *
 * @module rx-ctrader/backtest
 */
export { backtest } from './backtest'
export { paper } from './paper/paper'
export type { PaperOptions, PaperStore } from './paper/options'
export type { PaperState } from './paper/storage/state'
export type { BacktestAccount, BacktestOptions, TimedFault } from './options'
export type {
  BacktestEvent,
  BacktestProgress,
  BacktestResult,
  EquityPoint,
  ExitReason,
  OpenTrade,
  Statistics,
  Trade,
} from './results'
export type { Strategy } from './strategy'
export type {
  History,
  HistoryBar,
  HistoryGap,
  HistoryOfBars,
  HistoryOfTicks,
  HistoryReport,
  HistoryTick,
} from '../simulator/market/history/history'
export type { PreparedHistory } from '../simulator/market/history/readHistory'
export type { TickColumns } from '../simulator/market/history/columns'
export type { HolidayOptions } from '../simulator/market/catalogue/holidayOptions'
export type { Commission, SymbolOptions } from '../simulator/market/catalogue/ownSymbols'
export type { Fills } from '../simulator/model/fills'
export { sweep } from './sweep/sweep'
export type { SweepOptions } from './sweep/options'
export type { ParamValues } from './sweep/grid'
export type { Measure } from './sweep/measure'
export type { WalkForwardOptions } from './sweep/windows'
export type {
  FailedRun,
  SweepEvent,
  SweepResult,
  SweepRun,
  WalkForward,
  WalkForwardWindow,
} from './sweep/results'
export type { RunEvent, RunFailure, RunOptions, Runner, SharedOptions, StrategyThreads } from './sweep/runner'
export { equityCsv, runsCsv, tradesCsv } from './output/csv'
export { resultJson } from './output/resultJson'
export { readCsv } from './files/readCsv'
export type { ReadCsvOptions } from './files/readCsv'
export { readJsonLines } from './files/readJsonLines'
export { readParquet } from './files/readParquet'
export type { ParquetSource } from './files/readParquet'
export type { ReadHistoryOptions } from './files/historyReader'
export type { TextSource } from './files/wholeLines'
export type { ColumnName } from './files/layout'
