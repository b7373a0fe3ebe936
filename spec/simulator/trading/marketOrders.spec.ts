import { ACCOUNT } from '../../support/account'
import { BUY, NOON, SELL } from '../../support/tradingFloor'
import { floorOf } from './marketOrdersFloor'

describe('a market order', () => {
  it('is accepted at once, with an empty position, and filled about 250 ms later (D3, D5)', () => {
    const floor = floorOf()
    expect(floor.order(0)).toBeUndefined()
    floor.until(2000)
    expect(floor.types()).toEqual(['2', '3'])
    const [accepted, filled] = floor.told
    expect(accepted?.at).toBe(0)
    expect(filled?.at).toBeGreaterThanOrEqual(240)
    expect(filled?.at).toBeLessThanOrEqual(260)
    const [first] = floor.events()
    const { orderId, positionId } = first?.order ?? {}
    expect(accepted?.payload).toEqual({
      ctidTraderAccountId: ACCOUNT,
      executionType: 2,
      position: {
        positionId,
        tradeData: {
          symbolId: 1,
          volume: 0,
          tradeSide: BUY,
          guaranteedStopLoss: false,
          measurementUnits: 'EUR',
        },
        positionStatus: 3,
        swap: 0,
        price: 0,
        commission: 0,
        marginRate: 0,
        mirroringCommission: 0,
        guaranteedStopLoss: false,
        usedMargin: 0,
        moneyDigits: 2,
        trailingStopLoss: false,
      },
      order: {
        orderId,
        tradeData: {
          symbolId: 1,
          volume: 1_000_000,
          tradeSide: BUY,
          openTimestamp: NOON,
          guaranteedStopLoss: false,
          measurementUnits: 'EUR',
        },
        orderType: 1,
        orderStatus: 1,
        executedVolume: 0,
        utcLastUpdateTimestamp: NOON,
        closingOrder: false,
        clientOrderId: 'order',
        timeInForce: 3,
        positionId,
        trailingStopLoss: false,
      },
      isServerEvent: false,
    })
    const at = NOON + (filled?.at ?? 0)
    expect(filled?.payload).toEqual({
      ctidTraderAccountId: ACCOUNT,
      executionType: 3,
      position: {
        positionId,
        tradeData: {
          symbolId: 1,
          volume: 1_000_000,
          tradeSide: BUY,
          openTimestamp: at,
          guaranteedStopLoss: false,
          measurementUnits: 'EUR',
        },
        positionStatus: 1,
        swap: 0,
        price: 1.13955,
        utcLastUpdateTimestamp: at,
        commission: -51,
        marginRate: 1.139525,
        mirroringCommission: 0,
        guaranteedStopLoss: false,
        usedMargin: 11_395,
        moneyDigits: 2,
        trailingStopLoss: false,
      },
      order: {
        orderId,
        tradeData: {
          symbolId: 1,
          volume: 1_000_000,
          tradeSide: BUY,
          openTimestamp: NOON,
          guaranteedStopLoss: false,
          measurementUnits: 'EUR',
          closeTimestamp: at,
        },
        orderType: 1,
        orderStatus: 2,
        executionPrice: 1.13955,
        executedVolume: 1_000_000,
        utcLastUpdateTimestamp: at,
        closingOrder: false,
        clientOrderId: 'order',
        timeInForce: 3,
        positionId,
        trailingStopLoss: false,
      },
      deal: {
        dealId: expect.any(Number) as number,
        orderId,
        positionId,
        volume: 1_000_000,
        filledVolume: 1_000_000,
        symbolId: 1,
        createTimestamp: NOON,
        executionTimestamp: at,
        utcLastUpdateTimestamp: at,
        executionPrice: 1.13955,
        tradeSide: BUY,
        dealStatus: 2,
        marginRate: 1.139525,
        commission: -51,
        baseToUsdConversionRate: 1.139525,
        moneyDigits: 2,
      },
      isServerEvent: false,
    })
  })

  it('repeats the clientMsgId in each event, also in the server’s own', () => {
    const floor = floorOf()
    floor.order(0, { relativeStopLoss: 100 }, 'mine')
    floor.until(2000)
    expect(floor.told.map(({ clientMsgId }) => clientMsgId)).toEqual(['mine', 'mine', 'mine'])
  })

  it('leaves clientMsgId and clientOrderId out when there was none', () => {
    const floor = floorOf()
    floor.exchange.newOrder(
      ACCOUNT,
      { ctidTraderAccountId: ACCOUNT, symbolId: 1, orderType: 1, tradeSide: BUY, volume: 1_000_000 },
      { at: NOON, clientMsgId: undefined },
    )
    expect(floor.told[0]?.clientMsgId).toBeUndefined()
    expect(floor.events()[0]?.order).not.toHaveProperty('clientOrderId')
  })

  it('keeps its own clientOrderId, label and comment', () => {
    const floor = floorOf()
    floor.order(0, { clientOrderId: 'own', label: 'l', comment: 'c' })
    floor.until(2000)
    const filled = floor.events()[1]
    expect(filled?.order?.clientOrderId).toBe('own')
    expect(filled?.order?.tradeData).toMatchObject({ label: 'l', comment: 'c' })
    expect(filled?.position?.tradeData).toMatchObject({ label: 'l', comment: 'c' })
  })

  it('gets its protections 1 to 4 ms after the fill, reckoned from the fill price', () => {
    const floor = floorOf()
    floor.order(0, { relativeStopLoss: 100, relativeTakeProfit: 200 }, 'mine')
    floor.until(999)
    expect(floor.types()).toEqual(['2', '3', '2s'])
    const [, filled, placed] = floor.told
    expect((placed?.at ?? 0) - (filled?.at ?? 0)).toBeGreaterThanOrEqual(1)
    expect((placed?.at ?? 0) - (filled?.at ?? 0)).toBeLessThanOrEqual(4)
    expect(filled?.payload['position']).not.toHaveProperty('stopLoss')
    expect(filled?.payload['position']).not.toHaveProperty('takeProfit')
    expect(placed?.payload['order']).toMatchObject({
      orderType: 4,
      orderStatus: 1,
      closingOrder: true,
      limitPrice: 1.14155,
      stopPrice: 1.13855,
      timeInForce: 2,
      clientOrderId: 'mine',
      tradeData: { tradeSide: SELL, volume: 1_000_000 },
    })
    expect(placed?.payload['position']).toMatchObject({
      positionStatus: 1,
      stopLoss: 1.13855,
      takeProfit: 1.14155,
      stopLossTriggerMethod: 1,
    })
    expect(placed?.payload).not.toHaveProperty('deal')
  })

  it('mirrors the protections of a sell', () => {
    const floor = floorOf()
    floor.order(0, { tradeSide: SELL, relativeStopLoss: 100, relativeTakeProfit: 200 })
    floor.until(999)
    expect(floor.events()[2]?.position).toMatchObject({ price: 1.1395, stopLoss: 1.1405, takeProfit: 1.1375 })
  })

  it('is rejected by an event when the money is not enough', () => {
    const floor = floorOf({}, { balance: 10_000 })
    expect(floor.order(0, { volume: 100_000_000 })).toBeUndefined()
    floor.until(2000)
    expect(floor.types()).toEqual(['2', '7'])
    const rejected = floor.told[1]?.payload
    expect(rejected).toMatchObject({
      executionType: 7,
      errorCode: 'NOT_ENOUGH_MONEY',
      order: { orderStatus: 3 },
      position: { positionStatus: 2, tradeData: { volume: 0 } },
      deal: { dealStatus: 5, filledVolume: 0 },
    })
    expect(rejected?.['deal']).not.toHaveProperty('executionPrice')
    expect(floor.ledger().trader).toMatchObject({ balance: 10_000, balanceVersion: 1 })
  })

  it('is rejected for its money without a delay, with the rates of the deal and without a time of closing (D4)', () => {
    const floor = floorOf({}, { balance: 10_000 })
    floor.order(0, { volume: 100_000_000 })
    floor.until(2000)
    const [accepted, rejected] = floor.told
    expect([accepted?.at, rejected?.at]).toEqual([0, 0])
    const { order, position, deal } = floor.events()[1] ?? {}
    expect(deal).toMatchObject({
      createTimestamp: NOON,
      executionTimestamp: NOON,
      marginRate: 1.139525,
      commission: 0,
      baseToUsdConversionRate: 1.139525,
    })
    expect(order?.tradeData).not.toHaveProperty('closeTimestamp')
    expect(position?.tradeData).not.toHaveProperty('closeTimestamp')
  })

  it('that finds the money gone when it is to be filled is rejected then', () => {
    const floor = floorOf({}, { balance: 11_395 })
    floor.order(0)
    floor.order(100, {}, 'second')
    floor.until(2000)
    expect(floor.types()).toEqual(['2', '2', '3', '7'])
    expect(floor.told.at(-1)).toMatchObject({ payload: { executionType: 7 } })
    expect(floor.told.at(-1)?.at).toBeGreaterThan(300)
  })

  it('is filled for the last cent of free margin and for no more', () => {
    // 10,000 euros at 1.139525 and 1:100 take 113.95.
    const enough = floorOf({}, { balance: 11_395 })
    enough.order(0)
    enough.until(500)
    expect(enough.types()).toEqual(['2', '3'])
    const short = floorOf({}, { balance: 11_394 })
    short.order(0)
    short.until(500)
    expect(short.types()).toEqual(['2', '7'])
  })

  it('changes no balance by opening', () => {
    const floor = floorOf()
    floor.order(0)
    floor.until(2000)
    expect(floor.ledger().trader).toMatchObject({ balance: 1_000_000, balanceVersion: 1 })
  })
})

describe('a market-range order', () => {
  const range = { orderType: 5, baseSlippagePrice: 1.13955 } as const

  it('is filled within its range', () => {
    const floor = floorOf()
    floor.order(0, { ...range, slippageInPoints: 0 })
    floor.until(900)
    expect(floor.types()).toEqual(['2', '3'])
  })

  it('is cancelled, with a missed deal, beyond it', () => {
    const floor = floorOf()
    floor.order(900, { ...range, slippageInPoints: 49 })
    floor.until(2_000)
    expect(floor.types()).toEqual(['2', '5'])
    expect(floor.events()[1]).toMatchObject({ deal: { dealStatus: 7, filledVolume: 0 } })
  })
})

describe('a market order on open', () => {
  it('waits for the first tick after the market has opened', () => {
    const floor = floorOf({ closed: [[NOON, NOON + 50_000]] })
    expect(floor.order(0)).toMatchObject({ errorCode: 'MARKET_CLOSED' })
    expect(floor.order(2_000, { timeInForce: 5 })).toBeUndefined()
    floor.until(70_000)
    expect(floor.told.map(({ at }) => at)).toEqual([2_000, 60_000])
    expect(floor.events()[1]?.order).toMatchObject({ executionPrice: 1.14055, timeInForce: 5 })
  })
})
