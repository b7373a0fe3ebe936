import * as fc from 'fast-check'
import type { ProtoOAAccessRights } from 'rx-ctrader'
import { PayloadType, ProtoOAAccountType, lots, pips, price, units } from 'rx-ctrader'
import { checkNewOrder } from '../../../src/orders/validation/checkNewOrder'
import type { NewOrderFrame } from '../../../src/orders/validation/newOrderRequest'
import type { NewOrder } from '../../../src/orders/model/newOrder'
import { messageCodec } from '../../../src/protocol/table'
import { createMarket } from '../../../src/simulator/market/createMarket'
import type { ListedSymbol } from '../../../src/simulator/market/model/market'
import type { OrderRefusal } from '../../../src/simulator/model/refusals'
import { NOON, tradingFloor } from '../../support/tradingFloor'
import type { SymbolDetails } from '../../../src/streams/symbols/symbols'
import { errorOf } from './checkTerms'

const numRuns = Number(process.env['CHECK_RUNS'] ?? 400)

const market = createMarket(1)
const made = new Map<string, ReturnType<typeof makeFloor>>()
const makeFloor = (accessRights: ProtoOAAccessRights, accountType: ProtoOAAccountType) => {
  const floor = tradingFloor(market, { accessRights, accountType })
  return { floor, trader: floor.ledger().trader }
}
/** Each time the same exchange, since what it holds does not matter here. */
const exchangeOf = (accessRights: ProtoOAAccessRights, accountType: ProtoOAAccountType) => {
  const key = `${accessRights} ${accountType}`
  const known = made.get(key) ?? makeFloor(accessRights, accountType)
  made.set(key, known)
  return known
}

const termsOf = ({ light, terms }: ListedSymbol): SymbolDetails => ({ ...light, ...terms })

/** Whole, mostly; else off by a part of a step, or no number at all. */
const off = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(0.5, 0.25, -0.1, 1e-3) },
)
const wild = fc.constantFrom(NaN, Infinity, -Infinity, 0, -1, 1e18)
const orWild = (usual: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: wild })

const volumes = ({ terms: { lotSize, minVolume, maxVolume, stepVolume } }: ListedSymbol) =>
  fc
    .record({
      steps: orWild(
        fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(Math.floor(maxVolume / stepVolume))),
      ),
      more: off,
      unit: fc.constantFrom('lots', 'units'),
    })
    .map(({ steps, more, unit }) => {
      const wanted = minVolume + (steps - 1 + more) * stepVolume
      return unit === 'lots' ? lots(wanted / lotSize) : units(wanted / 100)
    })

const orders = (symbol: ListedSymbol): fc.Arbitrary<NewOrder> => {
  const { digits, pipPosition } = symbol.terms
  const grid = 10 ** digits
  const { bid } = market.quoteAt(symbol.light.symbolId, NOON)
  const middle = Math.round((bid / 100_000) * grid)
  const around = (points: number): fc.Arbitrary<number> =>
    orWild(
      fc
        .tuple(fc.integer({ min: -3_000, max: 3_000 }), off)
        .map(([away, more]) => (points + away + more) / grid),
    )
  const distances = orWild(
    fc
      .tuple(fc.integer({ min: 0, max: 4_000 }), off)
      .map(([points, more]) => (points + more) / 10 ** (digits - pipPosition)),
  ).map(pips)
  const texts = fc.string({ maxLength: 130 })
  const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 })
  const maybe = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> =>
    fc
      .record(fields)
      .map(found => Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)))
  const protection = fc.oneof(around(middle).map(price), distances)
  const common = fc.tuple(
    fc.record({
      symbol: fc.constant(symbol.light.symbolId),
      side: fc.constantFrom('buy', 'sell'),
      volume: volumes(symbol),
    }),
    maybe({
      label: fc.option(texts, { nil: undefined, freq: 10 }),
      clientOrderId: fc.option(texts, { nil: undefined, freq: 10 }),
      guaranteedStopLoss: fc.constantFrom(undefined, undefined, undefined, false, true),
    }),
  )
  const atOnce = maybe({ stopLoss: some(distances), takeProfit: some(distances) })
  const pending = maybe({
    stopLoss: some(protection),
    takeProfit: some(protection),
    expires: fc.constantFrom(undefined, NOON + 3_600_000, NOON - 3_600_000, NaN),
  })
  const priced = around(middle).map(price)
  const types = fc.oneof(
    fc.tuple(fc.constant({ type: 'market' }), atOnce),
    fc.tuple(fc.record({ type: fc.constant('marketRange'), basePrice: priced, slippage: distances }), atOnce),
    fc.tuple(fc.record({ type: fc.constantFrom('limit', 'stop'), price: priced }), pending),
    fc.tuple(fc.record({ type: fc.constant('stopLimit'), price: priced, slippage: distances }), pending),
  )
  return fc.tuple(common, types).map(parts => Object.assign({}, ...parts.flat()) as NewOrder)
}

const scenes = fc.constantFrom(...market.catalogue.symbols).chain(symbol =>
  fc.record({
    symbol: fc.constant(symbol),
    order: orders(symbol),
    accessRights: fc.constantFrom<ProtoOAAccessRights>(0, 0, 0, 0, 1, 2, 3),
    accountType: fc.constantFrom<ProtoOAAccountType>(0, 0, 1),
  }),
)

type Scene = typeof scenes extends fc.Arbitrary<infer T> ? T : never

/** The request of an order, or what is wrong with it. */
const check = ({ symbol, accessRights, accountType }: Omit<Scene, 'order'>, order: NewOrder) => {
  const { trader } = exchangeOf(accessRights, accountType)
  let frame: NewOrderFrame | undefined
  const error = errorOf(() => {
    frame = checkNewOrder(order, { terms: termsOf(symbol), trader, now: NOON })
  })
  return { frame, error }
}

/** What cannot be judged without the quotes and the positions, or is open to doubt. */
const isServers = ({ errorCode, description = '' }: OrderRefusal, { order, accountType }: Scene): boolean => {
  const isAtOnce = order.type === 'market' || order.type === 'marketRange'
  if (errorCode === 'MARKET_CLOSED') return !isAtOnce
  if (errorCode === 'TRADING_BAD_PRICES') return description.startsWith('Stop price has to be')
  if (errorCode === 'TRADING_BAD_STOPS') return isAtOnce
  // A netted account that may only close has nothing to close here.
  const isOfClosing = errorCode === 'TRADING_NOT_ALLOWED' || errorCode === 'TRADING_DISABLED'
  return isOfClosing && accountType === ProtoOAAccountType.NETTED
}

describe('an order that passes the check', () => {
  it('is well-formed, and refused for nothing that was checked', () => {
    let passed = 0
    fc.assert(
      fc.property(scenes, scene => {
        const { order, accessRights, accountType } = scene
        const { frame } = check(scene, order)
        if (!frame) return
        passed += 1
        const payload = { ctidTraderAccountId: 1, ...frame }
        const drifts: string[] = []
        expect(
          messageCodec(PayloadType.PROTO_OA_NEW_ORDER_REQ).check(payload, (_, field) => drifts.push(field)),
        ).toBeGreaterThan(0)
        expect(drifts).toEqual([])
        const refusal = exchangeOf(accessRights, accountType).floor.order(0, frame)
        const isFine = refusal === undefined || isServers(refusal, scene)
        expect({ refusal: isFine ? undefined : refusal, frame }).toEqual({ frame })
      }),
      { numRuns },
    )
    expect(passed).toBeGreaterThan(numRuns / 20)
  })
})

describe('the nearest of an objection', () => {
  it('takes its rule out of the way, and in the end all that have one', () => {
    let followed = 0
    fc.assert(
      fc.property(scenes, scene => {
        let { order } = scene
        const met = new Set<string>()
        for (;;) {
          const { error } = check(scene, order)
          if (!error) return
          if (error.reason !== 'InvalidOrder') throw error
          const { rule, field, nearest } = error
          // The account and the symbol are given: a user cannot choose another.
          if (nearest === undefined || rule === 'accessRights' || rule === 'schedule') return
          followed += 1
          const given = order[field as keyof NewOrder]
          const unit = typeof given === 'object' ? Object.keys(given)[0] : undefined
          const value = nearest === 'false' ? false : nearest
          order = { ...order, [field]: unit === undefined ? value : { [unit]: nearest } }
          const key = `${rule} ${field}`
          expect([...met]).not.toContain(key)
          met.add(key)
        }
      }),
      { numRuns },
    )
    expect(followed).toBeGreaterThan(numRuns / 4)
  })
})

describe('an order that does not pass the check', () => {
  /** As a user would send it who rounds nothing. */
  const naive = (order: NewOrder, { terms: { lotSize, digits, pipPosition } }: ListedSymbol): object => {
    const exact = (n: number): number => Number(n.toPrecision(14))
    const { volume } = order
    const relative = (distance: number): number => exact(distance * 10 ** (5 - pipPosition))
    const leg = (field: 'stopLoss' | 'takeProfit', name: string): object => {
      const given = order[field]
      if (given === undefined) return {}
      return 'price' in given
        ? { [field]: exact(given.price) }
        : { [`relative${name}`]: relative(given.pips) }
    }
    return {
      symbolId: order.symbol,
      orderType: { market: 1, limit: 2, stop: 3, marketRange: 5, stopLimit: 6 }[order.type],
      tradeSide: order.side === 'buy' ? 1 : 2,
      volume: exact(
        typeof volume === 'number' ? volume : 'lots' in volume ? volume.lots * lotSize : volume.units * 100,
      ),
      ...(order.type === 'limit' && { limitPrice: exact(order.price.price) }),
      ...((order.type === 'stop' || order.type === 'stopLimit') && { stopPrice: exact(order.price.price) }),
      ...(order.type === 'marketRange' && { baseSlippagePrice: exact(order.basePrice.price) }),
      ...('slippage' in order && {
        slippageInPoints: exact(order.slippage.pips * 10 ** (digits - pipPosition)),
      }),
      ...leg('stopLoss', 'StopLoss'),
      ...leg('takeProfit', 'TakeProfit'),
      ...('expires' in order && { timeInForce: 1, expirationTimestamp: order.expires }),
      ...(order.label !== undefined && { label: order.label }),
      ...(order.clientOrderId !== undefined && { clientOrderId: order.clientOrderId }),
      ...(order.guaranteedStopLoss !== undefined && { guaranteedStopLoss: order.guaranteedStopLoss }),
    }
  }

  it('would have been refused', () => {
    let refused = 0
    fc.assert(
      fc.property(scenes, scene => {
        const { order, symbol, accessRights, accountType } = scene
        const { error } = check(scene, order)
        // The exchange leaves out the fields of a stop loss that is not there; it also finds orders without an id.
        const isOurs = (error: object): boolean =>
          ('rule' in error && (error.rule === 'stopLossMissing' || error.rule === 'tooLarge')) ||
          order.clientOrderId === ''
        if (!error || isOurs(error)) return
        refused += 1
        const frame = naive(order, symbol)
        const codec = messageCodec(PayloadType.PROTO_OA_NEW_ORDER_REQ)
        if (!codec.is({ ctidTraderAccountId: 1, ...frame })) return
        expect(exchangeOf(accessRights, accountType).floor.order(0, frame)).toBeDefined()
      }),
      { numRuns },
    )
    expect(refused).toBeGreaterThan(numRuns / 4)
  })
})
