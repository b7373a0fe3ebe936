/** An access token has expired: the grant is renewed, saved to a file and used. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeWhile } from 'rxjs'
import { createClient } from 'rx-ctrader'
import { readCredentials, fileTokens } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
const path = join(folder, 'credentials.json')
const given = {
  accountId: 12345678,
  clientId: 'demo',
  clientSecret: 'demo',
  accessToken: 'demo',
  refreshToken: 'demo-refresh',
}
writeFileSync(path, JSON.stringify(given), { mode: 0o600 })

const broker = createSimulator()
broker.fault({ kind: 'tokenExpiry' })

const credentials = readCredentials(path) ?? given
const { clientId, clientSecret } = credentials
const client = createClient({ connect: broker.connect, clientId, clientSecret, linger: 0 })

// #region save
// Writes the new pair into the file it was read from, whole or not at all.
const account = client.account({ ...credentials, saveTokens: fileTokens(path) })
// #endregion

account.authenticated$.pipe(takeWhile(({ status }) => status !== 'authenticated', true)).subscribe({
  next: ({ status }) => console.log(status),
  complete: () => {
    const { accessToken, refreshToken } = JSON.parse(readFileSync(path, 'utf8')) as typeof given
    console.log(accessToken, refreshToken)
    rmSync(folder, { recursive: true })
  },
})
