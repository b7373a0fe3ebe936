// Writes eurusd-m30.csv again: five months of made-up prices, always the same. They have trends, which last some hours.
// node --import tsx docs/examples/data/make.ts
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { concatMap, map, toArray } from 'rxjs'
import { createClient, trendbarsBetween } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

const [from, to] = [Date.UTC(2025, 0, 5), Date.UTC(2025, 4, 31)]
const broker = createSimulator({ seed: 7, start: to })
const account = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' }).account({
  accountId: 12345678,
  accessToken: 'demo',
})

let state = 7
/** A number from -1 to 1. */
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 31 - 1
}
const noise = (): number => random() + random() + random()

let [price, trend] = [1.05, 0]
const row = (timestamp: number): string => {
  const open = price
  trend = 0.97 * trend + 0.000025 * noise()
  const path = Array.from({ length: 6 }, () => (price += trend / 6 + 0.00022 * noise()))
  const prices = [open, Math.max(open, ...path), Math.min(open, ...path), price]
  return [new Date(timestamp).toISOString().slice(0, 16), ...prices.map(value => value.toFixed(5))].join()
}

// When the market is open is what the simulator says.
const rows$ = trendbarsBetween(account, { symbol: 'EURUSD', period: 'M30', from, to }).pipe(
  concatMap(({ items }) => items),
  map(({ timestamp }) => row(timestamp)),
  toArray(),
)

rows$.subscribe(rows => {
  writeFileSync(join(__dirname, 'eurusd-m30.csv'), `${['time,open,high,low,close', ...rows].join('\n')}\n`)
})
