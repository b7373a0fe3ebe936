/** An owner of lines, until it is killed. It says when it takes part, and how many lines it has. */
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { NEVER, distinctUntilChanged, map, of } from 'rxjs'
import { webSocketConnect } from 'rx-ctrader'
import { createOwners } from 'rx-ctrader/gateway'
import type { Bus } from 'rx-ctrader/gateway'
import { logAs } from './log'
import { openBus, tokenOf } from './natsConnection'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    nats: { type: 'string', default: '' },
    patience: { type: 'string', default: '1000' },
    name: { type: 'string', default: '' },
    lines: { type: 'string', default: '4' },
    ttl: { type: 'string', default: '3000' },
    /** That of all accounts. Without it, each has one of its own. */
    feed: { type: 'string' },
  },
})

/** Longer than NATS is away. Until then, who looks at the journals sees what is settled, in ms. */
const TRIMMED_AFTER = 30_000

const withLateTrims = (bus: Bus): Bus => ({
  ...bus,
  log: name => {
    const log = bus.log(name)
    return { ...log, trim: before => void setTimeout(() => log.trim?.(before), TRIMMED_AFTER) }
  },
})

const run = async (): Promise<void> => {
  const { bus, connection } = await openBus(values.nats, Number(values.patience))
  const owners = createOwners({
    bus: withLateTrims(bus),
    name: values.name,
    log: logAs(values.name),
    feedOf: () => values.feed,
    ttl: Number(values.ttl),
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
  owners.health$
    .pipe(
      map(({ lines }) => lines.length),
      distinctUntilChanged(),
    )
    .subscribe(count => {
      writeSync(1, `${count}\n`)
    })
}

void run()
