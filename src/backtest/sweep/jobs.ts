import { defer, from, map, mergeMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { BacktestProgress, BacktestResult } from '../results'
import type { RunFailure, RunOptions, Runner } from './runner'

/** A run to be done. */
export interface Job {
  readonly options: RunOptions<object>
  /** How long it takes, compared with others. */
  readonly weight: number
  readonly onEnd: (outcome: BacktestResult | RunFailure) => void
}

/** How far all jobs have come. */
export interface Meter {
  /** Adds a part of the work. */
  readonly add: (weight: number) => void
  readonly progress: () => BacktestProgress
}

export const createMeter = (total: number): Meter => {
  let done = 0
  return {
    add: weight => {
      done += weight
    },
    progress: () => ({ kind: 'progress', progress: Math.min(1, done / total) }),
  }
}

const jobProgress = (runner: Runner, { options, weight, onEnd }: Job, meter: Meter) =>
  defer(() => {
    let last = 0
    return runner.run(options).pipe(
      map(event => {
        const progress = event.kind === 'progress' ? event.progress : 1
        meter.add((progress - last) * weight)
        last = progress
        if (event.kind !== 'progress') onEnd(event)
        return meter.progress()
      }),
    )
  })

/** Does jobs, as many at a time as the runner can. Emits how far all have come. */
export const runJobs = (runner: Runner, jobs: readonly Job[], meter: Meter): Observable<BacktestProgress> =>
  from(jobs).pipe(mergeMap(job => jobProgress(runner, job, meter), runner.concurrency))
