import {
  PayloadType,
  ProtoOAOrderTriggerMethod,
  ProtoOAOrderType,
  ProtoOATimeInForce,
  ProtoOATradeSide,
  lots,
  pips,
  price,
  units,
} from 'rx-ctrader'
import { newOrderFrame } from '../../../src/orders/validation/newOrderRequest'
import type { NewOrder } from '../../../src/orders/model/newOrder'
import { messageCodec } from '../../../src/protocol/table'
import { eurusd, faultOf } from './checkTerms'

const market = { symbol: 1, side: 'buy', type: 'market', volume: lots(0.1) } as const

const frameOf = (order: NewOrder, terms = eurusd) => newOrderFrame(order, terms)

describe('the frame of a new order', () => {
  it('has the volume in cents, from any unit', () => {
    for (const volume of [lots(0.07), units(7_000)])
      expect(frameOf({ ...market, volume })).toEqual({
        symbolId: 1,
        orderType: ProtoOAOrderType.MARKET,
        tradeSide: ProtoOATradeSide.BUY,
        volume: 700_000,
      })
  })

  it('has the protections of a market order as distances in 1/100000', () => {
    expect(frameOf({ ...market, stopLoss: pips(20), takeProfit: pips(40.5) })).toMatchObject({
      relativeStopLoss: 200,
      relativeTakeProfit: 405,
    })
    const yen = { ...eurusd, digits: 3, pipPosition: 2 }
    expect(frameOf({ ...market, stopLoss: pips(20.1) }, yen)).toMatchObject({ relativeStopLoss: 20_100 })
    const fine = { ...eurusd, digits: 7, pipPosition: 6 }
    expect(frameOf({ ...market, stopLoss: pips(20) }, fine)).toMatchObject({ relativeStopLoss: 2 })
  })

  it('has the prices of each type where the server looks for them', () => {
    const pending = { symbol: 1, side: 'sell', volume: units(1_000) } as const
    const tillCancelled = { timeInForce: ProtoOATimeInForce.GOOD_TILL_CANCEL }
    expect(frameOf({ ...pending, type: 'limit', price: price(1.2) })).toEqual({
      symbolId: 1,
      orderType: ProtoOAOrderType.LIMIT,
      tradeSide: ProtoOATradeSide.SELL,
      volume: 100_000,
      limitPrice: 1.2,
      ...tillCancelled,
    })
    expect(frameOf({ ...pending, type: 'stop', price: price(1.2) })).toMatchObject({
      orderType: ProtoOAOrderType.STOP,
      stopPrice: 1.2,
    })
    expect(frameOf({ ...pending, type: 'stopLimit', price: price(1.2), slippage: pips(1.5) })).toMatchObject({
      orderType: ProtoOAOrderType.STOP_LIMIT,
      stopPrice: 1.2,
      slippageInPoints: 15,
      ...tillCancelled,
    })
    expect(frameOf({ ...pending, type: 'marketRange', basePrice: price(1.2), slippage: pips(0) })).toEqual({
      symbolId: 1,
      orderType: ProtoOAOrderType.MARKET_RANGE,
      tradeSide: ProtoOATradeSide.SELL,
      volume: 100_000,
      baseSlippagePrice: 1.2,
      slippageInPoints: 0,
    })
  })

  it.each<readonly [NewOrder['type'], object, string | undefined]>([
    ['market', { stoploss: pips(20) }, 'stopLoss'],
    ['market', { price: price(1.2) }, undefined],
    ['marketRange', { basePrice: price(1.2), slippage: pips(1), expires: 1 }, undefined],
    ['limit', { price: price(1.2), slippage: pips(1) }, undefined],
    ['limit', { price: price(1.2), lable: 'mine' }, 'label'],
    ['stop', { price: price(1.2), basePrice: price(1.2) }, undefined],
    ['stopLimit', { price: price(1.2), slipage: pips(1) }, 'slippage'],
  ])('is not made of %s order with a field that it does not have: %j', (type, fields, nearest) => {
    const order = { ...market, ...fields, type } as unknown as NewOrder
    const field = Object.keys(fields).at(-1)
    expect(faultOf(() => newOrderFrame(order, eurusd))).toEqual({
      rule: 'field',
      field,
      value: expect.anything() as unknown,
      ...(nearest !== undefined && { nearest }),
    })
  })

  it.each(['label', 'comment', 'clientOrderId'])(
    'is not made of an order whose %s is not a string',
    field => {
      const order = { ...market, [field]: null } as unknown as NewOrder
      expect(faultOf(() => newOrderFrame(order, eurusd))).toEqual({ rule: 'length', field, value: 'object' })
    },
  )

  it('is made of an order with a field that is undefined', () => {
    expect(frameOf({ ...market, stoploss: undefined } as NewOrder)).toMatchObject({ volume: 1_000_000 })
  })

  it('has all else that an order may say', () => {
    const expires = Date.UTC(2030, 0)
    const frame = frameOf({
      symbol: 1,
      side: 'buy',
      type: 'stop',
      volume: lots(1),
      price: price(1.1),
      stopLoss: price(1.095),
      takeProfit: pips(30),
      expires,
      trailingStopLoss: true,
      guaranteedStopLoss: false,
      stopTriggerMethod: ProtoOAOrderTriggerMethod.OPPOSITE,
      positionId: 7,
      label: 'label',
      comment: '',
      clientOrderId: 'mine',
    })
    expect(frame).toEqual({
      symbolId: 1,
      orderType: ProtoOAOrderType.STOP,
      tradeSide: ProtoOATradeSide.BUY,
      volume: 10_000_000,
      stopPrice: 1.1,
      stopLoss: 1.095,
      relativeTakeProfit: 300,
      timeInForce: ProtoOATimeInForce.GOOD_TILL_DATE,
      expirationTimestamp: expires,
      trailingStopLoss: true,
      guaranteedStopLoss: false,
      stopTriggerMethod: ProtoOAOrderTriggerMethod.OPPOSITE,
      positionId: 7,
      label: 'label',
      comment: '',
      clientOrderId: 'mine',
    })
    const codec = messageCodec(PayloadType.PROTO_OA_NEW_ORDER_REQ)
    expect(codec.is({ ctidTraderAccountId: 1, ...frame })).toBe(true)
  })

  it('takes a price that is on the grid but for the noise of its computation', () => {
    const noisy = 1.1 + 0.00005 * 3
    expect(String(noisy)).not.toBe('1.10015')
    const order = { ...market, type: 'limit', price: price(noisy) } as const
    expect(frameOf(order)).toMatchObject({ limitPrice: 1.10015 })
  })
})

describe('an order that no compiler has looked at', () => {
  const unchecked = (order: object): object | undefined =>
    faultOf(() => newOrderFrame({ ...market, ...order }, eurusd))

  it('never goes to the other side, or as another type', () => {
    expect(unchecked({ side: 'BUY' })).toEqual({ rule: 'side', field: 'side', value: 'BUY' })
    expect(unchecked({ side: 'toString' })).toEqual({ rule: 'side', field: 'side', value: 'toString' })
    expect(unchecked({ type: 'LIMIT' })).toEqual({ rule: 'type', field: 'type', value: 'LIMIT' })
  })

  it('says what its numbers are in', () => {
    expect(unchecked({ volume: '0.1' })).toEqual({ rule: 'unit', field: 'volume', value: 'string' })
    expect(unchecked({ volume: {} })).toEqual({ rule: 'unit', field: 'volume', value: 'object' })
    expect(unchecked({ volume: null })).toEqual({ rule: 'unit', field: 'volume', value: 'object' })
    expect(unchecked({ stopLoss: 20 })).toEqual({ rule: 'unit', field: 'stopLoss', value: 'number' })
    expect(unchecked({ takeProfit: null })).toEqual({ rule: 'unit', field: 'takeProfit', value: 'object' })
    expect(unchecked({ type: 'limit', price: 1.1 })).toEqual({
      rule: 'unit',
      field: 'price',
      value: 'number',
    })
    expect(unchecked({ type: 'stopLimit', price: price(1.1) })).toEqual({
      rule: 'unit',
      field: 'slippage',
      value: 'undefined',
    })
  })

  it('takes no price for the protection of what is executed at once', () => {
    const range = { type: 'marketRange', basePrice: price(1.1), slippage: pips(1) }
    for (const type of [{}, range]) {
      expect(unchecked({ ...type, stopLoss: price(1.05) })).toEqual({
        rule: 'absoluteProtection',
        field: 'stopLoss',
        value: 1.05,
      })
      expect(unchecked({ ...type, takeProfit: price(1.2) })).toMatchObject({ rule: 'absoluteProtection' })
    }
    // @ts-expect-error Nor does it compile.
    const order: NewOrder = { ...market, stopLoss: price(1.05) }
    // @ts-expect-error Neither does a number without a unit.
    const other: NewOrder = { ...market, volume: 0.1 }
    expect([order, other]).toHaveLength(2)
  })

  it('can leave a field undefined', () => {
    const order = {
      ...market,
      expires: undefined,
      label: undefined,
      positionId: undefined,
      stopLoss: undefined,
    }
    expect(Object.keys(frameOf(order as unknown as NewOrder))).toEqual(Object.keys(frameOf(market)))
  })
})
