import * as fc from 'fast-check'
import type { Subscription } from 'rxjs'
import { PayloadType, depth, depthEvents } from 'rx-ctrader'
import type { OrderBook } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import { expectedBook } from '../../support/expectedBook'

const RUNS = Number(process.env['DEPTH_RUNS'] ?? 15)

const DEPTH = PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ
const DEPTH_EVENT = PayloadType.PROTO_OA_DEPTH_EVENT
const SYMBOLS = [1, 4, 41, 114] as const
const FRIDAY_EVENING = Date.UTC(2026, 0, 9, 21, 28)
const WEDNESDAY = Date.UTC(2026, 0, 7, 12)

const acts = [
  'join',
  'join',
  'listen',
  'leave',
  'leave',
  'drop',
  'close',
  'silence',
  'forget',
  'refuse',
  'swallow',
  'shift',
  'malform',
  'garbage',
] as const

const scenario = fc.record({
  symbolId: fc.constantFrom(...SYMBOLS),
  latency: fc.constantFrom(0, 10, 150),
  start: fc.constantFrom(WEDNESDAY, FRIDAY_EVENING),
  firstDepthIsFull: fc.boolean(),
  steps: fc.array(fc.record({ after: fc.integer({ min: 0, max: 20_000 }), act: fc.constantFrom(...acts) }), {
    minLength: 1,
    maxLength: 12,
  }),
})

it('depth has the book of the server after every event, for any loss of the line and any consumers', () => {
  let compared = 0
  fc.assert(
    fc.property(scenario, ({ symbolId, latency, start, firstDepthIsFull, steps }) => {
      scene(
        ({ account, at, broker, wire }) => {
          let received = 0
          let toldAt = NaN
          /** When the server sent what came last of the depth. */
          const sentAt = (): number => {
            const news = wire.received.slice(received)
            received = wire.received.length
            if (news.some(text => text.startsWith(`{"payloadType":${DEPTH_EVENT}`)))
              toldAt = broker.now() - latency
            return toldAt
          }
          const consumers: Subscription[] = []
          /** What each consumer had in the end of each ms, since a first book may come in pieces. */
          const seen: Map<number, OrderBook>[] = []
          const join = (): void => {
            const books = new Map<number, OrderBook>()
            seen.push(books)
            consumers.push(depth(account, symbolId).subscribe(book => books.set(sentAt(), book)))
          }
          const listen = (): void => {
            consumers.push(depthEvents(account, symbolId).subscribe(sentAt))
          }
          const doing: Record<(typeof acts)[number], () => void> = {
            join,
            listen,
            leave: () => {
              consumers.shift()?.unsubscribe()
            },
            drop: () => {
              broker.drop()
            },
            close: () => {
              broker.close(1000, 'Bye')
            },
            silence: () => {
              broker.fault({ kind: 'silence' })
            },
            forget: () => {
              broker.fault({ kind: 'accountDisconnect', accountId: ACCOUNT })
            },
            refuse: () => {
              broker.fault({ kind: 'refuse', payloadType: DEPTH, errorCode: 'UNKNOWN_ERROR' })
            },
            swallow: () => {
              broker.fault({ kind: 'swallow', payloadType: DEPTH, takesEffect: true })
            },
            malform: () => {
              broker.fault({ kind: 'malformed', payloadType: DEPTH_EVENT })
            },
            garbage: () => {
              broker.fault({ kind: 'push', text: '{"what' })
            },
            shift: () => {
              broker.shift(symbolId, 50)
            },
          }
          join()
          let now = 0
          for (const { after, act } of steps) {
            now += after
            at(now, doing[act])
          }
          at(now + 60_000, () => {
            for (const consumer of consumers) consumer.unsubscribe()
            for (const books of seen)
              for (const [at, book] of books) expect(book).toEqual(expectedBook(broker.market, symbolId, at))
            compared += seen.reduce((sum, { size }) => sum + size, 0)
          })
        },
        { latency, start, unknowns: { firstDepthIsFull } },
      )
    }),
    { numRuns: RUNS },
  )
  expect(compared).toBeGreaterThan(RUNS * 5)
})
