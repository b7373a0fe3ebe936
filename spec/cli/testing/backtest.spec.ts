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
`
writeFileSync(join(folder, 'strategy.js'), strategy)

const run = async (...args: readonly string[]) => {
  const one = runInProcess(args, { folder })
  const code = await one.exitCode
  return { code, out: one.out(), err: one.err() }
}
const usual = ['--history', history, '--export', 'once']

describe('backtest', () => {
  it('shows the figures', async () => {
    const { code, out, err } = await run('backtest', 'strategy.js', ...usual)
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^trades +0\nnet +0\.00\n[^]*still open +0\n$/)
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
