import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import type { GatewayOptions } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Pressure } from '../../src/transport/peer'
import { ACCOUNT } from '../support/account'
import { gatewayOver } from '../support/gatewayScene'
import { pricesIn } from '../support/pricesIn'
import type { Prices } from '../support/pricesIn'
import { rawClient } from '../support/rawClient'
import type { RawFrame } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'

/** `LATE_RUNS=1000 npm run spec -- spec/gateway/latePeers` for many more. */
const RUNS = Number(process.env['LATE_RUNS'] ?? 12)

const {
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
} = PayloadType

const END = 30_000
/** After this long without an event, in ms, all of it has arrived everywhere. */
const QUIET = 40

const frame = (payloadType: number, payload: object) => ({
  payloadType,
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})

const opening = (clientSecret: string) => [
  { payloadType: 2100, payload: { clientId: 'demo', clientSecret } },
  frame(2102, { accessToken: 'demo' }),
]

const subscribing = [
  frame(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1, 2] }),
  frame(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 1, period: 1 }),
  frame(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 1, period: 5 }),
  frame(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId: [1] }),
]

/** When a peer comes, and from when until when it reads too slowly, in ms. */
interface Habits {
  readonly joins: number
  readonly slowFrom: number
  readonly slowFor: number
}

const play = (peers: readonly Habits[], limits: GatewayOptions['limits'] = {}) => {
  const seen: { direct: Prices; peers: Prices[]; received: number[] }[] = []
  inVirtualTime(({ at }) => {
    const broker = createSimulator({ latency: 10, seed: 42 })
    const gateway = gatewayOver(broker.connect, { limits })
    const direct = rawClient(broker.connect)
    direct.send(...opening('demo'), ...subscribing)
    const clients = peers.map(({ joins, slowFrom, slowFor }, index) => {
      let pressure: Pressure = 'none'
      const texts: string[] = []
      at(joins, () => {
        const connection = gateway.accept(
          {
            send: text => {
              texts.push(text)
            },
            close: () => undefined,
            cut: () => undefined,
            pressure: () => pressure,
          },
          {},
        )
        for (const one of opening(`user ${index}`)) connection.receive(JSON.stringify(one))
        at(1_000, () => {
          for (const one of subscribing) connection.receive(JSON.stringify(one))
        })
        at(slowFrom, () => {
          pressure = 'high'
        })
        at(slowFrom + slowFor, () => {
          pressure = 'none'
          connection.drained()
        })
        at(END + 5_000 - joins, connection.closed)
      })
      return texts
    })
    for (let time = END; time < END + 4_000; time += 10)
      at(time, () => {
        const last =
          direct.timed.filter(([, text]) => /"payloadType":(2131|2155)/.test(text)).at(-1)?.[0] ?? 0
        if (seen.length > 0 || last > time - QUIET) return
        const framesOf = (texts: readonly string[]): readonly RawFrame[] =>
          texts.map(text => JSON.parse(text) as RawFrame)
        seen.push({
          direct: pricesIn(direct.frames()),
          peers: clients.map(texts => pricesIn(framesOf(texts))),
          received: clients.map(({ length }) => length),
        })
      })
    at(END + 5_000, direct.leave)
  })
  return seen
}

describe('the peers of a gateway', () => {
  it('have the prices, bars and book of a direct client, however late they come and slowly they read', () => {
    const habits = fc.record({
      joins: fc.integer({ min: 0, max: 15_000 }),
      slowFrom: fc.integer({ min: 0, max: 8_000 }),
      slowFor: fc.integer({ min: 0, max: 5_000 }),
    })
    fc.assert(
      fc.property(fc.array(habits, { minLength: 1, maxLength: 3 }), given => {
        const [rest] = play(given)
        expect(rest?.direct.book.length).toBeGreaterThan(0)
        expect(rest?.direct.bars).toHaveLength(2)
        for (const state of rest?.peers ?? []) expect(state).toEqual(rest?.direct)
      }),
      { numRuns: RUNS },
    )
  }, 60_000)

  it('have them also where a symbol has a limit of updates a second, in fewer frames', () => {
    const habits = [
      { joins: 0, slowFrom: 2_000, slowFor: 0 },
      { joins: 3_000, slowFrom: 2_000, slowFor: 5_000 },
    ]
    const [free] = play(habits)
    const [limited] = play(habits, { maxRate: 30 })
    const [rare] = play(habits, { maxRate: 1 })
    for (const state of limited?.peers ?? []) expect(state).toEqual(limited?.direct)
    expect(limited?.received[0]).toBeLessThanOrEqual(free?.received[0] ?? 0)
    expect(rare?.received[0]).toBeLessThan(free?.received[0] ?? 0)
  }, 60_000)

  it('get fewer frames while they read too slowly', () => {
    const [rest] = play([
      { joins: 0, slowFrom: 2_000, slowFor: 0 },
      { joins: 0, slowFrom: 2_000, slowFor: 20_000 },
    ])
    const [quick = 0, slow = 0] = rest?.received ?? []
    expect(slow).toBeGreaterThan(10)
    expect(slow).toBeLessThan(quick / 2)
  })
})
