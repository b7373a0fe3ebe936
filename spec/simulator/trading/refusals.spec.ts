import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import type { Script } from '../../support/scriptedMarket'
import { BUY, NOON, SELL, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import type { TradingAccount } from '../../../src/simulator/model/identity'

const quotes: Script['quotes'] = {
  1: [[NOON - 1000, 114_000, 114_005]],
  2: [[NOON - 1000, 130_000, 130_010]],
  4: [[NOON - 1000, 15_000_000, 15_000_500]],
}
const floorOf = (script: Partial<Script> = {}, account: Partial<TradingAccount> = {}): Floor =>
  tradingFloor(scriptedMarket({ quotes, ...script }), account)

const LIMIT = { orderType: 2, limitPrice: 1.139 } as const
const STOP = { orderType: 3, stopPrice: 1.141 } as const
const words: unknown = expect.stringMatching(/\w/)

describe('a new order is refused, to the letter,', () => {
  it.each([
    [
      'below the least volume',
      { volume: 0 },
      'Order volume = 0.00 is smaller than minimum allowed volume = 1000.00.',
    ],
    [
      'with a price of too many digits',
      { symbolId: 4, orderType: 2, limitPrice: 131.07400024414062 },
      'Order price = 131.07400024414062 has more digits than symbol allows. Allowed 3 digits',
    ],
    [
      'with a protection of too many digits',
      { symbolId: 4, orderType: 2, limitPrice: 131, stopLoss: 130.1234 },
      'Order protection = 130.1234 has more digits than symbol allows. Allowed 3 digits',
    ],
    [
      'with a relative stop loss off the grid',
      { symbolId: 4, relativeStopLoss: 150 },
      'Relative stop loss has invalid precision',
    ],
    [
      'with an absolute stop loss at the market',
      { stopLoss: 1.13 },
      'SL/TP in absolute values are allowed only for order types: [LIMIT, STOP, STOP_LIMIT]',
    ],
    [
      'with an absolute take profit at the market',
      { takeProfit: 1.15 },
      'SL/TP in absolute values are allowed only for order types: [LIMIT, STOP, STOP_LIMIT]',
    ],
  ])('%s', (_, asked, description) => {
    const floor = floorOf()
    expect(floor.order(0, asked as object)).toEqual({
      errorCode: 'volume' in asked ? 'TRADING_BAD_VOLUME' : 'INVALID_REQUEST',
      description,
    })
    expect(floor.told).toEqual([])
    expect(floor.ledger().orders).toEqual([])
  })

  it('above the greatest volume and off the step, in units', () => {
    expect(floorOf().order(0, { volume: 1_000_100_000 })).toMatchObject({
      errorCode: 'TRADING_BAD_VOLUME',
      description: 'Order volume = 10001000.00 is bigger than maximum allowed volume = 10000000.00.',
    })
    expect(floorOf().order(0, { volume: 150_000 })).toMatchObject({
      errorCode: 'TRADING_BAD_VOLUME',
      description: 'Order volume = 1500.00 is not a multiple of volume step = 1000.00.',
    })
  })
})

describe('a new order is refused', () => {
  it.each([
    ['of an unknown symbol', { symbolId: 99 }, 'SYMBOL_NOT_FOUND'],
    ['of the server’s own type', { orderType: 4 }, 'INVALID_REQUEST'],
    ['of an unknown type', { orderType: 77 }, 'INVALID_REQUEST'],
    ['of an unknown side', { tradeSide: 3 }, 'INVALID_REQUEST'],
    ['of an unknown time in force', { timeInForce: 9 }, 'INVALID_REQUEST'],
    ['with a label too long', { label: 'x'.repeat(101) }, 'INVALID_REQUEST'],
    ['with a comment too long', { comment: 'x'.repeat(513) }, 'INVALID_REQUEST'],
    ['with a clientOrderId too long', { clientOrderId: 'x'.repeat(51) }, 'INVALID_REQUEST'],
    ['as a limit without a limit', { orderType: 2 }, 'INVALID_REQUEST'],
    ['as a stop without a stop', { orderType: 3 }, 'INVALID_REQUEST'],
    ['as a stop-limit without a range', { orderType: 6, stopPrice: 1.141 }, 'INVALID_REQUEST'],
    ['as a market-range without a base', { orderType: 5, slippageInPoints: 5 }, 'INVALID_REQUEST'],
    [
      'with a negative range',
      { orderType: 5, slippageInPoints: -1, baseSlippagePrice: 1.1 },
      'INVALID_REQUEST',
    ],
    ['good till a date without one', { ...LIMIT, timeInForce: 1 }, 'INVALID_REQUEST'],
    ['a limit on open', { ...LIMIT, timeInForce: 5 }, 'INVALID_REQUEST'],
    ['with a date that is over', { ...LIMIT, expirationTimestamp: NOON }, 'TRADING_BAD_EXPIRATION_DATE'],
    ['with a price of zero', { orderType: 2, limitPrice: 0 }, 'TRADING_BAD_PRICES'],
    ['as a buy stop at the ask', { orderType: 3, stopPrice: 1.14005 }, 'TRADING_BAD_PRICES'],
    ['as a sell stop at the bid', { orderType: 3, stopPrice: 1.14, tradeSide: SELL }, 'TRADING_BAD_PRICES'],
    ['with a buy’s stop loss at its price', { ...LIMIT, stopLoss: 1.139 }, 'TRADING_BAD_STOPS'],
    ['with a buy’s take profit at its price', { ...LIMIT, takeProfit: 1.139 }, 'TRADING_BAD_STOPS'],
    ['with a sell’s stop loss below', { ...LIMIT, tradeSide: SELL, stopLoss: 1.138 }, 'TRADING_BAD_STOPS'],
    ['with a sell’s take profit above', { ...LIMIT, tradeSide: SELL, takeProfit: 1.2 }, 'TRADING_BAD_STOPS'],
    ['with a distance of nothing', { relativeStopLoss: 0 }, 'INVALID_REQUEST'],
    ['with a stop loss at nothing', { ...LIMIT, relativeStopLoss: 113_900 }, 'TRADING_BAD_STOPS'],
    ['with a stop loss below nothing at the market', { relativeStopLoss: 114_010 }, 'TRADING_BAD_STOPS'],
    [
      'with a sell’s take profit below nothing',
      { tradeSide: SELL, relativeTakeProfit: 114_001 },
      'TRADING_BAD_STOPS',
    ],
    ['with a take profit off the grid', { symbolId: 4, relativeTakeProfit: 1 }, 'INVALID_REQUEST'],
    ['with a protection given twice', { ...LIMIT, stopLoss: 1.13, relativeStopLoss: 5 }, 'INVALID_REQUEST'],
    ['with a guaranteed stop the symbol has not', { guaranteedStopLoss: true }, 'INVALID_REQUEST'],
    ['for a position there is not', { positionId: 5 }, 'POSITION_NOT_FOUND'],
  ])('%s', (_, asked, errorCode) => {
    const floor = floorOf()
    expect(floor.order(0, asked as object)).toMatchObject({ errorCode, description: words })
    expect(floor.told).toEqual([])
    expect(floor.exchange.nextAt()).toBeUndefined()
  })

  it.each([
    ['MARKET', {}],
    ['LIMIT', LIMIT],
    ['STOP', STOP],
  ])('when the market is closed: %s', (_, asked) => {
    expect(floorOf({ closed: [[NOON, NOON + 1]] }).order(0, asked)).toMatchObject({
      errorCode: 'MARKET_CLOSED',
    })
  })

  it.each([
    ['no trading', 2],
    ['no login', 3],
    ['closing only', 1],
  ])('when the account’s rights are %s', (_, accessRights) => {
    expect(floorOf({}, { accessRights: accessRights as 1 }).order(0)).toMatchObject({
      errorCode: 'TRADING_NOT_ALLOWED',
    })
  })

  it.each([1, 2, 3])('when the trading mode of the symbol is %d', tradingMode => {
    const floor = floorOf({ terms: { 1: { tradingMode: tradingMode as 1 } } })
    expect(floor.order(0)).toMatchObject({ errorCode: 'TRADING_DISABLED' })
    expect(floor.order(0, { symbolId: 2 })).toBeUndefined()
  })

  it('as a sell where nothing can be sold short', () => {
    const floor = floorOf({ terms: { 1: { enableShortSelling: false } } })
    expect(floor.order(0, { tradeSide: SELL })).toMatchObject({ errorCode: 'SHORT_SELLING_NOT_ALLOWED' })
    expect(floor.order(0, { tradeSide: BUY })).toBeUndefined()
  })

  it('against a position for more than that has', () => {
    const floor = floorOf()
    floor.order(0)
    floor.until(500)
    const positionId = floor.events()[0]?.position?.positionId ?? 0
    expect(floor.order(600, { positionId, tradeSide: SELL, volume: 1_100_000 })).toMatchObject({
      errorCode: 'TRADING_BAD_VOLUME',
    })
  })
})

describe('other commands are refused', () => {
  const at = { at: NOON + 1_000, clientMsgId: 'x' }
  const account = { ctidTraderAccountId: ACCOUNT }

  it('for orders there are not, or not any more', () => {
    const floor = floorOf()
    floor.order(0)
    floor.until(900)
    const { orderId = 0 } = floor.events()[0]?.order ?? {}
    // And no positionId (D2).
    const refused = {
      errorCode: 'ORDER_NOT_FOUND',
      description: `Order not found with id ${orderId}`,
      orderId,
    }
    expect(floor.exchange.cancelOrder(ACCOUNT, { ...account, orderId }, at)).toEqual(refused)
    expect(floor.exchange.amendOrder(ACCOUNT, { ...account, orderId }, at)).toEqual(refused)
    expect(floor.exchange.cancelOrder(ACCOUNT, { ...account, orderId: 7 }, at)).toMatchObject({ orderId: 7 })
  })

  it('for positions there are not, or not yet, naming the id in the text alone (D2)', () => {
    const floor = floorOf()
    floor.order(0, LIMIT)
    const { positionId = 0 } = floor.events()[0]?.position ?? {}
    const refused = {
      errorCode: 'POSITION_NOT_FOUND',
      description: `Position not found with id ${positionId}`,
      orderId: 0,
      positionId: 0,
    }
    expect(floor.exchange.closePosition(ACCOUNT, { ...account, positionId, volume: 1 }, at)).toEqual(refused)
    expect(floor.exchange.amendPosition(ACCOUNT, { ...account, positionId, stopLoss: 1 }, at)).toEqual(
      refused,
    )
  })

  it.each([
    ['more than the position', { volume: 1_100_000 }, 'TRADING_BAD_VOLUME'],
    ['off the step', { volume: 150_000 }, 'TRADING_BAD_VOLUME'],
    ['nothing', { volume: 0 }, 'TRADING_BAD_VOLUME'],
  ])('closing %s', (_, asked, errorCode) => {
    const floor = floorOf()
    floor.order(0)
    floor.until(900)
    const positionId = floor.events()[0]?.position?.positionId ?? 0
    expect(floor.exchange.closePosition(ACCOUNT, { ...account, positionId, ...asked }, at)).toMatchObject({
      errorCode,
      positionId,
    })
  })

  it('closing when the market is closed', () => {
    const floor = floorOf({ closed: [[NOON + 1_000, NOON + 9_000]] })
    floor.order(0)
    floor.until(900)
    const positionId = floor.events()[0]?.position?.positionId ?? 0
    expect(
      floor.exchange.closePosition(ACCOUNT, { ...account, positionId, volume: 1_000_000 }, at),
    ).toMatchObject({ errorCode: 'MARKET_CLOSED' })
  })

  it.each([
    ['a volume off the step', { volume: 150_000 }, 'TRADING_BAD_VOLUME'],
    ['a price of too many digits', { limitPrice: 1.123456 }, 'INVALID_REQUEST'],
    ['a date that is over', { expirationTimestamp: NOON }, 'TRADING_BAD_EXPIRATION_DATE'],
    ['protections on the wrong side', { stopLoss: 1.14 }, 'TRADING_BAD_STOPS'],
    ['a stop loss below nothing', { relativeStopLoss: 113_901 }, 'TRADING_BAD_STOPS'],
    ['nothing that differs', { limitPrice: 1.139 }, 'INVALID_REQUEST'],
  ])('amending an order to %s', (_, asked, errorCode) => {
    const floor = floorOf()
    floor.order(0, LIMIT)
    const { orderId = 0 } = floor.events()[0]?.order ?? {}
    expect(floor.exchange.amendOrder(ACCOUNT, { ...account, orderId, ...asked }, at)).toMatchObject({
      errorCode,
      orderId,
    })
    expect(floor.types()).toEqual(['2'])
  })

  it('amending an order that is being executed', () => {
    const floor = floorOf()
    floor.order(0)
    const { orderId = 0 } = floor.events()[0]?.order ?? {}
    const soon = { at: NOON + 10, clientMsgId: 'x' }
    expect(
      floor.exchange.amendOrder(ACCOUNT, { ...account, orderId, volume: 2_000_000 }, soon),
    ).toMatchObject({
      errorCode: 'UNABLE_TO_AMEND_ORDER',
    })
  })

  it('when the account may not trade any more', () => {
    const floor = floorOf()
    floor.order(0)
    floor.until(900)
    floor.exchange.change(ACCOUNT, { accessRights: 2 }, NOON + 900)
    const positionId = floor.events()[0]?.position?.positionId ?? 0
    expect(
      floor.exchange.closePosition(ACCOUNT, { ...account, positionId, volume: 1_000_000 }, at),
    ).toMatchObject({ errorCode: 'TRADING_NOT_ALLOWED' })
  })
})
