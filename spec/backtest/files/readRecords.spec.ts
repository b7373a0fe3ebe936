import { parquetWriteBuffer } from 'hyparquet-writer'
import { readJsonLines, readParquet } from 'rx-ctrader/backtest'
import type { History, ReadHistoryOptions } from 'rx-ctrader/backtest'

/** Monday, 6 January 2025, 10:00 UTC. */
const TEN = Date.UTC(2025, 0, 6, 10)
const M1 = 60_000
const first = {
  timestamp: TEN,
  open: 1.03,
  high: 1.031,
  low: 1.029,
  close: 1.0305,
  volume: 7,
  spread: 0.0001,
}
const bars = [
  first,
  { timestamp: TEN + M1, open: 1.0305, high: 1.032, low: 1.03, close: 1.0315, volume: 8, spread: 0.0002 },
]
const ticks = [
  { timestamp: TEN + 1, bid: 1.03, ask: 1.0301 },
  { timestamp: TEN + 2, bid: 1.0302, ask: 1.0303 },
]
const ofBars = { symbol: 'EURUSD', period: 'M1', bars }
const ofTicks = { symbol: 'EURUSD', ticks }
const options: ReadHistoryOptions = { symbol: 'EURUSD' }

type Records = readonly Readonly<Record<string, unknown>>[]

const linesOf = (records: Records): string => records.map(record => `${JSON.stringify(record)}\n`).join('')

const parquetOf = (records: Records): ArrayBuffer =>
  parquetWriteBuffer({
    columnData: Object.keys(records[0] ?? {}).map(name => {
      const data = records.map(record => record[name])
      if (!data.some(value => typeof value === 'string')) return { name, data, type: 'DOUBLE' as const }
      return {
        name,
        data: data.map(value => JSON.stringify(value).replace(/"/g, '')),
        type: 'STRING' as const,
      }
    }),
  })

type Read = (records: Records, given?: Partial<ReadHistoryOptions>) => Promise<History>

const formats: readonly [string, Read][] = [
  ['JSON lines', (records, given) => readJsonLines(linesOf(records), { ...options, ...given })],
  ['Parquet', (records, given) => readParquet(parquetOf(records), { ...options, ...given })],
]

describe.each(formats)('%s', (_, read) => {
  it('have bars, whose spread is in decimals of price', async () => {
    expect(await read(bars)).toEqual(ofBars)
  })

  it('have ticks', async () => {
    expect(await read(ticks)).toEqual(ofTicks)
  })

  it('have spreads in points if the size of a point is given', async () => {
    const points = bars.map(bar => ({ ...bar, spread: bar.spread * 1e5 }))
    expect(await read(points, { point: 0.000_01 })).toEqual(ofBars)
  })

  it.each([
    ['ISO 8601', new Date(TEN).toISOString()],
    ['a date without a zone', '2025-01-06 10:00:00'],
    ['seconds', TEN / 1e3],
    ['ms', TEN],
    ['µs', TEN * 1e3],
  ])('have times as %s', async (_, time) => {
    const history = await read([{ time, open: 1, high: 1, low: 1, close: 1 }], { period: 'M1' })
    expect(history).toMatchObject({ bars: [{ timestamp: TEN }] })
  })

  it('have times before 2001 in ms, which have twelve digits as some dates have', async () => {
    const timestamp = Date.UTC(1999, 0, 4)
    const history = await read([{ timestamp, open: 1, high: 1, low: 1, close: 1 }], { period: 'D1' })
    expect(history).toMatchObject({ bars: [{ timestamp }] })
  })

  it('have fields by names that are given', async () => {
    const others = bars.map(({ timestamp, ...rest }) => ({ When: timestamp, ...rest }))
    expect(await read(others, { columns: { time: 'When' } })).toEqual(ofBars)
  })

  it.each<[string, Records, Partial<ReadHistoryOptions>]>([
    ['line 2, column high', [{ ...bars[0] }, { ...bars[1], high: 'x' }], {}],
    ['line 2, column close', [first, { ...bars[1], close: null }], {}],
    ['line 1, column time', [{ ...bars[0], timestamp: 'yesterday' }], {}],
    ['columns', [{ when: 1, price: 2 }], {}],
    ['columns.time', bars, { columns: { time: 1 } }],
    ['columns.time', bars, { columns: { time: 'when' } }],
    ['period', [first], {}],
    ['zone', bars, { zone: 'UTC' } as object],
  ])('name %s in an error', async (option, records, given) => {
    await expect(read(records, given)).rejects.toMatchObject({ reason: 'InvalidOption', option })
  })
})

describe('JSON lines', () => {
  it('come in parts that end anywhere, with empty lines between them', async () => {
    const text = `\uFEFF\n${linesOf(bars).replace('\n', '\r\n\r\n')}`
    const parts = Array.from({ length: Math.ceil(text.length / 7) }, (_, i) => text.slice(7 * i, 7 * i + 7))
    expect(await readJsonLines(parts, options)).toEqual(ofBars)
  })

  it.each(['{"time":', '[1,2]', '"text"'])('name the line of %s in an error', async text => {
    await expect(readJsonLines(`${linesOf(bars)}\n${text}\n`, options)).rejects.toMatchObject({
      reason: 'InvalidOption',
      option: 'line 4',
    })
  })

  it('name the source if it is empty', async () => {
    await expect(readJsonLines('', options)).rejects.toMatchObject({ option: 'source' })
  })
})

describe('a Parquet file', () => {
  it('may have times of its own type, and integers of 64 bits', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'time', data: ticks.map(({ timestamp }) => new Date(timestamp)), type: 'TIMESTAMP' },
        { name: 'bid', data: [1n, 2n], type: 'INT64' },
        { name: 'ask', data: [1.5, 2.5], type: 'DOUBLE' },
      ],
    })
    expect(await readParquet(file, options)).toEqual({
      symbol: 'EURUSD',
      ticks: [
        { timestamp: TEN + 1, bid: 1, ask: 1.5 },
        { timestamp: TEN + 2, bid: 2, ask: 2.5 },
      ],
    })
  })

  it('is read in parts, each row once', async () => {
    const many = Array.from({ length: 25_001 }, (_, i) => ({ timestamp: TEN + i, bid: 1 + i / 1e5, ask: 2 }))
    const history = await readParquet(parquetOf(many), options)
    expect(history).toEqual({ symbol: 'EURUSD', ticks: many })
  })

  it.each([
    ['that is none', new TextEncoder().encode('time,open,high,low,close').buffer],
    ['that is empty', new ArrayBuffer(0)],
    ['whose end is missing', parquetOf(ticks).slice(0, -20)],
  ])('%s is named as the source in an error', async (_, file) => {
    await expect(readParquet(file, options)).rejects.toMatchObject({
      reason: 'InvalidOption',
      option: 'source',
    })
  })
})
