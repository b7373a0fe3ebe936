import { scriptedMarket } from '../../support/scriptedMarket'
import { BUY, NOON, SELL, tradingFloor } from '../../support/tradingFloor'
import type { Unknowns } from '../../../src/simulator/model/unknowns'
import type { Floor } from '../../support/tradingFloor'

const floorOf = (
  accountType: 0 | 1,
  nettedReversal: 'another' | 'same' = 'another',
  more: { readonly balance?: number; readonly unknowns?: Partial<Unknowns> } = {},
): Floor =>
  tradingFloor(
    scriptedMarket({
      quotes: {
        1: [
          [NOON - 1000, 114_000, 114_005],
          [NOON + 1_000, 114_100, 114_105],
        ],
      },
    }),
    { accountType, ...(more.balance !== undefined && { balance: more.balance }) },
    { nettedReversal, ...more.unknowns },
  )

describe('on a netted account', () => {
  it('an order of the same side adds to the position, at the average price', () => {
    const floor = floorOf(1)
    floor.order(0, { volume: 1_000_000 })
    floor.order(2_000, { volume: 3_000_000 })
    floor.until(3_000)
    const [first, , third, fourth] = floor.events()
    expect(third?.position?.positionId).toBe(first?.position?.positionId)
    expect(fourth?.position).toMatchObject({
      price: 1.1408,
      tradeData: { volume: 4_000_000, tradeSide: BUY },
    })
    expect(fourth?.deal).not.toHaveProperty('closePositionDetail')
  })

  it('an opposite order takes from it', () => {
    const floor = floorOf(1)
    floor.order(0, { volume: 3_000_000 })
    floor.order(2_000, { volume: 1_000_000, tradeSide: SELL })
    floor.until(3_000)
    const [, , accepted, reduced] = floor.events()
    expect(accepted?.order?.closingOrder).toBe(true)
    expect(reduced?.position).toMatchObject({ price: 1.14005, tradeData: { volume: 2_000_000 } })
    expect(reduced?.deal?.closePositionDetail).toMatchObject({ grossProfit: 950, closedVolume: 1_000_000 })
  })

  it('a greater opposite order closes it, and opens another with the rest', () => {
    const floor = floorOf(1)
    floor.order(0, { volume: 1_000_000 })
    floor.order(2_000, { volume: 3_000_000, tradeSide: SELL })
    floor.until(3_000)
    expect(floor.types()).toEqual(['2', '3', '2', '11', '3'])
    const [first, , , closed, opened] = floor.events()
    expect(closed).toMatchObject({
      position: { positionId: first?.position?.positionId, positionStatus: 2 },
      deal: { dealStatus: 3, filledVolume: 1_000_000, closePositionDetail: { closedVolume: 1_000_000 } },
    })
    expect(opened).toMatchObject({
      order: { orderStatus: 2, executedVolume: 3_000_000 },
      position: { positionStatus: 1, tradeData: { volume: 2_000_000, tradeSide: SELL } },
      deal: { dealStatus: 2, filledVolume: 2_000_000 },
    })
    expect(opened?.position?.positionId).not.toBe(first?.position?.positionId)
  })

  it('may keep the id of the position that a greater opposite order turns', () => {
    const floor = floorOf(1, 'same')
    floor.order(0, { volume: 1_000_000 })
    floor.order(2_000, { volume: 3_000_000, tradeSide: SELL })
    floor.until(3_000)
    const [first, , , , opened] = floor.events()
    expect(opened?.position).toMatchObject({
      positionId: first?.position?.positionId,
      positionStatus: 1,
      tradeData: { volume: 2_000_000, tradeSide: SELL },
    })
  })

  describe('a greater opposite order for which there is not the money', () => {
    const turned = (unknowns: Partial<Unknowns>): Floor => {
      const floor = floorOf(1, 'another', { balance: 20_000, unknowns })
      floor.order(0, { volume: 1_000_000 })
      floor.order(2_000, { volume: 100_000_000, tradeSide: SELL })
      floor.until(3_000)
      return floor
    }

    it('closes the position, and the rest of it is cancelled where the fill is told by itself', () => {
      const floor = turned({ partialEnd: 'fillAndEnd' })
      expect(floor.types()).toEqual(['2', '3', '2', '11', '5'])
      expect(floor.events()[4]).toMatchObject({
        errorCode: 'NOT_ENOUGH_MONEY',
        order: { orderStatus: 5, executedVolume: 1_000_000 },
      })
    })

    it('is rejected by one event that has the fill and no deal (A4)', () => {
      const floor = turned({})
      expect(floor.types()).toEqual(['2', '3', '2', '7'])
      expect(floor.events()[3]).toMatchObject({
        errorCode: 'NOT_ENOUGH_MONEY',
        order: { orderStatus: 3, executedVolume: 1_000_000 },
        position: { positionStatus: 2 },
      })
      expect(floor.events()[3]).not.toHaveProperty('deal')
      expect(floor.ledger().deals).toHaveLength(2)
    })
  })

  it('orders on their way to nothing meet in one position', () => {
    const floor = floorOf(1)
    floor.order(0)
    floor.order(10)
    floor.until(3_000)
    const open = floor.ledger().positions.filter(({ positionStatus }) => positionStatus === 1)
    expect(open.map(({ tradeData }) => tradeData.volume)).toEqual([2_000_000])
    expect(
      floor
        .ledger()
        .positions.map(({ positionStatus }) => positionStatus)
        .sort(),
    ).toEqual([1, 2])
  })
})

describe('on a hedged account', () => {
  it('opposite orders make two positions', () => {
    const floor = floorOf(0)
    floor.order(0)
    floor.order(2_000, { tradeSide: SELL })
    floor.until(3_000)
    expect(floor.ledger().positions.map(({ tradeData }) => tradeData.tradeSide)).toEqual([BUY, SELL])
  })

  it('an order can name the position it adds to or takes from', () => {
    const floor = floorOf(0)
    floor.order(0)
    floor.until(900)
    const positionId = floor.events()[0]?.position?.positionId ?? 0
    floor.order(2_000, { positionId })
    floor.until(2_900)
    expect(floor.ledger().positions[0]).toMatchObject({ price: 1.14055, tradeData: { volume: 2_000_000 } })
    floor.order(3_000, { positionId, tradeSide: SELL, volume: 2_000_000 })
    floor.until(4_000)
    expect(floor.ledger().positions).toHaveLength(1)
    expect(floor.ledger().positions[0]).toMatchObject({ positionStatus: 2 })
  })
})
