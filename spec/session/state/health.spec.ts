import { asyncScheduler } from 'rxjs'
import { PayloadType, spotEvents } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { clientOver } from '../../support/clientOver'
import { scriptedServer } from '../../support/scriptedServer'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_SPOT_EVENT } = PayloadType

const OWNER = { accountId: 12345678, accessToken: 'demo' }

describe('client.health$', () => {
  it('tells at once, at each change and once a second, and opens no line', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const seen = watch(clientOver(server.connect).health$, 2_500)
      at(2_400, () => {
        expect(seen.values).toEqual(Array(3).fill({ status: 'idle', losses: 0 }))
        expect(server.lines).toEqual([])
      })
    })
  })

  it('has the round trip, what waits, and when something last came', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator({ latency: 40 })
      const client = clientOver(broker.connect, { rateLimits: { live: 50, historical: 1 } })
      const seen = watch(client.health$, 20_000)
      const account = client.account(OWNER)
      watch(account.authenticated$, 20_000)
      const bars = { symbolId: 1, period: 1, count: 2 } as const
      for (let n = 0; n < 3; n++) watch(account.request(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, bars))
      at(500, () => {
        watch(client.connection$, 1)
      })
      at(1_001, () => {
        expect(seen.values.at(-1)).toMatchObject({
          status: 'connected',
          roundTrip: 80,
          waiting: { live: 0, historical: 2 },
          losses: 0,
        })
      })
      at(19_000, () => {
        // Since the last answer nothing has come, and the server is not silent for long enough to beat.
        expect(seen.values.at(-1)).toMatchObject({ waiting: { live: 0, historical: 0 } })
        expect(asyncScheduler.now() - (seen.values.at(-1)?.receivedAt ?? NaN)).toBeGreaterThan(15_000)
      })
    })
  })

  it('tells a quiet market from a dead line', () => {
    inVirtualTime(({ watch, at }) => {
      // A Saturday: no prices but the first.
      const broker = createSimulator({ start: Date.UTC(2026, 0, 10, 12) })
      const client = clientOver(broker.connect)
      const seen = watch(client.health$, 100_000)
      watch(spotEvents(client.account(OWNER), 1), 100_000)
      at(60_500, () => {
        const { listeners, receivedAt = NaN } = seen.values.at(-1) ?? {}
        expect(asyncScheduler.now() - receivedAt).toBeLessThan(32_000)
        expect(listeners).toContainEqual({ payloadType: PROTO_OA_SPOT_EVENT, symbolId: 1, lastAt: 1_000 })
        broker.silence()
      })
      at(95_000, () => {
        expect(asyncScheduler.now() - (seen.values.at(-1)?.receivedAt ?? NaN)).toBeGreaterThan(34_000)
      })
    })
  })

  it('counts losses and keeps the last one', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator()
      const client = clientOver(broker.connect)
      const seen = watch(client.health$, 20_000)
      watch(client.appAuth$, 20_000)
      at(1_000, () => {
        broker.close(1000, 'Bye')
      })
      at(5_000, () => {
        broker.drop()
      })
      at(5_001, () => {
        expect(seen.values.at(-1)).toEqual({
          status: 'reconnecting',
          losses: 2,
          lastLoss: expect.objectContaining({ reason: 'ConnectionLost' }) as unknown,
        })
      })
      at(10_000, () => {
        expect(seen.values.at(-1)).toMatchObject({ status: 'connected', losses: 2 })
      })
    })
  })
})

describe('account.gap$', () => {
  it('tells when a gap begins and when it is over, from what came last for sure', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator({ latency: 0 })
      const seen = watch(clientOver(broker.connect).account(OWNER).gap$, 120_000)
      at(40_000, () => {
        broker.silence()
      })
      at(119_000, () => {
        const [begun, over] = seen.values
        // The server beat at 30 s; the line counts as lost 45 s after that.
        expect(begun).toEqual({ from: 30_000, resumed: false })
        expect(over).toMatchObject({ from: 30_000, resumed: true })
        expect(over?.to).toBeGreaterThan(75_000)
        expect(seen.values).toHaveLength(2)
      })
    })
  })

  it('is silent about the first authentication, and about an account that was never there', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator()
      const client = clientOver(broker.connect)
      const fine = watch(client.account(OWNER).gap$, 5_000)
      const wrong = watch(client.account({ ...OWNER, accountId: 1 }).gap$, 5_000)
      at(4_000, () => {
        expect([fine.values, wrong.values, wrong.completed]).toEqual([[], [], true])
      })
    })
  })
})
