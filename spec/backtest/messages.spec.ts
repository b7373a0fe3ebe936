import fc from 'fast-check'
import { EMPTY, NEVER, Subscription, filter, map, switchMap, take, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  amendProtection,
  cancelOrder,
  candles,
  closeAll,
  closePosition,
  createClient,
  depth,
  orders,
  pips,
  placeOrder,
  pnl,
  positions,
  price,
  spots,
  units,
} from 'rx-ctrader'
import type { Account, Connect } from 'rx-ctrader'
import { record } from 'rx-ctrader/recording'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Fault } from 'rx-ctrader/simulator'
import { createVirtualTime } from '../../src/backtest/virtualTime'

/** The runs of the property; more by hand. */
const numRuns = Number(process.env['BACKTEST_RUNS'] ?? 8)

jest.setTimeout(10_000 + 3_000 * numRuns)

const SECOND = 1_000
const LENGTH = 120 * SECOND
/** Wednesday, 8 January 2031, 12:00 UTC: the market is open. */
const NOON = Date.UTC(2031, 0, 8, 12)
const { HEARTBEAT_EVENT, PROTO_OA_NEW_ORDER_REQ, PROTO_OA_GET_TRENDBARS_REQ } = PayloadType

/** What a user of an account may do. Some of it is refused by the client, some by the server. */
const acts: Readonly<Record<string, (account: Account, n: number) => Observable<unknown>>> = {
  buy: (account, n) =>
    placeOrder(account, {
      type: 'market',
      symbol: 'EURUSD',
      side: 'buy',
      volume: units(1_000 * (1 + n)),
      stopLoss: pips(2 + n),
      takeProfit: pips(2 + n),
    }),
  sell: (account, n) =>
    placeOrder(account, { type: 'market', symbol: 'GBPUSD', side: 'sell', volume: units(1_000 * (1 + n)) }),
  limit: (account, n) =>
    placeOrder(account, {
      type: 'limit',
      symbol: 'EURUSD',
      side: 'buy',
      volume: units(1_000),
      price: price(Number((0.5 + 0.1 * n).toFixed(5))),
    }),
  'too much': account =>
    placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(50_000_000) }),
  'too little': account =>
    placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(1) }),
  'no such symbol': account => spots(account, 'EURUSX'),
  'no such order': account => cancelOrder(account, { orderId: 4_711 }),
  close: account =>
    positions(account).pipe(
      take(1),
      switchMap(({ all: [first] }) =>
        first ? closePosition(account, { positionId: first.positionId }) : EMPTY,
      ),
    ),
  protect: (account, n) =>
    positions(account).pipe(
      take(1),
      switchMap(({ all: [first] }) =>
        first ? amendProtection(account, { positionId: first.positionId, stopLoss: price(0.1 * n) }) : EMPTY,
      ),
    ),
  'close all': account => closeAll(account),
  quotes: account => spots(account, ['EURUSD', 'GBPUSD']).pipe(take(60)),
  bars: (account, n) => candles(account, 'EURUSD', 'M1', { history: n }).pipe(take(10)),
  book: account =>
    depth(account, 'EURUSD').pipe(
      take(10),
      map(({ bids, asks }) => ({ bids, asks })),
    ),
  profit: account => pnl(account).pipe(take(5)),
  pending: account => orders(account).pipe(take(3)),
  'raw request': (account, n) =>
    account.request(PROTO_OA_GET_TRENDBARS_REQ, {
      symbolId: n,
      period: 1,
      fromTimestamp: NOON - n * 60 * SECOND,
      toTimestamp: NOON,
    }),
}

interface Act {
  readonly name: string
  readonly at: number
  readonly n: number
}
const actArb: fc.Arbitrary<Act> = fc.record({
  name: fc.constantFrom(...Object.keys(acts)),
  at: fc.integer({ min: 0, max: LENGTH }),
  n: fc.nat(9),
})
/** A lost line is not among them: for its time without values it needs the timers of a real line, and gets them. */
const faultArb: fc.Arbitrary<{ readonly at: number; readonly fault: Fault }> = fc.record({
  at: fc.integer({ min: 0, max: LENGTH }),
  fault: fc.constantFrom<Fault>(
    { kind: 'gap', symbolId: 1, by: 200 },
    { kind: 'refuse', payloadType: PROTO_OA_NEW_ORDER_REQ, errorCode: 'MARKET_CLOSED', carrier: 2132 },
    { kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: true },
  ),
})
type Schedule = readonly [
  acts: readonly Act[],
  faults: readonly { readonly at: number; readonly fault: Fault }[],
]

const platform = { wake$: NEVER, isOffline: () => false, isHidden: () => false }

const isHeartbeat = new RegExp(`"payloadType":${HEARTBEAT_EVENT}\\b`)

/** How many events came as messages. */
let handedOver = 0
const counted =
  (connect: Connect): Connect =>
  () =>
    connect().pipe(
      map(socket => {
        const { event$ } = socket
        if (!event$) return socket
        return {
          ...socket,
          event$: event$.pipe(
            tap(() => {
              handedOver += 1
            }),
          ),
        }
      }),
    )

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one: unknown) => (one instanceof Error ? String(one) : one)))

/** All that can be seen of a session: its frames, what each act gives, and what the broker has at the end. */
const session = ([plan, faults]: Schedule, isText: boolean) => {
  const virtual = createVirtualTime()
  virtual.setWallClock(NOON)
  return virtual.enter(() => {
    const broker = createSimulator({ seed: 5, start: NOON, lineTimers: isText })
    const client = createClient({
      connect: counted(broker.connect),
      clientId: 'demo',
      clientSecret: 'demo',
      platform,
      random: () => 0.5,
    })
    const account = client.account({ accountId: 12345678, accessToken: 'demo' })
    const frames: string[] = []
    const seen: unknown[] = []
    const note = (what: string, how: string, value?: unknown): void => {
      seen.push([virtual.elapsed(), what, how, ...(value === undefined ? [] : [plain(value)])])
    }
    const parts = new Subscription()
    const follow = (what: string, value$: Observable<unknown>): void => {
      const observer = {
        next: (value: unknown) => {
          note(what, 'next', value)
        },
        error: (error: unknown) => {
          note(what, 'error', error)
        },
        complete: () => {
          note(what, 'complete')
        },
      }
      parts.add(value$.subscribe(observer))
    }
    // A line without timers has no heartbeats. That is the only difference.
    const frame$ = record(client).pipe(filter(line => !isHeartbeat.test(line)))
    parts.add(frame$.subscribe(line => frames.push(line)))
    follow('state', account.authenticated$)
    follow('gaps', account.gap$)
    plan.forEach(({ name, at, n }, i) => {
      follow(`${i} ${name}`, timer(at).pipe(switchMap(() => acts[name]?.(account, n) ?? EMPTY)))
    })
    for (const { at, fault } of faults)
      parts.add(
        timer(at).subscribe(() => {
          broker.fault(fault)
        }),
      )
    for (let next = virtual.nextAt(); next !== undefined && next <= LENGTH; next = virtual.nextAt())
      virtual.step()
    parts.unsubscribe()
    // The two directions of a line know nothing of each other's order.
    const inOrder = (direction: string): readonly string[] =>
      frames.filter(line => line.includes(`"direction":"${direction}"`))
    return {
      sent: inOrder('out'),
      received: inOrder('in'),
      seen,
      ledger: plain(broker.exchange.ledger(12345678)),
    }
  })
}

describe('a broker in the same process', () => {
  it('hands over messages in the place of text, and nothing else differs', () => {
    const seen = { errors: 0, deals: 0 }
    fc.assert(
      fc.property(
        fc.tuple(
          fc.array(actArb, { minLength: 5, maxLength: 25 }),
          fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(faultArb, { maxLength: 3 })),
        ),
        schedule => {
          const asMessages = session(schedule, false)
          expect(session(schedule, true)).toEqual(asMessages)
          seen.errors += asMessages.seen.filter(one => (one as readonly unknown[])[2] === 'error').length
          seen.deals += (asMessages.ledger as { readonly deals: readonly unknown[] }).deals.length
        },
      ),
      { numRuns, endOnFailure: true },
    )
    // Otherwise it would compare nothing with nothing.
    expect(seen.errors).toBeGreaterThan(numRuns)
    expect(seen.deals).toBeGreaterThan(numRuns)
    expect(handedOver).toBeGreaterThan(10 * numRuns)
  })
})
