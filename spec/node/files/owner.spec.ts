import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileJournal } from 'rx-ctrader/node'
import { isThisProcess, processLife, parseOwner, thisProcess } from '../../../src/node/files/owner'
import type { Owner } from '../../../src/node/files/owner'

const settled = { state: 'settled', id: 'a-1', accountId: 1, outcome: 'filled' } as const
const onLinux = process.platform === 'linux'

describe('the owner of a file', () => {
  it('is recognised by what its process is, and not by its number alone (C4)', () => {
    const me = thisProcess()
    expect(parseOwner(JSON.stringify(me))).toEqual(me)
    expect(isThisProcess(me)).toBe(true)
    for (const other of [
      { pid: 1 },
      { host: 'another' },
      { thread: 7 },
      { started: '1' },
      { namespace: 'pid:[1]' },
    ])
      expect(isThisProcess({ ...me, ...other })).toBe(false)
  })

  it('lives, or is dead for certain, only where its number means the same (C4)', async () => {
    const me = thisProcess()
    const child = spawn(process.execPath, ['--eval', ''], { stdio: 'ignore' })
    await once(child, 'exit')
    const { started, ...elsewhere } = { ...me, pid: child.pid ?? 0 }
    const gone: Owner = { ...elsewhere, ...(started !== undefined && { started }) }
    expect(processLife(me)).toBe(onLinux ? 'alive' : 'unknown')
    expect(processLife(gone)).toBe('dead')
    // In another container, on another machine, before the last start of the machine.
    for (const other of [{ namespace: 'pid:[1]' }, { host: 'another' }, { boot: 'before' }]) {
      expect(processLife({ ...me, ...other })).toBe('unknown')
      expect(processLife({ ...gone, ...other })).toBe('unknown')
    }
  })

  it('is dead where its number was given to another process since (C4)', () => {
    const { started, ...me } = thisProcess()
    expect(processLife({ ...me, started: `${started}0` })).toBe(onLinux ? 'dead' : 'unknown')
    // Where that cannot be told, its lock has to be looked at.
    expect(processLife(me)).toBe('unknown')
  })

  it.each(['', 'x', 'null', '1', '{}', '{"pid":"1","host":"a"}'])('is not named by %j', text => {
    expect(parseOwner(text)).toBeUndefined()
  })
})

describe('a lock whose owner cannot be looked up', () => {
  let directory = ''
  let path = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lock-'))
    path = join(directory, 'orders.jsonl')
    mkdirSync(`${path}.lock`)
  })
  afterEach(() => {
    rmSync(directory, { recursive: true })
  })
  const append = (): void => {
    fileJournal(path).append(settled)
  }
  const owned = (owner: Partial<Owner>): void => {
    writeFileSync(join(`${path}.lock`, 'owner.json'), JSON.stringify({ ...thisProcess(), ...owner }))
  }
  const silentFor = (seconds: number): void => {
    const at = Date.now() / 1_000 - seconds
    utimesSync(`${path}.lock`, at, at)
  }

  it('is respected as long as it shows signs of life, and void after ten seconds without (C4)', () => {
    owned({ host: 'container-1', pid: 17 })
    const refusal = `${path} is in use by process 17 on container-1: it is for one process at a time`
    expect(append).toThrow(refusal)
    expect(() => fileJournal(path).load()).toThrow(refusal)
    silentFor(9)
    expect(append).toThrow(refusal)
    silentFor(11)
    append()
    expect(parseOwner(readFileSync(join(`${path}.lock`, 'owner.json'), 'utf8'))?.pid).toBe(process.pid)
  })

  it('is respected also where it says nothing of its owner (C4)', () => {
    expect(append).toThrow(`${path} is in use by another process, as ${path}.lock says`)
    silentFor(11)
    append()
  })

  it('is shared by another copy of this package in the same process (C3)', () => {
    owned({ claim: 'of another copy' })
    append()
    expect(readFileSync(join(`${path}.lock`, 'owner.json'), 'utf8')).toContain('of another copy')
  })

  it('is not for another thread of the same process (C4)', () => {
    owned({ thread: 3 })
    expect(append).toThrow(onLinux ? `in use by process ${process.pid}` : '')
  })
})
