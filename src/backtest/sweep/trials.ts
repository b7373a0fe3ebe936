import { invalidOption } from '../../errors'
import type { TimedFault } from '../options'
import type { Job } from './jobs'
import { measureValue, compareRuns } from './measure'
import type { Measure } from './measure'
import type { FailedRun, SweepRun } from './results'
import type { RunOptions, SharedOptions } from './runner'
import type { Span } from './windows'

/** The runs of all parameters over one time. */
export interface Trials<P> {
  readonly jobs: readonly Job[]
  /** Once all jobs are done: the runs, the best first. Throws `InvalidOption` if all have failed. */
  readonly ranked: () => readonly [SweepRun<P>, ...SweepRun<P>[]]
  readonly failures: () => readonly FailedRun<P>[]
}

/** The time of a run, and the faults in it. */
export const windowOptions = (
  { faults }: SharedOptions,
  { from, to }: Span,
): Pick<RunOptions<object>, 'from' | 'to' | 'faults'> => ({
  from,
  to,
  ...(faults && { faults: faults.filter(({ at }: TimedFault) => at >= from && at < to) }),
})

const described = (params: object): string => JSON.stringify(params)

/** Throws `InvalidOption` that says with which parameters the strategy errored. */
export const throwFailure = (where: string, params: object, error: string): never => {
  throw invalidOption('strategy', `errors ${where}, with ${described(params)}: ${error}`)
}

export const createTrials = <P extends object>(
  grid: readonly P[],
  by: Measure,
  weight: number,
  times: RunOptions<object> = {},
): Trials<P> => {
  const outcomes: (SweepRun<P> | FailedRun<P>)[] = []
  const failures = (): FailedRun<P>[] => outcomes.filter(outcome => 'error' in outcome)
  return {
    jobs: grid.map((params, i) => ({
      options: { ...times, params },
      weight,
      onEnd: outcome => {
        outcomes[i] =
          outcome.kind === 'failure'
            ? { params, error: outcome.error }
            : { params, statistics: outcome.statistics, value: measureValue(by, outcome.statistics) }
      },
    })),
    failures,
    ranked: () => {
      const runs = outcomes.filter(outcome => 'statistics' in outcome)
      const [best, ...others] = runs.sort(compareRuns(by))
      if (best) return [best, ...others]
      const [first] = failures()
      return throwFailure('with all parameters', first?.params ?? {}, first?.error ?? '')
    },
  }
}
