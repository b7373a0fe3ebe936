import { PayloadType } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import { NOON, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import { unrealisedProfits } from '../../../src/simulator/trading/queries/queries'
import type { Unknowns } from '../../../src/simulator/model/unknowns'

const { PROTO_OA_TRADER_UPDATE_EVENT } = PayloadType

/** A position of 10,000 dollars against yen that has gained one yen a dollar, at 150 and 154 yen a dollar. */
const floorOf = (unknowns: Partial<Pick<Unknowns, 'profitRate' | 'traderUpdates'>>): Floor => {
  const floor = tradingFloor(
    scriptedMarket({
      quotes: {
        4: [
          [NOON - 1_000, 14_900_000, 14_900_000],
          [NOON + 5_000, 15_000_000, 15_400_000],
        ],
      },
    }),
    {},
    unknowns,
  )
  floor.order(0, { symbolId: 4, volume: 1_000_000 })
  floor.until(6_000)
  return floor
}

describe('the rate of profits', () => {
  it.each([
    ['bid', Math.round(1_000_000 / 150)],
    ['mid', Math.round(1_000_000 / 152)],
  ] as const)('is the %s of what converts, of 2187 and of the deal that closes (A7)', (profitRate, gross) => {
    const floor = floorOf({ profitRate })
    const [value] = unrealisedProfits(floor.exchange.account(ACCOUNT), NOON + 6_000)
    expect(value?.grossUnrealizedPnL).toBe(gross)
    floor.exchange.closePosition(
      ACCOUNT,
      { ctidTraderAccountId: ACCOUNT, positionId: value?.positionId ?? 0, volume: 1_000_000 },
      { at: NOON + 6_000, clientMsgId: 'close' },
    )
    floor.until(8_000)
    expect(floor.ledger().deals.at(-1)?.closePositionDetail?.grossProfit).toBe(gross)
  })

  it('is the bid by default (A7)', () => {
    expect(unrealisedProfits(floorOf({}).exchange.account(ACCOUNT), NOON + 6_000)).toEqual(
      unrealisedProfits(floorOf({ profitRate: 'bid' }).exchange.account(ACCOUNT), NOON + 6_000),
    )
  })
})

describe('the trader that 2123 tells', () => {
  const told = (floor: Floor): unknown[] =>
    floor.told
      .filter(({ payloadType }) => payloadType === PROTO_OA_TRADER_UPDATE_EVENT)
      .map(({ payload }) => payload['trader'])

  it('is what has changed and what it must have, where a server leaves out the rest (A8)', () => {
    const floor = floorOf({ traderUpdates: 'sparse' })
    const must = { ctidTraderAccountId: ACCOUNT, depositAssetId: 2 }
    const { balance } = floor.ledger().trader
    floor.exchange.change(ACCOUNT, { leverage: 50 }, NOON + 6_000)
    floor.exchange.bonus(ACCOUNT, { manager: 70 }, NOON + 6_000)
    floor.exchange.deposit(ACCOUNT, 500, NOON + 6_000)
    expect(told(floor)).toEqual([
      { ...must, balance, balanceVersion: 1, leverageInCents: 5_000, maxLeverage: 50 },
      { ...must, balance, balanceVersion: 1, managerBonus: 70 },
      { ...must, balance: balance + 500, balanceVersion: 2 },
    ])
  })

  it('is all of it otherwise (A8)', () => {
    const floor = floorOf({})
    floor.exchange.deposit(ACCOUNT, 500, NOON + 6_000)
    expect(told(floor)).toEqual([floor.ledger().trader])
  })
})
