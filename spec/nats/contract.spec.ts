import { connect } from '@nats-io/transport-node'
import type { NatsConnection } from '@nats-io/transport-node'
import { firstValueFrom, toArray } from 'rxjs'
import { natsBus } from 'rx-ctrader/nats'
import { busContract } from '../support/busContract'
import { startNatsServer } from '../support/natsServer'

const given = process.env['NATS_URL']

/** The same as in `spec/gateway/bus/contract.spec.ts`, over a real server. Each process has a connection of its own. */
describe('the bus over NATS', () => {
  let url = ''
  let stop = (): Promise<void> => Promise.resolve()
  let connections: readonly NatsConnection[] = []

  beforeAll(async () => {
    if (given !== undefined) {
      url = given
      return
    }
    const server = await startNatsServer()
    url = server.url
    stop = server.stop
  })
  beforeEach(async () => {
    connections = await Promise.all(Array.from({ length: 12 }, () => connect({ servers: url })))
  })
  afterEach(async () => {
    await Promise.all(connections.map(connection => connection.close()))
  })
  afterAll(async () => {
    await stop()
  })

  it.each(busContract)('$title', async ({ title, play, expected }) => {
    // A server that others use, too, keeps what was there before.
    const prefix = `${title.replace(/\W/g, '')}-${Date.now()}`
    let used = 0
    const next = () => {
      const connection = connections[used % connections.length]
      used += 1
      if (!connection) throw new Error('no connection')
      return natsBus(connection, { prefix })
    }
    expect(await firstValueFrom(play(next).pipe(toArray()))).toEqual(expected)
  })
})
