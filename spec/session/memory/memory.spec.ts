import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

jest.setTimeout(20_000)

let folder = ''
let lines: readonly string[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'memory-'))
  const outfile = join(folder, 'logins.cjs')
  buildSync({ entryPoints: [join(__dirname, 'logins.fixture.ts')], bundle: true, platform: 'node', outfile })
  lines = execFileSync(process.execPath, ['--expose-gc', outfile], { encoding: 'utf8' }).trim().split('\n')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('an account with a token of its own for each login', () => {
  it('is not kept when it is not referenced any more (B11)', () => {
    expect(lines).toContain('unreferenced: gone')
  })

  it('is the same as long as it has a subscriber (B11)', () => {
    expect(lines).toEqual(expect.arrayContaining(['subscribed: the same', 'unsubscribed: gone']))
  })
})
