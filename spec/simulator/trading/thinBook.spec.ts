import type { Floor } from '../../support/tradingFloor'
import type { ProtoOANewOrderReq } from '../../../src/protocol/messages/orders'
import type { Unknowns } from '../../../src/simulator/model/unknowns'
import { floorOf } from './marketOrdersFloor'

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

  describe('where the events of the server are not known', () => {
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
