import {
  assert,
  constantFrom,
  integer,
  nat,
  option,
  property,
  record,
  shuffledSubarray,
  array,
  boolean,
} from 'fast-check'
import { trackNewOrder } from '../../../src/orders/tracking/trackNewOrder'
import type { ExecutionReport } from '../../../src/orders/tracking/executionReport'
import type { OrderUpdate } from '../../../src/orders/model/orderUpdate'
import { BUY, NOON, SELL } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import { commandAt, floorWith, followed, heardOn } from './floorEvents'

const numRuns = Number(process.env['FOLLOW_RUNS'] ?? 100)

const scenario = record({
  orderType: constantFrom(1, 2, 3, 5, 6),
  tradeSide: constantFrom(BUY, SELL),
  hundreds: integer({ min: 1, max: 12 }),
  isProtected: boolean(),
  timeInForce: constantFrom(2, 3, 4),
  expiresAfter: option(integer({ min: 1_000, max: 30_000 })),
  /** How many hundred thousands the book holds. */
  depth: constantFrom(2, 5, 1_000_000),
  bids: array(integer({ min: 113_850, max: 114_150 }), { minLength: 5, maxLength: 5 }),
  amendedAt: option(integer({ min: 300, max: 20_000 })),
  /** Or has none any more. */
  staysProtected: boolean(),
  cancelledAt: option(integer({ min: 10, max: 25_000 })),
  netted: constantFrom(undefined, 'another', 'same'),
  isPoor: constantFrom(false, false, true),
  partialEnd: constantFrom('fillAndEnd', 'endWithDeal'),
})
type Scenario = typeof scenario extends { generate: (...args: never[]) => { value: infer T } } ? T : never

const LIMIT = 1.1395
const STOP = 1.1405
const PROTECTIONS = { relativeStopLoss: 5_000, relativeTakeProfit: 5_000 }

const play = (scene: Scenario): Floor => {
  const { orderType, tradeSide, expiresAfter, amendedAt, cancelledAt } = scene
  const floor = floorWith(
    scene.bids.map((bid, index) => [3 + index * 4, bid] as const),
    { depth: scene.depth * 100_000 },
    { accountType: scene.netted ? 1 : 0, balance: scene.isPoor ? 500 : 100_000_000 },
    { nettedReversal: scene.netted ?? 'another', partialEnd: scene.partialEnd },
  )
  // What else goes on: another order, on a netted account on the same position.
  floor.order(0, { tradeSide: SELL, volume: 300_000, clientOrderId: 'other' }, 'm0')
  floor.until(900)
  const isBuy = tradeSide === BUY
  const isRange = orderType === 5 || orderType === 6
  floor.order(
    1_000,
    {
      orderType: orderType as 1,
      tradeSide,
      volume: scene.hundreds * 100_000,
      clientOrderId: 'own',
      ...(orderType === 2 && { limitPrice: isBuy ? LIMIT : STOP, timeInForce: scene.timeInForce as 2 }),
      ...((orderType === 3 || orderType === 6) && { stopPrice: isBuy ? STOP : LIMIT }),
      ...(isRange && { slippageInPoints: 30 }),
      ...(orderType === 5 && { baseSlippagePrice: isBuy ? 1.14005 : 1.14 }),
      ...(expiresAfter !== null &&
        scene.timeInForce === 2 && {
          expirationTimestamp: NOON + 1_000 + expiresAfter,
          timeInForce: 1 as const,
        }),
      ...(scene.isProtected && PROTECTIONS),
    },
    'm1',
  )
  const own = heardOn(floor).find(({ clientMsgId }) => clientMsgId === 'm1')?.order
  const acts = [
    [
      amendedAt,
      (at: number) =>
        commandAt(floor, at, 'm2').amend(own?.orderId ?? 0, {
          volume: 1_500_000,
          ...(scene.isProtected && scene.staysProtected && PROTECTIONS),
        }),
    ],
    [cancelledAt, (at: number) => commandAt(floor, at, 'm3').cancel(own?.orderId ?? 0)],
  ] as const
  for (const [at, act] of [...acts].sort(([a], [b]) => (a ?? 0) - (b ?? 0))) if (at !== null) act(1_000 + at)
  floor.until(40_000)
  return floor
}

/** What is the same for all that can still happen to an order: what was told last is a matter of order. */
const waiting: readonly string[] = ['accepted', 'replaced', 'partiallyFilled']

/** What the caller has in the end. */
const outcomeOf = (updates: readonly OrderUpdate[]): unknown => {
  const ended = updates.filter(({ status }) => status !== 'protected').at(-1)
  const isProtected = updates.at(-1)?.status === 'protected'
  if (!ended || !('order' in ended)) return [ended?.status]
  const { executedVolume = 0, executionPrice } = ended.order
  const { volume, price } = 'price' in ended ? ended : { volume: executedVolume, price: executionPrice }
  return [waiting.includes(ended.status) ? 'waiting' : ended.status, isProtected, volume, price]
}

const stageOf: Readonly<Record<OrderUpdate['status'], number>> = {
  sent: 0,
  outcomeUnknown: 0,
  accepted: 1,
  // At any time while it waits.
  replaced: 2,
  partiallyFilled: 2,
  filled: 3,
  cancelled: 3,
  expired: 3,
  rejected: 3,
  protected: 4,
}

const disorder = record({
  keys: array(nat(1_000), { minLength: 60, maxLength: 60 }),
  again: shuffledSubarray([...Array(30).keys()], { maxLength: 6 }),
})

/** All of it in another order, some of it several times. */
const disordered = <T>(all: readonly T[], { keys, again }: { keys: number[]; again: number[] }): T[] =>
  [...all, ...again.flatMap(index => all[index] ?? [])]
    .map((one, index) => [keys[index] ?? 0, one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)

const following = ({ isProtected }: Scenario) =>
  trackNewOrder({ clientOrderId: 'own', clientMsgId: 'm1', asked: isProtected ? PROTECTIONS : {} })

describe('any fate of an order', () => {
  it('is told as the exchange has it', () => {
    const ends = new Set<string>()
    assert(
      property(scenario, scene => {
        const floor = play(scene)
        const { updates, overAfter } = followed(following(scene), heardOn(floor))
        const { orders, deals } = floor.ledger()
        const order = orders.find(
          ({ clientOrderId, orderType }) => clientOrderId === 'own' && orderType !== 4,
        )
        // Refused by 2132, which is no event.
        if (!order) return updates.length === 0
        const told = updates.flatMap(update => ('deal' in update ? [update] : []))
        const own = deals.filter(({ orderId, filledVolume }) => orderId === order.orderId && filledVolume > 0)
        expect(told.map(({ deal }) => deal)).toEqual(own)
        const { executedVolume = 0, executionPrice, orderStatus } = order
        const { volume = 0, price } = told.at(-1) ?? {}
        expect([volume, price]).toEqual([executedVolume, executionPrice])
        const ended = updates.filter(({ status }) => stageOf[status] === 3)
        expect(ended.map(({ status }) => status)).toEqual(
          [[], ['filled'], ['rejected'], ['expired'], ['cancelled']][orderStatus - 1],
        )
        expect(overAfter >= 0).toBe(orderStatus !== 1)
        ends.add(String(updates.at(-1)?.status))
        return true
      }),
      { numRuns },
    )
    for (const end of ['filled', 'protected', 'cancelled', 'expired', 'rejected'])
      expect([...ends]).toContain(end)
  })

  it('is the same in any order of its events, and however often', () => {
    assert(
      property(scenario, disorder, (scene, how) => {
        const heard = heardOn(play(scene))
        const inOrder = followed(following(scene), heard)
        const { updates, overAfter } = followed(following(scene), disordered(heard, how))
        expect(outcomeOf(updates)).toEqual(outcomeOf(inOrder.updates))
        expect(overAfter >= 0).toBe(inOrder.overAfter >= 0)
        const stages = updates.map(({ status }) => stageOf[status])
        expect(stages).toEqual([...stages].sort((a, b) => a - b))
        const deals = updates.flatMap(update => ('deal' in update ? [update.deal.dealId] : []))
        expect(deals).toEqual([...new Set(deals)])
        const volumes = updates.flatMap(update => ('deal' in update ? [update.volume] : []))
        expect(volumes).toEqual([...new Set(volumes)].sort((a, b) => a - b))
      }),
      { numRuns },
    )
  })

  it('is the same where part of it was found out by asking', () => {
    assert(
      property(scenario, nat(12), nat(12), (scene, lostFrom, lost) => {
        const floor = play(scene)
        const heard = heardOn(floor)
        const inOrder = followed(following(scene), heard)
        const { orders, deals, positions } = floor.ledger()
        const order = orders.find(
          ({ clientOrderId, orderType }) => clientOrderId === 'own' && orderType !== 4,
        )
        if (!order) return
        const position = positions.find(({ positionId }) => positionId === order.positionId)
        const found: ExecutionReport = {
          order,
          deals: deals.filter(({ orderId }) => orderId === order.orderId),
          ...(position && { position }),
        }
        const seen = [...heard.slice(0, lostFrom), found, ...heard.slice(lostFrom + lost)]
        const { updates, overAfter } = followed(following(scene), seen)
        expect(outcomeOf(updates)).toEqual(outcomeOf(inOrder.updates))
        // That the protections were taken away from the order is only seen while it waits.
        const isCertain = !scene.isProtected || scene.staysProtected || scene.amendedAt === null
        expect(!isCertain || overAfter < 0 === inOrder.overAfter < 0).toBe(true)
      }),
      { numRuns },
    )
  })
})
