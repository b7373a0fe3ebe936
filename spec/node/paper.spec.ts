import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom, from } from 'rxjs'
import type { PaperState } from 'rx-ctrader/backtest'
import { filePaper } from 'rx-ctrader/node'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
  path = join(folder, 'paper.json')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const state = (accountId = 1): PaperState => ({
  version: 1,
  accountId,
  depositAsset: 'USD',
  moneyDigits: 2,
  accountType: 0,
  exchange: { at: 1 },
})

const loaded = (): Promise<unknown> => firstValueFrom(from(filePaper(path).load()))

describe('a paper account in a file', () => {
  it('is not there before it is saved', async () => {
    expect(await loaded()).toBeUndefined()
  })

  it('is what was saved last, for its owner only', async () => {
    const store = filePaper(path)
    store.save(state(1))
    store.save(state(2))
    expect(await loaded()).toEqual(state(2))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    // Nothing else is left but the lock.
    expect(readdirSync(folder).sort()).toEqual(['paper.json', 'paper.json.lock'])
  })

  it('follows a link to its file', async () => {
    const target = join(folder, 'target.json')
    symlinkSync(target, path)
    filePaper(path).save(state())
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual(state())
    expect(await loaded()).toEqual(state())
  })

  it('errors with its name for a file that is not JSON, and for a folder', () => {
    writeFileSync(path, '{ "version": 1')
    const error = (option: string, detail: string): Error =>
      expect.objectContaining({ reason: 'InvalidOption', option, detail }) as Error
    expect(() => filePaper(path).load()).toThrow(
      error(path, 'is not the state of a paper account: it is not JSON'),
    )
    expect(() => filePaper(folder).load()).toThrow(error(folder, 'is not a regular file'))
  })

  it('is for one process at a time', () => {
    const lock = `${path}.lock`
    filePaper(path).save(state(1))
    const note = JSON.parse(readFileSync(join(lock, 'owner.json'), 'utf8')) as { readonly pid: number }
    // Another process, which is alive: the one that started this one.
    writeFileSync(
      join(lock, 'owner.json'),
      JSON.stringify({ ...note, pid: process.ppid, started: undefined, claim: 'other' }),
    )
    expect(() => filePaper(path).load()).toThrow(`is in use by`)
    expect(() => {
      filePaper(path).save(state(2))
    }).toThrow('is in use by')
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(state(1))
  })
})
