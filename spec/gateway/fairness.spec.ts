import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { gatewayOver } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

/** `FAIRNESS_RUNS=500 npm run spec -- spec/gateway/fairness` for many more. */
const RUNS = Number(process.env['FAIRNESS_RUNS'] ?? 8)

const {
  PROTO_OA_CANCEL_ORDER_REQ,
  PROTO_OA_EXPECTED_MARGIN_REQ,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_RECONCILE_REQ,
} = PayloadType

const AT = 2_000
/** The volumes that a user asks for begin with this times the user's number. */
const USER = 1_000
const order = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 }

/** What is sent to the server when each user asks so many different questions at once, and then sends an order. */
const play = (counts: readonly number[], trader: number) => {
  let result: {
    readonly users: readonly number[]
    readonly refused: readonly string[]
    readonly before: number
  }
  result = { users: [], refused: [], before: 0 }
  inVirtualTime(({ at }) => {
    const wire = wiretap(createSimulator({ latency: 10 }).connect)
    const gateway = gatewayOver(wire.connect, { limits: { burst: 200, linesPerUser: 5 } })
    const clients = counts.map((_, user) => rawClient(gateway.as({ userId: `user ${user}` })))
    const ask = (payloadType: number, clientMsgId: string, payload: object) => ({
      payloadType,
      clientMsgId,
      payload: { ctidTraderAccountId: ACCOUNT, ...payload },
    })
    for (const client of clients)
      client.send(
        { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
        ask(2102, 'open', { accessToken: 'a' }),
      )
    const queries = (): readonly number[] =>
      wire.sent
        .filter(({ payloadType }) => payloadType === PROTO_OA_EXPECTED_MARGIN_REQ)
        .map(({ payload }) => Math.floor(Number(payload?.['volume']) / USER))
    let first = 0
    at(AT, () => {
      clients.forEach((client, user) => {
        for (let i = 0; i < (counts[user] ?? 0); i += 1)
          client.send(ask(PROTO_OA_EXPECTED_MARGIN_REQ, `q${i}`, { symbolId: 1, volume: [user * USER + i] }))
      })
    })
    // What could leave at once has left. All others wait.
    at(AT + 20, () => {
      first = queries().length
      clients[trader]?.send(ask(PROTO_OA_NEW_ORDER_REQ, 'order', order))
    })
    at(AT + 30_000, () => {
      const types = wire.sent.map(({ payloadType }) => payloadType)
      const before = types
        .slice(0, types.indexOf(PROTO_OA_NEW_ORDER_REQ))
        .filter(type => type === PROTO_OA_EXPECTED_MARGIN_REQ).length
      result = {
        users: queries().slice(first),
        refused: wire.received.filter(text => /REQUEST_FREQUENCY_EXCEEDED|BLOCKED_PAYLOAD_TYPE/.test(text)),
        before: before - first,
      }
      for (const client of clients) client.leave()
    })
  })
  return result
}

describe('the users of a gateway', () => {
  it('take turns, an order goes before all queries, and the limits of the server are kept', () => {
    const counts = fc.array(fc.integer({ min: 30, max: 90 }), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(counts, fc.nat(3), (given, number) => {
        const { users, refused, before } = play(given, number % given.length)
        expect(refused).toEqual([])
        expect(before).toBe(0)
        const waiting = given.map((_, user) => users.filter(one => one === user).length)
        const shortest = Math.min(...waiting.filter(count => count > 0))
        const flows = waiting.filter(count => count > 0).length
        // As long as all of them wait, none is behind by more than its share.
        for (let turns = 1; turns <= shortest; turns += 1)
          waiting.forEach((count, user) => {
            const had = users.slice(0, turns).filter(one => one === user).length
            expect(had).toBeGreaterThanOrEqual(count === 0 ? 0 : Math.floor(turns / flows))
          })
        expect(users.length).toBeGreaterThan(0)
      }),
      { numRuns: RUNS },
    )
  }, 60_000)

  it('have answers while one of them sends as many orders as the line can take', () => {
    inVirtualTime(({ at }) => {
      // Without the limits of the server, which would make the lane free.
      const gateway = gatewayOver(createSimulator({ latency: 10, limits: false }).connect)
      const [ann, ben] = ['ann', 'ben'].map(userId => rawClient(gateway.as({ userId })))
      for (const client of [ann, ben])
        client?.send(
          { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
          { payloadType: 2102, payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' } },
        )
      for (let sent = 0; sent < 900; sent += 1)
        at(1_000 + sent * 18, () => {
          const payload = { ctidTraderAccountId: ACCOUNT, orderId: 1 }
          ann?.send({ payloadType: PROTO_OA_CANCEL_ORDER_REQ, clientMsgId: `c${sent}`, payload })
        })
      at(10_000, () => {
        const payload = { ctidTraderAccountId: ACCOUNT }
        ben?.send({ payloadType: PROTO_OA_RECONCILE_REQ, clientMsgId: 'query', payload })
      })
      at(11_000, () => {
        expect(ben?.frames().some(({ clientMsgId }) => clientMsgId === 'query')).toBe(true)
        ann?.leave()
        ben?.leave()
      })
    })
  })
})
