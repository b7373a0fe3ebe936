import { NEVER } from 'rxjs'
import { PayloadType, createClient, placeOrder, positions, spots } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { gatewayOver } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const accountOver = (connect: Connect, userId = 'ann') =>
  createClient({ clientId: 'terminal', clientSecret: userId, random: () => 0.5, connect }).account({
    accountId: ACCOUNT,
    accessToken: 'any text',
  })

describe('a gateway', () => {
  it('shows the prices of a symbol to a hundred clients over one line with one subscription', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator({ latency: 10 })
      const wire = wiretap(broker.connect)
      const gateway = gatewayOver(wire.connect, { limits: { linesPerUser: 100 } })
      const seen = Array.from({ length: 100 }, (_, n) =>
        watch(spots(accountOver(gateway.as({ userId: `user ${n}` })), 1), 30_000),
      )
      at(29_000, () => {
        for (const { error, values } of seen) {
          expect(error).toBeUndefined()
          expect(values.at(-1)?.bid).toBeGreaterThan(1)
          expect(values.at(-1)?.ask).toBeGreaterThan(1)
        }
        expect(wire.lines.opened).toBe(1)
        const { PROTO_OA_SUBSCRIBE_SPOTS_REQ } = PayloadType
        expect(wire.sentTypes().filter(type => type === PROTO_OA_SUBSCRIBE_SPOTS_REQ)).toHaveLength(1)
      })
    })
  })

  it('forwards an order once, and shows its position to the other users of the account', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator({ latency: 10 })
      const wire = wiretap(broker.connect)
      const gateway = gatewayOver(wire.connect)
      const ann = accountOver(gateway.as({ userId: 'ann' }))
      const ben = watch(positions(accountOver(gateway.as({ userId: 'ben' }))), 30_000)
      let bought = watch(NEVER as ReturnType<typeof placeOrder>)
      at(5_000, () => {
        bought = watch(
          placeOrder(ann, { symbol: 1, side: 'buy', type: 'market', volume: { lots: 1 } }),
          20_000,
        )
      })
      at(29_000, () => {
        expect(bought.error).toBeUndefined()
        expect(bought.values.map(({ status }) => status)).toEqual(['sent', 'accepted', 'filled'])
        expect(ben.values.at(-1)?.all).toHaveLength(1)
        expect(wire.sentTypes().filter(type => type === PayloadType.PROTO_OA_NEW_ORDER_REQ)).toHaveLength(1)
      })
    })
  })

  it('refuses an account, and serves on, where its line has failed for good', () => {
    inVirtualTime(({ at }) => {
      const broker = createSimulator({ latency: 10 })
      broker.fault({ kind: 'refuse', payloadType: 2100, errorCode: 'CH_CLIENT_AUTH_FAILURE' })
      const gateway = gatewayOver(broker.connect)
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      const open = { payloadType: 2102, payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' } }
      peer.send({ payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } }, open)
      // From now on, an account fails at once.
      for (const time of [3_000, 9_000])
        at(time, () => {
          peer.send(open)
        })
      at(10_000, () => {
        expect(peer.frames().map(({ payload }) => payload?.['errorCode'])).toEqual([
          undefined,
          'CH_SERVER_NOT_REACHABLE',
          'CH_SERVER_NOT_REACHABLE',
          'CH_SERVER_NOT_REACHABLE',
        ])
        peer.leave()
      })
    })
  })
})
