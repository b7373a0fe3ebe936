import { trackClose } from '../../../src/orders/tracking/trackNewOrder'
import type { ExecutionReport } from '../../../src/orders/tracking/executionReport'
import { SELL } from '../../support/tradingFloor'
import { commandAt, floorWith, followed, heardOn, statusesOf } from './floorEvents'
import { LIMIT, PROTECTED, following, marketOrder } from './newOrderScene'

describe('a new order that was found by asking', () => {
  const found = (asked: object = {}): ExecutionReport => {
    const floor = floorWith()
    floor.order(0, { clientOrderId: 'own', ...asked }, 'm1')
    floor.until(2_000)
    const { orders, deals, positions } = floor.ledger()
    const [order] = orders
    const [position] = positions
    return {
      ...(order && { order }),
      deals: deals.filter(({ orderId }) => orderId === order?.orderId),
      ...(position && { position }),
    }
  }

  it('is told at once as far as it has come', () => {
    expect(statusesOf(followed(following(), [found()]).updates)).toEqual(['filled'])
    expect(statusesOf(followed(following(true), [found(PROTECTED)]).updates)).toEqual(['filled', 'protected'])
    expect(statusesOf(followed(following(), [found(LIMIT)]).updates)).toEqual(['accepted'])
  })

  it.each([
    ['at the distances', { relativeStopLoss: 1_000, relativeTakeProfit: 2_000 }, {}],
    ['of a sell', { ...PROTECTED, tradeSide: SELL }, {}],
    ['at a price', { ...LIMIT, stopLoss: 1.138 }, {}],
    ['of which one leg is the position’s own', { relativeStopLoss: 1_000 }, { takeProfit: 1.2 }],
    ['of which the other is', { relativeTakeProfit: 100 }, { stopLoss: 1.1, trailingStopLoss: true }],
  ] as const)('is protected where the position has what it asked for: %s', (_, asked, besides) => {
    const floor = floorWith([[3, 113_880]])
    floor.order(0, { clientOrderId: 'own', ...asked }, 'm1')
    floor.until(5_000)
    const { orders, deals, positions } = floor.ledger()
    const [[order], [position]] = [orders, positions]
    if (!order || !position) throw new Error('nothing was filled')
    const after = (change: object): string[] =>
      statusesOf(
        followed(following(true, asked), [{ order, deals, position: { ...position, ...change } }]).updates,
      )
    expect(after(besides)).toEqual(['filled', 'protected'])
    const other = 'relativeTakeProfit' in asked ? { takeProfit: 1.3 } : { stopLoss: 1.05 }
    expect(after({ ...besides, ...other })).toEqual(['filled'])
  })

  it('is protected where the position has what it was amended to', () => {
    const floor = floorWith([[3, 113_880]])
    floor.order(0, { ...LIMIT, relativeStopLoss: 100 }, 'm1')
    const orderId = heardOn(floor)[0]?.order?.orderId ?? 0
    commandAt(floor, 1_000, 'm2').amend(orderId, { relativeStopLoss: 200 })
    floor.until(5_000)
    const { orders, deals, positions } = floor.ledger()
    const [[order], [position]] = [orders, positions]
    const found = { deals, ...(order && { order }), ...(position && { position }) }
    const { updates } = followed(following(true, { relativeStopLoss: 100 }), [found])
    expect(statusesOf(updates)).toEqual(['filled', 'protected'])
  })

  it('is not told again what it has heard, nor what it hears later', () => {
    const heard = marketOrder()
    const all = found(PROTECTED)
    for (const at of [0, 1, 2, 3]) {
      const { updates } = followed(following(true), [...heard.slice(0, at), all, ...heard.slice(at)])
      const news = statusesOf(updates)
      expect(news).toEqual(['accepted', 'filled', 'protected'].slice(at === 0 ? 1 : 0))
    }
  })

  it('is over without protections when its position is found closed', () => {
    const { position, ...rest } = found(PROTECTED)
    const closed = { ...rest, ...(position && { position: { ...position, positionStatus: 2 as const } }) }
    expect(followed(following(true), [closed])).toMatchObject({
      overAfter: 0,
      updates: [{ status: 'filled' }],
    })
  })

  it('filled in part meanwhile, and for the rest cancelled, tells of both', () => {
    const floor = floorWith([], { depth: 400_000 })
    floor.order(0, { clientOrderId: 'own' }, 'm1')
    floor.until(2_000)
    const [order] = floor.ledger().orders
    const all = { ...(order && { order }), deals: floor.ledger().deals }
    expect(followed(following(), [all]).updates).toMatchObject([
      { status: 'partiallyFilled', volume: 400_000, price: 1.14005 },
      { status: 'cancelled' },
    ])
  })

  it('filled, but its deals not known yet, waits for them', () => {
    const { deals = [], ...rest } = found()
    const { updates, overAfter } = followed(following(), [rest, { ...rest, deals }])
    expect(statusesOf(updates)).toEqual(['filled'])
    expect(overAfter).toBe(1)
  })
})

describe('closing a position', () => {
  it.each([
    ['the whole of it', 1_000_000, [2, 3, 5]],
    ['a part of it', 400_000, [2, 3, 4]],
  ])(
    '%s is over when the closing order is filled, also if its protections never come',
    (_, volume, types) => {
      const floor = floorWith()
      floor.order(0, PROTECTED, 'm1')
      floor.until(2_000)
      const before = heardOn(floor)
      commandAt(floor, 3_000, 'close').close(before[0]?.position?.positionId ?? 0, volume)
      floor.until(5_000)
      const heard = heardOn(floor)
      expect(heard.slice(before.length).map(({ executionType }) => executionType)).toEqual(types)
      const { updates, overAfter } = followed(trackClose({ clientMsgId: 'close' }), heard)
      expect(statusesOf(updates)).toEqual(['accepted', 'filled'])
      expect(updates[1]).toMatchObject({
        clientOrderId: 'close',
        volume,
        order: { closingOrder: true },
        deal: { closePositionDetail: { closedVolume: volume } },
      })
      expect(overAfter).toBe(before.length + 1)
      // Nor where the protection order, which has the same clientMsgId, is heard of first.
      expect(
        statusesOf(followed(trackClose({ clientMsgId: 'close' }), [...heard].reverse()).updates),
      ).toEqual(['filled'])
    },
  )
})
