import { ProtoOAOrderTriggerMethod, ProtoOAOrderType, lots, pips, price, units } from 'rx-ctrader'
import type {
  OrderChanges,
  ProtectionChanges,
  ProtoOAOrder,
  ProtoOAPosition,
  ProtoOATradeSide,
} from 'rx-ctrader'
import { amendOrderFrame } from '../../../src/orders/validation/amendOrderRequest'
import { amendProtectionFrame } from '../../../src/orders/validation/amendProtectionRequest'
import { volumeToClose } from '../../../src/orders/validation/rules/volume'
import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import { BUY, NOON, SELL, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import { eurusd, faultOf } from './checkTerms'

const market = scriptedMarket({ quotes: { 1: [[NOON, 110_000, 110_010]] } })
const { OPPOSITE } = ProtoOAOrderTriggerMethod

const pendingOrder = (floor: Floor): ProtoOAOrder => {
  const found = floor.ledger().orders.find(({ orderType }) => orderType !== 4)
  if (!found) throw new Error('no order')
  return found
}

const placed = (
  asked: Parameters<Floor['order']>[1],
): { readonly floor: Floor; readonly order: ProtoOAOrder } => {
  const floor = tradingFloor(market)
  expect(floor.order(0, asked)).toBeUndefined()
  return { floor, order: pendingOrder(floor) }
}

const limitBuy = {
  orderType: ProtoOAOrderType.LIMIT,
  limitPrice: 1.09,
  relativeStopLoss: 200,
  relativeTakeProfit: 400,
}

describe('the frame that changes a pending order', () => {
  const amended = (asked: object, changes: OrderChanges): ProtoOAOrder => {
    const { floor, order } = placed(asked)
    const frame = amendOrderFrame(order, changes, eurusd, NOON)
    const command = { at: NOON + 1_000, clientMsgId: 'amend' }
    floor.until(1_000)
    expect(
      floor.exchange.amendOrder(ACCOUNT, { ctidTraderAccountId: ACCOUNT, ...frame }, command),
    ).toBeUndefined()
    return pendingOrder(floor)
  }

  it('is not made of a change that is misspelt, which would be left out', () => {
    const { order } = placed(limitBuy)
    const changes: OrderChanges = { takeprofit: pips(10) } as OrderChanges
    expect(faultOf(() => amendOrderFrame(order, changes, eurusd))).toMatchObject({
      rule: 'field',
      field: 'takeprofit',
      nearest: 'takeProfit',
    })
  })

  it('has all that stays, so that nothing is lost', () => {
    const order = amended(limitBuy, { price: price(1.085) })
    expect(order).toMatchObject({ limitPrice: 1.085, relativeStopLoss: 200, relativeTakeProfit: 400 })
    expect(order.tradeData.volume).toBe(1_000_000)
    const expirationTimestamp = NOON + 3_600_000
    const stop = {
      orderType: ProtoOAOrderType.STOP_LIMIT,
      stopPrice: 1.11,
      slippageInPoints: 15,
      stopTriggerMethod: OPPOSITE,
      relativeStopLoss: 200,
      trailingStopLoss: true,
      timeInForce: 1,
      expirationTimestamp,
    }
    expect(amended(stop, { volume: lots(0.2) })).toMatchObject({
      stopPrice: 1.11,
      slippageInPoints: 15,
      stopTriggerMethod: OPPOSITE,
      relativeStopLoss: 200,
      trailingStopLoss: true,
      expirationTimestamp,
      tradeData: { volume: 2_000_000 },
    })
  })

  it('has what changes', () => {
    expect(amended(limitBuy, { stopLoss: price(1.08), takeProfit: pips(50) })).toMatchObject({
      relativeStopLoss: 1_000,
      relativeTakeProfit: 500,
    })
    const expires = NOON + 7_200_000
    expect(amended(limitBuy, { expires, trailingStopLoss: true })).toMatchObject({
      expirationTimestamp: expires,
      trailingStopLoss: true,
    })
    const stopLimit = { orderType: ProtoOAOrderType.STOP_LIMIT, stopPrice: 1.11, slippageInPoints: 15 }
    expect(amended(stopLimit, { slippage: pips(2) })).toMatchObject({ slippageInPoints: 20 })
    expect(
      amended({ orderType: ProtoOAOrderType.STOP, stopPrice: 1.11 }, { stopTriggerMethod: OPPOSITE }),
    ).toMatchObject({ stopTriggerMethod: OPPOSITE })
  })

  it('leaves out what is removed, and with the stop loss its other fields', () => {
    const order = amended({ ...limitBuy, trailingStopLoss: true }, { stopLoss: null })
    expect(order).not.toHaveProperty('relativeStopLoss')
    expect(order).toMatchObject({ relativeTakeProfit: 400, trailingStopLoss: false })
    expect(amended(limitBuy, { takeProfit: null })).not.toHaveProperty('relativeTakeProfit')
  })

  it('keeps a protection that the server tells as a price', () => {
    const { order } = placed(limitBuy)
    const { relativeStopLoss, relativeTakeProfit, ...bare } = order
    expect([relativeStopLoss, relativeTakeProfit]).toEqual([200, 400])
    const absolute = { ...bare, stopLoss: 1.08, takeProfit: 1.1 }
    const frame = amendOrderFrame(absolute, { volume: lots(0.2) }, eurusd)
    expect(frame).toMatchObject({ stopLoss: 1.08, takeProfit: 1.1 })
    expect(amendOrderFrame(bare, { volume: lots(0.2) }, eurusd)).not.toHaveProperty('stopLoss')
  })

  it('keeps a guaranteed stop loss when another term changes', () => {
    const { order } = placed(limitBuy)
    const guaranteed = { ...order, tradeData: { ...order.tradeData, guaranteedStopLoss: true } }
    expect(
      amendOrderFrame(guaranteed, { price: price(1.085) }, { ...eurusd, guaranteedStopLoss: true }),
    ).toMatchObject({ limitPrice: 1.085, relativeStopLoss: 200, guaranteedStopLoss: true })
  })

  it('keeps a trailing stop loss where something else changes, and no flag without a stop loss', () => {
    const { order } = placed(limitBuy)
    const terms = { ...eurusd, guaranteedStopLoss: true }
    const trailing = { ...order, trailingStopLoss: true }
    expect(amendOrderFrame(trailing, { price: price(1.085) }, terms)).toMatchObject({
      trailingStopLoss: true,
    })
    const both = { ...trailing, tradeData: { ...order.tradeData, guaranteedStopLoss: true } }
    const bare = amendOrderFrame(both, { stopLoss: null }, terms)
    expect(bare).not.toHaveProperty('trailingStopLoss')
    expect(bare).not.toHaveProperty('guaranteedStopLoss')
  })

  it('is checked as a new order is', () => {
    const { order } = placed(limitBuy)
    const fault = (changes: OrderChanges) => faultOf(() => amendOrderFrame(order, changes, eurusd, NOON))
    expect(fault({ volume: units(20) })).toMatchObject({ rule: 'minVolume', nearest: 1_000 })
    expect(fault({ price: price(1.0800001) })).toMatchObject({ rule: 'digits', nearest: 1.08 })
    expect(fault({ slippage: pips(-1) })).toMatchObject({ rule: 'positive', field: 'slippage' })
    expect(fault({ expires: NOON - 3_600_000 })).toMatchObject({ rule: 'expires' })
    // Beside the price it has, or is to have.
    expect(fault({ stopLoss: price(1.095) })).toMatchObject({ rule: 'protectionSide', nearest: 1.08999 })
    expect(fault({ stopLoss: price(1.095), price: price(1.096) })).toBeUndefined()
    expect(fault({ takeProfit: pips(0.01) })).toMatchObject({ rule: 'positive', field: 'takeProfit' })
    expect(fault({ stopLoss: null, trailingStopLoss: true })).toMatchObject({ rule: 'stopLossMissing' })
    expect(fault({ guaranteedStopLoss: true })).toMatchObject({ rule: 'guaranteedStopLoss' })
    const { limitPrice, ...priceless } = order
    expect(limitPrice).toBe(1.09)
    expect(faultOf(() => amendOrderFrame(priceless, { stopLoss: pips(20) }, eurusd))).toEqual({
      rule: 'entry',
      field: 'orderId',
      value: order.orderId,
    })
  })
})

describe('the frame that changes the protections of a position', () => {
  const opened = (
    tradeSide: ProtoOATradeSide = BUY,
  ): { readonly floor: Floor; readonly position: ProtoOAPosition } => {
    const floor = tradingFloor(market)
    floor.order(0, { tradeSide, relativeStopLoss: 200, relativeTakeProfit: 400, trailingStopLoss: true })
    floor.until(5_000)
    const [position] = floor.ledger().positions
    if (!position) throw new Error('no position')
    return { floor, position }
  }

  const amended = (
    changes: ProtectionChanges,
    tradeSide: ProtoOATradeSide = BUY,
  ): ProtoOAPosition | undefined => {
    const { floor, position } = opened(tradeSide)
    const frame = amendProtectionFrame(position, changes, eurusd)
    const command = { at: NOON + 5_000, clientMsgId: 'protect' }
    expect(
      floor.exchange.amendPosition(ACCOUNT, { ctidTraderAccountId: ACCOUNT, ...frame }, command),
    ).toBeUndefined()
    return floor.ledger().positions[0]
  }

  it('is not made of a change that is misspelt', () => {
    const changes = { stoploss: price(1.09) } as ProtectionChanges
    expect(faultOf(() => amendProtectionFrame(opened().position, changes, eurusd))).toMatchObject({
      rule: 'field',
      field: 'stoploss',
      nearest: 'stopLoss',
    })
  })

  it('has the protection that is not mentioned', () => {
    expect(opened().position).toMatchObject({ price: 1.1001, stopLoss: 1.0981, takeProfit: 1.1041 })
    expect(amended({ takeProfit: price(1.11) })).toMatchObject({
      stopLoss: 1.0981,
      takeProfit: 1.11,
      trailingStopLoss: true,
    })
    expect(amended({ stopLoss: price(1.09), trailingStopLoss: false })).toMatchObject({
      stopLoss: 1.09,
      takeProfit: 1.1041,
      trailingStopLoss: false,
    })
    expect(amended({ stopTriggerMethod: OPPOSITE })).toMatchObject({
      stopLoss: 1.0981,
      takeProfit: 1.1041,
      stopLossTriggerMethod: OPPOSITE,
    })
  })

  it('has distances from the entry, on the other side of it where they are below zero', () => {
    expect(amended({ stopLoss: pips(10), takeProfit: pips(50) })).toMatchObject({
      stopLoss: 1.0991,
      takeProfit: 1.1051,
    })
    expect(opened(SELL).position).toMatchObject({ price: 1.1 })
    expect(amended({ stopLoss: pips(10), takeProfit: pips(50) }, SELL)).toMatchObject({
      stopLoss: 1.101,
      takeProfit: 1.095,
    })
    const { position } = opened()
    expect(amendProtectionFrame(position, { stopLoss: pips(-10) }, eurusd)).toMatchObject({
      stopLoss: 1.1011,
    })
    // An average of fills need not be on the grid.
    const averaged = { ...position, price: 1.100103333 }
    expect(amendProtectionFrame(averaged, { stopLoss: pips(0) }, eurusd)).toMatchObject({
      stopLoss: 1.1001,
    })
  })

  it('leaves out what is removed, and with the stop loss its other fields', () => {
    const bare = amended({ stopLoss: null })
    expect(bare).not.toHaveProperty('stopLoss')
    expect(bare).toMatchObject({ takeProfit: 1.1041, trailingStopLoss: false })
    const { position } = opened()
    expect(amendProtectionFrame(position, { stopLoss: null, takeProfit: null }, eurusd)).toEqual({
      positionId: position.positionId,
    })
  })

  it('keeps a guaranteed stop loss where something else changes, and not without a stop loss', () => {
    const { position } = opened()
    const guaranteed = { ...position, guaranteedStopLoss: true, trailingStopLoss: false }
    const terms = { ...eurusd, guaranteedStopLoss: true }
    expect(amendProtectionFrame(guaranteed, { takeProfit: price(1.2) }, terms)).toMatchObject({
      stopLoss: position.stopLoss,
      takeProfit: 1.2,
      guaranteedStopLoss: true,
    })
    expect(amendProtectionFrame(guaranteed, { stopLoss: null }, terms)).not.toHaveProperty(
      'guaranteedStopLoss',
    )
  })

  it('is checked', () => {
    const { position } = opened()
    const fault = (changes: ProtectionChanges) =>
      faultOf(() => amendProtectionFrame(position, changes, eurusd))
    expect(fault({ stopLoss: price(1.0900001) })).toMatchObject({ rule: 'digits', nearest: 1.09 })
    expect(fault({ takeProfit: price(-1) })).toMatchObject({ rule: 'positive', nearest: 0.00001 })
    expect(fault({ stopLoss: pips(10.25) })).toMatchObject({ rule: 'digits', nearest: 10.3 })
    expect(fault({ stopLoss: pips(NaN) })).toMatchObject({ rule: 'number' })
    expect(fault({ stopLoss: pips(11_001) })).toEqual({ rule: 'positive', field: 'stopLoss', value: 11_001 })
    const { price: entry, ...priceless } = position
    expect(entry).toBe(1.1001)
    for (const bare of [priceless, { ...position, price: 0 }])
      expect(faultOf(() => amendProtectionFrame(bare, { takeProfit: pips(10) }, eurusd))).toEqual({
        rule: 'entry',
        field: 'takeProfit',
        value: 10,
      })
    expect(fault({ takeProfit: 1.2 as unknown as null })).toMatchObject({ rule: 'unit', value: 'number' })
    expect(fault({ stopLoss: null, trailingStopLoss: true })).toMatchObject({ rule: 'stopLossMissing' })
    expect(fault({ guaranteedStopLoss: true })).toMatchObject({ rule: 'guaranteedStopLoss' })
  })
})

describe('the volume to close', () => {
  const open = 250_000

  it('is all of a position, of any volume, or a part that could be an order', () => {
    expect(volumeToClose(lots(0.025), open, eurusd)).toBe(open)
    expect(volumeToClose(units(2_000), open, eurusd)).toBe(200_000)
  })

  it('is never more', () => {
    expect(faultOf(() => volumeToClose(lots(0.03), open, eurusd))).toEqual({
      rule: 'positionVolume',
      field: 'volume',
      value: 0.03,
      nearest: 0.025,
    })
    expect(faultOf(() => volumeToClose(lots(0.015), open, eurusd))).toMatchObject({
      rule: 'stepVolume',
      nearest: 0.02,
    })
    expect(faultOf(() => volumeToClose(lots(0.001), open, eurusd))).toMatchObject({
      rule: 'minVolume',
      nearest: 0.01,
    })
    // Less than an order may be can only be closed as a whole.
    expect(faultOf(() => volumeToClose(units(1), 50_000, eurusd))).toMatchObject({
      rule: 'minVolume',
      nearest: 500,
    })
    expect(faultOf(() => volumeToClose(units(NaN), open, eurusd))).toEqual({
      rule: 'number',
      field: 'volume',
      value: NaN,
    })
    expect(faultOf(() => volumeToClose('all' as never, open, eurusd))).toMatchObject({ rule: 'unit' })
  })
})
