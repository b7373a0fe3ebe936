/** What reading a history from a file costs, and how it grows with the file; and what a strategy that trades adds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { readHistory } from 'rx-ctrader/node'
import { minutesOf, msOf, run, trading } from './backtestRuns'
import { conclude, median } from './measure'
import type { Row } from './measure'

const ROUNDS = 3
const COUNT = 100_000
const TRADED = 8_000

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-bench-'))
const columns = ['timestamp', 'open', 'high', 'low', 'close'] as const

/** The same bars in a file of each form. */
const contents: Readonly<Record<string, (count: number) => string | Uint8Array>> = {
  csv: count => {
    const rows = minutesOf(count).map(({ timestamp, open, high, low, close }) =>
      [new Date(timestamp).toISOString(), open, high, low, close].join(','),
    )
    return ['time,open,high,low,close', ...rows].join('\n')
  },
  jsonl: count =>
    minutesOf(count)
      .map(bar => JSON.stringify(bar))
      .join('\n'),
  'csv.gz': count => gzipSync(contents['csv']?.(count) ?? ''),
  parquet: count => {
    const bars = minutesOf(count)
    const columnData = columns.map(name => ({
      name,
      data: bars.map(bar => bar[name]),
      type: 'DOUBLE' as const,
    }))
    return new Uint8Array(parquetWriteBuffer({ columnData }))
  },
}

const reading = async (form: string, count: number): Promise<number> => {
  const path = join(folder, `eurusd-${count}.${form}`)
  writeFileSync(path, contents[form]?.(count) ?? '')
  return msOf(() => readHistory(path, { symbol: 'EURUSD', period: 'M1', spread: 0.0001 }))
}
const tradingOver = async (_: string, count: number): Promise<number> =>
  (await run(trading, minutesOf(count), { every: 20 })).ms

const rowOf = async (
  name: string,
  unit: string,
  form: string,
  measure: typeof reading,
  count: number,
): Promise<Row> => {
  await measure(form, count)
  const rounds: { readonly cost: number; readonly growth: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const [short, long] = [await measure(form, count), await measure(form, 4 * count)]
    rounds.push({ cost: (long * 1_000) / (4 * count), growth: long / short / 4 })
  }
  return {
    name,
    figures: { [unit]: median(rounds.map(({ cost }) => cost)) },
    bounded: { value: median(rounds.map(({ growth }) => growth)), atMost: 1.3 },
  }
}

const measureAll = async (): Promise<Row[]> => {
  const rows: Row[] = []
  for (const form of Object.keys(contents))
    rows.push(await rowOf(`four times the bars in .${form}`, 'µs a bar', form, reading, COUNT))
  rows.push(
    await rowOf('four times the bars, with an order for every 20', 'µs a bar', '', tradingOver, TRADED),
  )
  return rows
}

void measureAll().then(rows => {
  rmSync(folder, { recursive: true })
  conclude('a history from a file, median of three rounds', 'time for each', rows)
})
