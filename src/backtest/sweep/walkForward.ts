import { EMPTY, concat, defer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { BacktestProgress, BacktestResult, EquityPoint } from '../results'
import { computeStatistics } from '../statistics'
import { runJobs } from './jobs'
import type { Job, Meter } from './jobs'
import type { Measure } from './measure'
import type { WalkForward, WalkForwardWindow } from './results'
import type { Runner, SharedOptions } from './runner'
import { createTrials, windowOptions, throwFailure } from './trials'
import type { Span, Window } from './windows'

/** The walk-forward of a sweep. */
export interface WalkForwardRun<P> {
  /** The runs of the parameters in the first part of each window. */
  readonly jobs: readonly Job[]
  /** The work of all tests. */
  readonly weight: number
  /** Once the jobs are done: tests the best of each window, one after the other. */
  readonly test: (runner: Runner, meter: Meter) => Observable<BacktestProgress>
  readonly result: () => WalkForward<P>
}

const lengthOf = ({ from, to }: Span): number => to - from

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The curves of tests that follow each other. A test begins with the equity of the one before it. */
const stitched = (tests: readonly BacktestResult[]): readonly EquityPoint[] =>
  tests.flatMap(({ equity }, i) => (i === 0 ? equity : equity.slice(1)))

/** The figures of all tests, as of one run. */
const statisticsOfTests = (tests: readonly BacktestResult[]) => {
  const equity = stitched(tests)
  const trades = tests.flatMap(test => test.trades)
  const timeInMarket = sum(
    tests.map(
      test => test.statistics.exposure * ((test.equity.at(-1)?.time ?? 0) - (test.equity[0]?.time ?? 0)),
    ),
  )
  const unclearExits = sum(tests.map(({ statistics }) => statistics.unclearExits))
  return { trades, equity, statistics: computeStatistics(trades, equity, { timeInMarket, unclearExits }) }
}

export const createWalkForward = <P extends object>(
  windows: readonly Window[],
  grid: readonly P[],
  by: Measure,
  shared: SharedOptions,
): WalkForwardRun<P> => {
  const trials = windows.map(({ train }) =>
    createTrials(grid, by, lengthOf(train), windowOptions(shared, train)),
  )
  const results: BacktestResult[] = []
  const done: WalkForwardWindow<P>[] = []

  /** As one account would go on: each test has the money that the one before it left. */
  const accountOf = (): SharedOptions['account'] => {
    const balance = results.at(-1)?.equity.at(-1)?.equity
    return { ...shared.account, ...(balance !== undefined && { balance }) }
  }
  const testOf = ({ train, test }: Window, i: number): Job | undefined => {
    const best = trials[i]?.ranked()[0]
    return (
      best && {
        options: { ...windowOptions(shared, test), account: accountOf() ?? {}, params: best.params },
        weight: lengthOf(test),
        onEnd: outcome => {
          if (outcome.kind === 'failure') {
            throwFailure(`in the test from ${new Date(test.from).toISOString()}`, best.params, outcome.error)
            return
          }
          results.push(outcome)
          done.push({ train: { ...train, ...best }, test: { ...test, statistics: outcome.statistics } })
        },
      }
    )
  }
  return {
    jobs: trials.flatMap(({ jobs }) => jobs),
    weight: sum(windows.map(({ test }) => lengthOf(test))),
    test: (runner, meter) =>
      concat(
        ...windows.map((window, i) =>
          defer(() => {
            const job = testOf(window, i)
            return job ? runJobs(runner, [job], meter) : EMPTY
          }),
        ),
      ),
    result: () => ({ windows: done, ...statisticsOfTests(results) }),
  }
}
