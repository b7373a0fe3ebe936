import { PayloadType } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import type { Script, ScriptedQuote } from '../../support/scriptedMarket'
import { NOON, SELL, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import type { OrderRefusal } from '../../../src/simulator/model/refusals'

const { PROTO_OA_EXECUTION_EVENT, PROTO_OA_TRAILING_SL_CHANGED_EVENT } = PayloadType

interface Scene {
  readonly floor: Floor
  readonly positionId: number
  readonly amend: (at: number, asked: object) => unknown
}

/** A position opened at noon, at 1.14005 (a sell at 1.14), told and forgotten; bids by the second. */
const opened = (
  asked: object,
  bids: readonly (readonly [second: number, bid: number])[] = [],
  terms: NonNullable<Script['terms']> = {},
): Scene => {
  const lines: ScriptedQuote[] = [[NOON - 1000, 114_000, 114_005]]
  for (const [second, bid] of bids) lines.push([NOON + second * 1000, bid, bid + 5])
  const floor = tradingFloor(scriptedMarket({ quotes: { 1: lines }, terms }))
  floor.order(0, asked, 'open')
  floor.until(900)
  const positionId = floor.events()[0]?.position?.positionId ?? 0
  floor.told.length = 0
  return {
    floor,
    positionId,
    amend: (at, what) => {
      floor.until(at)
      return floor.exchange.amendPosition(
        ACCOUNT,
        { ctidTraderAccountId: ACCOUNT, positionId, ...what },
        { at: NOON + at, clientMsgId: 'amend' },
      )
    },
  }
}

const both = { relativeStopLoss: 100, relativeTakeProfit: 200 }

describe('amending the protections of a position', () => {
  it('replaces the order behind them', () => {
    const { floor, amend } = opened(both)
    expect(amend(1_000, { stopLoss: 1.138, takeProfit: 1.143 })).toBeUndefined()
    expect(floor.types()).toEqual(['4'])
    expect(floor.told[0]?.clientMsgId).toBe('amend')
    expect(floor.events()[0]).toMatchObject({
      order: { orderType: 4, clientOrderId: 'open', stopPrice: 1.138, limitPrice: 1.143 },
      position: { stopLoss: 1.138, takeProfit: 1.143 },
      isServerEvent: false,
    })
  })

  it('removes what is left out', () => {
    const { floor, amend } = opened(both)
    amend(1_000, { stopLoss: 1.138 })
    expect(floor.events()[0]?.order).not.toHaveProperty('limitPrice')
    expect(floor.events()[0]?.position).not.toHaveProperty('takeProfit')
  })

  it('of a bare position makes a new order', () => {
    const { floor, amend } = opened({})
    amend(1_000, { takeProfit: 1.143 })
    expect(floor.types()).toEqual(['2'])
    expect(floor.events()[0]?.order).toMatchObject({ orderType: 4, orderStatus: 1, clientOrderId: 'amend' })
  })

  it('to none cancels the order', () => {
    const { floor, amend } = opened(both)
    amend(1_000, {})
    expect(floor.types()).toEqual(['5'])
    expect(floor.events()[0]).toMatchObject({ order: { orderStatus: 5 }, position: { positionStatus: 1 } })
    expect(floor.events()[0]?.position).not.toHaveProperty('stopLoss')
  })

  it('again after that makes another order', () => {
    const { floor, amend } = opened(both)
    amend(1_000, {})
    amend(2_000, { stopLoss: 1.138 })
    const [cancelled, placed] = floor.events()
    expect(placed?.executionType).toBe(2)
    expect(placed?.order?.orderId).not.toBe(cancelled?.order?.orderId)
  })

  it.each([
    ['to the same', both, { stopLoss: 1.13905, takeProfit: 1.14205 }],
    ['of a bare position to none', {}, {}],
  ])('%s is refused', (_, asked, what) => {
    const { floor, amend, positionId } = opened(asked)
    expect(amend(1_000, what)).toEqual({
      errorCode: 'INVALID_REQUEST',
      description: 'Nothing to amend.',
      positionId,
    })
    expect(floor.told).toEqual([])
  })

  it.each([
    ['a stop loss with too many digits', {}, { stopLoss: 1.131234 }, 'INVALID_REQUEST'],
    [
      'a guaranteed stop the symbol has not',
      {},
      { stopLoss: 1.13, guaranteedStopLoss: true },
      'INVALID_REQUEST',
    ],
  ])('with %s is refused', (_, asked, what, errorCode) => {
    expect(opened(asked).amend(1_000, what)).toMatchObject({ errorCode })
  })

  it.each([
    ['a stop loss at the bid of a buy', {}, { stopLoss: 1.14 }],
    ['a take profit at the bid of a buy', {}, { takeProfit: 1.14 }],
    ['a stop loss at the ask of a sell', { tradeSide: SELL }, { stopLoss: 1.14005 }],
    ['a take profit at the ask of a sell', { tradeSide: SELL }, { takeProfit: 1.14005 }],
  ])('with %s is taken (D1)', (_, asked, what) => {
    expect(opened(asked).amend(1_000, what)).toBeUndefined()
  })

  it.each([
    [
      {},
      { stopLoss: 1.14001 },
      'New SL for BUY position should be <= current BID price. current BID: 1.14, SL: 1.14001',
    ],
    [
      {},
      { takeProfit: 1.13998 },
      'New TP for BUY position should be >= current BID price. current BID: 1.14, TP: 1.13998',
    ],
    [
      { tradeSide: SELL },
      { stopLoss: 1.14004 },
      'New SL for SELL position should be >= current ASK price. current ASK: 1.14005, SL: 1.14004',
    ],
    [
      { tradeSide: SELL },
      { takeProfit: 1.14006 },
      'New TP for SELL position should be <= current ASK price. current ASK: 1.14005, TP: 1.14006',
    ],
  ])(
    'on the wrong side is refused in the words of the live server: %j %j (D1)',
    (asked, what, description) => {
      const { floor, amend } = opened(asked)
      expect(amend(1_000, what)).toEqual({
        errorCode: 'TRADING_BAD_STOPS',
        description,
        orderId: 0,
        positionId: 0,
      })
      expect(floor.told).toEqual([])
    },
  )

  it('sets neither where one is on the wrong side', () => {
    const { floor, amend } = opened({})
    expect(amend(1_000, { stopLoss: 1.138, takeProfit: 1.13 })).toMatchObject({
      errorCode: 'TRADING_BAD_STOPS',
    })
    expect(floor.ledger().positions[0]).not.toHaveProperty('stopLoss')
  })

  it('may be refused for a while after its fill, as if it were not there (D8)', () => {
    const floor = tradingFloor(
      scriptedMarket({ quotes: { 1: [[NOON - 1000, 114_000, 114_005]] } }),
      {},
      { amendableAfter: 100 },
    )
    floor.order(0)
    floor.until(900)
    const { positionId = 0 } = floor.events()[1]?.position ?? {}
    const filledAt = floor.told[1]?.at ?? 0
    const amend = (after: number): OrderRefusal | undefined =>
      floor.exchange.amendPosition(
        ACCOUNT,
        { ctidTraderAccountId: ACCOUNT, positionId, stopLoss: 1.13 },
        { at: NOON + filledAt + after, clientMsgId: 'amend' },
      )
    expect(amend(99)).toEqual({
      errorCode: 'POSITION_NOT_FOUND',
      description: `Position not found with id ${positionId}`,
      orderId: 0,
      positionId: 0,
    })
    expect(amend(1_000)).toBeUndefined()
  })

  it('says how many digits a protection may have', () => {
    expect(opened({}).amend(1_000, { stopLoss: 1.131234 })).toMatchObject({
      description: 'Order protection = 1.131234 has more digits than symbol allows. Allowed 5 digits',
    })
  })
})

describe('a protection that is reached', () => {
  it.each([
    ['the stop loss of a buy, by the bid', {}, 113_905, 1.13905],
    ['the take profit of a buy, by the bid', {}, 114_205, 1.14205],
    ['the stop loss of a buy through a gap', {}, 113_000, 1.13],
    ['the stop loss of a sell, by the ask', { tradeSide: SELL }, 114_095, 1.141],
    ['the take profit of a sell, by the ask', { tradeSide: SELL }, 113_795, 1.138],
  ])('closes the position: %s', (_, asked, bid, executionPrice) => {
    const { floor, positionId } = opened({ ...both, ...asked }, [[9, bid]])
    floor.until(20_000)
    expect(floor.types()).toEqual(['3s'])
    expect(floor.told[0]).toMatchObject({ at: 9_000, clientMsgId: undefined })
    expect(floor.events()[0]).toMatchObject({
      order: { orderType: 4, orderStatus: 2, closingOrder: true },
      position: { positionId, positionStatus: 2, price: 0, tradeData: { volume: 0 } },
      deal: { executionPrice, closePositionDetail: { closedVolume: 1_000_000 } },
    })
  })

  it.each([
    ['the stop loss of a buy by a point', {}, 113_906],
    ['the take profit of a buy by a point', {}, 114_204],
    ['the stop loss of a sell by a point', { tradeSide: SELL }, 114_094],
    ['the take profit of a sell by a point', { tradeSide: SELL }, 113_796],
  ])('is not one missed: %s', (_, asked, bid) => {
    const { floor } = opened({ ...both, ...asked }, [[9, bid]])
    floor.until(20_000)
    expect(floor.told).toEqual([])
  })

  it('holds its price through a gap if it is guaranteed', () => {
    const { floor } = opened({ ...both, guaranteedStopLoss: true }, [[9, 113_000]], {
      1: { guaranteedStopLoss: true },
    })
    floor.until(20_000)
    expect(floor.events()[0]?.deal?.executionPrice).toBe(1.13905)
  })

  it('is found long after, as of its own time', () => {
    const day = 86_400
    const { floor } = opened(both, [[40 * day, 113_000]])
    floor.exchange.advanceTo(NOON + 100 * day * 1000)
    expect(floor.events().at(-1)?.deal?.executionTimestamp).toBe(NOON + 40 * day * 1000)
  })
})

describe('a trailing stop', () => {
  const trailing = { relativeStopLoss: 105, trailingStopLoss: true }

  it('follows the market by 2107 alone, and does not touch the last update of the position', () => {
    const { floor, positionId } = opened(trailing, [
      [2, 114_010],
      [4, 114_005],
      [6, 114_030],
    ])
    const before = floor.exchange.ledger(ACCOUNT).positions[0]
    floor.until(20_000)
    expect(floor.told.map(({ at, payloadType }) => [at, payloadType])).toEqual([
      [2_000, PROTO_OA_TRAILING_SL_CHANGED_EVENT],
      [6_000, PROTO_OA_TRAILING_SL_CHANGED_EVENT],
    ])
    expect(floor.told[1]?.payload).toEqual({
      ctidTraderAccountId: ACCOUNT,
      positionId,
      orderId: floor.ledger().orders.find(({ orderType }) => orderType === 4)?.orderId,
      stopPrice: 1.1393,
      utcLastUpdateTimestamp: NOON + 6_000,
    })
    const after = floor.ledger().positions[0]
    expect(after).toMatchObject({ stopLoss: 1.1393, trailingStopLoss: true })
    expect(after?.utcLastUpdateTimestamp).toBe(before?.utcLastUpdateTimestamp)
  })

  it('closes where it has come to', () => {
    const { floor } = opened(trailing, [
      [2, 114_100],
      [4, 114_001],
      [6, 114_000],
    ])
    floor.until(20_000)
    expect(floor.told.map(({ at, payloadType }) => [at, payloadType])).toEqual([
      [2_000, PROTO_OA_TRAILING_SL_CHANGED_EVENT],
      [6_000, PROTO_OA_EXECUTION_EVENT],
    ])
  })

  it('of a sell follows the ask down', () => {
    const { floor } = opened({ ...trailing, tradeSide: SELL }, [[2, 113_900]])
    floor.until(20_000)
    expect(floor.told[0]?.payload['stopPrice']).toBe(1.14005)
  })
})
