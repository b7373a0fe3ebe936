import { trackAmend, trackCancel } from '../../../src/orders/tracking/trackChange'
import type { AmendTerms } from '../../../src/orders/tracking/trackChange'
import { trackProtection } from '../../../src/orders/tracking/trackProtection'
import type { ProtectionTerms } from '../../../src/orders/tracking/trackProtection'
import type { Tracker } from '../../../src/orders/tracking/tracker'
import type { ExecutionReport } from '../../../src/orders/tracking/executionReport'
import type { Floor } from '../../support/tradingFloor'
import { commandAt, floorWith, followed, heardOn, statusesOf, without } from './floorEvents'

const LIMIT = { orderType: 2, limitPrice: 1.139 } as const

/** A floor with one order, and what has been heard of it so far. */
const placed = (
  asked: object,
  floor = floorWith(),
): { floor: Floor; orderId: number; positionId: number; since: (from?: number) => ExecutionReport[] } => {
  floor.order(0, asked, 'm1')
  floor.until(900)
  const [accepted] = heardOn(floor)
  const before = heardOn(floor).length
  return {
    floor,
    orderId: accepted?.order?.orderId ?? 0,
    positionId: accepted?.position?.positionId ?? 0,
    since: (from = before) => heardOn(floor).slice(from),
  }
}

const foundOf = (floor: Floor): ExecutionReport => {
  const { orders, deals } = floor.ledger()
  const [order] = orders
  return { ...(order && { order }), deals: deals.filter(({ orderId }) => orderId === order?.orderId) }
}

describe('cancelling an order', () => {
  const cancelling = (orderId: number): Tracker => trackCancel({ orderId, clientMsgId: 'cancel' })

  it('is over when it is cancelled', () => {
    const { floor, orderId, positionId, since } = placed(LIMIT)
    commandAt(floor, 1_000, 'cancel').cancel(orderId)
    const { updates, overAfter } = followed(cancelling(orderId), since())
    expect(updates).toEqual([
      {
        status: 'cancelled',
        orderId,
        positionId,
        clientOrderId: 'm1',
        side: 'buy',
        order: since()[0]?.order,
        position: since()[0]?.position,
      },
    ])
    expect(overAfter).toBe(0)
    expect(followed(cancelling(orderId), [...since(), ...since()]).updates).toHaveLength(1)
  })

  it('is over when another session has cancelled it', () => {
    const { floor, orderId, since } = placed(LIMIT)
    commandAt(floor, 1_000, 'elsewhere').cancel(orderId)
    expect(statusesOf(followed(cancelling(orderId), since()).updates)).toEqual(['cancelled'])
  })

  it('too late is rejected by an event', () => {
    const floor = floorWith()
    floor.order(0, {}, 'm1')
    const orderId = heardOn(floor)[0]?.order?.orderId ?? 0
    commandAt(floor, 100, 'cancel').cancel(orderId)
    floor.until(2_000)
    const { updates, overAfter } = followed(cancelling(orderId), heardOn(floor))
    expect(updates).toEqual([{ status: 'rejected', orderId, errorCode: 'UNABLE_TO_CANCEL_ORDER' }])
    expect(heardOn(floor)[overAfter]?.executionType).toBe(8)
    const silent = heardOn(floor).map(heard => without(heard, 'errorCode'))
    expect(followed(cancelling(orderId), silent).updates).toMatchObject([
      { errorCode: 'ORDER_CANCEL_REJECTED' },
    ])
  })

  it('does not take the rejection of another’s request for its own', () => {
    const floor = floorWith()
    floor.order(0, {}, 'm1')
    const orderId = heardOn(floor)[0]?.order?.orderId ?? 0
    commandAt(floor, 100, 'elsewhere').cancel(orderId)
    floor.until(2_000)
    expect(statusesOf(followed(cancelling(orderId), heardOn(floor)).updates)).toEqual(['filled'])
  })

  it('is over when the order is filled before, in parts or at once', () => {
    const { floor, orderId, since } = placed(
      LIMIT,
      floorWith(
        [
          [1, 113_890],
          [2, 113_888],
          [3, 113_880],
        ],
        { depth: 400_000 },
      ),
    )
    floor.until(5_000)
    const { updates, overAfter } = followed(cancelling(orderId), since())
    expect(statusesOf(updates)).toEqual(['partiallyFilled', 'partiallyFilled', 'filled'])
    expect(overAfter).toBe(2)
  })

  it('tells nothing of what others make of the order meanwhile, nor of other orders', () => {
    const { floor, orderId, since } = placed(LIMIT)
    commandAt(floor, 1_000, 'elsewhere').amend(orderId, { limitPrice: 1.138 })
    floor.order(1_500, LIMIT, 'cancel')
    floor.until(2_000)
    expect(since()).toHaveLength(2)
    expect(followed(cancelling(orderId), since())).toEqual({ updates: [], overAfter: -1 })
  })

  it('is found out by what became of the order', () => {
    const { floor, orderId } = placed(LIMIT)
    expect(followed(cancelling(orderId), [foundOf(floor)])).toEqual({ updates: [], overAfter: -1 })
    commandAt(floor, 1_000, 'cancel').cancel(orderId)
    expect(followed(cancelling(orderId), [foundOf(floor)])).toMatchObject({
      updates: [{ status: 'cancelled' }],
      overAfter: 0,
    })
  })
})

describe('amending an order', () => {
  const amending = (orderId: number, asked: AmendTerms['asked']): Tracker =>
    trackAmend({ orderId, clientMsgId: 'amend', asked })

  it('is over when it is replaced', () => {
    const { floor, orderId, positionId, since } = placed(LIMIT)
    const asked = { limitPrice: 1.138 }
    commandAt(floor, 1_000, 'amend').amend(orderId, asked)
    const [event] = since()
    expect(followed(amending(orderId, asked), since())).toEqual({
      updates: [
        {
          status: 'replaced',
          orderId,
          positionId,
          clientOrderId: 'm1',
          side: 'buy',
          order: event?.order,
          position: event?.position,
        },
      ],
      overAfter: 0,
    })
  })

  it('does not take another’s amendment for its own', () => {
    const { floor, orderId, since } = placed(LIMIT)
    commandAt(floor, 1_000, 'elsewhere').amend(orderId, { limitPrice: 1.138 })
    expect(followed(amending(orderId, { limitPrice: 1.137 }), since())).toEqual({
      updates: [],
      overAfter: -1,
    })
  })

  it('is over when the order has come to an end before', () => {
    const { floor, orderId, since } = placed(LIMIT)
    commandAt(floor, 1_000, 'elsewhere').cancel(orderId)
    expect(statusesOf(followed(amending(orderId, { limitPrice: 1.137 }), since()).updates)).toEqual([
      'cancelled',
    ])
  })

  it.each([
    ['the volume', { volume: 2_000_000 }, { volume: 1_000_000 }],
    ['the price', { limitPrice: 1.138 }, { limitPrice: 1.137 }],
    ['a distance', { relativeStopLoss: 100 }, { relativeStopLoss: 200 }],
    ['another distance', { relativeTakeProfit: 100 }, { relativeTakeProfit: 200 }],
    ['a protection’s price', { stopLoss: 1.138 }, { stopLoss: 1.137 }],
    ['another one’s', { takeProfit: 1.14 }, { takeProfit: 1.141 }],
    ['that there is none any more', { volume: 2_000_000 }, { volume: 2_000_000, relativeStopLoss: 100 }],
    [
      'the end of its life',
      { expirationTimestamp: 1_800_000_000_000 },
      { expirationTimestamp: 1_800_000_060_000 },
    ],
    [
      'a trailing stop',
      { trailingStopLoss: true, relativeStopLoss: 50 },
      { trailingStopLoss: false, relativeStopLoss: 50 },
    ],
    [
      'that the stop does not trail, which some servers do not say',
      { trailingStopLoss: false, relativeStopLoss: 50 },
      { trailingStopLoss: true, relativeStopLoss: 50 },
    ],
    [
      'a guaranteed stop',
      { guaranteedStopLoss: false, relativeStopLoss: 50 },
      { guaranteedStopLoss: true, relativeStopLoss: 50 },
    ],
    [
      'the trigger',
      { stopTriggerMethod: 2, relativeStopLoss: 50 },
      { stopTriggerMethod: 1, relativeStopLoss: 50 },
    ],
  ] as const)('is found out by whether the order has what was asked for: %s', (_, asked, other) => {
    const { floor, orderId } = placed(LIMIT)
    const found = (): ExecutionReport => {
      const { order, ...rest } = foundOf(floor)
      const isUnsaid = order?.trailingStopLoss === false
      return { ...rest, ...(order && { order: isUnsaid ? without(order, 'trailingStopLoss') : order }) }
    }
    expect(statusesOf(followed(amending(orderId, asked), [found()]).updates)).toEqual([])
    commandAt(floor, 1_000, 'amend').amend(orderId, asked)
    expect(statusesOf(followed(amending(orderId, asked), [found()]).updates)).toEqual(['replaced'])
    expect(statusesOf(followed(amending(orderId, other), [found()]).updates)).toEqual([])
  })

  it('of a stop order is found out by its price and its range', () => {
    const { floor, orderId } = placed({ orderType: 6, stopPrice: 1.141, slippageInPoints: 10 })
    const asked = { stopPrice: 1.142, slippageInPoints: 20, stopLoss: 1.14 }
    expect(statusesOf(followed(amending(orderId, asked), [foundOf(floor)]).updates)).toEqual([])
    commandAt(floor, 1_000, 'amend').amend(orderId, asked)
    expect(statusesOf(followed(amending(orderId, asked), [foundOf(floor)]).updates)).toEqual(['replaced'])
    for (const other of [
      { ...asked, stopPrice: 1.143 },
      { ...asked, slippageInPoints: 10 },
      { ...asked, stopLoss: 1.139 },
    ])
      expect(statusesOf(followed(amending(orderId, other), [foundOf(floor)]).updates)).toEqual([])
  })

  it('is over with the end of an order that has ended, be it with the terms asked for', () => {
    // Whether it ended before it could be amended to what it was, is not known.
    for (const limitPrice of [1.139, 1.138]) {
      const { floor, orderId } = placed({ ...LIMIT, limitPrice: 1.139 })
      commandAt(floor, 1_000, 'cancel').cancel(orderId)
      expect(statusesOf(followed(amending(orderId, { limitPrice }), [foundOf(floor)]).updates)).toEqual([
        'cancelled',
      ])
    }
  })

  it('is rejected by an event', () => {
    const { orderId, floor } = placed(LIMIT)
    const [heard] = heardOn(floor)
    const rejected: ExecutionReport = {
      ...heard,
      executionType: 7,
      clientMsgId: 'amend',
      errorCode: 'TRADING_DISABLED',
    }
    expect(followed(amending(orderId, { limitPrice: 1.13 }), [rejected])).toEqual({
      updates: [{ status: 'rejected', orderId, errorCode: 'TRADING_DISABLED' }],
      overAfter: 0,
    })
  })
})

describe('protecting a position', () => {
  const protecting = (positionId: number, asked: ProtectionTerms['asked']): Tracker =>
    trackProtection({ positionId, clientMsgId: 'protect', asked })

  it.each([
    ['a bare position', {}, { stopLoss: 1.139 }, 2],
    ['other protections', { relativeStopLoss: 100 }, { stopLoss: 1.1385, takeProfit: 1.142 }, 4],
    ['without any, at last', { relativeStopLoss: 100 }, {}, 5],
  ])('is over when it has what was asked for: %s', (_, before, asked, executionType) => {
    const { floor, positionId, since } = placed(before)
    expect(commandAt(floor, 1_000, 'protect').protect(positionId, asked)).toBeUndefined()
    const [event] = since()
    expect(event?.executionType).toBe(executionType)
    expect(followed(protecting(positionId, asked), [...since(), ...since()])).toEqual({
      updates: [
        {
          status: 'protected',
          positionId,
          orderId: event?.order?.orderId,
          clientOrderId: event?.order?.clientOrderId,
          position: event?.position,
        },
      ],
      overAfter: 0,
    })
  })

  it('does not take another’s protections for those asked for', () => {
    const { floor, positionId, since } = placed({})
    commandAt(floor, 1_000, 'elsewhere').protect(positionId, { stopLoss: 1.139 })
    expect(since()).toHaveLength(1)
    expect(followed(protecting(positionId, { stopLoss: 1.138 }), since()).updates).toEqual([])
  })

  it.each([
    [{ stopLoss: 1.139 }, { stopLoss: 1.138 }],
    [{ stopLoss: 1.139 }, { takeProfit: 1.142 }],
    [{ takeProfit: 1.142 }, { takeProfit: 1.142, stopLoss: 1.139 }],
    [{ stopLoss: 1.139, trailingStopLoss: true }, { stopLoss: 1.139 }],
  ])('is found out by whether the position has it', (asked, other) => {
    const { floor, positionId } = placed({})
    const found = (): ExecutionReport => {
      const [position] = floor.ledger().positions
      return position ? { position } : {}
    }
    expect(followed(protecting(positionId, asked), [found()]).updates).toEqual([])
    commandAt(floor, 1_000, 'protect').protect(positionId, asked)
    expect(followed(protecting(positionId, asked), [found()])).toMatchObject({
      updates: [{ status: 'protected' }],
      overAfter: 0,
    })
    expect(followed(protecting(positionId, other), [found()]).updates).toEqual([])
    expect(followed(protecting(positionId + 1, asked), [found()]).updates).toEqual([])
  })

  it('is found out where the stop has moved since, trailing the market', () => {
    const asked = { stopLoss: 1.139, trailingStopLoss: true }
    const { floor, positionId } = placed({}, floorWith([[2, 114_200]]))
    commandAt(floor, 1_000, 'protect').protect(positionId, asked)
    floor.until(3_000)
    const [position] = floor.ledger().positions
    expect(position?.stopLoss).toBeGreaterThan(1.139)
    expect(
      statusesOf(followed(protecting(positionId, asked), [position ? { position } : {}]).updates),
    ).toEqual(['protected'])
  })

  it('was in vain where the position is found closed', () => {
    const { floor, positionId } = placed({})
    commandAt(floor, 1_000, 'close').close(positionId, 1_000_000)
    floor.until(2_000)
    const [position] = floor.ledger().positions
    expect(followed(protecting(positionId, { stopLoss: 1.139 }), [position ? { position } : {}])).toEqual({
      updates: [{ status: 'rejected', positionId, errorCode: 'POSITION_NOT_FOUND' }],
      overAfter: 0,
    })
  })

  it('is rejected by an event', () => {
    const { positionId } = placed({})
    const rejected: ExecutionReport = {
      executionType: 7,
      clientMsgId: 'protect',
      errorCode: 'TRADING_BAD_STOPS',
    }
    expect(followed(protecting(positionId, { stopLoss: 1.139 }), [rejected]).updates).toEqual([
      { status: 'rejected', positionId, errorCode: 'TRADING_BAD_STOPS' },
    ])
    const silent = without(rejected, 'errorCode')
    expect(followed(protecting(positionId, {}), [silent]).updates).toMatchObject([
      { errorCode: 'ORDER_REJECTED' },
    ])
  })
})
