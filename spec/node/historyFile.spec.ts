import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { readHistory } from 'rx-ctrader/node'

const TEN = Date.UTC(2025, 0, 6, 10)
const ticks = Array.from({ length: 5_000 }, (_, i) => ({ timestamp: TEN + i, bid: 1 + i / 1e5, ask: 2 }))
const history = { symbol: 'EURUSD', ticks }

const contents: Readonly<Record<string, Uint8Array>> = {
  csv: Buffer.from(
    `time,bid,ask\n${ticks.map(({ timestamp, bid, ask }) => `${timestamp},${bid},${ask}\n`).join('')}`,
  ),
  jsonl: Buffer.from(ticks.map(tick => `${JSON.stringify(tick)}\n`).join('')),
  parquet: new Uint8Array(
    parquetWriteBuffer({
      columnData: (['timestamp', 'bid', 'ask'] as const).map(name => ({
        name,
        data: ticks.map(tick => tick[name]),
        type: 'DOUBLE',
      })),
    }),
  ),
}

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'history-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

const fileOf = (name: string, content: Uint8Array | string): string => {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

describe('the file of a history', () => {
  it.each(Object.entries(contents))('is read as %s by its ending', async (ending, content) => {
    expect(await readHistory(fileOf(`eurusd.${ending}`, content), { symbol: 'EURUSD' })).toEqual(history)
  })

  it.each(Object.entries(contents))('may be %s in gzip', async (ending, content) => {
    const path = fileOf(`eurusd.${ending}.gz`, gzipSync(content))
    expect(await readHistory(path, { symbol: 'EURUSD' })).toEqual(history)
  })

  it.each([
    ['a place in it', 'a.csv', 'time,bid,ask\n2025-01-06,2,x\n', ': line 2, column ask'],
    ['what is not in gzip', 'a.csv.gz', 'time,bid,ask\n', ''],
    ['what is not Parquet', 'a.parquet', 'time,bid,ask\n', ': source'],
    ['a gzip that was cut', 'a.csv.gz', gzipSync(contents['csv'] ?? '').subarray(0, -30), ''],
    ['an ending that is unknown', 'a.xls', 'time,bid,ask\n', ''],
  ])('is named in an error of %s', async (_, name, content, place) => {
    const path = fileOf(name, content)
    await expect(readHistory(path, { symbol: 'EURUSD' })).rejects.toMatchObject({
      reason: 'InvalidOption',
      option: `${path}${place}`,
    })
  })

  it.each(['csv', 'csv.gz', 'parquet'])('is named in an error if there is no such file: %s', async ending => {
    const path = join(directory, `none.${ending}`)
    await expect(readHistory(path, { symbol: 'EURUSD' })).rejects.toMatchObject({ option: path })
  })
})
