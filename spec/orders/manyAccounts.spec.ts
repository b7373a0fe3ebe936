import { filter, map, merge, mergeMap, take } from 'rxjs'
import {
  PayloadType,
  closePosition,
  createClient,
  lots,
  orderUpdates,
  placeOrder,
  positions,
  warmUp,
} from 'rx-ctrader'
import type { Account, OrderUpdate } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { manyAccounts } from '../support/manyAccounts'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'
import type { Wiretap } from '../support/wiretap'

const { PROTO_OA_CLOSE_POSITION_REQ, PROTO_OA_NEW_ORDER_REQ } = PayloadType

const MASTER = 1_000
const LATENCY = 20
const ROUND_TRIP = 2 * LATENCY
/** Requests a second on a line. */
const LIMIT = 50

interface Floor extends VirtualTime {
  readonly broker: Simulator
  readonly wire: Wiretap
  readonly master: Account
  readonly followers: readonly Account[]
}

/** A master and its followers, each with a grant of its own, over some lines. */
const floor = (followers: number, lines: number, play: (floor: Floor) => void): void => {
  inVirtualTime(time => {
    const ids = Array.from({ length: 1 + followers }, (_, index) => MASTER + index)
    const broker = createSimulator({ latency: LATENCY, ...manyAccounts(ids, id => `token-${id}`) })
    const wire = wiretap(broker.connect)
    const client = createClient({
      connect: wire.connect,
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
      linger: 0,
      lines,
    })
    const [master, ...others] = ids.map(accountId =>
      client.account({ accountId, accessToken: `token-${accountId}` }),
    )
    if (!master) throw new Error('there is no master')
    play({ ...time, broker, wire, master, followers: others })
  })
}

const last = (timed: readonly (readonly [ms: number, value: unknown])[]): number =>
  Math.max(...timed.map(([ms]) => ms))

describe('a copy to two hundred accounts on four lines', () => {
  it('is ready within what the limits allow and a tenth, and opens and closes within 1.1 s, one frame each', () => {
    floor(200, 4, ({ at, broker, followers, master, watch, wire }) => {
      const ready = watch(
        merge(
          ...[master, ...followers].map(account =>
            warmUp(account, { symbols: [1] }).pipe(
              filter(isReady => isReady),
              map(() => account.accountId),
            ),
          ),
        ),
        100_000,
      )
      at(30_000, () => {
        const frames = wire.sentTypes().length
        expect(new Set(ready.values).size).toBe(201)
        // Polls come later, so the first readiness of each counts.
        const first = new Map([...ready.timed].reverse().map(([ms, id]) => [id, ms]))
        const perLine = (201 * 5) / 4
        expect(frames).toBeGreaterThanOrEqual(201 * 5)
        expect(Math.max(...first.values())).toBeLessThanOrEqual((1.1 * perLine * 1_000) / LIMIT)
      })

      const filled$ = orderUpdates(master).pipe(filter(({ status }) => status === 'filled'))
      const fills = watch(filled$, 100_000)
      const opened = watch(
        filled$.pipe(
          take(1),
          mergeMap(() =>
            followers.map(account =>
              placeOrder(account, { symbol: 1, side: 'buy', type: 'market', volume: lots(0.1) }),
            ),
          ),
          mergeMap(order$ => order$),
        ),
        100_000,
      )
      const closed = watch(
        filled$.pipe(
          filter((_, index) => index === 1),
          mergeMap(() =>
            followers.map(account =>
              positions(account).pipe(
                take(1),
                mergeMap(({ all }) => all),
                mergeMap(({ positionId }) => closePosition(account, { positionId })),
              ),
            ),
          ),
          mergeMap(order$ => order$),
          filter(({ status }) => status === 'filled'),
        ),
        100_000,
      )
      let before = 0
      const trade = (tradeSide: 1 | 2): void => {
        before = wire.sent.length
        broker.trade((exchange, now) => {
          const by = { at: now, clientMsgId: 'elsewhere' }
          const [open] = exchange.ledger(MASTER).positions
          if (tradeSide === 1 || !open)
            exchange.newOrder(
              MASTER,
              { ctidTraderAccountId: MASTER, symbolId: 1, orderType: 1, tradeSide, volume: 1_000_000 },
              by,
            )
          else
            exchange.closePosition(
              MASTER,
              { ctidTraderAccountId: MASTER, positionId: open.positionId, volume: open.tradeData.volume },
              by,
            )
        })
      }
      const typesSince = (): number[] => wire.sent.slice(before).map(({ payloadType }) => payloadType)

      at(50_000, () => {
        trade(1)
      })
      at(52_000, () => {
        const [since] = fills.timed[0] ?? [NaN]
        const of = (status: OrderUpdate['status']) =>
          opened.timed.filter(([, update]) => update.status === status)
        expect(of('accepted')).toHaveLength(200)
        // Almost all leave at once. A heartbeat or a poll shortly before takes a place of the second's fifty.
        const atOnce = of('accepted').filter(([ms]) => ms - since === ROUND_TRIP)
        expect(atOnce.length).toBeGreaterThanOrEqual(190)
        expect(of('filled')).toHaveLength(200)
        expect(last(of('filled')) - since).toBeLessThanOrEqual(1_100)
        expect(typesSince().filter(type => type === PROTO_OA_NEW_ORDER_REQ)).toHaveLength(200)
      })
      at(55_000, () => {
        trade(2)
      })
      at(57_000, () => {
        const [since] = fills.timed[1] ?? [NaN]
        expect(closed.values).toHaveLength(200)
        expect(last(closed.timed) - since).toBeLessThanOrEqual(1_100)
        expect(typesSince().filter(type => type === PROTO_OA_CLOSE_POSITION_REQ)).toHaveLength(200)
      })
    })
  })
})

describe('many orders', () => {
  it.each([
    [60, 1, 3],
    [60, 3, 5],
    [40, 4, 10],
  ])(
    'of %i accounts over %i lines, %i each, are acknowledged as fast as the limits allow',
    (accounts, lines, each) => {
      floor(accounts, lines, ({ at, followers, watch }) => {
        for (const account of followers) watch(warmUp(account, { symbols: [1] }), 100_000)
        at(30_000, () => {
          const acknowledged = watch(
            merge(
              ...followers.flatMap(account =>
                Array.from({ length: each }, () =>
                  placeOrder(
                    account,
                    { symbol: 1, side: 'buy', type: 'market', volume: lots(0.01) },
                    { timeout: 60_000 },
                  ),
                ),
              ),
            ).pipe(filter(({ status }) => status === 'accepted')),
            60_000,
          )
          at(40_000, () => {
            const count = accounts * each
            const times = acknowledged.timed.map(([ms]) => ms)
            expect(times).toHaveLength(count)
            expect(Math.max(...times) - 30_000).toBeLessThanOrEqual(
              (1_000 * count) / (LIMIT * lines) + ROUND_TRIP,
            )
          })
        })
      })
    },
  )
})
