/* eslint-disable @typescript-eslint/no-deprecated -- They are to work as long as they are there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { journalIn, saveTokensTo } from 'rx-ctrader/node'

describe('the former names', () => {
  const directory = mkdtempSync(join(tmpdir(), 'former-'))
  afterAll(() => {
    rmSync(directory, { recursive: true })
  })

  it('do what the new ones do', () => {
    const orders = join(directory, 'orders.jsonl')
    journalIn(orders).append({ state: 'settled', id: 'a-1', accountId: 1, outcome: 'filled' })
    expect(readFileSync(orders, 'utf8')).toContain('a-1')

    const credentials = join(directory, 'credentials.json')
    writeFileSync(credentials, '{}')
    saveTokensTo(credentials)({ accessToken: 'a', refreshToken: 'r', expiresAt: 1 })
    expect(JSON.parse(readFileSync(credentials, 'utf8'))).toMatchObject({ accessToken: 'a' })
  })
})
