import { concat, defer, finalize, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../../errors'
import type { Strategy } from '../strategy'
import { combinations } from './grid'
import { createMeter, runJobs } from './jobs'
import type { Measure } from './measure'
import { checkSweep, sharedOptions } from './options'
import type { SweepOptions } from './options'
import { backtestRange } from './range'
import type { SweepEvent } from './results'
import { localRunner } from './runner'
import type { SharedOptions, StrategyThreads } from './runner'
import { createTrials } from './trials'
import { createWalkForward } from './walkForward'
import { walkForwardWindows } from './windows'

const nameOf = (by: Measure): string => (typeof by === 'string' ? by : by.name || 'custom')

const runOf = <P extends object>(
  strategy: Strategy<P> | StrategyThreads,
  options: SweepOptions<P>,
  shared: SharedOptions,
  grid: readonly P[],
): Observable<SweepEvent<P>> => {
  const { params, by = 'sharpe', walkForward: lengths } = options
  const span = backtestRange(shared)
  const duration = span.to - span.from
  const trials = createTrials(grid, by, duration)
  const walkForward = lengths && createWalkForward(walkForwardWindows(span, lengths), grid, by, shared)
  const jobs = [...trials.jobs, ...(walkForward?.jobs ?? [])]
  const meter = createMeter(jobs.reduce((sum, { weight }) => sum + weight, walkForward?.weight ?? 0))
  const runner =
    typeof strategy === 'function' ? localRunner(strategy, shared) : strategy.open(shared, jobs.length)

  const result = (): SweepEvent<P> => {
    const runs = trials.ranked()
    return {
      kind: 'result',
      params,
      by: nameOf(by),
      runs,
      best: runs[0],
      failures: trials.failures(),
      history: shared.prepared.map(({ report }) => report),
      ...(walkForward && { walkForward: walkForward.result() }),
    }
  }
  return concat(
    runJobs(runner, jobs, meter),
    walkForward ? walkForward.test(runner, meter) : [],
    of({ kind: 'progress' as const, progress: 1 }),
    defer(() => of(result())),
  ).pipe(finalize(runner.close))
}

/**
 * Runs a strategy with every combination of some parameters, and ranks the runs. Each of them is a backtest: the
 * client and its messages, such as `ProtoOANewOrderReq`, are the real ones. With `walkForward`, it also fits the
 * parameters in one time and tests them in the next, again and again.
 *
 * A function runs in this thread, one run after the other. `workerThreads` of `rx-ctrader/node` run the strategy of a
 * module on all processors. The result is the same, byte for byte.
 *
 * Emits how far it has come, from 0 to 1, and last the result; then it completes. A run whose strategy errors is in
 * `failures`. If all do, the sweep errors with `InvalidOption`, as it does where the history is not as it must be.
 * Unsubscribing ends all runs. Throws `InvalidOption` for invalid options.
 *
 * ```ts
 * const bars = [{ timestamp: Date.UTC(2025, 0, 6), open: 1.1, high: 1.102, low: 1.099, close: 1.101 }]
 * const buy: Strategy<{ volume: number }> = (account, { volume }) =>
 *   placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(volume) })
 *
 * const history = [{ symbol: 'EURUSD', period: 'M1' as const, bars, spread: 0.0001 }]
 * sweep(buy, { history, params: { volume: [1000, 2000] }, by: 'net' }).subscribe(event => {
 *   if (event.kind === 'result') console.log(event.best.params)
 * })
 * ```
 */
export const sweep = <P extends object>(
  strategy: Strategy<P> | StrategyThreads,
  options: SweepOptions<P>,
): Observable<SweepEvent<P>> => {
  checkSweep(strategy, options)
  const { params, constraint } = options
  const all = combinations(params)
  const grid = constraint ? all.filter(constraint) : all
  if (grid.length === 0) throw invalidOption('constraint', 'leaves out all combinations')
  // Once for all subscriptions, because an iterable may be read only once.
  let shared: SharedOptions | undefined
  return defer(() => runOf(strategy, options, (shared ??= sharedOptions(options)), grid))
}
