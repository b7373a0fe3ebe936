import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { isCTraderError } from 'rx-ctrader'
import type { CTraderError } from 'rx-ctrader'
import { readCredentials } from 'rx-ctrader/node'

const complete = {
  accountId: 98765432123,
  clientId: 'SECRET-client-id',
  clientSecret: 'SECRET-client-secret',
  accessToken: 'SECRET-access-token',
  refreshToken: 'SECRET-refresh-token',
}

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
  path = join(folder, 'credentials.json')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const write = (content: unknown, mode = 0o600): void => {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  chmodSync(path, mode)
}

/** How reading the file fails, after a look at everything of it that could be shown. */
const failureOf = (content: unknown): CTraderError => {
  write(content)
  const warnings: string[] = []
  let failure: unknown
  try {
    readCredentials(path, line => warnings.push(line))
  } catch (error) {
    failure = error
  }
  if (!isCTraderError(failure)) throw new Error('no CTraderError was thrown')
  const shown = [inspect(failure, { depth: 9, showHidden: true }), JSON.stringify(failure), failure.stack]
  expect([...shown, ...warnings].join()).not.toMatch(/SECRET|98765432123/)
  expect(failure.reason).toBe('InvalidOption')
  expect(failure.message).toContain(path)
  return failure
}

describe('a credentials file', () => {
  it.each([
    ['without environment', complete],
    ['for the demo host', { ...complete, environment: 'demo' }],
    ['for the live host', { ...complete, environment: 'live' }],
    ['for another server', { ...complete, server: 'ws://127.0.0.1:5036' }],
  ])('%s is read as it is', (_, credentials) => {
    const warnings: string[] = []
    write(JSON.stringify(credentials, null, 2))
    expect(readCredentials(path, line => warnings.push(line))).toEqual(credentials)
    expect(warnings).toEqual([])
  })

  it('that is not there is no failure', () => {
    const warnings: string[] = []
    expect(readCredentials(path, line => warnings.push(line))).toBeUndefined()
    expect(warnings).toEqual([])
  })

  const texts = ['clientId', 'clientSecret', 'accessToken', 'refreshToken']

  it.each(['accountId', ...texts])('without %s is refused by its name', field => {
    expect(failureOf({ ...complete, [field]: undefined }).message).toBe(`${field} in ${path} is missing`)
  })

  it.each(texts)('with an empty %s is refused by its name', field => {
    expect(failureOf({ ...complete, [field]: '' }).message).toBe(`${field} in ${path} is empty`)
  })

  it.each(
    texts.flatMap(field =>
      [98765432123, null, true, ['SECRET-in-a-list'], { key: 'SECRET-in-an-object' }].map(
        value => [field, value] as const,
      ),
    ),
  )('with a %s of %j is refused by its name', (field, value) => {
    expect(failureOf({ ...complete, [field]: value }).message).toMatch(
      new RegExp(String.raw`^${field} in .* must be a string$`),
    )
  })

  it.each(['98765432123', '', 'SECRET', null, true, 0, -98765432123, 1.5, 2 ** 53, ['SECRET']])(
    'with an accountId of %j is refused by its name',
    accountId => {
      expect(failureOf({ ...complete, accountId }).message).toMatch(/^accountId in .*whole number/)
    },
  )

  it.each(['Demo', '', 'SECRET', null, 0, ['demo']])(
    'with an environment of %j is refused by its name',
    environment => {
      expect(failureOf({ ...complete, environment }).message).toMatch(/^environment in .*'demo' or 'live'$/)
    },
  )

  it.each(['127.0.0.1', '', null, 0])('with a server of %j is refused by its name', server => {
    expect(failureOf({ ...complete, server }).message).toMatch(/^server in .*must be a URL$/)
  })

  it.each(['[]', '[{"clientSecret":"SECRET"}]', 'null', '"SECRET"', '98765432123', 'true'])(
    'that holds %s is refused',
    text => {
      expect(failureOf(text).message).toMatch(/must hold a JSON object$/)
    },
  )

  it.each([
    ['a comma too many', '{\n  "clientId": "SECRET-a",\n}', 3, 1],
    ['a comma too few', '{\n  "clientId": "SECRET-a"\n  "clientSecret": "SECRET-b"\n}', 3, 3],
    ['a key without quotes', '{\n  clientSecret: "SECRET-a"\n}', 2, 3],
    ['a colon too few', '{"clientSecret" "SECRET-a"}', 1, 17],
    ['a value without quotes', '{\n  "clientId": "SECRET-a",\n  "clientSecret": SECRET-b\n}', 3, 19],
    ['single quotes', '{\n  "clientSecret": \'SECRET-a\'\n}', 2, 19],
    ['nothing but a secret', 'SECRET-a', 1, 1],
    ['something behind the end', '{}\nSECRET-a', 2, 1],
    ['words like those of the engine', '{\n  "clientId": at position 3\n}', 2, 15],
    ['no end', '{\n  "clientSecret": "SECRET-a"', 2, 29],
    ['no end and a comma', '{\n  "clientSecret": "SECRET-a",\n', 3, 1],
    ['no content', '', 1, 1],
  ])('with %s is refused by line and column', (_, text, line, column) => {
    expect(failureOf(text).message).toBe(`${path} is not valid JSON (line ${line}, column ${column})`)
  })
})

describe('a credentials file others may read', () => {
  it.each([0o644, 0o640, 0o604, 0o666])('is read with one warning that says what to do (%o)', mode => {
    const warnings: string[] = []
    write(complete, mode)
    expect(readCredentials(path, line => warnings.push(line))).toEqual(complete)
    expect(warnings).toEqual([expect.stringContaining(`chmod 600 ${path}`)])
    expect(warnings.join()).not.toMatch(/SECRET|98765432123/)
  })

  it.each([0o600, 0o400, 0o700])('is not one that is kept to oneself (%o)', mode => {
    const warnings: string[] = []
    write(complete, mode)
    expect(readCredentials(path, line => warnings.push(line))).toEqual(complete)
    expect(warnings).toEqual([])
  })

  it('is warned of on the console when nothing else is said', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation()
    write(complete, 0o644)
    readCredentials(path)
    expect(warn.mock.calls).toEqual([[expect.stringContaining(`chmod 600 ${path}`)]])
    warn.mockRestore()
  })

  it('is warned of even if it is of no use', () => {
    const warnings: string[] = []
    write('hello', 0o644)
    expect(() => readCredentials(path, line => warnings.push(line))).toThrow(/is not valid JSON/)
    expect(warnings).toHaveLength(1)
  })
})

describe('when a token expires', () => {
  it('has to be a time', () => {
    expect(failureOf({ ...complete, expiresAt: 'tomorrow' }).message).toContain('expiresAt')
  })
})
