import { orders, positions, trader } from 'rx-ctrader'
import {
  EXECUTION,
  RECONCILE,
  TRADER,
  UPDATED,
  accountServer,
  known,
  order,
  ordersIn,
  position,
  positionsIn,
  traderWith,
} from './accountServer'
import { ACCOUNT } from '../../support/account'

const OPEN = 1
const CLOSED = 2

describe('the state of an account, from messages that leave fields out,', () => {
  it('keeps of the trader what a 2123 leaves out (A8)', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(trader(account))
      const whole = {
        ...traderWith(120_000_000, 4),
        moneyDigits: 4,
        managerBonus: 500,
        nonWithdrawableBonus: 70,
        leverageInCents: 5_000,
        totalMarginCalculationType: 1,
      } as const
      at(100, () => {
        known(server, {}, whole)
        say(UPDATED, {
          trader: { ctidTraderAccountId: 1, balance: 100_000_000, balanceVersion: 5, depositAssetId: 1 },
        })
        expect(seen.values.at(-1)).toEqual({
          ...whole,
          ctidTraderAccountId: 1,
          balance: 100_000_000,
          balanceVersion: 5,
        })
        // Of no version: the last word, and it stays the one that came after version 5.
        say(UPDATED, { trader: { ctidTraderAccountId: 1, balance: 90_000_000, depositAssetId: 1 } })
        expect(seen.values.at(-1)).toMatchObject({ balance: 90_000_000, balanceVersion: 5, moneyDigits: 4 })
        say(UPDATED, {
          trader: {
            ctidTraderAccountId: 1,
            balance: 1,
            balanceVersion: 4,
            depositAssetId: 1,
            managerBonus: 0,
          },
        })
        expect(seen.values.at(-1)).toMatchObject({ balance: 90_000_000, managerBonus: 0 })
      })
    })
  })

  it('does not take a sparse 2123 that overtakes the answer for the whole trader (A8)', () => {
    accountServer(server => {
      const { account, answer, at, say, watch } = server
      const seen = watch(trader(account))
      at(100, () => {
        say(UPDATED, {
          trader: { ctidTraderAccountId: ACCOUNT, balance: 700, balanceVersion: 7, depositAssetId: 1 },
        })
        answer(RECONCILE, {})
        expect(seen.values).toEqual([])
        answer(TRADER, { trader: { ...traderWith(600, 6), moneyDigits: 4 } })
        expect(seen.values).toEqual([{ ...traderWith(700, 7), moneyDigits: 4 }])
      })
    })
  })

  it('keeps of a position what an event leaves out, but for its protections, which it has none of then (A8)', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(positions(account))
      const whole = position(1, 10, {
        tradeData: { symbolId: 1, volume: 300, tradeSide: 1, label: 'mine', openTimestamp: 9 },
        stopLoss: 1.05,
        takeProfit: 1.2,
        stopLossTriggerMethod: 2,
        guaranteedStopLoss: true,
        trailingStopLoss: true,
        commission: -7,
        marginRate: 1.1,
        mirroringCommission: 0,
      })
      const sparse = { positionId: 1, positionStatus: OPEN, swap: -3, utcLastUpdateTimestamp: 20 } as const
      at(100, () => {
        known(server, { position: [whole] })
        say(EXECUTION, {
          executionType: 4,
          position: { ...sparse, tradeData: { symbolId: 1, volume: 200, tradeSide: 1 } },
        })
        expect(positionsIn(seen)).toEqual([
          {
            ...sparse,
            tradeData: { symbolId: 1, volume: 200, tradeSide: 1, label: 'mine', openTimestamp: 9 },
            price: 1.1,
            usedMargin: 100,
            moneyDigits: 2,
            commission: -7,
            marginRate: 1.1,
            mirroringCommission: 0,
          },
        ])
        // Closed and opened anew, as a netted account may: nothing of the one before.
        say(EXECUTION, { executionType: 3, position: position(1, 30, { positionStatus: CLOSED }) })
        const anew = { ...sparse, tradeData: whole.tradeData, utcLastUpdateTimestamp: 31 }
        say(EXECUTION, { executionType: 3, position: anew })
        expect(positionsIn(seen)).toEqual([anew])
      })
    })
  })

  it('keeps of an order what cannot change, and of its terms only what an event has (A8)', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const pending = watch(orders(account))
      const resting = order(11, 10, {
        tradeData: { symbolId: 1, volume: 300, tradeSide: 1, label: 'mine', comment: 'why' },
        clientOrderId: 'mine-1',
        positionId: 5,
        expirationTimestamp: 99,
        relativeStopLoss: 100,
        relativeTakeProfit: 200,
      })
      at(100, () => {
        known(server, { order: [resting] })
        say(EXECUTION, { executionType: 4, order: order(11, 20, { relativeTakeProfit: 200 }) })
        expect(ordersIn(pending)).toEqual([
          order(11, 20, {
            tradeData: { symbolId: 1, volume: 100_000, tradeSide: 1, label: 'mine', comment: 'why' },
            clientOrderId: 'mine-1',
            positionId: 5,
            relativeTakeProfit: 200,
          }),
        ])
      })
    })
  })
})
