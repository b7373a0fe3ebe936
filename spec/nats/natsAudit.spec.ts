import { jetstreamManager } from '@nats-io/jetstream'
import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { lastValueFrom, map } from 'rxjs'
import { createClient, placeOrder, units } from 'rx-ctrader'
import type { OrderUpdate } from 'rx-ctrader'
import { natsAudit } from 'rx-ctrader/nats'
import { createSimulator } from 'rx-ctrader/simulator'
import { always } from '../../src/simulator/market/catalogue/schedules'
import { ACCOUNT } from '../support/account'
import { gatewayOver } from '../support/gatewayScene'
import { startNatsServer } from '../support/natsServer'
import type { NatsServer } from '../support/natsServer'

jest.setTimeout(30_000)

const STREAM = 'CTRADER_AUDIT'
const SUBJECT = `ctrader.v1.audit.demo.${ACCOUNT}`
const order = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: units(1_000) } as const
const consent = { at: 1, action: 'granted', userId: 'ann', grantId: 'one', accountIds: [ACCOUNT] } as const

/** Resolves when the connection has come back. */
const reconnected = async (connection: NatsConnection): Promise<void> => {
  for await (const { type } of connection.status()) if (type === 'reconnect') return
}

describe('an audit over NATS', () => {
  let server: NatsServer
  let nc: NatsConnection
  let manager: JetStreamManager

  beforeEach(async () => {
    server = await startNatsServer()
    nc = await server.connect()
    manager = await jetstreamManager(nc)
  })
  afterEach(async () => {
    await server.stop()
  })

  const last = async (subject: string, stream = STREAM): Promise<unknown> =>
    (await manager.streams.getMessage(stream, { last_by_subj: subject }))?.json()

  /** An account behind a gateway, and what the stream had when each order left for the server. */
  const open = () => {
    const { connect } = createSimulator({ symbols: [{ name: 'EURUSD', schedule: always }] })
    const left: Promise<unknown>[] = []
    const watched = () =>
      connect().pipe(
        map(socket => ({
          ...socket,
          send: (text: string) => {
            if (text.includes('"payloadType":2106,')) left.push(last(SUBJECT))
            socket.send(text)
          },
        })),
      )
    const gateway = gatewayOver(watched, { audit: natsAudit(nc) })
    const account = createClient({
      connect: gateway.as({ userId: 'ann' }),
      clientId: 'page',
      clientSecret: 'not looked at',
    }).account({ accountId: ACCOUNT, accessToken: 'not looked at' })
    // It stays open, so that an order is refused for the reason that is looked for.
    const kept = account.accountAuth$.subscribe()
    const place = (label: string): Promise<OrderUpdate> =>
      lastValueFrom(placeOrder(account, { ...order, label }))
    const close = async (): Promise<void> => {
      kept.unsubscribe()
      await lastValueFrom(gateway.close(), { defaultValue: undefined })
    }
    return { left, place, close }
  }

  it('has who does what, before the order leaves', async () => {
    const { close, left, place } = open()
    expect(await place('a')).toMatchObject({ status: 'filled' })
    const entry = { userId: 'ann', accountId: ACCOUNT, environment: 'demo', payload: { label: 'a' } }
    expect(await Promise.all(left)).toEqual([
      expect.objectContaining({ ...entry, payload: expect.objectContaining({ label: 'a' }) as object }),
    ])
    expect(await manager.streams.info(STREAM)).toMatchObject({
      config: { storage: 'file', discard: 'new', max_age: 0, max_msgs: -1, subjects: ['ctrader.v1.audit.>'] },
    })
    await close()
  })

  it('lets no order leave while NATS cannot be reached, and the next one when it is back', async () => {
    const { close, left, place } = open()
    expect(await place('a')).toMatchObject({ status: 'filled' })
    await server.kill()
    const back = reconnected(nc)
    expect(await place('b')).toMatchObject({ status: 'rejected', errorCode: 'CH_SERVER_NOT_REACHABLE' })
    await server.start()
    await back
    expect(await place('c')).toMatchObject({ status: 'filled' })
    expect(await Promise.all(left)).toMatchObject([{ payload: { label: 'a' } }, { payload: { label: 'c' } }])
    await close()
  })

  it('lets no order leave when it is full, and forgets none', async () => {
    const { close, left, place } = open()
    expect(await place('a')).toMatchObject({ status: 'filled' })
    await manager.streams.update(STREAM, { max_msgs: 1 })
    expect(await place('b')).toMatchObject({ status: 'rejected', errorCode: 'CH_SERVER_NOT_REACHABLE' })
    expect(await last(SUBJECT)).toMatchObject({ payload: { label: 'a' } })
    expect(left).toHaveLength(1)
    await close()
  })

  it('takes the consents of users too, under each prefix for itself', async () => {
    const audit = natsAudit(nc, { prefix: 'apart' })
    await lastValueFrom(audit(consent), { defaultValue: undefined })
    expect(await last('apart.ctrader.v1.audit.consent', 'apart-CTRADER_AUDIT')).toEqual(consent)
    expect(() => natsAudit(nc, { replicas: 2 })).toThrow('replicas must be 1, 3 or 5')
  })
})
