import { PayloadType } from 'rx-ctrader'
import type { ProtoOADepthEvent, ProtoOASpotEvent } from 'rx-ctrader/protocol'
import { createSimulator } from 'rx-ctrader/simulator'
import { gatewayOver, lasting } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
} = PayloadType

const accountIds = [11, 12]
const world = {
  accounts: accountIds.map(accountId => ({
    accountId,
    isLive: false,
    traderLogin: accountId,
    brokerTitleShort: 'Test',
  })),
  grants: [{ accessToken: 'demo', refreshToken: 'refresh', accountIds, permissionScope: 1 as const }],
}
const entitlements = accountIds.map(accountId => ({
  accountId,
  environment: 'demo' as const,
  grantId: 'one',
  scope: 'trade' as const,
}))

const subscribing = (ctidTraderAccountId: number) =>
  [
    [2102, { accessToken: 'demo' }],
    [PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }],
    [PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 1, period: 1 }],
    [PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId: [1] }],
  ].map(([payloadType, payload]) => ({
    payloadType,
    payload: { ctidTraderAccountId, ...(payload as object) },
  }))

/** Sides, the newest bar and the book. */
const stateOf = (client: RawClient, accountId: number) => {
  const sides: Record<string, unknown> = {}
  const book = new Map<number, object>()
  for (const { payload = {}, payloadType } of client.frames()) {
    if (payload['ctidTraderAccountId'] !== accountId) continue
    if (payloadType === PROTO_OA_SPOT_EVENT) {
      const { bid, ask, trendbar: [bar] = [] } = payload as unknown as ProtoOASpotEvent
      Object.assign(sides, bid !== undefined && { bid }, ask !== undefined && { ask }, bar && { bar })
    }
    if (payloadType !== PROTO_OA_DEPTH_EVENT) continue
    const { newQuotes = [], deletedQuotes = [] } = payload as unknown as ProtoOADepthEvent
    for (const id of deletedQuotes) book.delete(id)
    for (const { id, ...quote } of newQuotes) book.set(id, quote)
  }
  return { sides, book: [...book.values()].map(quote => JSON.stringify(quote)).sort() }
}

/** `lost` is an account whose session ends in the middle. */
const play = (feedOf: () => string | undefined, lost?: number) => {
  const result: {
    asked: number
    states: ReturnType<typeof stateOf>[]
    direct: ReturnType<typeof stateOf>
  }[] = []
  inVirtualTime(({ at }) => {
    const broker = createSimulator({ latency: 10, seed: 42, ...world })
    const wire = wiretap(broker.connect)
    const gateway = gatewayOver(wire.connect, { entitle: () => lasting(...entitlements), feedOf })
    const direct = rawClient(broker.connect)
    const peers = accountIds.map((accountId, index) => {
      const peer = rawClient(gateway.as({ userId: `user ${accountId}` }))
      peer.send({ payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } })
      at(100 + 4_000 * index, () => {
        peer.send(...subscribing(accountId).slice(0, 1))
      })
      at(1_100 + 4_000 * index, () => {
        peer.send(...subscribing(accountId).slice(1))
      })
      return peer
    })
    direct.send(
      { payloadType: 2100, payload: { clientId: 'demo', clientSecret: 'demo' } },
      ...subscribing(12),
    )
    if (lost !== undefined)
      at(15_000, () => {
        broker.fault({ kind: 'accountDisconnect', accountId: lost })
      })
    for (let time = 25_000; time < 40_000; time += 10)
      at(time, () => {
        const last =
          direct.timed.filter(([, text]) => /"payloadType":(2131|2155)/.test(text)).at(-1)?.[0] ?? 0
        if (result.length > 0 || last > time - 60) return
        const types = wire.sentTypes()
        result.push({
          asked: types.filter(type => type === PROTO_OA_SUBSCRIBE_SPOTS_REQ).length,
          states: peers.map((peer, index) => stateOf(peer, accountIds[index] ?? NaN)),
          direct: stateOf(direct, 12),
        })
      })
    at(41_000, () => {
      for (const peer of [...peers, direct]) peer.leave()
    })
  })
  return result[0]
}

describe('accounts of one feed', () => {
  it('have one subscription at cTrader, and each the prices of a direct client as its own', () => {
    const rest = play(() => 'all')
    expect(rest?.asked).toBe(1)
    expect(rest?.direct.book.length).toBeGreaterThan(0)
    expect(rest?.direct.sides).toHaveProperty('bar')
    expect(rest?.states).toEqual([rest?.direct, rest?.direct])
  })

  it('keep their prices when the account that has the subscription is lost', () => {
    const rest = play(() => 'all', 11)
    expect(rest?.states[1]).toEqual(rest?.direct)
    expect(rest?.states[0]).not.toEqual(rest?.direct)
    expect(rest?.asked).toBe(2)
  })

  it('have their own subscriptions if they are not said to be of one feed', () => {
    const rest = play(() => undefined)
    expect(rest?.asked).toBe(2)
    expect(rest?.states).toEqual([rest?.direct, rest?.direct])
  })
})
