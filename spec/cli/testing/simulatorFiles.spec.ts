import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { namedHistory } from '../../../src/cli/testing/historyFiles'
import { readSimulatorFiles } from '../../../src/cli/testing/simulatorFiles'
import { runInProcess } from '../../support/commandLine'

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-files-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})
const file = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return name
}

const bars = Array.from({ length: 3 }, (_, i) => `2031-01-08T12:0${i}:00Z,1.1,1.2,1.0,1.1,5`)
const csv = ['time,open,high,low,close,volume', ...bars, ''].join('\n')

describe('the files of a simulator', () => {
  it('may be a list of accounts for the usual grant', async () => {
    const accounts = file('accounts.json', [{ accountId: 5, balance: 100 }])
    expect(await readSimulatorFiles({ accounts }, folder)).toEqual({
      accounts: [
        { accountId: 5, balance: 100, isLive: false, traderLogin: 5, brokerTitleShort: 'Simulator' },
      ],
      grants: [expect.objectContaining({ accessToken: 'demo', accountIds: [5] })],
    })
  })

  it('may be an object with applications, accounts and grants', async () => {
    const content = { applications: [{ clientId: 'a', clientSecret: 'b' }] }
    expect(await readSimulatorFiles({ accounts: file('identity.json', content) }, folder)).toEqual(content)
  })

  it('may be symbols and histories', async () => {
    const symbols = file('symbols.json', [{ name: 'EURUSD', digits: 4 }])
    const history = [file('eurusd-m1.csv', csv)]
    const read = await readSimulatorFiles({ symbols, history }, folder)
    expect(read.symbols).toEqual([{ name: 'EURUSD', digits: 4 }])
    expect(read.history).toMatchObject([{ symbol: 'EURUSD', period: 'M1' }])
  })

  it.each<[object, RegExp]>([
    [{ accounts: 'none.json' }, /--accounts: none.json cannot be read: ENOENT/],
    [{ accounts: file('text.json', 'x') }, /--accounts: text.json must be JSON/],
    [{ accounts: file('numbers.json', [1]) }, /must be a list of objects/],
    [{ accounts: file('wrong.json', [{}]) }, /accountId of account 1 in wrong.json/],
    [{ accounts: file('strange.json', { account: [] }) }, /unknown field: account/],
    [{ symbols: file('object.json', {}) }, /--symbols: object.json must be a list/],
  ])('are refused if they are wrong: %j', async (files, words) => {
    await expect(readSimulatorFiles(files, folder)).rejects.toThrow(words)
  })

  it('are those of the simulator that is served', async () => {
    const accounts = file('served.json', [{ accountId: 7, isLive: false }])
    const history = file('eurusd.csv', csv)
    const args = ['simulate', '--port', '0', '--json', '--accounts', accounts, '--history', history]
    const one = runInProcess(args, { folder })
    await one.until(text => text.endsWith('\n'))
    one.stop()
    expect(one.json()).toMatchObject([{ credentials: { accountId: 7, environment: 'demo' } }])
  })
})

describe('the symbol of a history', () => {
  it.each([
    ['eurusd-m1.csv', 'EURUSD'],
    ['data/XAUUSD.parquet', 'XAUUSD'],
    ['us500_ticks.csv.gz', 'US500'],
    ['AAPL.US=x.csv', 'AAPL.US'],
  ])('of %s is %s', (text, symbol) => {
    expect(namedHistory(text).symbol).toBe(symbol)
  })

  it('is needed where the name does not tell it', () => {
    expect(() => namedHistory('2031.csv')).toThrow('Give SYMBOL=2031.csv')
    expect(namedHistory('2031.csv', 'EURUSD')).toEqual({ symbol: 'EURUSD', path: '2031.csv' })
  })
})
