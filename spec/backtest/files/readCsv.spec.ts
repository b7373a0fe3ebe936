import { readCsv } from 'rx-ctrader/backtest'
import type { ReadCsvOptions, HistoryOfBars, HistoryOfTicks } from 'rx-ctrader/backtest'

const ofSymbol = { symbol: 'EURUSD' }
const bars = async (text: string, options: Partial<ReadCsvOptions> = {}): Promise<HistoryOfBars> =>
  (await readCsv(text, { ...ofSymbol, ...options })) as HistoryOfBars
const ticks = async (text: string, options: Partial<ReadCsvOptions> = {}): Promise<HistoryOfTicks> =>
  (await readCsv(text, { ...ofSymbol, ...options })) as HistoryOfTicks

/** Monday, 6 January 2025, 10:00 UTC. */
const TEN = Date.UTC(2025, 0, 6, 10)
const first = { timestamp: TEN, open: 1.03, high: 1.031, low: 1.029, close: 1.0305 }
const second = { timestamp: TEN + 60_000, open: 1.0305, high: 1.032, low: 1.03, close: 1.0315 }

describe('a CSV file of bars', () => {
  it.each<[string, string, Partial<ReadCsvOptions>]>([
    [
      'our own',
      'time,open,high,low,close,volume\n2025-01-06T10:00:00.000Z,1.03,1.031,1.029,1.0305,7\n2025-01-06T10:01:00.000Z,1.0305,1.032,1.03,1.0315,8\n',
      {},
    ],
    [
      'of TradingView, in seconds',
      `time,open,high,low,close,Volume\n${TEN / 1000},1.03,1.031,1.029,1.0305,7\n${TEN / 1000 + 60},1.0305,1.032,1.03,1.0315,8`,
      {},
    ],
    [
      'of Dukascopy',
      'Gmt time,Open,High,Low,Close,Volume\r\n06.01.2025 10:00:00.000,1.03,1.031,1.029,1.0305,7\r\n06.01.2025 10:01:00.000,1.0305,1.032,1.03,1.0315,8\r\n',
      {},
    ],
    [
      'of HistData, in New York without summer time',
      '20250106 050000;1.03;1.031;1.029;1.0305;7\n20250106 050100;1.0305;1.032;1.03;1.0315;8\n',
      {},
    ],
    [
      'of MetaTrader 4',
      '2025.01.06,12:00,1.03,1.031,1.029,1.0305,7\n2025.01.06,12:01,1.0305,1.032,1.03,1.0315,8\n',
      { timeZone: 'Europe/Athens' },
    ],
    [
      'without a header',
      '2025-01-06 10:00,1.03,1.031,1.029,1.0305,7\n2025-01-06 10:01,1.0305,1.032,1.03,1.0315,8\n',
      {},
    ],
    [
      'with the time zone in its times',
      'Local time,Open,High,Low,Close,Volume\n06.01.2025 12:00:00.000 GMT+0200,1.03,1.031,1.029,1.0305,7\n06.01.2025 12:01:00.000 GMT+0200,1.0305,1.032,1.03,1.0315,8\n',
      {},
    ],
    [
      'with an offset in its times',
      'time,open,high,low,close,volume\n2025-01-06T05:00:00-05:00,1.03,1.031,1.029,1.0305,7\n2025-01-06T05:01:00-0500,1.0305,1.032,1.03,1.0315,8\n',
      {},
    ],
    [
      'with decimal commas',
      'Date;Open;High;Low;Close;Volume\n2025-01-06 10:00;1,03;1,031;1,029;1,0305;7\n2025-01-06 10:01;1,0305;1,032;1,03;1,0315;8\n',
      { decimal: ',' },
    ],
    [
      'with columns that are named',
      'When,First,Top,Bottom,Last,Size\n2025-01-06 10:00,1.03,1.031,1.029,1.0305,7\n2025-01-06 10:01,1.0305,1.032,1.03,1.0315,8\n',
      { columns: { time: 'When', open: 'First', high: 3, low: 'Bottom', close: 'Last', volume: 6 } },
    ],
    [
      'with one column that is named',
      'When,open,high,low,close,volume\n2025-01-06 10:00,1.03,1.031,1.029,1.0305,7\n2025-01-06 10:01,1.0305,1.032,1.03,1.0315,8\n',
      { columns: { time: 'When' } },
    ],
  ])('%s is read', async (_, text, options) => {
    expect(await bars(text, options)).toEqual({
      symbol: 'EURUSD',
      period: 'M1',
      bars: [
        { ...first, volume: 7 },
        { ...second, volume: 8 },
      ],
    })
  })

  it('of MetaTrader 5 has a spread in points', async () => {
    const text =
      '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n' +
      '2025.01.06\t12:00:00\t1.03000\t1.03100\t1.02900\t1.03050\t7\t0\t12\n' +
      '2025.01.06\t12:01:00\t1.03050\t1.03200\t1.03000\t1.03150\t8\t0\t9\n'
    const { bars: read } = await bars(text, { timeZone: 'New_York+7' })
    expect([...read]).toMatchObject([
      { ...first, volume: 7 },
      { ...second, volume: 8 },
    ])
    expect([...read].map(({ spread }) => spread?.toFixed(5))).toEqual(['0.00012', '0.00009'])
  })

  it('follows the clocks of its zone', async () => {
    const text = '2025.07.07,12:00,1,1,1,1,1\n2025.07.07,12:01,1,1,1,1,1\n'
    const { bars: read } = await bars(text, { timeZone: 'Europe/Athens' })
    expect([...read][0]?.timestamp).toBe(Date.UTC(2025, 6, 7, 9))
  })

  it('comes in parts that end anywhere', async () => {
    const text =
      'time,open,high,low,close\n2025-01-06 10:00,1.03,1.031,1.029,1.0305\n\n2025-01-06 10:01,1.0305,1.032,1.03,1.0315'
    for (const size of [1, 7, 40])
      expect(await readCsv(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [], ofSymbol)).toEqual({
        symbol: 'EURUSD',
        period: 'M1',
        bars: [first, second],
      })
  })

  it('has the usual time between two bars as its period, or the one that is said', async () => {
    const rows = [0, 60, 120, 300, 360].map(minute => `${TEN / 1000 + minute * 60},1,1,1,1`)
    const text = ['time,open,high,low,close', ...rows].join('\n')
    expect((await bars(text)).period).toBe('H1')
    expect((await bars(text, { period: 'M30' })).period).toBe('M30')
  })

  it.each<[string, string, Partial<ReadCsvOptions>]>([
    ['line 2, column close', 'time,open,high,low,close\n2025-01-06 10:00,1,1,1,abc\n', {}],
    [
      'line 3, column time',
      'time,open,high,low,close\n2025-01-06 10:00,1,1,1,1\n2025-02-31 10:00,1,1,1,1\n',
      {},
    ],
    [
      'line 4, column time',
      'time,open,high,low,close\n\n2025-01-06 10:01,1,1,1,1\n2025-01-06 10:00,1,1,1,1\n',
      {},
    ],
    ['line 2, column high', 'time,open,high,low,close\n2025-01-06 10:00,1\n', {}],
    ['timeZone', '2025.01.06,12:00,1,1,1,1,1\n', {}],
    ['timeZone', 'time,open,high,low,close\n2025-01-06 10:00,1,1,1,1\n', { timeZone: 'Mars' }],
    ['columns', 'a,b,c\n1,2,3\n', {}],
    ['columns.open', 'time,open,high,low,close\n2025-01-06 10:00,1,1,1,1\n', { columns: { open: 'Start' } }],
    ['period', 'time,open,high,low,close\n2025-01-06 10:00,1,1,1,1\n', {}],
    ['period', 'time,open,high,low,close\n2025-01-06 10:00,1,1,1,1\n', { period: 'M7' as never }],
    ['zone', '', { zone: 'UTC' } as never],
    ['source', '', {}],
    ['source', 'time,open,high,low,close\n', {}],
  ])('names %s in an error', async (option, text, options) => {
    await expect(bars(text, options)).rejects.toMatchObject({ reason: 'InvalidOption', option })
  })
})

describe('a CSV file of ticks', () => {
  const read = [
    { timestamp: TEN, bid: 1.03, ask: 1.0301 },
    { timestamp: TEN + 250, bid: 1.03, ask: 1.0302 },
  ]

  it.each<[string, string, Partial<ReadCsvOptions>]>([
    [
      'our own',
      'time,bid,ask\n2025-01-06T10:00:00.000Z,1.03,1.0301\n2025-01-06T10:00:00.250Z,1.03,1.0302\n',
      {},
    ],
    [
      'of Dukascopy',
      'Gmt time,Ask,Bid,AskVolume,BidVolume\n06.01.2025 10:00:00.000,1.0301,1.03,1,1\n06.01.2025 10:00:00.250,1.0302,1.03,1,1\n',
      {},
    ],
    ['of HistData', '20250106 050000000,1.03,1.0301,0\n20250106 050000250,1.03,1.0302,0\n', {}],
    [
      'of MetaTrader 5, where a side that stays is empty',
      '<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>\n2025.01.06\t12:00:00.000\t1.03\t1.0301\t\t\t6\n2025.01.06\t12:00:00.250\t\t1.0302\t\t\t4\n',
      { timeZone: 'Europe/Athens' },
    ],
  ])('%s is read', async (_, text, options) => {
    expect(await ticks(text, options)).toEqual({ symbol: 'EURUSD', ticks: read })
  })
})
