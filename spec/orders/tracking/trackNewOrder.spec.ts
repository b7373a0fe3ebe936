import type { ExecutionReport } from '../../../src/orders/tracking/executionReport'
import { cents } from '../../../src/protocol/units'
import { SELL } from '../../support/tradingFloor'
import { commandAt, floorWith, followed, heardOn, statusesOf, without } from './floorEvents'
import { LIMIT, PROTECTED, following, marketOrder } from './newOrderScene'

describe('a new order', () => {
  it('is accepted, filled, and over', () => {
    const heard = marketOrder({})
    const { updates, overAfter } = followed(following(), heard)
    const [accepted, filled] = heard
    const ids = {
      clientOrderId: 'own',
      orderId: accepted?.order?.orderId,
      positionId: accepted?.order?.positionId,
    }
    expect(updates).toEqual([
      { status: 'accepted', ...ids, side: 'buy', order: accepted?.order, position: accepted?.position },
      {
        status: 'filled',
        ...ids,
        side: 'buy',
        order: filled?.order,
        position: filled?.position,
        price: 1.14005,
        volume: 1_000_000,
        deal: filled?.deals?.[0],
      },
    ])
    expect(overAfter).toBe(1)
  })

  it('with protections is over when its position has them', () => {
    const heard = marketOrder()
    const { updates, overAfter } = followed(following(true), heard)
    expect(statusesOf(updates)).toEqual(['accepted', 'filled', 'protected'])
    expect(updates.at(-1)).toEqual({
      status: 'protected',
      clientOrderId: 'own',
      // Its own, not that of the order behind the protections.
      orderId: heard[0]?.order?.orderId,
      positionId: heard[0]?.position?.positionId,
      position: heard[2]?.position,
    })
    expect(heard[2]?.position).toMatchObject({ stopLoss: 1.13905, takeProfit: 1.14205 })
    expect(overAfter).toBe(2)
  })

  it('tells nothing after it is over', () => {
    const heard = marketOrder()
    const follow = following(true)
    followed(follow, heard)
    for (const one of heard) expect(follow(one)).toEqual({ updates: [], isOver: true })
  })

  it('is known by the clientMsgId of its request where the server gave it no name', () => {
    const floor = floorWith()
    floor.order(0, {}, 'm1')
    floor.until(2_000)
    const nameless = heardOn(floor).map(({ order, ...heard }) => ({
      ...heard,
      ...(order && { order: without(order, 'clientOrderId') }),
    }))
    expect(statusesOf(followed(following(), nameless).updates)).toEqual(['accepted', 'filled'])
  })

  it('is known by its clientOrderId where the event has the clientMsgId of another request, or none', () => {
    const floor = floorWith([[3, 113_895]])
    floor.order(0, LIMIT, 'elsewhere')
    floor.until(5_000)
    expect(statusesOf(followed(following(), heardOn(floor)).updates)).toEqual(['accepted', 'filled'])
  })

  it('is not one of the others, nor what they share with it', () => {
    const floor = floorWith()
    floor.order(0, { ...LIMIT, clientOrderId: 'other' }, 'm2')
    floor.order(10, { clientOrderId: 'own' }, 'm1')
    floor.order(20, { clientOrderId: 'another' }, 'm3')
    floor.until(2_000)
    const own = heardOn(floor).filter(({ clientMsgId }) => clientMsgId === 'm1')
    const { updates } = followed(following(), heardOn(floor))
    expect(updates).toHaveLength(2)
    expect(new Set(updates.map(({ orderId }) => orderId))).toEqual(new Set([own[0]?.order?.orderId]))
  })

  it('is not mistaken for the order behind its protections, even where that is heard of first', () => {
    const [accepted, filled, placed] = marketOrder()
    for (const wants of [false, true]) {
      const { updates } = followed(
        following(wants),
        [placed, accepted, filled].flatMap(one => one ?? []),
      )
      expect(statusesOf(updates)).toEqual(['accepted', 'filled', ...(wants ? ['protected'] : [])])
      expect(updates[0]?.orderId).toBe(accepted?.order?.orderId)
    }
  })

  it.each([
    ['filled before accepted', [1, 0, 2], ['filled', 'protected']],
    ['protected before filled', [0, 2, 1], ['accepted', 'filled', 'protected']],
    ['everything backwards', [2, 1, 0], ['filled', 'protected']],
    ['everything twice', [0, 0, 1, 1, 2, 2], ['accepted', 'filled', 'protected']],
  ])('tells each thing once, and no status after a later one: %s', (_, order, expected) => {
    const heard = marketOrder()
    const { updates } = followed(
      following(true),
      order.flatMap(index => heard[index] ?? []),
    )
    expect(statusesOf(updates)).toEqual(expected)
  })

  it('adds up what is filled in parts, at the average price', () => {
    const floor = floorWith(
      [
        [1, 113_890],
        [2, 113_888],
        [3, 113_880],
      ],
      { depth: 400_000 },
    )
    floor.order(0, LIMIT, 'm1')
    floor.until(5_000)
    const { updates, overAfter } = followed(following(), heardOn(floor))
    expect(statusesOf(updates)).toEqual(['accepted', 'partiallyFilled', 'partiallyFilled', 'filled'])
    const fills = updates.flatMap(update => ('deal' in update ? [update] : []))
    expect(fills.map(({ volume }) => volume)).toEqual([400_000, 800_000, 1_000_000])
    expect(fills.map(({ deal }) => deal.filledVolume)).toEqual([400_000, 400_000, 200_000])
    // 1.13895, 1.13893 and 1.13885: the first two have twice the weight of the last.
    expect(fills.map(({ price }) => price)).toEqual([1.13895, 1.13894, 1.138922])
    expect(overAfter).toBe(3)
  })

  it('takes the server’s word for what a deal that has not come would add', () => {
    const floor = floorWith(
      [
        [1, 113_890],
        [2, 113_888],
        [3, 113_880],
      ],
      { depth: 400_000 },
    )
    floor.order(0, LIMIT, 'm1')
    floor.until(5_000)
    const [accepted, first, second, last] = heardOn(floor)
    const { updates } = followed(
      following(),
      [accepted, second, first, last].flatMap(one => one ?? []),
    )
    const fills = updates.flatMap(update => ('deal' in update ? [update] : []))
    expect(fills.map(({ status, volume, price }) => [status, volume, price])).toEqual([
      ['partiallyFilled', 800_000, 1.13894],
      ['filled', 1_000_000, 1.138922],
    ])
  })

  it('averages its deals where the server does not say how far it is filled', () => {
    const floor = floorWith(
      [
        [1, 113_890],
        [2, 113_888],
        [3, 113_880],
      ],
      { depth: 400_000 },
    )
    floor.order(0, LIMIT, 'm1')
    floor.until(5_000)
    const silent = heardOn(floor).map(({ order, ...heard }) => ({
      ...heard,
      ...(order && { order: without(order, 'executedVolume', 'executionPrice') }),
    }))
    const [accepted, first, second, last] = silent
    const inAnyOrder = [accepted, second, second, first, last].flatMap(one => one ?? [])
    const { updates } = followed(following(), inAnyOrder)
    const fills = updates.flatMap(update => ('deal' in update ? [update] : []))
    expect(fills.map(({ status, volume, price }) => [status, volume, price])).toEqual([
      ['partiallyFilled', 400_000, 1.13893],
      ['partiallyFilled', 800_000, 1.13894],
      ['filled', 1_000_000, 1.138922],
    ])
  })

  it.each([
    ['is not dated', undefined],
    ['is dated earlier than what is known', 1],
  ])('does not go back to what it was, nor is it kept from its end, where news of it %s', (_, at) => {
    const floor = floorWith(
      [
        [1, 113_890],
        [2, 113_888],
        [3, 113_880],
      ],
      { depth: 400_000 },
    )
    floor.order(0, LIMIT, 'm1')
    floor.until(5_000)
    const heard = heardOn(floor)
    const [accepted, first, second, last] = heard.map(({ order, ...rest }, index) => ({
      ...rest,
      ...(order && {
        order:
          at === undefined
            ? without(order, 'utcLastUpdateTimestamp')
            : { ...order, utcLastUpdateTimestamp: index === 3 ? at : 2 },
      }),
    }))
    const { updates } = followed(
      following(),
      [second, first, accepted, last].flatMap(one => one ?? []),
    )
    const fills = updates.flatMap(update => ('deal' in update ? [update] : []))
    expect(fills.map(({ status, volume, order }) => [status, volume, order.executedVolume])).toEqual([
      ['partiallyFilled', 800_000, 800_000],
      ['filled', 1_000_000, 1_000_000],
    ])
    expect(
      followed(
        following(),
        [second, first, accepted].flatMap(one => one ?? []),
      ).updates,
    ).toHaveLength(1)
    const cancelled = { ...last, executionType: 5 as const, deals: [] }
    const ended = cancelled.order && {
      ...cancelled,
      order: { ...cancelled.order, orderStatus: 5 as const, executedVolume: 800_000 },
    }
    // Of a deal that has not come the server is asked before the end is told; if it has none, the end is told.
    const late = [second, accepted, ended, ended && { ...ended, isAll: true }].flatMap(one => one ?? [])
    expect(followed(following(), late.slice(0, -1)).updates.map(({ status }) => status)).toEqual([
      'partiallyFilled',
    ])
    expect(followed(following(), late).updates.at(-1)).toMatchObject({
      status: 'cancelled',
      order: { orderStatus: 5, executedVolume: 800_000 },
    })
  })

  describe('that ends with a fill without a deal', () => {
    const ending = (
      executionType: 5 | 7,
      orderStatus: 3 | 5,
    ): { heard: ExecutionReport[]; deal: ExecutionReport } => {
      const [accepted, filled] = marketOrder({ clientOrderId: 'own' })
      if (!accepted || !filled?.order || !filled.deals) throw new Error('no fill')
      const order = { ...filled.order, orderStatus, executedVolume: 400_000 }
      const part = filled.deals.map(deal => ({ ...deal, filledVolume: cents(400_000) }))
      const ended = { ...without(filled, 'deals'), executionType, order }
      return { heard: [accepted, ended], deal: { order, deals: part } }
    }

    it.each([
      ['cancelled', 5, 5],
      ['rejected', 7, 3],
    ] as const)('is told the fill before it is %s, as soon as it is asked for (A4)', (status, type, as) => {
      const { heard, deal } = ending(type, as)
      const follow = following()
      const [, ended] = heard.map(one => follow(one))
      expect(ended).toEqual({ updates: [], isOver: false, isIncomplete: true })
      expect(follow(deal)).toMatchObject({
        updates: [{ status: 'partiallyFilled', volume: 400_000 }, { status }],
        isOver: true,
      })
      const { updates } = followed(following(), [...heard, { ...deal, deals: [], isAll: true }])
      expect(statusesOf(updates)).toEqual(['accepted', status])
    })
  })

  it('is not over with a fill of a part, also where the server calls the order filled (A4)', () => {
    const [accepted, filled] = marketOrder({ clientOrderId: 'own' })
    if (!accepted || !filled?.order || !filled.deals) throw new Error('no fill')
    const dealOf = (dealId: number, filledVolume: number) => ({
      deals: filled.deals?.map(deal => ({ ...deal, dealId, filledVolume: cents(filledVolume) })) ?? [],
    })
    const first = { ...filled, ...dealOf(1, 400_000), order: { ...filled.order, executedVolume: 400_000 } }
    const second = { ...filled, ...dealOf(2, 600_000) }
    expect(statusesOf(followed(following(), [accepted, first, second]).updates)).toEqual([
      'accepted',
      'partiallyFilled',
      'filled',
    ])
    // Where the server, asked, says that this was all, it was.
    const all = { order: first.order, deals: first.deals }
    expect(statusesOf(followed(following(), [accepted, first, all]).updates)).toEqual([
      'accepted',
      'partiallyFilled',
      'filled',
    ])
  })

  it('keeps the price of one deal as the server said it', () => {
    const heard = marketOrder({}).map(({ deals, ...rest }) => ({
      ...rest,
      ...(deals && { deals: deals.map(deal => ({ ...deal, executionPrice: 1.140_052_5 })) }),
    }))
    expect(followed(following(), heard).updates.at(-1)).toMatchObject({ price: 1.140_052_5 })
  })

  it('filled in part and for the rest cancelled is over with what was filled, and its protections', () => {
    const floor = floorWith([], { depth: 400_000 })
    floor.order(0, PROTECTED, 'm1')
    floor.until(2_000)
    const { updates, overAfter } = followed(following(true), heardOn(floor))
    expect(statusesOf(updates)).toEqual(['accepted', 'partiallyFilled', 'cancelled', 'protected'])
    expect(updates[2]).toMatchObject({ order: { executedVolume: 400_000, executionPrice: 1.14005 } })
    expect(overAfter).toBe(3)
    expect(statusesOf(followed(following(), heardOn(floor)).updates)).toEqual([
      'accepted',
      'partiallyFilled',
      'cancelled',
    ])
  })

  it('cancelled, rejected or expired with nothing filled waits for no protections', () => {
    const floor = floorWith()
    floor.order(
      0,
      { ...LIMIT, ...PROTECTED, timeInForce: 1, expirationTimestamp: Date.UTC(2026, 0, 7, 12, 1) },
      'm1',
    )
    floor.until(70_000)
    const { updates, overAfter } = followed(following(true), heardOn(floor))
    expect(statusesOf(updates)).toEqual(['accepted', 'expired'])
    expect(overAfter).toBe(1)
  })

  it('is rejected with the server’s reason', () => {
    const floor = floorWith([], {}, { balance: 100 })
    floor.order(0, PROTECTED, 'm1')
    floor.until(2_000)
    const heard = heardOn(floor)
    const { updates, overAfter } = followed(following(true), heard)
    expect(statusesOf(updates)).toEqual(['accepted', 'rejected'])
    expect(updates[1]).toEqual({
      status: 'rejected',
      clientOrderId: 'own',
      orderId: heard[0]?.order?.orderId,
      positionId: heard[0]?.order?.positionId,
      errorCode: 'NOT_ENOUGH_MONEY',
    })
    expect(overAfter).toBe(1)
  })

  it('found out to have been rejected says so, without a reason', () => {
    const floor = floorWith([], {}, { balance: 100 })
    floor.order(0, { clientOrderId: 'own' }, 'm1')
    floor.until(2_000)
    const [order] = floor.ledger().orders
    const found = { ...(order && { order }), deals: floor.ledger().deals }
    expect(followed(following(), [found]).updates).toMatchObject([
      { status: 'rejected', errorCode: 'ORDER_REJECTED' },
    ])
  })

  it('goes on while a rejection is of something that was to be done to it', () => {
    const floor = floorWith()
    floor.order(0, { clientOrderId: 'own' }, 'm1')
    commandAt(floor, 100, 'cancel').cancel(heardOn(floor)[0]?.order?.orderId ?? 0)
    floor.until(2_000)
    const heard = heardOn(floor)
    expect(heard.map(({ executionType }) => executionType)).toEqual([2, 8, 3])
    expect(statusesOf(followed(following(), heard).updates)).toEqual(['accepted', 'filled'])
    const rejected = heard.map(one => (one.executionType === 8 ? { ...one, executionType: 7 as const } : one))
    expect(statusesOf(followed(following(), rejected).updates)).toEqual(['accepted', 'filled'])
  })

  it('tells of each amendment, by any session, and not of one that a later one has overtaken', () => {
    const floor = floorWith()
    floor.order(0, LIMIT, 'm1')
    const orderId = heardOn(floor)[0]?.order?.orderId ?? 0
    commandAt(floor, 1_000, 'a').amend(orderId, { limitPrice: 1.138 })
    commandAt(floor, 2_000, 'b').amend(orderId, { limitPrice: 1.137, relativeStopLoss: 100 })
    const heard = heardOn(floor)
    const { updates, overAfter } = followed(following(), heard)
    expect(statusesOf(updates)).toEqual(['accepted', 'replaced', 'replaced'])
    expect(updates[2]).toMatchObject({ order: { limitPrice: 1.137, relativeStopLoss: 100 } })
    expect(overAfter).toBe(-1)
    const late = [heard[0], heard[2], heard[1]].flatMap(one => one ?? [])
    expect(statusesOf(followed(following(), late).updates)).toEqual(['accepted', 'replaced'])
    const unheard = heard.slice(1)
    expect(statusesOf(followed(following(), unheard).updates)).toEqual(['replaced', 'replaced'])
  })

  it('goes by the event where its status is unknown', () => {
    const last = (balance: number): string | undefined => {
      const floor = floorWith([], {}, { balance })
      floor.order(0, { clientOrderId: 'own' }, 'm1')
      floor.until(2_000)
      const heard = heardOn(floor).map(({ order, ...rest }): ExecutionReport =>
        order && rest.executionType !== 2 ? { ...rest, order: { ...order, orderStatus: 4711 as 1 } } : rest,
      )
      return followed(following(), heard).updates.at(-1)?.status
    }
    expect([last(1_000_000), last(100)]).toEqual(['filled', 'rejected'])
  })

  it('is over without protections when its position is closed before it has them', () => {
    const floor = floorWith()
    floor.order(0, PROTECTED, 'm1')
    floor.until(2_000)
    const positionId = heardOn(floor)[0]?.position?.positionId ?? 0
    commandAt(floor, 3_000, 'close').close(positionId, 1_000_000)
    floor.until(5_000)
    // The protections came and were never heard of, nor was the closing order until it was filled.
    const heard = heardOn(floor).filter((_, index) => index !== 2 && index !== 3)
    const { updates, overAfter } = followed(following(true), heard)
    expect(statusesOf(updates)).toEqual(['accepted', 'filled'])
    expect(heard[overAfter]?.executionType).toBe(5)
  })

  it('that closes waits for no protections', () => {
    const floor = floorWith([], {}, { accountType: 1, balance: 100_000_000 })
    floor.order(0, { volume: 3_000_000 }, 'm0')
    floor.until(1_000)
    floor.order(2_000, { ...PROTECTED, tradeSide: SELL }, 'm1')
    floor.until(4_000)
    const { updates, overAfter } = followed(following(true), heardOn(floor))
    expect(statusesOf(updates)).toEqual(['accepted', 'filled'])
    expect(overAfter).toBe(3)
  })

  it.each(['another', 'same'] as const)(
    'that turns a netted position round is one order with %s position, protected at last',
    nettedReversal => {
      const floor = floorWith([], {}, { accountType: 1, balance: 100_000_000 }, { nettedReversal })
      floor.order(0, {}, 'm0')
      floor.until(1_000)
      floor.order(2_000, { ...PROTECTED, volume: 3_000_000, tradeSide: SELL }, 'm1')
      floor.until(4_000)
      const { updates, overAfter } = followed(following(true), heardOn(floor))
      expect(statusesOf(updates)).toEqual(['accepted', 'partiallyFilled', 'filled', 'protected'])
      expect(updates.flatMap(update => ('volume' in update ? [update.volume] : []))).toEqual([
        1_000_000, 3_000_000,
      ])
      expect(updates.at(-1)).toMatchObject({
        position: { tradeData: { volume: 2_000_000, tradeSide: SELL } },
      })
      expect(overAfter).toBe(heardOn(floor).length - 1)
    },
  )
})
