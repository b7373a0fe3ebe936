import type { RunEvent, RunOptions, SharedOptions } from '../../backtest/sweep/runner'

/** What a thread gets at its start. */
export interface ThreadData {
  /** The path of the module with the strategy. */
  readonly module: string
  /** The name under which the module exports it. */
  readonly exportName: string
  readonly shared: SharedOptions
}

/** What a thread is asked to do: one run. */
export type ThreadRequest = RunOptions<object>

/** What a thread says of its run, or why it cannot run at all. */
export type ThreadEvent =
  RunEvent | { readonly kind: 'unusable'; readonly option: string; readonly detail: string }
