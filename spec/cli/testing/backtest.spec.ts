import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { param, runParams, sweepParams } from '../../../src/cli/testing/params'
import { runInProcess } from '../../support/commandLine'

jest.setTimeout(60_000)

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-backtest-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const history = resolve('docs/examples/data/eurusd-m30.csv')

/** A module with more than a strategy. */
const strategy = `
exports.once = () => []
exports.other = () => { throw new Error('other') }
exports.volume = 1
const { concat } = require('${resolve('node_modules/rxjs')}')
const { closeAll, placeOrder, units } = require('${resolve('src/index.ts')}')
exports.buyer = account =>
  concat(
    placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(10_000) }),
    closeAll(account),
  )
`
writeFileSync(join(folder, 'strategy.js'), strategy)

const run = async (...args: readonly string[]) => {
  const one = runInProcess(args, { folder })
  const code = await one.exitCode
  return { code, out: one.out(), err: one.err() }
}
const usual = ['--history', history, '--export', 'once']

describe.each([
  ['backtest', []],
  ['sweep', ['--param', 'fast=1,2']],
])('%s', (command, more) => {
  it.each(['--csv', '--report'])('finds before its run that it cannot write the file of %s', async option => {
    const files = [option, 'none/x.out']
    expect(await run(command, 'strategy.js', ...usual, ...more, ...files)).toEqual({
      code: 2,
      out: '',
      err: `${option}: no file can be written into ${join(folder, 'none')}.\n`,
    })
  })
})

describe('backtest', () => {
  it('shows the figures', async () => {
    const { code, out, err } = await run('backtest', 'strategy.js', ...usual, '--spread', '0.0001')
    expect([code, err]).toEqual([
      0,
      'EURUSD: 4935 prices from 2025-01-05 22:00 to 2025-05-30 20:29 UTC, 210 outside of its trading hours\n',
    ])
    expect(out).toMatch(/^trades +0\nnet +0\.00\n[^]*still open +0\n$/)
  })

  it('says what is strange in the history, and that trades without a spread are too cheap', async () => {
    // In the time of Athens, two hours before UTC. A line came twice, four hours are missing, and a bar is on a Saturday.
    const lines = ['10:00', '10:30', '10:30', '15:00'].map(at => `2025.01.07,${at},1.1,1.1,1.1,1.1,5\n`)
    writeFileSync(join(folder, 'eurusd-athens.csv'), `${lines.join('')}2025.01.11,12:00,1.1,1.1,1.1,1.1,5\n`)
    const args = ['backtest', 'strategy.js', '--export', 'once', '--history', 'eurusd-athens.csv']
    const { code, err } = await run(...args, '--time-zone', 'Europe/Athens')
    expect(code).toBe(0)
    expect(err.split('\n')).toEqual([
      'EURUSD: 4 prices from 2025-01-07 08:00 to 2025-01-11 10:00 UTC, 2 gaps, 1 duplicate, 1 outside of its trading hours',
      'The bars of EURUSD have no spread, so the result is too good. Give it by --spread, as 0.0001 for a pip.',
      '',
    ])
  })

  it('has the spread, and the terms of symbols', async () => {
    const terms = [{ name: 'EURUSD', commission: { usdPerLot: 5 }, swap: 0 }]
    writeFileSync(join(folder, 'symbols.json'), JSON.stringify(terms))
    const args = [
      'backtest',
      'strategy.js',
      '--export',
      'buyer',
      '--history',
      history,
      '--from',
      '2025-01-07T10:00Z',
      '--json',
    ]
    const costsOf = async (...more: readonly string[]): Promise<unknown> => {
      const { out } = await run(...args, ...more)
      const [trade] = (JSON.parse(out) as { trades: { gross: number; commission: number }[] }).trades
      return [trade?.gross, trade?.commission]
    }
    // 10,000 units are a tenth of a lot, and two pips of them are 2.00.
    const free = await costsOf('--symbols', 'symbols.json')
    const spread = await costsOf('--symbols', 'symbols.json', '--spread', '0.0002')
    expect([free, spread]).toEqual([
      [0, -1],
      [-2, -1],
    ])
  })

  it.each([
    [['backtest', 'none.js', ...usual], /There is no file none.js/],
    [
      ['backtest', 'strategy.js', '--history', history],
      /exports no function default. It exports once, other, volume/,
    ],
    [['backtest', 'strategy.js', '--export', 'volume', '--history', history], /exports no function volume/],
    [['backtest', 'strategy.js', '--export', 'once'], /--history is missing/],
    [['backtest', 'strategy.js', ...usual, '--param', 'fast'], /--param.*NAME=VALUE/],
    [['sweep', 'strategy.js', ...usual], /--param is missing/],
    [['sweep', 'strategy.js', ...usual, '--param', 'volume=9..1'], /has no values, or too many/],
  ])('%j is a mistake, with 2', async (args, words) => {
    const { code, err } = await run(...args)
    expect(code).toBe(2)
    expect(err).toMatch(words)
  })
})

describe('parameters', () => {
  it('are numbers, truth values and texts', () => {
    expect(runParams([param('a=5'), param('b=true'), param('c=x=y'), param('d=')])).toEqual({
      a: 5,
      b: true,
      c: 'x=y',
      d: '',
    })
  })

  it('of a sweep are lists and ranges', () => {
    expect(sweepParams([param('a=5,10'), param('b=0.1..0.3:0.1'), param('c=x'), param('d=1..3')])).toEqual({
      a: [5, 10],
      b: [0.1, 0.2, 0.3],
      c: ['x'],
      d: [1, 2, 3],
    })
  })
})
