import { catchError, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { errorMessage } from '../../errors'
import { runBacktest } from '../backtest'
import type { PreparedOptions } from '../broker'
import type { BacktestOptions } from '../options'
import type { BacktestProgress, BacktestResult } from '../results'
import type { Strategy } from '../strategy'

/** What all runs of a sweep have in common. Their history is read once. */
export type SharedOptions = Omit<PreparedOptions<never>, 'params'>

/** What a run has of its own. It replaces what is shared. */
export type RunOptions<P> = Partial<
  Omit<BacktestOptions<P>, 'history' | 'symbols' | 'fills' | 'promises' | 'seed'>
>

/** A run whose strategy errored, with the message of the error. */
export interface RunFailure {
  readonly kind: 'failure'
  readonly error: string
}

/** What a run emits: how far it has come, and last what came of it. */
export type RunEvent = BacktestProgress | BacktestResult | RunFailure

/** Runs backtests of one strategy. */
export interface Runner {
  /** How many runs may go on at a time. */
  readonly concurrency: number
  /** Errors if there can be no more runs. */
  readonly run: (options: RunOptions<object>) => Observable<RunEvent>
  /** Ends all runs. */
  readonly close: () => void
}

/** A strategy that runs elsewhere, such as on the threads of `workerThreads`. */
export interface StrategyThreads {
  /** Called for each subscription of a sweep, with what its runs share and how many they are. */
  readonly open: (shared: SharedOptions, runs: number) => Runner
}

/** Runs a strategy here, one run after the other. */
export const localRunner = <P extends object>(strategy: Strategy<P>, shared: SharedOptions): Runner => ({
  concurrency: 1,
  run: options =>
    runBacktest(strategy, { ...shared, ...(options as RunOptions<P>) }).pipe(
      catchError((error: unknown) => of<RunEvent>({ kind: 'failure', error: errorMessage(error) })),
    ),
  close: () => undefined,
})
