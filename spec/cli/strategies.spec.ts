import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startCommand } from './program'

jest.setTimeout(60_000)

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-strategies-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})
symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction')
writeFileSync(
  join(folder, 'strategy.ts'),
  `import { placeOrder, units, pips } from '${resolve('src/index')}'
import type { Account } from '${resolve('src/index')}'
export default (account: Account, { volume }: { volume: number }) =>
  placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(volume), takeProfit: pips(10) })
`,
)
const history = ['--history', resolve('docs/examples/data/eurusd-m30.csv'), '--from', '2025-01-07T10:00Z']

describe('a strategy in TypeScript', () => {
  it('runs without a build, shows its figures, and writes its trades and a report with charts', async () => {
    const files = ['--csv', 'trades.csv', '--report', 'out.html']
    const args = ['backtest', 'strategy.ts', ...history, '--param', 'volume=2000', ...files]
    const one = startCommand(args, { cwd: folder, isSource: true })
    expect(await one.exitCode).toBe(0)
    expect(one.err()).toMatch(/\nWrote the trades to trades\.csv\.\nWrote the report to out\.html\.\n$/)
    expect(one.out()).toMatch(/^trades +1\nnet +-?\d+\.\d\d\n/)
    expect(readFileSync(join(folder, 'trades.csv'), 'utf8')).toMatch(
      /^positionId,symbol,side,volume,[^\n]*\n\d+,EURUSD,buy,2000,/,
    )
    expect(readFileSync(join(folder, 'out.html'), 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\s*$/i)
  })

  it('runs with each combination of parameters', async () => {
    const args = ['sweep', 'strategy.ts', ...history, '--param', 'volume=1000..3000:1000', '--by', 'net']
    const one = startCommand([...args, '--csv', 'runs.csv'], { cwd: folder, isSource: true })
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toMatch(/^volume +net +trades +net +drawdown\n +1000 /)
    expect(one.err()).toMatch(/^EURUSD: 4935 prices from .*, 210 outside of its trading hours$/m)
    expect(readFileSync(join(folder, 'runs.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(4)
  })
})
