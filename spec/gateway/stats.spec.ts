import { of, take } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { GatewayStats } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { createCounters } from '../../src/gateway/model/stats'
import { memoryLine } from '../../src/gateway/edge/wire/memoryLine'
import { ACCOUNT } from '../support/account'
import { gatewayOver } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'

const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_SUBSCRIBE_SPOTS_REQ, PROTO_OA_TRADER_REQ } = PayloadType

const frame = (payloadType: number, payload: object = {}) => ({
  payloadType,
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})
const logIn = (clientSecret: string) => ({ payloadType: 2100, payload: { clientId: 'a', clientSecret } })
const open = frame(2102, { accessToken: 'a' })
const order = frame(PROTO_OA_NEW_ORDER_REQ, { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 })

describe('what a gateway has done', () => {
  it('is there at once, and once a second', () => {
    inVirtualTime(({ at, watch }) => {
      const gateway = gatewayOver(createSimulator().connect)
      const seen = watch(gateway.stats$, 2_500)
      at(2_400, () => {
        expect(seen.timed.map(([ms]) => ms)).toEqual([0, 1_000, 2_000])
        expect(seen.values[2]).toMatchObject({ lines: 0, frames: 0, closed: {}, prices: 0 })
      })
    })
  })

  it('counts lines, frames, requests by their end, prices, and times', () => {
    inVirtualTime(({ at }) => {
      const broker = createSimulator({ latency: 100 })
      const gateway = gatewayOver(broker.connect, {
        authenticate: ({ token }) => {
          if (token === 'eve') throw new Error('no')
          return of({ userId: 'ann' })
        },
        limits: { burst: 8, framesPerSecond: 1 },
      })
      const connect = memoryLine(peer => gateway.accept(peer, {}))
      const [ann, eve] = [rawClient(connect), rawClient(connect)]
      let stats: GatewayStats | undefined
      ann.send(logIn('ann'), open)
      eve.send(logIn('eve'))
      at(3_000, () => {
        ann.send(frame(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }), frame(PROTO_OA_TRADER_REQ))
        ann.send(frame(PROTO_OA_TRADER_REQ, { ctidTraderAccountId: 7 }))
      })
      at(4_000, () => {
        ann.send(order)
      })
      at(4_050, broker.drop)
      at(11_000, () => {
        ann.send(...Array.from({ length: 12 }, () => ({ payloadType: 51 })))
      })
      at(11_100, () => {
        gateway.stats$.pipe(take(1)).subscribe(now => {
          stats = now
        })
        const prices = ann.received.filter(text => text.includes('"payloadType":2131')).length
        expect(prices).toBeGreaterThan(0)
        expect(stats).toMatchObject({
          lines: 2,
          closed: { 1008: 1 },
          refusedSessions: 1,
          frames: 19,
          refusedFrames: 4,
          prices,
          conflatedPrices: 0,
          requests: { answered: 4, refused: 2, inDoubt: 1 },
        })
        const { bounds = [], counts = [], sum = 0 } = stats?.requestTimes ?? {}
        expect(counts).toHaveLength(bounds.length + 1)
        expect(counts.reduce((all, count) => all + count)).toBe(7)
        expect(sum).toBeGreaterThan(200)
        ann.leave()
        eve.leave()
      })
    })
  })

  it('has each time below the first bound that is not shorter, and the longest beyond all', () => {
    const counters = createCounters()
    for (const time of [0, 1, 1.5, 10_000, 10_001])
      counters.settle({ payloadType: PROTO_OA_TRADER_REQ, outcome: 'answered', time })
    const { bounds, counts } = counters.read().requestTimes
    expect(bounds.flatMap((bound, index) => (counts[index] === 0 ? [] : [[bound, counts[index]]]))).toEqual([
      [1, 2],
      [2, 1],
      [10_000, 1],
    ])
    expect(counts.at(-1)).toBe(1)
  })
})
