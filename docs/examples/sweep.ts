import { join } from 'node:path'
import { from, switchMap } from 'rxjs'
import { sweep } from 'rx-ctrader/backtest'
import type { SweepEvent } from 'rx-ctrader/backtest'
import { readHistory, workerThreads } from 'rx-ctrader/node'
import { cross } from './cross'

const path = join(__dirname, 'data', 'eurusd-m30.csv')
const history$ = from(readHistory(path, { symbol: 'EURUSD', spread: 0.0001 }))

// #region sweep
const params = { fast: [3, 8], slow: [20, 50] }

export const sweep$ = history$.pipe(switchMap(entry => sweep(cross, { history: [entry], params, by: 'net' })))
// #endregion

// #region show
type CrossEvent = SweepEvent<{ fast: number; slow: number }>

const show = (event: CrossEvent): void => {
  if (event.kind === 'progress') return
  for (const { params, statistics } of event.runs)
    console.log(`${params.fast}/${params.slow}: ${statistics.net.toFixed(2)}`)
}
// #endregion

// #region threads
/** The same strategy on all processors: each thread loads its module. */
const threads = workerThreads(join(__dirname, 'cross.ts'), { export: 'cross' })
// #endregion

// #region walk-forward
const DAY = 24 * 60 * 60 * 1000

const walkForward$ = history$.pipe(
  switchMap(entry =>
    sweep(threads, {
      history: [entry],
      params,
      by: 'net',
      from: Date.UTC(2025, 3, 1),
      walkForward: { train: 20 * DAY, test: 20 * DAY },
    }),
  ),
)

const showWindows = (event: CrossEvent): void => {
  if (event.kind === 'progress' || !event.walkForward) return
  const { windows, statistics } = event.walkForward
  for (const { train, test } of windows) {
    const fitted = `${train.params.fast}/${train.params.slow}`
    console.log(`${fitted}: ${train.statistics.net.toFixed(2)}, then ${test.statistics.net.toFixed(2)}`)
  }
  console.log(`all tests: ${statistics.net.toFixed(2)}`)
}
// #endregion

walkForward$.subscribe(event => {
  show(event)
  showWindows(event)
})
