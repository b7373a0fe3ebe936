import { PayloadType } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import type { Script } from '../../support/scriptedMarket'
import { NOON, SELL, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import type { TradingAccount } from '../../../src/simulator/model/identity'

const { PROTO_OA_EXECUTION_EVENT, PROTO_OA_TRADER_UPDATE_EVENT } = PayloadType

const HOUR = 3_600_000
const DAY = 24 * HOUR
// New York is five hours behind: the trading day ends ten hours after noon UTC. The 7th is a Wednesday.
const CLOSE = 10 * HOUR

const quotes: Script['quotes'] = {
  1: [
    [NOON - 1000, 110_000, 110_010],
    [NOON + 30 * DAY, 110_050, 110_060],
  ],
  4: [
    [NOON - 1000, 15_000_000, 15_000_000],
    [NOON + 1_000, 15_090_000, 15_090_000],
  ],
  41: [[NOON - 1000, 400_000_000, 400_000_000]],
}
const floorOf = (terms: NonNullable<Script['terms']>, account: Partial<TradingAccount> = {}): Floor =>
  tradingFloor(scriptedMarket({ quotes, terms }), account)

const commissionOf = (terms: NonNullable<Script['terms']>[number], asked: object): number | undefined => {
  const floor = floorOf({ 1: terms, 4: terms, 41: terms })
  floor.order(0, asked)
  floor.until(500)
  return floor.ledger().deals[0]?.commission
}

describe('commission', () => {
  it.each([
    // 45 USD per million USD of 10,000 × 1.10005 euros.
    ['USD per million USD', { commissionType: 1, preciseTradingCommissionRate: 4_500_000_000 }, {}, -50],
    ['USD per lot', { commissionType: 2, preciseTradingCommissionRate: 350_000_000 }, {}, -35],
    // 0.005 % of 40,000 dollars.
    [
      'a percentage of the value',
      { commissionType: 3, preciseTradingCommissionRate: 500 },
      { symbolId: 41, volume: 1_000 },
      -200,
    ],
    // 300 yen a lot, a tenth of a lot, at 150.
    [
      'the quote asset per lot',
      { commissionType: 4, preciseTradingCommissionRate: 30_000_000_000 },
      { symbolId: 4 },
      -20,
    ],
    ['nothing', {}, {}, 0],
    [
      'at least the least',
      { commissionType: 2, preciseTradingCommissionRate: 350_000_000, preciseMinCommission: 100_000_000 },
      {},
      -100,
    ],
    [
      'at least the least in the quote asset',
      { preciseMinCommission: 15_000_000_000, minCommissionType: 2 },
      { symbolId: 4 },
      -100,
    ],
  ] as const)('is %s', (_, terms, asked, commission) => {
    expect(commissionOf(terms, asked)).toBe(commission)
  })
})

describe('profit in another currency', () => {
  it('is converted at the price of the deal, less the fee for it', () => {
    const floor = floorOf({ 4: { pnlConversionFeeRate: 50 } })
    floor.order(0, { symbolId: 4 })
    floor.until(900)
    const positionId = floor.ledger().positions[0]?.positionId ?? 0
    floor.until(2_000)
    floor.exchange.closePosition(
      ACCOUNT,
      { ctidTraderAccountId: ACCOUNT, positionId, volume: 1_000_000 },
      { at: NOON + 2_000, clientMsgId: 'c' },
    )
    floor.until(3_000)
    // 0.9 × 10,000 yen at 150.9 is 59.64 dollars; half a percent of it is 0.30.
    expect(floor.ledger().deals[1]?.closePositionDetail).toMatchObject({
      grossProfit: 5_964,
      pnlConversionFee: -30,
      quoteToDepositConversionRate: 1 / 150.9,
      balance: 1_000_000 + 5_964 - 30,
    })
  })

  it('has no fee where nothing is converted', () => {
    const floor = floorOf({ 1: { pnlConversionFeeRate: 50 } })
    floor.order(0, { relativeStopLoss: 40 })
    floor.until(900)
    floor.exchange.amendPosition(
      ACCOUNT,
      {
        ctidTraderAccountId: ACCOUNT,
        positionId: floor.ledger().positions[0]?.positionId ?? 0,
        takeProfit: 1.1005,
      },
      { at: NOON + 900, clientMsgId: 'c' },
    )
    floor.exchange.advanceTo(NOON + 31 * DAY)
    expect(floor.ledger().deals[1]?.closePositionDetail).toMatchObject({
      grossProfit: 400,
      pnlConversionFee: 0,
    })
  })

  it('comes in the digits of the account', () => {
    const floor = tradingFloor(scriptedMarket({ quotes }), { moneyDigits: 4, depositAsset: 'EUR' })
    expect(floor.ledger().trader).toMatchObject({ balance: 100_000_000, moneyDigits: 4 })
    floor.order(0)
    floor.until(900)
    // 10,000 euros at 1:100, in euros.
    expect(floor.ledger().positions[0]).toMatchObject({
      usedMargin: 1_000_000,
      marginRate: 1,
      moneyDigits: 4,
    })
  })
})

describe('swap', () => {
  const swapsOf = (floor: Floor, days: number): [ms: number, swap: number][] => {
    floor.until(days * DAY)
    return floor.told.flatMap(({ at, payload }) =>
      payload['executionType'] === 9 ? [[at, (payload['position'] as { swap: number }).swap]] : [],
    )
  }

  it('is charged at 17:00 New York, thrice on the triple day, not at the weekend', () => {
    const floor = floorOf({ 1: { swapLong: -0.5, swapRollover3Days: 3 } })
    floor.order(0)
    // Half a pip of 10,000 units is 0.50 a day. Wednesday is the triple day.
    expect(swapsOf(floor, 7)).toEqual([
      [CLOSE, -150],
      [CLOSE + DAY, -200],
      [CLOSE + 2 * DAY, -250],
      [CLOSE + 5 * DAY, -300],
      [CLOSE + 6 * DAY, -350],
    ])
    expect(floor.told[2]?.clientMsgId).toBeUndefined()
    expect(floor.types().slice(2)).toEqual(Array(5).fill('9s'))
    expect(floor.ledger().trader.balance).toBe(1_000_000)
  })

  it.each([
    ['in pips of a sell', { swapShort: 0.5 }, { tradeSide: SELL }, 50],
    ['in points', { swapLong: -5, swapCalculationType: 2 }, {}, -50],
    // 3.65 % a year of 11,000 dollars is 1.10 a day.
    ['in percent a year', { swapLong: -3.65, swapCalculationType: 1 }, {}, -110],
    ['in another currency', { swapLong: -15, swapCalculationType: 0 }, { symbolId: 4 }, -994],
  ] as const)('is reckoned %s', (_, terms, asked, swap) => {
    const floor = floorOf({ 1: { swapRollover3Days: 0, ...terms }, 4: { swapRollover3Days: 0, ...terms } })
    floor.order(0, asked)
    expect(swapsOf(floor, 1)).toEqual([[CLOSE, swap]])
  })

  it('comes at the symbol’s own time and pace, and not in the first periods if they are spared', () => {
    const floor = floorOf({
      1: { swapLong: -0.5, swapRollover3Days: 0, swapTime: 60, swapPeriod: 8, skipSWAPPeriods: 1 },
    })
    floor.order(0)
    expect(swapsOf(floor, 1).map(([at]) => at)).toEqual([13 * HOUR, 21 * HOUR])
  })

  it('is spared an account without swaps', () => {
    const floor = floorOf({ 1: { swapLong: -0.5 } }, { swapFree: true })
    floor.order(0)
    expect(swapsOf(floor, 3)).toEqual([])
  })

  it('is realised with the part that is closed', () => {
    const floor = floorOf({ 1: { swapLong: -0.5, swapRollover3Days: 0 } })
    floor.order(0)
    floor.until(DAY)
    const close = (at: number, volume: number): void => {
      floor.exchange.closePosition(
        ACCOUNT,
        { ctidTraderAccountId: ACCOUNT, positionId: floor.ledger().positions[0]?.positionId ?? 0, volume },
        { at: NOON + at, clientMsgId: 'c' },
      )
      floor.until(at + 1_000)
    }
    close(DAY, 300_000)
    close(DAY + 1_000, 700_000)
    expect(floor.ledger().deals.map(deal => deal.closePositionDetail?.swap)).toEqual([undefined, -15, -35])
  })
})

describe('deposits and withdrawals', () => {
  it('are told of by an execution event and the account’s new state', () => {
    const floor = floorOf({})
    floor.exchange.deposit(ACCOUNT, 5_000, NOON + 10)
    floor.exchange.withdraw(ACCOUNT, 2_000, NOON + 20)
    expect(floor.told.map(({ payloadType }) => payloadType)).toEqual([
      PROTO_OA_EXECUTION_EVENT,
      PROTO_OA_TRADER_UPDATE_EVENT,
      PROTO_OA_EXECUTION_EVENT,
      PROTO_OA_TRADER_UPDATE_EVENT,
    ])
    expect(floor.events()[0]).toMatchObject({
      executionType: 10,
      depositWithdraw: {
        operationType: 0,
        balance: 1_005_000,
        delta: 5_000,
        changeBalanceTimestamp: NOON + 10,
        balanceVersion: 2,
        equity: 1_005_000,
      },
      isServerEvent: true,
    })
    expect(floor.events()[1]?.depositWithdraw).toMatchObject({ operationType: 1, delta: -2_000 })
    expect(floor.told[3]?.payload['trader']).toMatchObject({ balance: 1_003_000, balanceVersion: 3 })
  })

  it('begin with the first deposit', () => {
    expect(floorOf({}).ledger().cashFlow).toMatchObject([
      {
        operationType: 0,
        delta: 1_000_000,
        balance: 1_000_000,
        balanceVersion: 1,
        changeBalanceTimestamp: NOON,
      },
    ])
  })
})
