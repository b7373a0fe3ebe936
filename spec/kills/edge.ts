/** An edge behind a port, until it is killed. It says its address. */
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { NEVER, concat, of } from 'rxjs'
import { createEdge } from 'rx-ctrader/gateway'
import { serveGateway } from 'rx-ctrader/node'
import { logAs } from './log'
import { entitlementOf, openBus } from './natsConnection'

const { values } = parseArgs({
  options: {
    nats: { type: 'string', default: '' },
    patience: { type: 'string', default: '1000' },
    port: { type: 'string', default: '0' },
    accounts: { type: 'string', default: '' },
    linesPerUser: { type: 'string', default: '5' },
  },
})

const run = async (): Promise<void> => {
  const { bus } = await openBus(values.nats, Number(values.patience))
  const entitlements = values.accounts.split(',').map(id => entitlementOf(Number(id)))
  const edge = createEdge({
    bus,
    origins: [],
    log: logAs(`edge ${values.port}`),
    limits: { linesPerUser: Number(values.linesPerUser) },
    authenticate: ({ token = '' }) => of({ userId: token }),
    entitle: () => concat(of(entitlements), NEVER),
  })
  serveGateway(edge, { port: Number(values.port) }).subscribe(({ url }) => {
    writeSync(1, `${url}\n`)
  })
}

void run()
