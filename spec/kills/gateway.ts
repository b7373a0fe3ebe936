/** A gateway behind a port, with journals in files, until it is killed. */
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { NEVER, concat, of } from 'rxjs'
import { webSocketConnect } from 'rx-ctrader'
import { createGateway } from 'rx-ctrader/gateway'
import { fileJournal, serveGateway } from 'rx-ctrader/node'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
    directory: { type: 'string', default: '.' },
    accounts: { type: 'string', default: '' },
  },
})

const entitlements = values.accounts.split(',').map(id => ({
  accountId: Number(id),
  environment: 'demo' as const,
  grantId: 'one',
  scope: 'trade' as const,
}))

const gateway = createGateway({
  application: { clientId: 'demo', clientSecret: 'demo' },
  origins: [],
  lines: [{ name: 'demo', environment: 'demo', connect: webSocketConnect(values.url) }],
  grants: { load: () => of({ tokens: { accessToken: 'demo' }, version: '1' }), save: () => NEVER },
  authenticate: ({ token = '' }) => of({ userId: token }),
  entitle: () => concat(of(entitlements), NEVER),
  journal: accountId => fileJournal(`${values.directory}/gateway-${accountId}.jsonl`),
})

serveGateway(gateway, { port: Number(values.port) }).subscribe(({ url }) => {
  // Written when it returns, so that a kill in the next moment does not lose it.
  writeSync(1, `${url}\n`)
})
