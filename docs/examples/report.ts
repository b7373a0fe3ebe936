import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backtest } from 'rx-ctrader/backtest'
import { htmlReport, readHistory } from 'rx-ctrader/node'
import { cross } from './cross'

const prices = join(__dirname, 'data', 'eurusd-m30.csv')
const page = process.argv[2] ?? join(tmpdir(), 'report.html')

const main = async (): Promise<void> => {
  const history = [await readHistory(prices, { symbol: 'EURUSD', spread: 0.0001 })]
  backtest(cross, { history, params: { fast: 8, slow: 50 } }).subscribe(event => {
    if (event.kind === 'progress') return
    writeFileSync(page, htmlReport(event, { history }))
    console.log(`${event.statistics.trades} trades, net ${event.statistics.net.toFixed(2)}`)
  })
}

void main()
