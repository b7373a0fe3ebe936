import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../../src/cli/gateway/config/readConfig'

it('the configuration of a gateway gives accounts their feeds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
  const config = {
    port: 0,
    application: { clientId: 'demo' },
    origins: [],
    grants: { folder: 'grants' },
    sessions: 'sessions.cjs',
    feeds: { one: [1, 2], other: [3] },
  }
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify(config))
  const key = Buffer.alloc(32, 7).toString('base64')
  const env = { RX_CTRADER_CLIENT_SECRET: 'demo', RX_CTRADER_GRANT_KEYS: `a:${key}` }
  const { feeds } = readConfig('gateway.json', folder, env)
  rmSync(folder, { recursive: true })
  expect([...feeds]).toEqual([
    [1, 'one'],
    [2, 'one'],
    [3, 'other'],
  ])
})
