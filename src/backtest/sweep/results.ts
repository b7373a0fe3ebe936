import type { HistoryReport } from '../../simulator/market/history/history'
import type { BacktestProgress, EquityPoint, Statistics, Trade } from '../results'
import type { ParamValues } from './grid'

/** The figures of a strategy with some parameters. */
export interface SweepRun<P> {
  readonly params: P
  readonly statistics: Statistics
  /** The value of the measure; `undefined` if it cannot be computed. */
  readonly value: number | undefined
}

/** Parameters with which the strategy errored. */
export interface FailedRun<P> {
  readonly params: P
  /** The message of the error. */
  readonly error: string
}

/** A window of a walk-forward: the best parameters of one time, and what they did in the time after it. */
export interface WalkForwardWindow<P> {
  /** The best run of the time from `from` to `to`, in ms since the epoch. */
  readonly train: SweepRun<P> & { readonly from: number; readonly to: number }
  /** Its parameters in the time that follows. */
  readonly test: { readonly from: number; readonly to: number; readonly statistics: Statistics }
}

/** The tests of a walk-forward, one after the other as one account would have traded them. */
export interface WalkForward<P> {
  readonly windows: readonly WalkForwardWindow<P>[]
  readonly trades: readonly Trade[]
  readonly equity: readonly EquityPoint[]
  /** The figures of all tests together. */
  readonly statistics: Statistics
}

/** The result of a sweep. */
export interface SweepResult<P> {
  readonly kind: 'result'
  /** The values of each parameter. */
  readonly params: ParamValues<P>
  /** The measure: the name of a figure, or that of the function, or `'custom'`. */
  readonly by: string
  /** Over the whole time, the best first. */
  readonly runs: readonly SweepRun<P>[]
  /** The first of the runs. */
  readonly best: SweepRun<P>
  /** Parameters with which the strategy errored. */
  readonly failures: readonly FailedRun<P>[]
  /** What was read of each history: gaps, duplicates, prices outside of the schedule. */
  readonly history: readonly HistoryReport[]
  /** With the option `walkForward`. */
  readonly walkForward?: WalkForward<P>
}

/** What a sweep emits: how far it has come, and last its result. */
export type SweepEvent<P> = BacktestProgress | SweepResult<P>
