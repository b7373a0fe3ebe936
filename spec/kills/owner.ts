/** An owner of lines, until it is killed. It says when it takes part. */
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { NEVER, of } from 'rxjs'
import { webSocketConnect } from 'rx-ctrader'
import { createOwners } from 'rx-ctrader/gateway'
import { openBus, tokenOf } from './natsConnection'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    nats: { type: 'string', default: '' },
    name: { type: 'string', default: '' },
    lines: { type: 'string', default: '4' },
  },
})

const run = async (): Promise<void> => {
  const { bus, connection } = await openBus(values.nats)
  const owners = createOwners({
    bus,
    name: values.name,
    application: { clientId: values.name, clientSecret: 'demo' },
    grants: {
      load: grantId => of({ tokens: { accessToken: tokenOf(grantId) }, version: '1' }),
      save: () => NEVER,
    },
    lines: Array.from({ length: Number(values.lines) }, (_, index) => ({
      name: `demo-${index + 1}`,
      environment: 'demo' as const,
      connect: webSocketConnect(values.url),
    })),
  })
  process.once('SIGTERM', () => {
    owners.close().subscribe({
      complete: () => {
        void connection.drain().then(() => process.exit(0))
      },
    })
  })
  writeSync(1, 'ready\n')
}

void run()
