import { randomBytes } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { firstValueFrom, lastValueFrom } from 'rxjs'
import type { Tokens } from 'rx-ctrader'
import { encryptedGrants } from 'rx-ctrader/node'
import type { GrantKey } from 'rx-ctrader/node'
import { OWNER_ONLY } from '../../support/fileMode'

const old: GrantKey = { id: '2026-05', key: randomBytes(32) }
const recent: GrantKey = { id: '2026-11', key: randomBytes(32).toString('base64') }
const pair = (name = 'SECRET'): Required<Tokens> => ({
  accessToken: `${name}-access`,
  refreshToken: `${name}-refresh`,
  expiresAt: 1_800_000_000_000,
})

let parent = ''
let folder = ''
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
  folder = join(parent, 'grants')
})
afterEach(() => {
  rmSync(parent, { recursive: true })
})

const storeOf = (...[first = recent, ...others]: readonly GrantKey[]) =>
  encryptedGrants(folder, [first, ...others])
const save = (grantId: string, tokens = pair(), after = '', store = storeOf()): Promise<string> =>
  firstValueFrom(store.save(grantId, tokens, after))
const load = (grantId: string, store = storeOf()) =>
  lastValueFrom(store.load(grantId), { defaultValue: undefined })
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )
const files = (): readonly string[] => readdirSync(folder).map(name => join(folder, name))
const onlyFile = (): string => files()[0] ?? ''

describe('sealed grants', () => {
  it('give back what was saved, with its version, and nothing where nothing was saved', async () => {
    expect(await load('ann')).toBeUndefined()
    const version = await save('ann')
    expect(await load('ann')).toEqual({ tokens: pair(), version })
    expect(await load('ben')).toBeUndefined()
  })

  it('are in files that only their owner can read, and that show no token, key or grant id', async () => {
    await save('grant-of-ann')
    expect(statSync(onlyFile()).mode & 0o777).toBe(OWNER_ONLY)
    const shown = `${onlyFile()} ${readFileSync(onlyFile(), 'utf8')}`
    expect(shown).not.toMatch(/SECRET|grant-of-ann/)
    expect(shown).not.toContain(recent.key)
    expect(shown).toContain('"key":"2026-11"')
  })

  it('seal the same tokens differently each time', async () => {
    const first = await save('ann')
    const before = readFileSync(onlyFile(), 'utf8')
    expect(await save('ann', pair(), first)).not.toBe(first)
    expect(readFileSync(onlyFile(), 'utf8')).not.toBe(before)
  })

  it('are saved over the version that is expected only', async () => {
    const first = await save('ann')
    const second = await save('ann', pair('SECRET-2'), first)
    for (const after of ['', first, 'other'])
      expect(await failure(save('ann', pair('SECRET-3'), after))).toMatchObject({
        message: 'after is not the version that is kept',
      })
    expect(await load('ann')).toEqual({ tokens: pair('SECRET-2'), version: second })
    expect(await failure(save('ben', pair(), 'other'))).toMatchObject({ reason: 'InvalidOption' })
  })

  it('are saved by one of many that save at once', async () => {
    const first = await save('ann')
    const saved = await Promise.all(
      [1, 2, 3, 4, 5].map(n => failure(save('ann', pair(`SECRET-${n}`), first)).then(String)),
    )
    expect(saved.filter(said => said === 'no error')).toHaveLength(1)
    expect(files()).toHaveLength(1)
  })

  it('are opened by all keys, and sealed by the first', async () => {
    const version = await save('ann', pair(), '', storeOf(old))
    const rotated = storeOf(recent, old)
    expect(await load('ann', rotated)).toMatchObject({ tokens: pair() })
    await save('ann', pair('SECRET-2'), version, rotated)
    expect(await load('ann', storeOf(recent))).toMatchObject({ tokens: pair('SECRET-2') })
  })

  it.each([
    ['no key of that name', () => [old], 'are sealed with a key that is not there'],
    [
      'another key of that name',
      () => [{ ...recent, key: randomBytes(32) }],
      'do not open: the key is another one, or the file was changed',
    ],
  ])('do not open with %s', async (_, keys, detail) => {
    await save('ann')
    const error = await failure(load('ann', storeOf(...keys())))
    expect(error).toMatchObject({
      reason: 'InvalidOption',
      option: 'grantId',
      detail: `names tokens that ${detail}`,
    })
    expect(inspect(error)).not.toMatch(/SECRET/)
    expect(await failure(save('ann', pair(), '', storeOf(...keys())))).toMatchObject({ option: 'grantId' })
  })

  it.each([
    ['no JSON', 'SECRET'],
    ['a text', '"SECRET"'],
    ['without a seal', '{"key":"2026-11","accessToken":"SECRET"}'],
    ['too short', '{"key":"2026-11","nonce":"","sealed":"U0VDUkVU"}'],
  ])('do not open when the file is %s, and the error has nothing of it', async (_, content) => {
    await save('ann')
    writeFileSync(onlyFile(), content)
    const error = await failure(load('ann'))
    expect(error).toMatchObject({ reason: 'InvalidOption', option: 'grantId' })
    expect(inspect(error)).not.toMatch(/SECRET|U0VD/)
  })

  it('do not open as those of another grant, or after a change', async () => {
    await save('ann')
    const file = onlyFile()
    await save('ben', pair('SECRET-ben'))
    const other = files().find(path => path !== file) ?? ''
    copyFileSync(file, other)
    expect(await failure(load('ben'))).toMatchObject({ reason: 'InvalidOption' })
    const text = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      text.replace(/"sealed":"(.)/, (_, first: string) => `"sealed":"${first === 'A' ? 'B' : 'A'}`),
    )
    expect(await failure(load('ann'))).toMatchObject({ reason: 'InvalidOption' })
  })

  it('say why a file cannot be read', async () => {
    await save('ann')
    const file = onlyFile()
    rmSync(file)
    mkdirSync(file)
    expect(await failure(load('ann'))).toMatchObject({
      detail: expect.stringMatching(/^names tokens that cannot be read: E/) as string,
    })
  })

  it.each([
    '../outside',
    '/etc/outside',
    '..',
    '.',
    'a/../../b',
    '..\\outside',
    'a\0b',
    'C:\\x',
    'ä'.repeat(900),
  ])('stay in their folder with the grant id %j', async grantId => {
    await save(grantId)
    expect(await load(grantId)).toMatchObject({ tokens: pair() })
    expect(readdirSync(parent)).toEqual(['grants'])
    expect(dirname(onlyFile())).toBe(folder)
  })

  it('have a file each, also where ids differ in case alone', async () => {
    await save('ann', pair('SECRET-1'))
    await save('Ann', pair('SECRET-2'))
    expect(await load('ann')).toMatchObject({ tokens: pair('SECRET-1') })
  })

  it('are removed, whether there are any or not', async () => {
    await save('ann')
    await lastValueFrom(storeOf().remove('ann'), { defaultValue: undefined })
    await lastValueFrom(storeOf().remove('ann'), { defaultValue: undefined })
    expect([files(), await load('ann')]).toEqual([[], undefined])
  })

  it.each(['', 7, undefined])('refuse the grant id %p', async grantId => {
    expect(await failure(load(grantId as string))).toMatchObject({ option: 'grantId' })
    expect(await failure(save(grantId as string))).toMatchObject({ option: 'grantId' })
    expect(existsSync(folder)).toBe(false)
  })
})

describe('the options of sealed grants', () => {
  const short = 'U0VDUkVU'
  it.each<[string, unknown, string]>([
    ['no list', old, 'keys'],
    ['no key', [], 'keys'],
    ['no object', [short], 'keys.0'],
    ['an unknown field', [{ ...old, secret: short }], 'keys.0.secret'],
    ['a short key', [old, { id: 'a', key: short }], 'keys.1.key'],
    ['short bytes', [{ id: 'a', key: randomBytes(16) }], 'keys.0.key'],
    ['no bytes', [{ id: 'a', key: 7 }], 'keys.0.key'],
    ['an id with a slash', [{ ...old, id: '../a' }], 'keys.0.id'],
    ['no id', [{ key: old.key }], 'keys.0.id'],
    ['an id twice', [old, { ...recent, id: old.id }], 'keys.1.id'],
  ])('name the place of %s, and never the key', (_, keys, option) => {
    let error: unknown
    try {
      encryptedGrants(folder, keys as [GrantKey])
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ reason: 'InvalidOption', option })
    expect(inspect(error)).not.toContain(short)
  })

  it.each<unknown>(['', undefined])('refuse the folder %p', path => {
    expect(() => encryptedGrants(path as string, [old])).toThrow('folder must be a path')
  })
})
