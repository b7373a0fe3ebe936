import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EMPTY } from 'rxjs'
import { findCredentials, newCredentialsPath } from '../../../src/cli/session/credentials'
import type { Terminal } from '../../../src/cli/terminal'

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-found-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const given = { clientId: 'id', clientSecret: 'secret', accessToken: 'token', refreshToken: 'refresh' }

const file = (accountId: number, ...path: readonly string[]): string => {
  const at = join(folder, ...path)
  mkdirSync(join(at, '..'), { recursive: true })
  writeFileSync(at, JSON.stringify({ ...given, accountId }), { mode: 0o600 })
  return at
}

const terminal = (env: Terminal['env'], here = 'empty', platform = 'linux'): Terminal => ({
  out: () => undefined,
  err: () => undefined,
  size: () => undefined,
  stop$: EMPTY,
  open: () => undefined,
  env,
  folder: join(folder, here),
  home: join(folder, 'home'),
  platform,
})

const variables = {
  RX_CTRADER_ACCOUNT_ID: '4',
  RX_CTRADER_CLIENT_ID: 'id',
  RX_CTRADER_CLIENT_SECRET: 'secret',
  RX_CTRADER_ACCESS_TOKEN: 'token',
}

describe('credentials', () => {
  const named = file(1, 'named.json')
  const here = file(2, 'here', 'credentials.json')
  const usual = file(3, 'home', '.config', 'rx-ctrader', 'credentials.json')
  const own = file(5, 'xdg', 'rx-ctrader', 'credentials.json')
  const roaming = file(6, 'roaming', 'rx-ctrader', 'credentials.json')

  it.each<[string, { readonly credentials?: string }, Terminal, number, string | undefined]>([
    ['the named file', { credentials: '../named.json' }, terminal(variables, 'here'), 1, named],
    [
      'the file that a variable names',
      {},
      terminal({ ...variables, RX_CTRADER_CREDENTIALS: named }),
      1,
      named,
    ],
    ['variables', {}, terminal(variables, 'here'), 4, undefined],
    ['the current folder', {}, terminal({}, 'here'), 2, here],
    ['the configuration folder', {}, terminal({}), 3, usual],
    ['XDG_CONFIG_HOME', {}, terminal({ XDG_CONFIG_HOME: join(folder, 'xdg') }), 5, own],
    ['APPDATA', {}, terminal({ APPDATA: join(folder, 'roaming') }, 'empty', 'win32'), 6, roaming],
  ])('come from %s', (_, options, where, accountId, path) => {
    const found = findCredentials(options, where)
    expect([found.credentials.accountId, found.path]).toEqual([accountId, path])
  })

  it('from variables have environment and server, and no refresh token', () => {
    const env = { ...variables, RX_CTRADER_ENVIRONMENT: 'live', RX_CTRADER_SERVER: 'ws://127.0.0.1:1' }
    expect(findCredentials({}, terminal({ ...env, RX_CTRADER_REFRESH_TOKEN: 'r' }))).toEqual({
      credentials: {
        accountId: 4,
        clientId: 'id',
        clientSecret: 'secret',
        accessToken: 'token',
        environment: 'live',
        server: 'ws://127.0.0.1:1',
      },
    })
  })

  it.each([
    ['a file that is not there', { credentials: 'none.json' }, {}, /no file .*none\.json/],
    ['a variable that is missing', {}, { RX_CTRADER_ACCESS_TOKEN: 't' }, /RX_CTRADER_ACCOUNT_ID is not/],
    ['an unknown environment', {}, { ...variables, RX_CTRADER_ENVIRONMENT: 'real' }, /ENVIRONMENT must be/],
    ['an account that is no number', {}, { ...variables, RX_CTRADER_ACCOUNT_ID: 'x' }, /ACCOUNT_ID must be/],
  ])('are refused for %s', (_, options, env, words) => {
    expect(() => findCredentials(options, terminal(env))).toThrow(words)
  })

  it('that are nowhere lead to login, and to the simulator', () => {
    const nowhere = { ...terminal({}), home: join(folder, 'nowhere') }
    expect(() => findCredentials({}, nowhere)).toThrow(/rx-ctrader login[^]*rx-ctrader simulate/)
  })

  it('are written to the named file, or into the current folder', () => {
    expect(newCredentialsPath({}, terminal({}))).toBe(join(folder, 'empty', 'credentials.json'))
    expect(newCredentialsPath({ credentials: 'x.json' }, terminal({}))).toBe(join(folder, 'empty', 'x.json'))
  })
})
