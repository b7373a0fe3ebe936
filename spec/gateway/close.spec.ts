import { NEVER } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Gateway, GatewayOptions } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { gatewayOver } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'
import type { Wiretap } from '../support/wiretap'

const { PROTO_OA_EXECUTION_EVENT, PROTO_OA_NEW_ORDER_REQ, PROTO_OA_TRADER_REQ, PROTO_OA_TRADER_RES } =
  PayloadType

const opening = [
  { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
  { payloadType: 2102, payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' } },
]
const query = (clientMsgId: string) => ({
  payloadType: PROTO_OA_TRADER_REQ,
  clientMsgId,
  payload: { ctidTraderAccountId: ACCOUNT },
})
const order = (clientMsgId: string) => ({
  payloadType: PROTO_OA_NEW_ORDER_REQ,
  clientMsgId,
  payload: { ctidTraderAccountId: ACCOUNT, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 },
})

interface Scene extends VirtualTime {
  readonly broker: Simulator
  readonly wire: Wiretap
  readonly gateway: Gateway
  readonly open: (user: string) => RawClient
}

const scene = (act: (scene: Scene) => void, options: Partial<GatewayOptions> = {}): void => {
  inVirtualTime(time => {
    const broker = createSimulator({ latency: 500 })
    const wire = wiretap(broker.connect)
    const gateway = gatewayOver(wire.connect, options)
    const open = (userId: string): RawClient => {
      const peer = rawClient(gateway.as({ userId }))
      peer.send(...opening)
      return peer
    }
    act({ ...time, broker, wire, gateway, open })
  })
}

const ids = (peer: RawClient): readonly unknown[] =>
  peer
    .frames()
    .filter(({ clientMsgId }) => clientMsgId !== undefined)
    .map(({ clientMsgId, payload, payloadType }) => [clientMsgId, payload?.['errorCode'] ?? payloadType])

describe('a gateway that is closed', () => {
  it('closes who waits for nothing at once, and others after their answers, then its lines', () => {
    scene(({ at, gateway, open, watch, wire }) => {
      const [idle, asking, trading] = [open('idle'), open('asking'), open('trading')]
      let closing = watch(NEVER)
      at(5_000, () => {
        asking.send(query('q'))
        trading.send(order('o'))
      })
      at(5_100, () => {
        closing = watch(gateway.close())
      })
      at(5_200, () => {
        expect(idle.closed).toMatchObject({ code: 1001 })
        expect([asking.closed, trading.closed, closing.completed]).toEqual([undefined, undefined, false])
        expect(wire.lines.open).toBe(1)
      })
      at(8_000, () => {
        expect(ids(asking)).toEqual([['q', PROTO_OA_TRADER_RES]])
        expect(ids(trading)).toContainEqual(['o', PROTO_OA_EXECUTION_EVENT])
        expect([asking.closed?.code, trading.closed?.code]).toEqual([1001, 1001])
        expect(closing.completed).toBe(true)
        expect(wire.lines.open).toBe(0)
      })
    })
  })

  it('refuses what is new, and lets no one in', () => {
    scene(({ at, gateway, open, wire }) => {
      const peer = open('ann')
      at(5_000, () => {
        peer.send(query('q'))
      })
      at(5_100, () => {
        gateway.close().subscribe()
        peer.send(order('late order'), query('late query'))
      })
      at(5_200, () => {
        expect(ids(peer)).toEqual([
          ['late order', 'CH_SERVER_NOT_REACHABLE'],
          ['late query', 'CH_SERVER_NOT_REACHABLE'],
        ])
        const other = rawClient(gateway.as({ userId: 'ben' }))
        at(5_300, () => {
          expect(other.closed).toMatchObject({ code: 1001 })
        })
      })
      at(9_000, () => {
        expect(wire.sentTypes()).not.toContain(PROTO_OA_NEW_ORDER_REQ)
      })
    })
  })

  it('waits for the outcome of an order whose user has left', () => {
    const settled: unknown[] = []
    const journal = {
      append: ({ state }: { readonly state: string }) => {
        settled.push(state)
        return []
      },
      load: () => [[]],
    }
    scene(
      ({ at, gateway, open, watch }) => {
        const peer = open('ann')
        let closing = watch(NEVER)
        at(5_000, () => {
          peer.send(order('o'))
        })
        at(5_100, peer.leave)
        at(5_200, () => {
          closing = watch(gateway.close())
        })
        at(5_300, () => {
          expect([settled, closing.completed]).toEqual([['intended'], false])
        })
        at(9_000, () => {
          expect([settled, closing.completed]).toEqual([['intended', 'settled'], true])
        })
      },
      { journal: () => journal },
    )
  })

  it('does not wait longer than 15 s, or than it is subscribed to', () => {
    scene(
      ({ at, gateway, open, watch, wire }) => {
        const peer = open('ann')
        let closing = watch(NEVER)
        at(5_000, () => {
          peer.send(order('o'))
        })
        at(5_100, () => {
          closing = watch(gateway.close())
        })
        at(20_099, () => {
          expect([closing.completed, peer.closed]).toEqual([false, undefined])
        })
        at(20_200, () => {
          expect([closing.completed, peer.closed?.code]).toEqual([true, 1001])
        })
        at(22_000, () => {
          expect(wire.lines.open).toBe(0)
        })
      },
      { journal: () => ({ append: () => NEVER, load: () => [[]] }) },
    )
    scene(
      ({ at, gateway, open, watch, wire }) => {
        const peer = open('ann')
        at(5_000, () => {
          peer.send(order('o'))
          watch(gateway.close(), 100)
        })
        at(5_200, () => {
          expect(peer.closed).toMatchObject({ code: 1001 })
        })
        at(7_000, () => {
          expect(wire.lines.open).toBe(0)
        })
      },
      { journal: () => ({ append: () => NEVER, load: () => [[]] }) },
    )
  })

  it('is closed once more without a wait', () => {
    scene(({ at, gateway, watch }) => {
      at(100, () => {
        const [first, second] = [watch(gateway.close()), watch(gateway.close())]
        expect([first.completed, second.completed]).toEqual([true, true])
      })
    })
  })
})
