import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import type { Exchange } from '../../src/simulator/trading/exchange'
import { orderUpdates } from '../../src/orders/orderUpdates'
import type { OrderUpdate } from '../../src/orders/model/orderUpdate'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'

const numRuns = Number(process.env['UPDATES_RUNS'] ?? 20)

const step = record({
  after: integer({ min: 20, max: 3_000 }),
  act: constantFrom(
    'buy',
    'protected',
    'limit',
    'limit',
    'expiring',
    'amend',
    'cancel',
    'close',
    'part',
    'up',
    'down',
    'drop',
    'drop',
    'lose',
    'duplicate',
  ),
  which: integer({ min: 0, max: 100 }),
})
type Step = typeof step extends { generate: (...args: never[]) => { value: infer T } } ? T : never

const questions = [
  PayloadType.PROTO_OA_ORDER_LIST_REQ,
  PayloadType.PROTO_OA_DEAL_LIST_REQ,
  PayloadType.PROTO_OA_RECONCILE_REQ,
]

const byStatus = [[], ['filled'], ['rejected'], ['expired'], ['cancelled']]

const act = (exchange: Exchange, at: number, { act: what, which }: Step): void => {
  const named = { ctidTraderAccountId: ACCOUNT }
  const command = { at, clientMsgId: `${at}-${which}` }
  const { orders, positions } = exchange.ledger(ACCOUNT)
  const pending = orders.filter(({ orderStatus, orderType }) => orderStatus === 1 && orderType === 2)
  const open = positions.filter(({ positionStatus }) => positionStatus === 1)
  const orderId = pending[which % (pending.length || 1)]?.orderId ?? 0
  const { positionId = 0, tradeData: { volume = 0 } = {} } = open[which % (open.length || 1)] ?? {}
  const order = { ...named, symbolId: 1, orderType: 1 as const, tradeSide: 1 as const, volume: 300_000 }
  // At 1.0285 or so; never further than the pending orders by one move, and back by the other.
  const limit = { ...order, orderType: 2 as const, limitPrice: 1.02 - (which % 10) / 10_000 }
  if (what === 'buy') exchange.newOrder(ACCOUNT, order, command)
  if (what === 'protected')
    exchange.newOrder(ACCOUNT, { ...order, relativeStopLoss: 2_000, relativeTakeProfit: 2_000 }, command)
  if (what === 'limit') exchange.newOrder(ACCOUNT, limit, command)
  if (what === 'expiring')
    exchange.newOrder(
      ACCOUNT,
      { ...limit, timeInForce: 1, expirationTimestamp: at + 50 * which + 1 },
      command,
    )
  if (what === 'amend')
    exchange.amendOrder(ACCOUNT, { ...named, orderId, volume: 400_000 + 100_000 * (which % 3) }, command)
  if (what === 'cancel') exchange.cancelOrder(ACCOUNT, { ...named, orderId }, command)
  if (what === 'close') exchange.closePosition(ACCOUNT, { ...named, positionId, volume }, command)
  if (what === 'part') exchange.closePosition(ACCOUNT, { ...named, positionId, volume: 100_000 }, command)
}

describe('orderUpdates, with any fate of the orders and the line', () => {
  it('tells in the end what the exchange has, each thing once', () => {
    let missed = 0
    assert(
      property(array(step, { minLength: 5, maxLength: 30 }), steps => {
        scene(({ account, at, broker, watch }) => {
          const seen = watch(orderUpdates(account))
          let time = 500
          for (const one of steps) {
            time += one.after
            at(time, () => {
              if (one.act === 'up') broker.shift(1, 900)
              else if (one.act === 'down') broker.shift(1, -900)
              else if (one.act === 'drop') broker.drop()
              else if (one.act === 'duplicate')
                broker.fault({
                  kind: 'duplicate',
                  payloadType: PayloadType.PROTO_OA_EXECUTION_EVENT,
                  times: 2,
                })
              else if (one.act === 'lose') {
                broker.fault({
                  kind: 'swallow',
                  takesEffect: true,
                  payloadType: questions[one.which % 3] ?? 0,
                })
                broker.drop()
              } else
                broker.trade((exchange, now) => {
                  act(exchange, now, one)
                })
            })
          }
          at(time + 1, () => {
            broker.fault({ kind: 'recover' })
          })
          at(time + 100_000, () => {
            const { orders, deals } = broker.exchange.ledger(ACCOUNT)
            missed += steps.filter(({ act: what }) => what === 'drop').length
            const waiting = orders.filter(one => one.orderStatus === 1 && one.orderType !== 4)
            const lastOf = (id: number): unknown =>
              seen.values
                .flatMap(update => ('order' in update && update.orderId === id ? [update.order] : []))
                .at(-1)
            expect(waiting.map(({ orderId }) => lastOf(orderId))).toEqual(waiting)
            for (const order of orders) {
              const { orderId, orderStatus, executedVolume = 0, executionPrice } = order
              const told = seen.values.filter(update => update.orderId === orderId)
              const ends = told.flatMap(({ status }) => (byStatus.flat().includes(status) ? [status] : []))
              expect(ends).toEqual(byStatus[orderStatus - 1])
              const fills = told.flatMap(update => ('deal' in update ? [update] : []))
              expect(fills.at(-1)?.volume ?? 0).toBe(executedVolume)
              expect(fills.at(-1)?.price).toBe(executionPrice)
              for (const { deal } of fills) expect(deals).toContainEqual(deal)
            }
            const known: OrderUpdate[] = seen.values.filter(
              ({ orderId }) => !orders.some(one => one.orderId === orderId),
            )
            expect(known).toEqual([])
            const dealIds = seen.values.flatMap(update => ('deal' in update ? [update.deal.dealId] : []))
            expect(dealIds).toHaveLength(new Set(dealIds).size)
            const texts = seen.values.map(update => JSON.stringify(update))
            expect(texts).toHaveLength(new Set(texts).size)
          })
        })
      }),
      { numRuns },
    )
    expect(missed).toBeGreaterThan(0)
  })
})
