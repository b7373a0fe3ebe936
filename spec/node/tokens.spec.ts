import fs from 'node:fs'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
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
import { fileTokens, readCredentials } from 'rx-ctrader/node'
import { endOf, startWriter } from './processes/start'

const complete = {
  accountId: 98765432123,
  clientId: 'SECRET-client-id',
  clientSecret: 'SECRET-client-secret',
  accessToken: 'SECRET-access-token',
  refreshToken: 'SECRET-refresh-token',
}
const renewed = { accessToken: 'SECRET-new', refreshToken: 'SECRET-next', expiresAt: 1_800_000_000_000 }

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
  path = join(folder, 'credentials.json')
})
afterEach(() => {
  jest.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const write = (content: unknown, mode = 0o600): void => {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  chmodSync(path, mode)
}
const written = (): unknown => JSON.parse(readFileSync(path, 'utf8'))
const failing = (code: string): Error => Object.assign(new Error(`${code}: it fails`), { code })

/** As of a file that is mounted by itself: it has one name, and that is fixed. */
const mounted = (): void => {
  jest.spyOn(fs, 'renameSync').mockImplementation(() => {
    throw failing('EBUSY')
  })
  jest.spyOn(fs, 'linkSync').mockImplementation(() => {
    throw failing('EXDEV')
  })
}
/** As of a folder that is another user's, in which the file is ours. */
const foreignFolder = (): void => {
  const { openSync } = fs
  jest.spyOn(fs, 'openSync').mockImplementation((file, flags, mode) => {
    if (flags === 'wx') throw failing('EACCES')
    return openSync(file, flags, mode)
  })
}

describe('tokens in a file', () => {
  it('are put into it and leave the rest, for its owner alone', () => {
    write({ ...complete, note: 'mine' }, 0o644)
    fileTokens(path)(renewed)
    expect(written()).toEqual({ ...complete, note: 'mine', ...renewed })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['credentials.json'])
    expect(readCredentials(path)).toMatchObject(renewed)
  })

  it.each([
    ['is no JSON', '{"accessToken": "SECRET'],
    ['is a text', '"SECRET"'],
    ['is gone', undefined],
  ])('throw, and leave everything as it was, when the file %s', (_, content) => {
    if (content !== undefined) write(content)
    const before = readdirSync(folder)
    const tokens = fileTokens(path)
    expect(() => tokens(renewed)).toThrow(/^(?!.*SECRET).*credentials\.json/)
    expect(() => tokens.check?.()).toThrow(/^(?!.*SECRET).*credentials\.json/)
    expect(readdirSync(folder)).toEqual(before)
  })

  it('follow a link to the file that has them (C1)', () => {
    const target = join(folder, 'vault', 'creds.json')
    mkdirSync(join(folder, 'vault'))
    writeFileSync(target, JSON.stringify(complete))
    symlinkSync(join('vault', 'creds.json'), path)
    const tokens = fileTokens(path)
    tokens.check?.()
    tokens(renewed)
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject(renewed)
    expect(readdirSync(join(folder, 'vault'))).toEqual(['creds.json'])
  })

  it('are for the folder in which the program was when it named the file', () => {
    write(complete)
    const before = process.cwd()
    process.chdir(folder)
    const tokens = fileTokens('credentials.json')
    process.chdir(before)
    tokens(renewed)
    expect(written()).toMatchObject(renewed)
  })

  it.each([
    ['is mounted by itself', mounted],
    ['is in a folder of somebody else', foreignFolder],
  ])('are written in place, and safe on the disk, where the file %s (C1)', (_, arrange) => {
    const long = { ...complete, note: 'x'.repeat(1_000) }
    write(long, 0o644)
    const { ino } = statSync(path)
    arrange()
    const synced: string[] = []
    const { fsyncSync } = fs
    jest.spyOn(fs, 'fsyncSync').mockImplementation(file => {
      fsyncSync(file)
      if (fs.fstatSync(file).ino === ino) synced.push(readFileSync(path, 'utf8'))
    })
    const tokens = fileTokens(path)
    tokens.check?.()
    expect(written()).toEqual(long)
    tokens(renewed)
    expect(written()).toEqual({ ...long, ...renewed })
    expect(synced).toEqual([readFileSync(path, 'utf8')])
    expect(statSync(path)).toMatchObject({ ino })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['credentials.json'])
    // Also where there is less to write than before.
    writeFileSync(path, JSON.stringify({ ...complete, note: '' }, undefined, 20))
    tokens(renewed)
    expect(written()).toEqual({ ...complete, note: '', ...renewed })
  })

  it('are what they were when writing in place fails in the middle (C1)', () => {
    write(complete)
    mounted()
    const { writeSync } = fs
    jest.spyOn(fs, 'writeSync').mockImplementationOnce((file: number, text: unknown) => {
      writeSync(file, String(text).slice(0, 40), 0)
      throw failing('ENOSPC')
    })
    expect(() => fileTokens(path)(renewed)).toThrow('ENOSPC')
    expect(written()).toEqual(complete)
  })

  it.each(['ENOSPC', 'EIO', 'EDQUOT'])(
    'cannot be saved on a disk that says %s, and that is known before (C1)',
    code => {
      write(complete)
      jest.spyOn(fs, 'writeFileSync').mockImplementation(() => {
        throw failing(code)
      })
      const tokens = fileTokens(path)
      expect(() => tokens.check?.()).toThrow(code)
      expect(() => tokens(renewed)).toThrow(code)
      expect(written()).toEqual(complete)
      expect(readdirSync(folder)).toEqual(['credentials.json'])
    },
  )

  it('cannot be saved where neither the file nor its folder can be written, and that is known before (C1)', () => {
    write(complete)
    const { openSync } = fs
    jest.spyOn(fs, 'openSync').mockImplementation((file, flags, mode) => {
      if (flags === 'wx' || flags === 'r+') throw failing('EROFS')
      return openSync(file, flags, mode)
    })
    const tokens = fileTokens(path)
    expect(() => tokens.check?.()).toThrow('EROFS')
    expect(() => tokens(renewed)).toThrow('EROFS')
    expect(written()).toEqual(complete)
  })

  it('leave the file alone that is tried', () => {
    write(complete, 0o640)
    const before = statSync(path)
    fileTokens(path).check?.()
    expect(statSync(path)).toMatchObject({ ino: before.ino, mode: before.mode, mtimeMs: before.mtimeMs })
    expect(readdirSync(folder)).toEqual(['credentials.json'])
  })
})

describe('tokens in a folder that others can write to', () => {
  it('have nothing to do with a file that is there already, which all may read (G15)', () => {
    write(complete)
    writeFileSync(`${path}.new`, 'theirs')
    chmodSync(`${path}.new`, 0o666)
    fileTokens(path)(renewed)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(`${path}.new`, 'utf8')).toBe('theirs')
  })

  it('do not go where a link of another user leads (G15)', () => {
    write(complete)
    const theirs = join(folder, 'theirs.txt')
    writeFileSync(theirs, '')
    symlinkSync(theirs, `${path}.new`)
    // Even if they could guess the name.
    const { openSync } = fs
    let guessed = false
    jest.spyOn(fs, 'openSync').mockImplementation((file, flags, mode) => {
      if (flags === 'wx' && !guessed) {
        guessed = true
        symlinkSync(theirs, file)
      }
      return openSync(file, flags, mode)
    })
    expect(() => fileTokens(path)(renewed)).toThrow('EEXIST')
    fileTokens(path)(renewed)
    expect(readFileSync(theirs, 'utf8')).toBe('')
    expect(lstatSync(path).isFile()).toBe(true)
    expect(written()).toMatchObject(renewed)
  })

  it('are always one whole pair, though three processes save theirs at once (G15)', async () => {
    write(complete)
    const ends = ['A', 'B', 'C'].map(name => endOf(startWriter('tokens', path, name)))
    const read: (typeof complete)[] = []
    const reading = setInterval(() => read.push(written() as typeof complete), 1)
    expect(await Promise.all(ends)).toEqual(['saved 60', 'saved 60', 'saved 60'])
    clearInterval(reading)
    const pairs = read.filter(({ refreshToken }) => refreshToken !== complete.refreshToken)
    expect(pairs.length).toBeGreaterThan(10)
    expect(
      pairs.filter(({ accessToken, refreshToken }) => !accessToken.startsWith(`${refreshToken} `)),
    ).toEqual([])
    expect(readdirSync(folder)).toEqual(['credentials.json'])
  }, 20_000)
})
