import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import type { ScriptedQuote } from '../../support/scriptedMarket'
import { BUY, NOON, SELL, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'

/** Bid at a second after noon; the ask is 5 points above. */
const floorOf = (...bids: readonly (readonly [second: number, bid: number])[]): Floor => {
  const lines: ScriptedQuote[] = [[NOON - 1000, 114_000, 114_005]]
  for (const [second, bid] of bids) lines.push([NOON + second * 1000, bid, bid + 5])
  return tradingFloor(scriptedMarket({ quotes: { 1: lines } }))
}

const orderIdOf = (floor: Floor): number => floor.events()[0]?.order?.orderId ?? 0
const cancel = (floor: Floor, at: number, orderId = orderIdOf(floor)): unknown => {
  floor.until(at)
  return floor.exchange.cancelOrder(
    ACCOUNT,
    { ctidTraderAccountId: ACCOUNT, orderId },
    { at: NOON + at, clientMsgId: 'cancel' },
  )
}
const amend = (floor: Floor, at: number, asked: object): unknown => {
  floor.until(at)
  return floor.exchange.amendOrder(
    ACCOUNT,
    { ctidTraderAccountId: ACCOUNT, orderId: orderIdOf(floor), ...asked },
    { at: NOON + at, clientMsgId: 'amend' },
  )
}

const LIMIT = { orderType: 2, limitPrice: 1.139 } as const
const STOP = { orderType: 3, stopPrice: 1.141 } as const

describe('a pending order', () => {
  it('is accepted with an empty position of its own', () => {
    const floor = floorOf()
    floor.order(0, LIMIT, 'mine')
    floor.until(5_000)
    expect(floor.types()).toEqual(['2'])
    expect(floor.events()[0]).toMatchObject({
      position: { positionStatus: 3, price: 0, tradeData: { volume: 0 } },
      order: { orderType: 2, orderStatus: 1, limitPrice: 1.139, timeInForce: 2, clientOrderId: 'mine' },
      isServerEvent: false,
    })
    expect(floor.events()[0]?.position?.tradeData).not.toHaveProperty('openTimestamp')
  })

  it('tells its protections as distances, also absolute ones', () => {
    const floor = floorOf()
    floor.order(0, { ...LIMIT, stopLoss: 1.138, relativeTakeProfit: 300 })
    const order = floor.events()[0]?.order
    expect(order).toMatchObject({ relativeStopLoss: 100, relativeTakeProfit: 300 })
    expect(order).not.toHaveProperty('stopLoss')
  })

  it('cancelled is told of with its position closed', () => {
    const floor = floorOf()
    floor.order(0, LIMIT)
    expect(cancel(floor, 1_000)).toBeUndefined()
    expect(floor.types()).toEqual(['2', '5'])
    expect(floor.told[1]?.clientMsgId).toBe('cancel')
    expect(floor.events()[1]).toMatchObject({
      order: { orderStatus: 5, tradeData: { closeTimestamp: NOON + 1_000 } },
      position: { positionStatus: 2, tradeData: { closeTimestamp: NOON + 1_000 } },
      isServerEvent: false,
    })
    expect(floor.events()[1]?.order).not.toHaveProperty('executionPrice')
  })

  it('amended keeps its id, and nothing else follows', () => {
    const floor = floorOf()
    floor.order(0, { ...LIMIT, relativeStopLoss: 100 })
    expect(amend(floor, 1_000, { limitPrice: 1.1385, volume: 2_000_000 })).toBeUndefined()
    floor.until(9_000)
    expect(floor.types()).toEqual(['2', '4'])
    const [placed, replaced] = floor.events()
    expect(replaced?.order).toMatchObject({
      orderId: placed?.order?.orderId,
      limitPrice: 1.1385,
      tradeData: { volume: 2_000_000 },
      utcLastUpdateTimestamp: NOON + 1_000,
    })
    // Protections have to be sent again to stay.
    expect(replaced?.order).not.toHaveProperty('relativeStopLoss')
  })

  it('amended to where the market has been waits for the market to come again', () => {
    const floor = floorOf([1, 113_890], [2, 114_000], [60, 113_880])
    floor.order(0, { ...LIMIT, limitPrice: 1.138 })
    amend(floor, 5_000, { limitPrice: 1.139 })
    floor.until(70_000)
    expect(floor.types()).toEqual(['2', '4', '3s'])
    expect(floor.told[2]?.at).toBe(60_000)
  })

  it('expires at its time, by the server’s own event', () => {
    const floor = floorOf()
    floor.order(0, { ...LIMIT, timeInForce: 1, expirationTimestamp: NOON + 5_000 })
    floor.until(9_000)
    expect(floor.types()).toEqual(['2', '6s'])
    expect(floor.told[1]).toMatchObject({ at: 5_000, clientMsgId: undefined })
    expect(floor.events()[1]).toMatchObject({ order: { orderStatus: 4 }, position: { positionStatus: 2 } })
  })

  it('given another time expires then only', () => {
    const floor = floorOf()
    floor.order(0, { ...LIMIT, timeInForce: 1, expirationTimestamp: NOON + 5_000 })
    amend(floor, 1_000, { expirationTimestamp: NOON + 8_000 })
    floor.until(9_000)
    expect(floor.told.map(({ at }) => at)).toEqual([0, 1_000, 8_000])
  })

  it('without money when it is reached is rejected by an event', () => {
    const floor = floorOf([3, 113_890])
    floor.order(0, { ...LIMIT, volume: 1_000_000_000 })
    floor.until(5_000)
    expect(floor.types()).toEqual(['2', '7s'])
    expect(floor.events()[1]).toMatchObject({ errorCode: 'NOT_ENOUGH_MONEY', order: { orderStatus: 3 } })
  })

  it('on its way cannot be cancelled any more: an event says so', () => {
    const floor = floorOf()
    floor.order(0)
    expect(cancel(floor, 100)).toBeUndefined()
    floor.until(1_000)
    expect(floor.types()).toEqual(['2', '8', '3'])
    expect(floor.events()[1]).toMatchObject({
      errorCode: 'UNABLE_TO_CANCEL_ORDER',
      order: { orderStatus: 1 },
    })
  })
})

describe('the first tick that reaches an order', () => {
  it.each([
    ['a buy limit at the ask', BUY, { orderType: 2, limitPrice: 1.139 }, 113_895, 1.139],
    ['a buy limit better than asked', BUY, { orderType: 2, limitPrice: 1.139 }, 113_800, 1.13805],
    ['a sell limit at the bid', SELL, { orderType: 2, limitPrice: 1.141 }, 114_100, 1.141],
    ['a buy stop at the ask', BUY, { orderType: 3, stopPrice: 1.141 }, 114_095, 1.141],
    ['a buy stop through a gap', BUY, { orderType: 3, stopPrice: 1.141 }, 114_500, 1.14505],
    ['a sell stop through a gap', SELL, { orderType: 3, stopPrice: 1.139 }, 113_500, 1.135],
  ] as const)('fills %s', (_, tradeSide, asked, bid, executionPrice) => {
    const floor = floorOf([5, 114_001], [9, bid])
    floor.order(0, { ...asked, tradeSide })
    floor.until(20_000)
    expect(floor.types()).toEqual(['2', '3s'])
    expect(floor.told[1]).toMatchObject({ at: 9_000, clientMsgId: undefined })
    expect(floor.events()[1]?.deal?.executionPrice).toBe(executionPrice)
  })

  it.each([
    ['a buy limit one point above the ask', BUY, { orderType: 2, limitPrice: 1.139 }, 113_896],
    ['a sell limit one point above the bid', SELL, { orderType: 2, limitPrice: 1.141 }, 114_099],
    ['a buy stop one point above the ask', BUY, { orderType: 3, stopPrice: 1.141 }, 114_094],
    ['a sell stop one point below the bid', SELL, { orderType: 3, stopPrice: 1.139 }, 113_901],
  ] as const)('is not one that leaves %s', (_, tradeSide, asked, bid) => {
    const floor = floorOf([9, bid])
    floor.order(0, { ...asked, tradeSide })
    floor.until(20_000)
    expect(floor.types()).toEqual(['2'])
  })

  it('is found after days, at its own time', () => {
    const day = 86_400
    const floor = floorOf([3 * day + 7, 113_890])
    floor.order(0, LIMIT)
    floor.exchange.advanceTo(NOON + 9 * day * 1000)
    expect(floor.events()[1]?.deal?.executionTimestamp).toBe(NOON + (3 * day + 7) * 1000)
  })

  it('is another when prices were moved', () => {
    const market = scriptedMarket({
      quotes: { 1: [NOON - 1000, NOON + 5_000, NOON + 9_000].map(at => [at, 114_000 + (at % 3), 114_005]) },
    })
    const floor = tradingFloor(market)
    floor.order(0, LIMIT)
    floor.until(4_000)
    market.shift(1, -200, NOON + 4_000)
    floor.exchange.repriced(1, NOON + 4_000)
    floor.until(20_000)
    expect(floor.told.map(({ at }) => at)).toEqual([0, 5_000])
  })

  it('is the one at hand for a limit the market is beyond already', () => {
    const floor = floorOf()
    floor.order(0, { orderType: 2, limitPrice: 1.15 }, 'mine')
    floor.until(1_000)
    expect(floor.types()).toEqual(['2', '3'])
    expect(floor.told[1]?.clientMsgId).toBe('mine')
    expect(floor.events()[1]?.deal?.executionPrice).toBe(1.14005)
  })

  it('of the other side triggers a stop by OPPOSITE', () => {
    const floor = floorOf([5, 114_098], [9, 114_100])
    floor.order(0, { ...STOP, stopTriggerMethod: 2 })
    floor.until(20_000)
    expect(floor.told[1]?.at).toBe(9_000)
  })

  it('needs a second one in a row by DOUBLE_TRADE', () => {
    const floor = floorOf([3, 114_200], [5, 114_000], [7, 114_200], [9, 114_300])
    floor.order(0, { ...STOP, stopTriggerMethod: 3 })
    floor.until(20_000)
    expect(floor.told[1]?.at).toBe(9_000)
    expect(floor.events()[1]?.deal?.executionPrice).toBe(1.14305)
  })

  it('makes a limit of a stop-limit order when it is beyond the range', () => {
    const floor = floorOf([3, 114_200], [5, 114_150], [9, 114_120])
    floor.order(0, { orderType: 6, stopPrice: 1.141, slippageInPoints: 30 })
    floor.until(20_000)
    expect(floor.types()).toEqual(['2', '3s'])
    expect(floor.told[1]?.at).toBe(9_000)
    expect(floor.events()[1]?.deal?.executionPrice).toBe(1.14125)
  })

  it('fills a stop-limit order at once within the range', () => {
    const floor = floorOf([3, 114_110])
    floor.order(0, { orderType: 6, stopPrice: 1.141, slippageInPoints: 30 })
    floor.until(20_000)
    expect(floor.told[1]?.at).toBe(3_000)
  })
})

describe('an order that may not rest', () => {
  it.each([3, 4])('is filled where the limit is reached already (time in force %d)', timeInForce => {
    const floor = floorOf()
    floor.order(0, { orderType: 2, limitPrice: 1.15, timeInForce: timeInForce as 3 })
    floor.until(1_000)
    expect(floor.types()).toEqual(['2', '3'])
  })

  it.each([3, 4])('is cancelled where it is not (time in force %d)', timeInForce => {
    const floor = floorOf()
    floor.order(0, { ...LIMIT, timeInForce: timeInForce as 3 })
    floor.until(1_000)
    expect(floor.types()).toEqual(['2', '5'])
  })
})

describe('the protections of a pending order', () => {
  it('follow its fill as the server’s own event: distances from the fill, prices as they were', () => {
    const floor = floorOf([3, 114_500], [9, 114_501])
    floor.order(0, { ...STOP, relativeStopLoss: 100, takeProfit: 1.16 })
    floor.until(8_000)
    expect(floor.types()).toEqual(['2', '3s', '2s'])
    expect(floor.events()[2]).toMatchObject({
      order: { orderType: 4, stopPrice: 1.14405, limitPrice: 1.16 },
      position: { stopLoss: 1.14405, takeProfit: 1.16 },
    })
  })
})
