import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EMPTY, concatMap, finalize, from, switchMap, tap } from 'rxjs'
import { backtest, equityCsv, resultJson, tradesCsv } from 'rx-ctrader/backtest'
import type { BacktestEvent, BacktestResult } from 'rx-ctrader/backtest'
import { readHistory } from 'rx-ctrader/node'
import { cross } from './cross'

const path = join(__dirname, 'data', 'eurusd-m30.csv')

// #region run
const history$ = from(readHistory(path, { symbol: 'EURUSD', spread: 0.0001 }))

/** Runs the strategy over the history. */
const run$ = history$.pipe(
  switchMap(entry => backtest(cross, { history: [entry], params: { fast: 5, slow: 20 } })),
)
// #endregion

// #region show
const show = (event: BacktestEvent): void => {
  if (event.kind === 'progress') return
  const { trades, open, statistics } = event
  console.log(`${statistics.trades} trades, ${open.length} still open`)
  console.log(`net ${statistics.net.toFixed(2)}, of it costs ${statistics.costs.toFixed(2)}`)
  console.log(`greatest drawdown ${statistics.maxDrawdown.toFixed(2)}`)
  for (const { side, entryPrice, exitPrice, net, reason } of trades.slice(0, 2))
    console.log(`${side} at ${entryPrice}, ${reason} at ${exitPrice}: ${net}`)
}
// #endregion

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
process.chdir(folder)

// #region files
const write = async (result: BacktestResult): Promise<void> => {
  writeFileSync('result.json', resultJson(result))
  writeFileSync('trades.csv', await tradesCsv(result))
  writeFileSync('equity.csv', await equityCsv(result))
}
// #endregion

run$
  .pipe(
    tap(show),
    concatMap(event => (event.kind === 'result' ? write(event) : EMPTY)),
    finalize(() => {
      console.log(readdirSync('.').join(' '))
      process.chdir(__dirname)
      rmSync(folder, { recursive: true })
    }),
  )
  .subscribe()
