import { ACCOUNT } from '../../support/account'
import type { Script } from '../../support/scriptedMarket'
import { NOON, SELL } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import { floorOf } from './marketOrdersFloor'

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
