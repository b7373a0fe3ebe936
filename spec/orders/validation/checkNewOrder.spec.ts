import {
  ProtoOAAccessRights,
  ProtoOAAccountType,
  ProtoOASymbolDistanceType,
  ProtoOATradingMode,
  lots,
  pips,
  price,
  units,
} from 'rx-ctrader'
import { checkNewOrder } from '../../../src/orders/validation/checkNewOrder'
import type { Circumstances } from '../../../src/orders/validation/checkNewOrder'
import type { NewOrder } from '../../../src/orders/model/newOrder'
import type { SymbolDetails } from '../../../src/streams/symbols/symbols'
import { errorOf, eurusd, faultOf } from './checkTerms'

const NOON = Date.UTC(2026, 0, 7, 12)
const SATURDAY = Date.UTC(2026, 0, 10, 12)
const MINUTE = 60_000

const market = { symbol: 1, side: 'buy', type: 'market', volume: lots(0.1) } as const
const limit = { ...market, type: 'limit', price: price(1.1) } as const
const sellLimit = { ...limit, side: 'sell' } as const

const fault = (order: NewOrder, terms: Partial<SymbolDetails> = {}, more: Partial<Circumstances> = {}) =>
  faultOf(() => checkNewOrder(order, { terms: { ...eurusd, ...terms }, now: NOON, ...more }))

const wordsOf = (order: NewOrder, terms: Partial<SymbolDetails> = {}): string => {
  const error = errorOf(() => checkNewOrder(order, { terms: { ...eurusd, ...terms }, now: NOON }))
  return error?.message ?? ''
}

describe('the volume of an order', () => {
  const volumeFault = (volume: NewOrder['volume'], terms: Partial<SymbolDetails> = {}) =>
    fault({ ...market, volume }, terms)

  it('is between the least and the most of the symbol, and objected to in its own unit', () => {
    expect(volumeFault(lots(0.009))).toEqual({
      rule: 'minVolume',
      field: 'volume',
      value: 0.009,
      nearest: 0.01,
    })
    expect(volumeFault(units(999))).toMatchObject({ rule: 'minVolume', value: 999, nearest: 1_000 })
    expect(volumeFault(units(0.001))).toMatchObject({ rule: 'minVolume', value: 0.001, nearest: 1_000 })
    expect(volumeFault(lots(100.01))).toMatchObject({ rule: 'maxVolume', value: 100.01, nearest: 100 })
    expect(volumeFault(lots(0.01))).toBeUndefined()
    expect(volumeFault(lots(100))).toBeUndefined()
  })

  it('is a multiple of the step', () => {
    expect(volumeFault(lots(0.013))).toMatchObject({ rule: 'stepVolume', value: 0.013, nearest: 0.01 })
    expect(volumeFault(lots(0.017))).toMatchObject({ rule: 'stepVolume', value: 0.017, nearest: 0.02 })
    expect(volumeFault(units(1_000.01))).toMatchObject({ rule: 'stepVolume', nearest: 1_000 })
    // The least and the most of all are multiples, too.
    const odd = { minVolume: 150_000, maxVolume: 350_000 }
    expect(volumeFault(units(1_000), odd)).toMatchObject({ rule: 'minVolume', nearest: 2_000 })
    expect(volumeFault(units(4_000), odd)).toMatchObject({ rule: 'maxVolume', nearest: 3_000 })
    expect(volumeFault(units(1), { minVolume: 120_000, maxVolume: 180_000 })).toEqual({
      rule: 'minVolume',
      field: 'volume',
      value: 1,
    })
  })

  it('is whole cents above zero where the symbol says nothing', () => {
    const { minVolume, maxVolume, stepVolume, ...rest } = eurusd
    const bare = (volume: NewOrder['volume']) =>
      faultOf(() => checkNewOrder({ ...market, volume }, { terms: rest }))
    expect([minVolume, maxVolume, stepVolume]).not.toContain(undefined)
    expect(bare(units(0.01))).toBeUndefined()
    expect(bare(units(0.014))).toMatchObject({ rule: 'stepVolume', nearest: 0.01 })
    expect(bare(units(0))).toMatchObject({ rule: 'minVolume', nearest: 0.01 })
    expect(bare(units(1e18))).toMatchObject({ rule: 'maxVolume' })
  })

  it('is a number', () => {
    for (const value of [NaN, Infinity, -Infinity])
      expect(volumeFault(lots(value))).toEqual({ rule: 'number', field: 'volume', value })
    expect(volumeFault(lots(-1))).toMatchObject({ rule: 'minVolume', value: -1, nearest: 0.01 })
    expect(volumeFault(lots(0))).toMatchObject({ rule: 'minVolume', value: 0, nearest: 0.01 })
  })

  it('says what it is in: a bare number is refused, also if the compiler let it through', () => {
    expect(volumeFault(1 as never)).toMatchObject({ rule: 'unit', field: 'volume', value: 1 })
    expect(volumeFault(undefined as never)).toMatchObject({ rule: 'unit', value: 'undefined' })
  })

  it('cannot be lots if the lot size is unknown', () => {
    const { lotSize, ...rest } = eurusd
    expect(lotSize).toBeDefined()
    expect(faultOf(() => checkNewOrder(market, { terms: rest }))).toMatchObject({
      rule: 'lotSize',
      value: 0.1,
    })
    expect(faultOf(() => checkNewOrder({ ...market, volume: units(1_000) }, { terms: rest }))).toBeUndefined()
  })
})

describe('the prices of an order', () => {
  it('are on the grid of the symbol', () => {
    expect(fault({ ...limit, price: price(1.139549) })).toEqual({
      rule: 'digits',
      field: 'price',
      value: 1.139549,
      nearest: 1.13955,
    })
    expect(fault({ ...limit, price: price(131.0741) }, { digits: 3 })).toMatchObject({ nearest: 131.074 })
    const range = { ...market, type: 'marketRange', basePrice: price(1.1), slippage: pips(1) } as const
    expect(fault({ ...range, basePrice: price(1.000001) })).toMatchObject({
      rule: 'digits',
      field: 'basePrice',
      nearest: 1,
    })
    expect(fault({ ...range, slippage: pips(1.25) })).toMatchObject({
      rule: 'digits',
      field: 'slippage',
      nearest: 1.3,
    })
    expect(fault({ ...range, slippage: pips(-1) })).toMatchObject({ rule: 'positive', nearest: 0 })
    expect(fault({ ...range, slippage: pips(1e12) })).toMatchObject({ rule: 'tooLarge', field: 'slippage' })
    expect(fault({ ...range, slippage: pips(NaN) })).toMatchObject({ rule: 'number', field: 'slippage' })
    expect(fault(range)).toBeUndefined()
  })

  it('are numbers above zero', () => {
    expect(fault({ ...limit, price: price(0) })).toMatchObject({ rule: 'positive', nearest: 0.00001 })
    expect(fault({ ...limit, price: price(-1.1) })).toMatchObject({ rule: 'positive', nearest: 0.00001 })
    expect(fault({ ...limit, price: price(NaN) })).toMatchObject({ rule: 'number', field: 'price' })
    expect(fault({ ...limit, price: price(1e12) })).toMatchObject({ rule: 'tooLarge', field: 'price' })
  })
})

describe('the protections of an order', () => {
  it('are on the grid', () => {
    expect(fault({ ...market, stopLoss: pips(20.25) })).toEqual({
      rule: 'digits',
      field: 'stopLoss',
      value: 20.25,
      nearest: 20.3,
    })
    const yen = { digits: 3, pipPosition: 2 }
    expect(fault({ ...market, takeProfit: pips(0.01) }, yen)).toMatchObject({
      rule: 'positive',
      nearest: 0.1,
    })
    expect(fault({ ...limit, stopLoss: price(1.095001) })).toMatchObject({
      rule: 'digits',
      field: 'stopLoss',
      nearest: 1.095,
    })
    // Distances have five digits on the wire, even where prices have more.
    const fine = { digits: 7, pipPosition: 6 }
    expect(fault({ ...market, stopLoss: pips(24) }, fine)).toMatchObject({ rule: 'digits', nearest: 20 })
    expect(fault({ ...market, stopLoss: pips(20) }, fine)).toBeUndefined()
    // A pip that is finer than the price.
    const coarse = { digits: 1, pipPosition: 2 }
    expect(fault({ ...market, stopLoss: pips(14) }, coarse)).toMatchObject({ rule: 'digits', nearest: 10 })
    expect(fault({ ...market, stopLoss: pips(20) }, coarse)).toBeUndefined()
  })

  it('are numbers above zero', () => {
    for (const field of ['stopLoss', 'takeProfit'] as const) {
      expect(fault({ ...market, [field]: pips(0) })).toMatchObject({ rule: 'positive', field, nearest: 0.1 })
      expect(fault({ ...market, [field]: pips(-5) })).toMatchObject({ rule: 'positive', field, nearest: 0.1 })
      expect(fault({ ...market, [field]: pips(Infinity) })).toEqual({
        rule: 'number',
        field,
        value: Infinity,
      })
      expect(fault({ ...market, [field]: pips(1e20) })).toMatchObject({ rule: 'tooLarge', field })
    }
  })

  it('are on their own sides of the price of a pending order', () => {
    expect(fault({ ...limit, stopLoss: price(1.1) })).toEqual({
      rule: 'protectionSide',
      field: 'stopLoss',
      value: 1.1,
      nearest: 1.09999,
    })
    expect(fault({ ...limit, takeProfit: price(1.05) })).toMatchObject({
      rule: 'protectionSide',
      field: 'takeProfit',
      nearest: 1.10001,
    })
    expect(fault({ ...sellLimit, stopLoss: price(1.05) })).toMatchObject({ nearest: 1.10001 })
    expect(fault({ ...sellLimit, takeProfit: price(1.15) })).toMatchObject({ nearest: 1.09999 })
    expect(fault({ ...limit, stopLoss: price(1.09), takeProfit: price(1.2) })).toBeUndefined()
    expect(fault({ ...sellLimit, stopLoss: price(1.2), takeProfit: price(1.09) })).toBeUndefined()
    // There is nothing below the least of all prices.
    const least = price(0.00001)
    expect(fault({ ...limit, price: least, stopLoss: least })).toEqual({
      rule: 'protectionSide',
      field: 'stopLoss',
      value: 0.00001,
    })
  })

  it('leave something of the price of a pending order', () => {
    expect(fault({ ...limit, stopLoss: pips(11_000) })).toEqual({
      rule: 'protectionSide',
      field: 'stopLoss',
      value: 11_000,
      nearest: 10_999.9,
    })
    expect(fault({ ...limit, takeProfit: pips(11_000) })).toBeUndefined()
    expect(fault({ ...sellLimit, takeProfit: pips(11_000) })).toMatchObject({ rule: 'protectionSide' })
    expect(fault({ ...sellLimit, stopLoss: pips(11_000) })).toBeUndefined()
    // A market order has no price yet: how much that leaves is the server's to judge.
    expect(fault({ ...market, stopLoss: pips(11_000) })).toBeUndefined()
  })

  it('are as far from the price as the symbol wants, in points', () => {
    const far = { slDistance: 50, tpDistance: 30, gslDistance: 100, guaranteedStopLoss: true }
    expect(fault({ ...market, stopLoss: pips(4.9) }, far)).toEqual({
      rule: 'slDistance',
      field: 'stopLoss',
      value: 4.9,
      nearest: 5,
    })
    expect(fault({ ...market, takeProfit: pips(2.9) }, far)).toMatchObject({ rule: 'tpDistance', nearest: 3 })
    const guaranteed = { ...market, guaranteedStopLoss: true }
    expect(fault({ ...guaranteed, stopLoss: pips(9.9) }, far)).toMatchObject({
      rule: 'gslDistance',
      nearest: 10,
    })
    expect(fault({ ...market, stopLoss: pips(-5) }, far)).toMatchObject({ rule: 'positive', nearest: 5 })
    expect(fault({ ...guaranteed, stopLoss: pips(10), takeProfit: pips(3) }, far)).toBeUndefined()
    expect(fault({ ...limit, stopLoss: price(1.09951) }, far)).toMatchObject({
      rule: 'slDistance',
      nearest: 1.0995,
    })
    expect(fault({ ...limit, stopLoss: price(1.2) }, far)).toMatchObject({
      rule: 'protectionSide',
      nearest: 1.0995,
    })
    expect(fault({ ...sellLimit, takeProfit: price(1.09971) }, far)).toMatchObject({
      rule: 'tpDistance',
      nearest: 1.0997,
    })
    expect(fault({ ...limit, stopLoss: price(1.0995), takeProfit: price(1.1003) }, far)).toBeUndefined()
  })

  it('are as far from the price as the symbol wants, in hundredths of a percent, where the price is known', () => {
    const far = {
      slDistance: 10,
      distanceSetIn: ProtoOASymbolDistanceType.SYMBOL_DISTANCE_IN_PERCENTAGE,
    }
    expect(fault({ ...limit, stopLoss: pips(10.9) }, far)).toMatchObject({ rule: 'slDistance', nearest: 11 })
    expect(fault({ ...limit, stopLoss: pips(11) }, far)).toBeUndefined()
    expect(fault({ ...market, stopLoss: pips(0.1) }, far)).toBeUndefined()
  })

  it('are there where something is said of them', () => {
    expect(fault({ ...market, trailingStopLoss: true })).toEqual({
      rule: 'stopLossMissing',
      field: 'trailingStopLoss',
      value: 'true',
      nearest: 'false',
    })
    const has = { guaranteedStopLoss: true }
    expect(fault({ ...market, guaranteedStopLoss: true }, has)).toMatchObject({
      rule: 'stopLossMissing',
      field: 'guaranteedStopLoss',
    })
    const guaranteed = { ...market, guaranteedStopLoss: true, stopLoss: pips(20) }
    expect(fault(guaranteed)).toMatchObject({ rule: 'guaranteedStopLoss', nearest: 'false' })
    expect(fault(guaranteed, has)).toBeUndefined()
    expect(fault({ ...market, trailingStopLoss: true, stopLoss: pips(20) })).toBeUndefined()
    expect(fault({ ...market, trailingStopLoss: false, guaranteedStopLoss: false })).toBeUndefined()
  })
})

describe('the texts of an order', () => {
  it.each([
    ['label', 100],
    ['comment', 512],
    ['clientOrderId', 50],
  ])('%s has at most %i characters', (field, most) => {
    expect(fault({ ...market, [field]: 'x'.repeat(most) })).toBeUndefined()
    expect(fault({ ...market, [field]: 'x'.repeat(most + 1) })).toEqual({
      rule: 'length',
      field,
      value: 'x'.repeat(most + 1),
      nearest: 'x'.repeat(most),
    })
  })

  it('an order is found by an id that is not empty', () => {
    expect(fault({ ...market, clientOrderId: '' })).toEqual({
      rule: 'length',
      field: 'clientOrderId',
      value: '',
    })
    expect(fault({ ...market, label: '', comment: '' })).toBeUndefined()
  })
})

describe('what the symbol allows', () => {
  const { ENABLED, CLOSE_ONLY_MODE, ...disabled } = ProtoOATradingMode

  it('is nothing where its trading is disabled', () => {
    expect(fault(market, { tradingMode: ENABLED })).toBeUndefined()
    for (const tradingMode of Object.values(disabled))
      expect(fault({ ...market, positionId: 7 }, { tradingMode })).toEqual({
        rule: 'tradingMode',
        field: 'symbol',
        value: 'EURUSD',
      })
    const { symbolName, ...nameless } = eurusd
    expect(symbolName).toBe('EURUSD')
    expect(
      faultOf(() => checkNewOrder(market, { terms: { ...nameless, tradingMode: 1 }, now: NOON })),
    ).toMatchObject({ value: 1 })
  })

  it('is closing, in its close-only mode, which an order may do that joins a position', () => {
    const hedged = { trader: { ...trader, accountType: ProtoOAAccountType.HEDGED } }
    const netted = { trader: { ...trader, accountType: ProtoOAAccountType.NETTED } }
    const closeOnly = { tradingMode: CLOSE_ONLY_MODE }
    expect(fault(market, closeOnly, hedged)).toMatchObject({ rule: 'tradingMode' })
    expect(fault(market, closeOnly, { trader })).toMatchObject({ rule: 'tradingMode' })
    expect(fault({ ...market, positionId: 7 }, closeOnly, hedged)).toBeUndefined()
    expect(fault(market, closeOnly, netted)).toBeUndefined()
    // Of an account that would not tell, the server knows.
    expect(fault(market, closeOnly)).toBeUndefined()
  })

  it('may be buying only', () => {
    const noShorts = { enableShortSelling: false }
    const sell = { ...market, side: 'sell' } as const
    expect(fault(sell, noShorts, { trader })).toEqual({
      rule: 'enableShortSelling',
      field: 'side',
      value: 'sell',
      nearest: 'buy',
    })
    expect(fault({ ...sell, positionId: 7 }, noShorts, { trader })).toBeUndefined()
    expect(fault(market, noShorts, { trader })).toBeUndefined()
    expect(fault(sell, { enableShortSelling: true }, { trader })).toBeUndefined()
  })
})

const trader = { ctidTraderAccountId: 1, balance: 0, depositAssetId: 1 }

describe('what the account allows', () => {
  const { FULL_ACCESS, CLOSE_ONLY, NO_TRADING, NO_LOGIN } = ProtoOAAccessRights
  const rights = (accessRights: ProtoOAAccessRights) => ({ trader: { ...trader, accessRights } })

  it('is everything, nothing, or to close', () => {
    expect(fault(market, {}, rights(FULL_ACCESS))).toBeUndefined()
    expect(fault(market, {}, { trader })).toBeUndefined()
    expect(fault(market, {}, rights(CLOSE_ONLY))).toEqual({
      rule: 'accessRights',
      field: 'accessRights',
      value: 'CLOSE_ONLY',
      nearest: 'FULL_ACCESS',
    })
    expect(fault({ ...market, positionId: 7 }, {}, rights(CLOSE_ONLY))).toBeUndefined()
    for (const none of [NO_TRADING, NO_LOGIN])
      expect(fault({ ...market, positionId: 7 }, {}, rights(none))).toMatchObject({ rule: 'accessRights' })
    // A right that this release does not know may be one to trade.
    expect(fault(market, {}, rights(17 as ProtoOAAccessRights))).toBeUndefined()
  })
})

describe('the time of an order', () => {
  const opening = Date.UTC(2026, 0, 11, 22)

  it('is when the symbol trades, for what is executed at once', () => {
    const range = { ...market, type: 'marketRange', basePrice: price(1.1), slippage: pips(1) } as const
    for (const order of [market, range])
      expect(fault(order, {}, { now: SATURDAY })).toEqual({
        rule: 'schedule',
        field: 'time',
        value: '2026-01-10T12:00:00.000Z',
        nearest: '2026-01-11T22:00:00.000Z',
      })
    expect(fault(market, {}, { now: opening })).toBeUndefined()
    expect(fault(limit, {}, { now: SATURDAY })).toBeUndefined()
    const never = { schedule: [{ startSecond: 1, endSecond: 1 }] }
    expect(fault(market, never)).not.toHaveProperty('nearest')
  })

  it('is not judged within a minute of the opening and the close, or without a clock', () => {
    const close = Date.UTC(2026, 0, 9, 22)
    for (const now of [close, close + MINUTE - 1, opening - MINUTE])
      expect(fault(market, {}, { now })).toBeUndefined()
    for (const now of [close + MINUTE, opening - MINUTE - 1])
      expect(fault(market, {}, { now })).toMatchObject({
        rule: 'schedule',
        nearest: '2026-01-11T22:00:00.000Z',
      })
    expect(fault(market, {}, { now: undefined })).toBeUndefined()
  })

  it('is before a pending order expires', () => {
    const until = (expires: number, now: number | undefined = NOON) =>
      fault({ ...limit, expires }, {}, { now })
    expect(until(NOON - MINUTE)).toEqual({
      rule: 'expires',
      field: 'expires',
      value: NOON - MINUTE,
      nearest: NOON + 2 * MINUTE,
    })
    expect(until(NOON - MINUTE + 1)).toBeUndefined()
    expect(until(NOON + 2 * MINUTE)).toBeUndefined()
    // Seconds instead of ms.
    expect(until((NOON + MINUTE) / 1_000)).toMatchObject({ rule: 'expires' })
    for (const value of [NaN, NOON + 0.5, Infinity])
      expect(until(value)).toEqual({ rule: 'number', field: 'expires', value })
    expect(faultOf(() => checkNewOrder({ ...limit, expires: 1 }, { terms: eurusd }))).toBeUndefined()
  })
})

describe('an objection', () => {
  it('says in words what is wrong, with which field, and what would be right', () => {
    expect(wordsOf({ ...market, volume: lots(0.013) })).toBe(
      "volume 0.013 lots is not a multiple of the symbol's step, 0.01; the nearest is 0.01",
    )
    expect(wordsOf({ ...market, volume: units(20) })).toBe(
      "volume 20 units is below the symbol's minimum volume, 1000; the nearest is 1000",
    )
    expect(wordsOf({ ...limit, price: price(1.139549) })).toBe(
      "price 1.139549 is not a multiple of the symbol's step, 0.00001; the nearest is 1.13955",
    )
    expect(wordsOf({ ...limit, stopLoss: price(1.2) })).toBe(
      'stopLoss 1.2 is not below the price of the order; the nearest is 1.09999',
    )
    expect(wordsOf({ ...market, stopLoss: pips(2) }, { slDistance: 50 })).toBe(
      "stopLoss 2 pips is below the symbol's minimum distance, 5; the nearest is 5",
    )
  })
})
