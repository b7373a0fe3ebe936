import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readHistory } from 'rx-ctrader/node'
import { ProtoOATrendbarPeriod } from 'rx-ctrader/protocol'
import { NOON, commandLine } from '../../support/commandLine'
import type { CommandLine } from '../../support/commandLine'

jest.setTimeout(30_000)

const HOUR = 3_600_000
const from = '2031-01-08T10:00Z'
const to = '2031-01-08T11:59Z'

let line: CommandLine
beforeEach(async () => {
  line = await commandLine()
})
afterEach(() => {
  line.close()
})

const textOf = (name: string): string => readFileSync(join(line.folder, name), 'utf8')

/** The bars of the market itself, as lines. */
const expected = (begin: number, end: number): string => {
  const bars = line.broker.market.barsBetween(1, ProtoOATrendbarPeriod.M1, {
    from: begin,
    to: end,
    now: NOON,
  })
  const rows = bars.map(({ openedAt, open, high, low, close, volume }) =>
    [
      new Date(openedAt).toISOString(),
      ...[open, high, low, close].map(price => price / 100_000),
      volume,
    ].join(),
  )
  return ['time,open,high,low,close,volume', ...rows, ''].join('\n')
}

describe('export', () => {
  it('writes bars as CSV, and ends with a summary', async () => {
    const args = ['export', 'EURUSD', 'M1', '--from', from, '--to', to, '-o', 'x.csv']
    const { code, out, err } = await line.run(args)
    expect([code, err]).toEqual([0, ''])
    expect(textOf('x.csv')).toBe(expected(NOON - 2 * HOUR, NOON - 60_000))
    expect(out).toMatch(
      /^x\.csv: 120 rows \(2031-01-08T10:00:00\.000Z to 2031-01-08T11:59:00\.000Z\), gaps 0, duplicates 0, in \d+ s\n$/,
    )
    expect(existsSync(join(line.folder, 'x.csv.part'))).toBe(false)
    expect(existsSync(join(line.folder, 'x.csv.part.json'))).toBe(false)
  })

  it.each(['x.csv.gz', 'x.jsonl', 'x.jsonl.gz', 'x.parquet'])(
    'writes %s, which readHistory reads',
    async name => {
      const args = ['export', 'EURUSD', 'M1', '--from', from, '--to', to, '-o', name, '--json']
      const { code, out } = await line.run(args)
      expect(code).toBe(0)
      expect(JSON.parse(out)).toMatchObject({ file: name, rows: 120, duplicates: 0, gaps: 0 })
      writeFileSync(join(line.folder, 'same.csv'), expected(NOON - 2 * HOUR, NOON - 60_000))
      const read = (file: string) => readHistory(join(line.folder, file), { symbol: 'EURUSD', period: 'M1' })
      expect(await read(name)).toEqual(await read('same.csv'))
    },
  )

  it('goes on where it was stopped, with the same result', async () => {
    const range = ['--from', '2030-12-01', '--to', '2031-01-08']
    const whole = await line.run(['export', 'EURUSD', 'M1', ...range, '-o', 'whole.csv'])
    expect(whole.code).toBe(0)
    const stopped = line.start(['export', 'EURUSD', 'M1', ...range, '-o', 'x.csv'], {
      size: { columns: 80, rows: 20 },
    })
    await stopped.until(text => text.includes('rows'))
    stopped.stop()
    expect(await stopped.exitCode).toBe(1)
    expect(existsSync(join(line.folder, 'x.csv'))).toBe(false)
    // What was written when the process died is not in the note yet.
    writeFileSync(join(line.folder, 'x.csv.part'), `${textOf('x.csv.part')}2031-01-0`)
    const second = await line.run(['export', 'EURUSD', 'M1', ...range, '-o', 'x.csv'])
    expect(second.code).toBe(0)
    expect(second.err).toMatch(/^Goes on after [\d,]+ rows\.$/m)
    expect(textOf('x.csv')).toBe(textOf('whole.csv'))
    expect(second.out.replace(/x\.csv|, in .*/g, '')).toBe(whole.out.replace(/whole\.csv|, in .*/g, ''))
  })

  it('goes on after a lost line', async () => {
    const args = ['export', 'EURUSD', 'M1', '--from', '2030-12-01', '--to', '2031-01-08', '-o', 'x.csv']
    const one = line.start(args, { size: { columns: 80, rows: 20 } })
    await one.until(text => text.includes('rows'))
    line.broker.fault({ kind: 'drop' })
    expect(await one.exitCode).toBe(0)
    const rows = textOf('x.csv').trimEnd().split('\n').slice(1)
    const times = rows.map(row => row.slice(0, 24))
    expect(times).toEqual([...new Set(times)].sort())
  })

  it('shows the rate and the time left on a screen', async () => {
    const args = ['export', 'EURUSD', 'M1', '--from', '2030-11-01', '--to', '2031-01-08', '-o', 'x.csv']
    const one = line.start(args, { size: { columns: 80, rows: 20 } })
    await one.exitCode
    expect(one.out()).toMatch(/\[#+\.*\] +\d+ % {2}[\d,]+ rows {2}[\d,]+\/s {2}\d+ s left/)
  })

  it('counts the places where bars are missing while the market is open', async () => {
    line.broker.fault({ kind: 'drop' })
    const args = [
      'export',
      'EURUSD',
      'H1',
      '--from',
      '2031-01-03',
      '--to',
      '2031-01-08',
      '-o',
      'x.csv',
      '--json',
    ]
    const { out } = await line.run(args)
    // A weekend is no gap.
    expect(JSON.parse(out)).toMatchObject({ gaps: 0, duplicates: 0 })
  })

  it('writes ticks of a side', async () => {
    const args = [
      'export',
      'EURUSD',
      'ticks',
      '--side',
      'ask',
      '--from',
      '2031-01-08T11:50Z',
      '--to',
      '2031-01-08T12:00Z',
    ]
    const { code } = await line.run([...args, '-o', 'x.csv'])
    expect(code).toBe(0)
    expect(textOf('x.csv')).toMatch(/^time,ask\n2031-01-08T11:5\d:\d\d\.\d{3}Z,\d\.\d+\n/)
  })

  it('writes deals, orders and cash flow of the account', async () => {
    line.broker.trade((exchange, at) => {
      exchange.deposit(12345678, 50_000, at)
    })
    for (const what of ['deals', 'orders', 'cashflow']) {
      const { code } = await line.run([
        'export',
        what,
        '--from',
        '2031-01-08',
        '--to',
        '2031-01-10',
        '-o',
        `${what}.csv`,
      ])
      expect(code).toBe(0)
    }
    expect(textOf('deals.csv')).toMatch(/^time,dealId,/)
    expect(textOf('orders.csv')).toMatch(/^time,orderId,/)
    expect(textOf('cashflow.csv')).toMatch(
      /^time,id,type,amount,balance,note\n[^]*,BALANCE_DEPOSIT,500,10500,\n$/,
    )
  })

  it.each([
    [['EURUSD', 'M1', '-o', 'x.csv'], /--from/],
    [['EURUSD', 'M1', '--from', from], /-o, --output/],
    [['EURUSD', 'M1', '--from', from, '-o', 'x.txt'], /must end in .csv, .jsonl or .parquet/],
    [['EURUSD', 'M1', '--from', from, '-o', 'x.parquet.gz'], /must end in/],
    [['EURUSD', 'M1', '--from', to, '--to', from, '-o', 'x.csv'], /--from must be before --to/],
    [['EURUSD', 'M7', '--from', from, '--to', to, '-o', 'x.csv'], /M7 is no period: M1, .*or ticks/],
    [['EURUSD', '--from', from, '--to', to, '-o', 'x.csv'], /Export what\?/],
    [['EURUSX', 'M1', '--from', from, '--to', to, '-o', 'x.csv'], /nearest are EURUSD/],
    [['EURUSD', 'M1', '--from', from, '-o', 'credentials.json.csv', '--side', 'mid'], /--side.*bid, ask/],
  ])('%j is a mistake, with 2', async (args, words) => {
    const { code, err } = await line.run(['export', ...args])
    expect(code).toBe(2)
    expect(err).toMatch(words)
  })

  it('does not replace a file unless it is told to, nor goes on with another export', async () => {
    const args = ['export', 'EURUSD', 'M1', '--from', from, '--to', to, '-o', 'x.csv']
    writeFileSync(join(line.folder, 'x.csv'), 'mine')
    expect(await line.run(args)).toMatchObject({ code: 2, err: expect.stringContaining('--force') as string })
    expect(textOf('x.csv')).toBe('mine')
    expect(await line.run([...args, '--force'])).toMatchObject({ code: 0 })
    const note = { what: 'other', from: 0, to: 1, next: 0, bytes: 0, counts: { rows: 0 } }
    writeFileSync(join(line.folder, 'x.csv.part.json'), JSON.stringify(note))
    const other = await line.run([...args, '--force'])
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('is of another export') as string })
  })

  it('may be read with gunzip', async () => {
    await line.run(['export', 'EURUSD', 'M1', '--from', from, '--to', to, '-o', 'x.csv.gz'])
    const unzipped = gunzipSync(readFileSync(join(line.folder, 'x.csv.gz'))).toString()
    expect(unzipped).toBe(expected(NOON - 2 * HOUR, NOON - 60_000))
  })
})
