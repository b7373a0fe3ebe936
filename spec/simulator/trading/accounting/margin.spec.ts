import { PayloadType } from 'rx-ctrader'
import { ACCOUNT } from '../../../support/account'
import { scriptedMarket } from '../../../support/scriptedMarket'
import type { Script, ScriptedQuote } from '../../../support/scriptedMarket'
import { BUY, NOON, SELL, tradingFloor } from '../../../support/tradingFloor'
import type { Floor } from '../../../support/tradingFloor'
import { expectedMargins } from '../../../../src/simulator/trading/queries/queries'
import { usedMargin } from '../../../../src/simulator/trading/accounting/margin'
import { accountEquity } from '../../../../src/simulator/trading/accounting/equity'
import type { TradingAccount } from '../../../../src/simulator/model/identity'

const { PROTO_OA_MARGIN_CALL_TRIGGER_EVENT, PROTO_OA_MARGIN_CHANGED_EVENT, PROTO_OA_TRADER_UPDATE_EVENT } =
  PayloadType

/** One price for both sides, so that opening costs nothing. */
const floorOf = (
  prices: readonly (readonly [second: number, price: number])[],
  account: Partial<TradingAccount> = {},
  script: Partial<Script> = {},
): Floor => {
  const lines = prices.map(([second, price]): ScriptedQuote => [NOON + second * 1000, price, price])
  return tradingFloor(
    scriptedMarket({ quotes: { 1: [[NOON - 1000, 100_000, 100_000], ...lines] }, ...script }),
    account,
  )
}
const used = (floor: Floor): (number | undefined)[] =>
  floor.ledger().positions.map(({ usedMargin }) => usedMargin)
const toldOf = (floor: Floor, type: number): Floor['told'] =>
  floor.told.filter(({ payloadType }) => payloadType === type)

/** Up to 10,000 USD at 1:50, then at 1:20. */
const tiered: NonNullable<Script['leverages']> = [
  {
    leverageId: 1,
    tiers: [
      { volume: 1_000_000, leverage: 50 },
      { volume: 2_000_000, leverage: 20 },
    ],
  },
]

describe('the used margin', () => {
  it.each([
    [{ totalMarginCalculationType: 0 }, 10_000],
    [{ totalMarginCalculationType: 1 }, 15_000],
    [{ totalMarginCalculationType: 2 }, 5_000],
    [{ isLimitedRisk: true }, 10_000],
    [{ isLimitedRisk: true, limitedRiskMarginCalculationStrategy: 1 }, 15_000],
    [{ isLimitedRisk: true, limitedRiskMarginCalculationStrategy: 2, totalMarginCalculationType: 2 }, 15_000],
  ] as const)(
    'of both sides of a symbol, with %j: all of it each, and %d together (A1)',
    (rule, together) => {
      const floor = floorOf([], rule)
      floor.order(0, { volume: 1_000_000 })
      floor.order(1_000, { volume: 500_000, tradeSide: SELL })
      floor.until(2_000)
      expect(used(floor)).toEqual([10_000, 5_000])
      expect(usedMargin(floor.exchange.account(ACCOUNT).book)).toBe(together)
      expect(floor.ledger().trader).toMatchObject({
        totalMarginCalculationType: 0,
        isLimitedRisk: false,
        ...rule,
      })
    },
  )

  it('asks for a hedge of no more money than its rule takes (A1)', () => {
    const refused = (totalMarginCalculationType: 0 | 1 | 2): boolean => {
      const floor = floorOf([], { totalMarginCalculationType, balance: 11_000 })
      floor.order(0, { volume: 1_000_000 })
      floor.order(1_000, { volume: 1_000_000, tradeSide: SELL })
      floor.until(2_000)
      return floor.types().includes('7')
    }
    expect([refused(0), refused(1), refused(2)]).toEqual([false, true, false])
  })

  it('is told of by 2141 where another deal changed it', () => {
    const floor = floorOf([], {}, { leverages: tiered })
    floor.order(0, { volume: 500_000 })
    floor.order(1_000, { volume: 1_000_000 })
    floor.until(2_000)
    const [first, second] = floor.ledger().positions.map(({ positionId }) => positionId)
    floor.exchange.closePosition(
      ACCOUNT,
      { ctidTraderAccountId: ACCOUNT, positionId: first ?? 0, volume: 500_000 },
      { at: NOON + 2_000, clientMsgId: 'close' },
    )
    floor.until(3_000)
    expect(toldOf(floor, PROTO_OA_MARGIN_CHANGED_EVENT).map(({ payload }) => payload)).toEqual([
      { ctidTraderAccountId: ACCOUNT, positionId: second, usedMargin: 20_000, moneyDigits: 2 },
    ])
  })

  it('rises in tiers with the exposure of a side', () => {
    const floor = floorOf([], {}, { leverages: tiered })
    floor.order(0, { volume: 500_000 })
    floor.order(1_000, { volume: 1_000_000 })
    floor.until(2_000)
    // 5,000 at 1:50; then 5,000 at 1:50 and 5,000 at 1:20.
    expect(used(floor)).toEqual([10_000, 35_000])
  })

  it('goes by the account’s leverage where that is lower', () => {
    const floor = floorOf(
      [],
      { leverage: 10 },
      { leverages: [{ leverageId: 1, tiers: [{ volume: 1, leverage: 500 }] }] },
    )
    floor.order(0, { volume: 1_000_000 })
    floor.until(2_000)
    expect(used(floor)).toEqual([100_000])
  })

  it('follows a change of leverage, which is told of by 2123', () => {
    const floor = floorOf([])
    floor.order(0)
    floor.until(1_000)
    floor.exchange.change(ACCOUNT, { leverage: 50 }, NOON + 1_000)
    expect(used(floor)).toEqual([20_000])
    expect(toldOf(floor, PROTO_OA_TRADER_UPDATE_EVENT)[0]?.payload['trader']).toMatchObject({
      leverageInCents: 5_000,
    })
  })
})

describe('the expected margin', () => {
  it('is that on top of what the same side has', () => {
    const floor = floorOf([], {}, { leverages: tiered })
    floor.order(0, { volume: 500_000 })
    floor.until(1_000)
    expect(expectedMargins(floor.exchange.account(ACCOUNT), 1, [500_000, 1_000_000], NOON + 1_000)).toEqual([
      { volume: 500_000, buyMargin: 10_000, sellMargin: 10_000 },
      { volume: 1_000_000, buyMargin: 35_000, sellMargin: 20_000 },
    ])
  })

  it('of many volumes looks through the positions no more often than that of one', () => {
    const floor = floorOf([])
    const desk = floor.exchange.account(ACCOUNT)
    const looks = jest.spyOn(desk.book.open, Symbol.iterator)
    expectedMargins(desk, 1, [500_000], NOON)
    const once = looks.mock.calls.length
    expectedMargins(desk, 1, Array<number>(1_000).fill(500_000), NOON)
    expect(looks.mock.calls.length).toBe(2 * once)
  })
})

describe('the bonus', () => {
  const worth = (floor: Floor, ms: number): number =>
    accountEquity(floor.exchange.account(ACCOUNT), NOON + ms)

  it('counts as far as there is money of one’s own, and is told of by 12 and 2123 (A2)', () => {
    const floor = floorOf([], { balance: 10_000, managerBonus: 50_000 })
    expect(worth(floor, 0)).toBe(20_000)
    expect(floor.ledger().trader).toMatchObject({ balance: 10_000, managerBonus: 50_000, ibBonus: 0 })
    floor.exchange.bonus(ACCOUNT, { manager: -45_000, ib: 700, nonWithdrawable: 30 }, NOON)
    expect(worth(floor, 0)).toBe(15_730)
    const [event] = floor.events()
    expect(event).toMatchObject({
      executionType: 12,
      isServerEvent: true,
      bonusDepositWithdraw: {
        operationType: 1,
        managerBonus: 5_000,
        managerDelta: -45_000,
        ibBonus: 700,
        ibDelta: 700,
        moneyDigits: 2,
      },
    })
    expect(toldOf(floor, PROTO_OA_TRADER_UPDATE_EVENT).at(-1)?.payload['trader']).toMatchObject({
      managerBonus: 5_000,
      ibBonus: 700,
      nonWithdrawableBonus: 30,
    })
    floor.exchange.bonus(ACCOUNT, { nonWithdrawable: 1 }, NOON)
    expect(floor.events()).toHaveLength(1)
    floor.exchange.withdraw(ACCOUNT, 11_000, NOON)
    expect(worth(floor, 0)).toBe(-1_000)
  })

  it('carries margin, and losses down to the stop-out (A2)', () => {
    // 1,000 euros at 1:1, and 600 dollars with as much of a bonus: a loss of 450 leaves 150 and 150, which is 30 %.
    const floor = floorOf(
      [
        [5, 55_001],
        [6, 55_000],
        [7, 54_999],
      ],
      {
        balance: 60_000,
        managerBonus: 90_000,
        leverage: 1,
        marginCallLevels: [3, 2, 1] as [number, number, number],
      },
    )
    floor.order(0, { volume: 100_000 })
    floor.until(10_000)
    const closed = floor.events().filter(({ order: one, deal }) => one?.isStopOut && deal)
    expect(closed.map(({ deal }) => deal?.executionTimestamp)).toEqual([NOON + 7_000])
  })

  it('that is taken back stops out at once (A2)', () => {
    const floor = floorOf([], { balance: 60_000, managerBonus: 60_000, leverage: 1, stopOutLevel: 70 })
    floor.order(0, { volume: 100_000 })
    floor.until(1_000)
    floor.exchange.bonus(ACCOUNT, { manager: -60_000 }, NOON + 1_000)
    floor.until(2_000)
    expect(floor.events().some(({ order: one, deal }) => one?.isStopOut && deal)).toBe(true)
  })
})

describe('margin calls', () => {
  // 1,000 euros at 1:1 and 1,000 dollars: each cent of price is one percent of margin level.
  const account = {
    balance: 100_000,
    leverage: 1,
    marginCallLevels: [90, 80, 70] as [number, number, number],
  }

  it('are told of at the first tick that reaches them', () => {
    const floor = floorOf(
      [
        [5, 90_001],
        [6, 90_000],
        [7, 79_000],
      ],
      account,
    )
    floor.order(0, { volume: 100_000 })
    floor.until(10_000)
    expect(
      toldOf(floor, PROTO_OA_MARGIN_CALL_TRIGGER_EVENT).map(({ at, payload }) => [at, payload['marginCall']]),
    ).toEqual([
      [6_000, { marginCallType: 61, marginLevelThreshold: 90, utcLastUpdateTimestamp: NOON }],
      [7_000, { marginCallType: 62, marginLevelThreshold: 80, utcLastUpdateTimestamp: NOON }],
    ])
  })

  it('are told of at most once in ten minutes', () => {
    const floor = floorOf(
      [
        [5, 89_000],
        [100, 95_000],
        [200, 89_000],
        [604, 89_100],
        [605, 89_000],
        [900, 88_000],
      ],
      account,
    )
    floor.order(0, { volume: 100_000 })
    floor.until(1_000_000)
    expect(toldOf(floor, PROTO_OA_MARGIN_CALL_TRIGGER_EVENT).map(({ at }) => at)).toEqual([5_000, 605_000])
  })

  it('are not repeated while the level stays below', () => {
    const floor = floorOf(
      [
        [5, 89_000],
        [700, 88_000],
        [1_400, 87_000],
      ],
      account,
    )
    floor.order(0, { volume: 100_000 })
    floor.until(2_000_000)
    expect(toldOf(floor, PROTO_OA_MARGIN_CALL_TRIGGER_EVENT).map(({ at }) => at)).toEqual([5_000])
  })

  it('come again when the level has been above, also by little', () => {
    const floor = floorOf(
      [
        [5, 90_000],
        [700, 90_001],
        [701, 90_000],
      ],
      account,
    )
    floor.order(0, { volume: 100_000 })
    floor.until(2_000_000)
    expect(toldOf(floor, PROTO_OA_MARGIN_CALL_TRIGGER_EVENT).map(({ at }) => at)).toEqual([5_000, 701_000])
  })

  it('come at a moved threshold', () => {
    const floor = floorOf([[5, 94_000]], account)
    floor.order(0, { volume: 100_000 })
    floor.until(1_000)
    floor.exchange.moveMarginCall(ACCOUNT, { marginCallType: 61, marginLevelThreshold: 95 }, NOON + 1_000)
    floor.until(10_000)
    expect(toldOf(floor, PROTO_OA_MARGIN_CALL_TRIGGER_EVENT).map(({ at }) => at)).toEqual([5_000])
  })

  it('end with a deposit', () => {
    const floor = floorOf([[5, 89_000]], account)
    floor.order(0, { volume: 100_000 })
    floor.until(1_000)
    floor.exchange.deposit(ACCOUNT, 100_000, NOON + 1_000)
    floor.until(10_000)
    expect(toldOf(floor, PROTO_OA_MARGIN_CALL_TRIGGER_EVENT)).toEqual([])
  })
})

describe('the stop-out', () => {
  const account = { balance: 100_000, leverage: 1, marginCallLevels: [3, 2, 1] as [number, number, number] }

  it('closes a position at the first tick below its level', () => {
    const floor = floorOf(
      [
        [5, 30_000],
        [6, 29_999],
        [7, 10_000],
      ],
      account,
    )
    floor.order(0, { volume: 100_000, relativeStopLoss: 90_000 })
    floor.until(10_000)
    expect(floor.types()).toEqual(['2', '3', '2s', '2s', '3s', '5s'])
    const [, , , accepted, closed] = floor.events()
    expect(accepted?.order).toMatchObject({ isStopOut: true, closingOrder: true, orderStatus: 1 })
    expect(closed?.order).toMatchObject({ isStopOut: true, orderStatus: 2 })
    expect(closed?.deal).toMatchObject({
      executionTimestamp: NOON + 6_000,
      closePositionDetail: { grossProfit: -70_001, balance: 29_999 },
    })
  })

  it.each([
    [0, [2, 1]],
    [1, [1, 2]],
  ] as const)('closes first by strategy %d', (stopOutStrategy, order) => {
    // Symbol 1 loses, symbol 2 takes the more margin.
    const floor = tradingFloor(
      scriptedMarket({
        quotes: {
          1: [
            [NOON - 1, 100_000, 100_000],
            [NOON + 5_000, 5_000, 5_000],
          ],
          2: [[NOON - 1, 200_000, 200_000]],
        },
      }),
      { ...account, balance: 400_000, stopOutStrategy, stopOutLevel: 200 },
    )
    floor.order(0, { symbolId: 1, volume: 100_000 })
    floor.order(10, { symbolId: 2, volume: 100_000, tradeSide: BUY })
    floor.until(10_000)
    const closed = floor.events().filter(({ order: one, deal }) => one?.isStopOut && deal)
    // What is left after the first may carry the other.
    expect(closed[0]?.deal?.symbolId).toBe(order[0])
  })

  it('closes no more than it has to', () => {
    const floor = floorOf([[5, 60_000]], { ...account, balance: 200_000, stopOutLevel: 100 })
    floor.order(0, { volume: 100_000 })
    floor.order(10, { volume: 100_000 })
    floor.until(10_000)
    // 1,200 of 2,000 is below 100 %? No: equity 2,000 − 800 = 1,200, that is 60 %; with one closed it is 120 %.
    expect(
      floor
        .ledger()
        .positions.map(({ positionStatus }) => positionStatus)
        .sort(),
    ).toEqual([1, 2])
  })

  it('is exact where another currency comes in', () => {
    const yen = tradingFloor(
      scriptedMarket({
        quotes: {
          4: Array.from({ length: 400 }, (_, n): ScriptedQuote => {
            const price = 15_000_000 - n * 30_000
            return [NOON + n * 1000, price, price]
          }),
        },
      }),
      { balance: 100_000, leverage: 1, stopOutLevel: 60, marginCallLevels: [3, 2, 1] },
    )
    yen.order(0, { symbolId: 4, volume: 100_000 })
    yen.until(400_000)
    const deal = yen.ledger().deals.find(({ closePositionDetail }) => closePositionDetail)
    const exit = deal?.executionPrice ?? 0
    const equityAt = (price: number): number =>
      1_000 + ((price - 149.7 - (deal?.closePositionDetail?.entryPrice ?? 0) + 149.7) * 1_000) / price
    expect(equityAt(exit) / 1_000).toBeLessThan(0.6)
    expect(equityAt(exit + 0.3) / 1_000).toBeGreaterThanOrEqual(0.6)
  })
})
