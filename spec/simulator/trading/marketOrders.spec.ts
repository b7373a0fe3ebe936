import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import type { Script } from '../../support/scriptedMarket'
import { BUY, NOON, SELL, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import type { ProtoOANewOrderReq } from '../../../src/protocol/messages/orders'
import type { TradingAccount } from '../../../src/simulator/model/identity'
import type { Unknowns } from '../../../src/simulator/model/unknowns'

const quotes: Script['quotes'] = {
  1: [
    [NOON - 1000, 113_950, 113_955],
    [NOON + 1_000, 114_000, 114_005],
    [NOON + 60_000, 114_050, 114_055],
  ],
}
// 45 USD per million USD.
const terms: NonNullable<Script['terms']> = {
  1: { commissionType: 1, preciseTradingCommissionRate: 4_500_000_000 },
}

const floorOf = (
  script: Partial<Script> = {},
  account: Partial<TradingAccount> = {},
  unknowns: Partial<Unknowns> = {},
): Floor => tradingFloor(scriptedMarket({ quotes, terms, ...script }), account, unknowns)

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

describe('closing', () => {
  const open = (script: Partial<Script> = {}, asked: object = {}): { floor: Floor; positionId: number } => {
    const floor = floorOf(script)
    floor.order(0, asked, 'open')
    floor.until(2_000)
    const positionId = floor.events()[0]?.position?.positionId ?? 0
    floor.told.length = 0
    return { floor, positionId }
  }
  const close = (floor: Floor, positionId: number, volume: number): unknown =>
    floor.exchange.closePosition(
      ACCOUNT,
      { ctidTraderAccountId: ACCOUNT, positionId, volume },
      { at: NOON + 2_000, clientMsgId: 'close' },
    )

  it('of a bare position: accepted, then filled with what it brought', () => {
    const { floor, positionId } = open()
    expect(close(floor, positionId, 1_000_000)).toBeUndefined()
    floor.until(3_000)
    expect(floor.types()).toEqual(['2', '3'])
    const [accepted, filled] = floor.told
    expect(accepted?.payload).toMatchObject({
      order: { closingOrder: true, orderStatus: 1, tradeData: { tradeSide: SELL } },
      position: { positionStatus: 1, tradeData: { volume: 1_000_000 } },
    })
    const at = NOON + (filled?.at ?? 0)
    // Bought at 1.13955, sold at 1.14: 0.00045 × 10,000. Commission 51 and 51.
    expect(filled?.payload).toMatchObject({
      executionType: 3,
      position: {
        positionId,
        positionStatus: 2,
        price: 0,
        commission: 0,
        marginRate: 0,
        usedMargin: 0,
        tradeData: { volume: 0, closeTimestamp: at },
      },
      order: { closingOrder: true, clientOrderId: 'close', orderStatus: 2 },
      deal: {
        commission: -51,
        closePositionDetail: {
          entryPrice: 1.13955,
          grossProfit: 450,
          swap: 0,
          commission: -102,
          balance: 1_000_348,
          quoteToDepositConversionRate: 1,
          closedVolume: 1_000_000,
          balanceVersion: 2,
          moneyDigits: 2,
          pnlConversionFee: 0,
        },
      },
    })
  })

  it('of a protected position cancels the protection order in a third event', () => {
    const { floor, positionId } = open({}, { relativeStopLoss: 500, relativeTakeProfit: 500 })
    close(floor, positionId, 1_000_000)
    floor.until(3_000)
    expect(floor.types()).toEqual(['2', '3', '5s'])
    const [, filled, cancelled] = floor.told
    expect(filled?.payload['position']).toMatchObject({
      positionStatus: 3,
      price: 0,
      tradeData: { volume: 0 },
    })
    expect((filled?.payload['position'] as { tradeData: object }).tradeData).not.toHaveProperty(
      'closeTimestamp',
    )
    expect(cancelled?.clientMsgId).toBe('close')
    expect(cancelled?.payload).toMatchObject({
      order: { orderType: 4, orderStatus: 5, clientOrderId: 'open' },
      position: { positionStatus: 2 },
    })
    expect(cancelled?.payload['position']).not.toHaveProperty('stopLoss')
  })

  it('of a part replaces the protection order with one of less volume', () => {
    const { floor, positionId } = open({}, { relativeStopLoss: 500 })
    close(floor, positionId, 400_000)
    floor.until(3_000)
    expect(floor.types()).toEqual(['2', '3', '4s'])
    const [, filled, replaced] = floor.events()
    expect(filled?.position).toMatchObject({
      positionStatus: 1,
      price: 1.13955,
      tradeData: { volume: 600_000 },
    })
    expect(replaced?.order).toMatchObject({ orderType: 4, tradeData: { volume: 600_000 } })
  })

  it('in parts charges every cent of commission once', () => {
    const { floor, positionId } = open()
    let at = 2_000
    for (const volume of [300_000, 300_000, 400_000]) {
      floor.exchange.closePosition(
        ACCOUNT,
        { ctidTraderAccountId: ACCOUNT, positionId, volume },
        { at: NOON + at, clientMsgId: 'close' },
      )
      at += 1_000
      floor.until(at)
    }
    const deals = floor.ledger().deals
    const sides = deals.reduce((sum, { commission = 0 }) => sum + commission, 0)
    const details = deals.reduce((sum, deal) => sum + (deal.closePositionDetail?.commission ?? 0), 0)
    expect(details).toBe(sides)
    expect(floor.ledger().positions[0]).toMatchObject({ commission: 0, positionStatus: 2 })
  })

  it('a position twice at the same time closes it once and rejects the other', () => {
    const { floor, positionId } = open()
    close(floor, positionId, 1_000_000)
    close(floor, positionId, 1_000_000)
    floor.until(3_000)
    expect(floor.types().sort()).toEqual(['2', '2', '3', '7'])
  })
})

describe('a book that does not hold the volume', () => {
  it('ends a market order by one event that has the fill and no deal (A4)', () => {
    const floor = floorOf({ depth: 400_000 })
    floor.order(0)
    floor.until(900)
    expect(floor.types()).toEqual(['2', '5'])
    const end = floor.events()[1]
    expect(end).toMatchObject({
      order: { orderStatus: 5, executedVolume: 400_000, executionPrice: 1.13955 },
      position: { positionStatus: 1, tradeData: { volume: 400_000 } },
    })
    expect(end).not.toHaveProperty('deal')
    expect(floor.ledger().deals).toMatchObject([{ filledVolume: 400_000, dealStatus: 3 }])
  })

  describe('where nobody knows what is told', () => {
    const types = (unknowns: Partial<Unknowns>, asked: Partial<ProtoOANewOrderReq> = {}): Floor => {
      const floor = floorOf({ depth: 400_000 }, {}, unknowns)
      floor.order(0, asked)
      floor.until(70_000)
      return floor
    }

    it('fills a market order in part and cancels the rest by two events', () => {
      const floor = types({ partialEnd: 'fillAndEnd' })
      expect(floor.types()).toEqual(['2', '11', '5'])
      const [, partial, cancelled] = floor.events()
      expect(partial).toMatchObject({
        order: { orderStatus: 1, executedVolume: 400_000 },
        deal: { dealStatus: 3, volume: 1_000_000, filledVolume: 400_000 },
        position: { positionStatus: 1, tradeData: { volume: 400_000 } },
      })
      expect(cancelled).toMatchObject({
        order: { orderStatus: 5, executedVolume: 400_000 },
        position: { positionStatus: 1, tradeData: { volume: 400_000 } },
      })
    })

    it('or by one that has the deal, too (A4)', () => {
      const floor = types({ partialEnd: 'endWithDeal' })
      expect(floor.types()).toEqual(['2', '5'])
      expect(floor.events()[1]).toMatchObject({ order: { orderStatus: 5 }, deal: { filledVolume: 400_000 } })
    })

    it('protects what was filled all the same (A4)', () => {
      const floor = types({}, { relativeStopLoss: 200 })
      expect(floor.types()).toEqual(['2', '5', '2s'])
    })

    it('may tell a fill that is not the last as type 3 of a filled order (A4)', () => {
      const floor = types({ partialFill: 'ORDER_FILLED' }, { orderType: 2, limitPrice: 1.1501 })
      expect(floor.types()).toEqual(['2', '3', '3s', '3s'])
      expect(floor.events().map(({ order }) => [order?.orderStatus, order?.executedVolume])).toEqual([
        [1, 0],
        [2, 400_000],
        [2, 800_000],
        [2, 1_000_000],
      ])
    })
  })

  it('cancels an order to fill or kill', () => {
    const floor = floorOf({ depth: 400_000 })
    floor.order(0, { timeInForce: 4 })
    floor.until(900)
    expect(floor.types()).toEqual(['2', '5'])
    expect(floor.events()[1]).toMatchObject({ position: { positionStatus: 2 }, order: { orderStatus: 5 } })
  })

  it('fills a resting limit order tick by tick', () => {
    const floor = floorOf({ depth: 400_000 })
    floor.order(0, { orderType: 2, limitPrice: 1.1501 })
    floor.until(70_000)
    expect(floor.types()).toEqual(['2', '11', '11s', '3s'])
    expect(floor.told.map(({ at }) => at).slice(2)).toEqual([1_000, 60_000])
    expect(floor.ledger().orders[0]).toMatchObject({ orderStatus: 2, executedVolume: 1_000_000 })
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
