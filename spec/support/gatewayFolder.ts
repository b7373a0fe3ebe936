import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { encryptedGrants } from 'rx-ctrader/node'

const KEY = Buffer.alloc(32, 7).toString('base64')

/** The secrets of the command, as variables. */
export const gatewayVariables = {
  RX_CTRADER_CLIENT_SECRET: 'demo',
  RX_CTRADER_GRANT_KEYS: `2026-11:${KEY}`,
}

const account = { accountId: 12345678, environment: 'demo', grantId: 'one', scope: 'trade' }

const sessions = `
const { NEVER, concat, of } = require(${JSON.stringify(require.resolve('rxjs'))})
exports.authenticate = ({ token }) => of({ userId: token })
exports.entitle = () => concat(of([${JSON.stringify(account)}]), NEVER)
`

/**
 * Writes what the command needs to serve a simulator's account: `gateway.json`, the module of sessions, and the tokens. The
 * token of a session is the name of its user.
 */
export const writeGatewayFolder = async (
  folder: string,
  server: string,
  change: object = {},
): Promise<void> => {
  const config = {
    port: 8443,
    application: { clientId: 'demo' },
    origins: ['https://app.example.com'],
    lines: [{ name: 'demo', environment: 'demo', server }],
    grants: { folder: 'state/grants' },
    sessions: 'sessions.cjs',
    journal: 'state/journals',
    audit: 'state/audit.jsonl',
    ...change,
  }
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'sessions.cjs'), sessions)
  const store = encryptedGrants(join(folder, 'state/grants'), [{ id: '2026-11', key: KEY }])
  const tokens = { accessToken: 'demo', refreshToken: 'demo-refresh', expiresAt: Date.UTC(2040, 0) }
  await firstValueFrom(store.save('one', tokens, ''))
}
