import { equity, orders, pnl, positions, trader } from 'rx-ctrader'
import type { ProtoOAPosition } from 'rx-ctrader'
import {
  EXECUTION,
  MARGIN,
  RECONCILE,
  TRADER,
  TRAILED,
  UPDATED,
  accountServer,
  known,
  order,
  ordersIn,
  position,
  positionsIn,
  traderWith,
} from './accountServer'

const OPEN = 1
const CLOSED = 2
const CREATED = 3
const FILLED = 2
const CANCELLED = 5
const MARKET = 1
const PROTECTION = 4
const SELL = 2

describe('the state of an account', () => {
  it('is asked for once, for all parts that are wanted', () => {
    accountServer(server => {
      const { account, asked, at, watch } = server
      const seen = [trader, positions, orders, pnl, equity].map(stream => watch<unknown>(stream(account)))
      at(100, () => {
        known(server, {})
      })
      at(200, () => {
        seen.forEach(({ values }) => {
          expect(values).toHaveLength(1)
        })
        expect(asked(RECONCILE)).toBe(1)
        expect(asked(TRADER)).toBe(1)
      })
    })
  })

  it('waits for both answers, in either order', () => {
    accountServer(({ account, answer, at, watch }) => {
      const seen = watch(positions(account))
      at(100, () => {
        answer(RECONCILE, { position: [position(1, 10)] })
        expect(seen.values).toEqual([])
        answer(TRADER, { trader: traderWith(5) })
        expect(positionsIn(seen)).toEqual([position(1, 10)])
      })
    })
    accountServer(({ account, answer, at, watch }) => {
      const seen = watch(trader(account))
      at(100, () => {
        answer(TRADER, { trader: traderWith(5) })
        expect(seen.values).toEqual([])
        answer(RECONCILE, {})
        expect(seen.values).toEqual([traderWith(5)])
      })
    })
  })

  it('has open positions and pending orders, without the orders behind protections', () => {
    accountServer(server => {
      const { account, at, watch } = server
      const seen = watch(positions(account))
      const pending = watch(orders(account))
      at(100, () => {
        known(server, {
          position: [position(1, 10), position(2, 10, { positionStatus: CREATED })],
          order: [
            order(11, 10),
            order(12, 10, { orderType: PROTECTION }),
            order(13, 10, { orderStatus: FILLED }),
          ],
        })
        expect(positionsIn(seen)).toEqual([position(1, 10)])
        expect(ordersIn(pending)).toEqual([order(11, 10)])
      })
    })
  })

  it('follows an order from its acceptance to the close of its position', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(positions(account))
      const pending = watch(orders(account))
      const market = (orderStatus: 1 | 2, ms: number) => order(11, ms, { orderType: MARKET, orderStatus })
      at(100, () => {
        known(server, {})
        say(EXECUTION, {
          executionType: 2,
          order: market(1, 10),
          position: position(1, 10, { positionStatus: CREATED }),
        })
        say(EXECUTION, { executionType: 3, order: market(2, 20), position: position(1, 20) })
        const guarded = position(1, 22, { stopLoss: 1.05, trailingStopLoss: true })
        say(EXECUTION, {
          executionType: 2,
          order: order(12, 22, { orderType: PROTECTION }),
          position: guarded,
        })
        say(TRAILED, { positionId: 1, orderId: 12, stopPrice: 1.06, utcLastUpdateTimestamp: 30 })
        say(MARGIN, { positionId: 1, usedMargin: 70 })
        say(EXECUTION, { executionType: 3, position: position(1, 40, { positionStatus: CLOSED }) })
        const moved = { ...guarded, stopLoss: 1.06 }
        expect(seen.values).toEqual([
          { all: [], added: [], changed: [], removed: [] },
          { all: [position(1, 20)], added: [position(1, 20)], changed: [], removed: [] },
          { all: [guarded], added: [], changed: [guarded], removed: [] },
          { all: [moved], added: [], changed: [moved], removed: [] },
          {
            all: [{ ...moved, usedMargin: 70 }],
            added: [],
            changed: [{ ...moved, usedMargin: 70 }],
            removed: [],
          },
          { all: [], added: [], changed: [], removed: [{ ...moved, usedMargin: 70 }] },
        ])
        expect(pending.values).toEqual([
          { all: [], added: [], changed: [], removed: [] },
          { all: [market(1, 10)], added: [market(1, 10)], changed: [], removed: [] },
          { all: [], added: [], changed: [], removed: [market(1, 10)] },
        ])
      })
    })
  })

  it('does not let an event that came before the answer undo what is later in it', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(positions(account))
      const pending = watch(orders(account))
      at(100, () => {
        say(EXECUTION, {
          executionType: 4,
          order: order(11, 10, { limitPrice: 1.01 }),
          position: position(1, 10),
        })
        say(TRAILED, { positionId: 1, orderId: 12, stopPrice: 1.06, utcLastUpdateTimestamp: 11 })
        say(MARGIN, { positionId: 1, usedMargin: 55 })
        // Closed and opened anew under the same id, as a netted account may.
        say(EXECUTION, { executionType: 3, position: position(2, 15, { positionStatus: CLOSED }) })
        known(server, {
          position: [position(1, 10, { usedMargin: 60 }), position(2, 15)],
          order: [order(11, 20)],
        })
        expect(positionsIn(seen)).toEqual([position(1, 10, { usedMargin: 60 }), position(2, 15)])
        expect(ordersIn(pending)).toEqual([order(11, 20)])
      })
    })
  })

  it('keeps what an event that overtook the answer says of a later time', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(positions(account))
      const pending = watch(orders(account))
      at(100, () => {
        say(EXECUTION, { executionType: 3, position: position(1, 30, { swap: -5 }) })
        say(EXECUTION, { executionType: 3, position: position(2, 30, { positionStatus: CLOSED }) })
        say(EXECUTION, { executionType: 3, position: position(3, 30) })
        say(EXECUTION, { executionType: 5, order: order(11, 20, { orderStatus: CANCELLED }) })
        say(EXECUTION, { executionType: 2, order: order(12, 20) })
        known(server, { position: [position(1, 20), position(2, 20)], order: [order(11, 20)] })
        expect(positionsIn(seen)).toEqual([position(1, 30, { swap: -5 }), position(3, 30)])
        expect(ordersIn(pending)).toEqual([order(12, 20)])
      })
    })
  })

  it('has nothing of what was opened and closed again before the answer', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(positions(account))
      const pending = watch(orders(account))
      at(100, () => {
        say(EXECUTION, { executionType: 2, order: order(11, 10) })
        say(EXECUTION, {
          executionType: 3,
          order: order(11, 20, { orderStatus: FILLED }),
          position: position(1, 20),
        })
        say(EXECUTION, { executionType: 11, position: position(1, 30) })
        // What is left of it, in the same ms.
        say(EXECUTION, { executionType: 3, position: position(1, 30, { positionStatus: CLOSED }) })
        known(server, {})
        expect(positionsIn(seen)).toEqual([])
        expect(ordersIn(pending)).toEqual([])
      })
    })
  })

  it('does not let an event that comes late undo what is known', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(positions(account))
      const pending = watch(orders(account))
      at(100, () => {
        known(server, { position: [position(1, 20), position(2, 20)], order: [order(11, 20)] })
        say(EXECUTION, { executionType: 3, position: position(2, 30, { positionStatus: CLOSED }) })
        say(EXECUTION, { executionType: 5, order: order(11, 30, { orderStatus: CANCELLED }) })
        const before = [seen.values.length, pending.values.length]
        say(EXECUTION, { executionType: 9, position: position(1, 19, { swap: -5 }) })
        say(EXECUTION, { executionType: 3, position: position(1, 19, { positionStatus: CLOSED }) })
        say(EXECUTION, { executionType: 9, position: position(2, 29, { swap: -5 }) })
        say(EXECUTION, { executionType: 4, order: order(11, 31) })
        say(TRAILED, { positionId: 1, orderId: 12, stopPrice: 1.06, utcLastUpdateTimestamp: 19 })
        say(TRAILED, { positionId: 7, orderId: 12, stopPrice: 1.06, utcLastUpdateTimestamp: 50 })
        say(MARGIN, { positionId: 7, usedMargin: 1 })
        expect([seen.values.length, pending.values.length]).toEqual(before)
        expect(positionsIn(seen)).toEqual([position(1, 20)])
      })
    })
  })

  it('follows a trailing stop one way only: up below a buy, down above a sell', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(positions(account))
      const trailed = (positionId: number, stopPrice: number, utcLastUpdateTimestamp: number): void => {
        say(TRAILED, { positionId, orderId: 12, stopPrice, utcLastUpdateTimestamp })
      }
      const sold = { tradeData: { symbolId: 1, volume: 100_000, tradeSide: SELL } } as const
      const stops = (): unknown[] => (positionsIn(seen) ?? []).map(({ stopLoss }) => stopLoss)
      at(100, () => {
        known(server, { position: [position(1, 20), position(2, 20, sold)] })
        trailed(1, 1.05, 20)
        trailed(2, 1.15, 20)
        expect(stops()).toEqual([1.05, 1.15])
        trailed(1, 1.04, 25)
        trailed(2, 1.16, 25)
        expect(stops()).toEqual([1.05, 1.15])
        trailed(1, 1.06, 26)
        trailed(2, 1.14, 26)
        expect(stops()).toEqual([1.06, 1.14])
      })
    })
  })

  it('takes a server that gives no times at its word, in the order of what it says', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(positions(account))
      const undated = (more: Partial<ProtoOAPosition>): ProtoOAPosition => ({
        positionId: 1,
        tradeData: { symbolId: 1, volume: 100_000, tradeSide: 1 },
        positionStatus: OPEN,
        swap: 0,
        ...more,
      })
      at(100, () => {
        say(EXECUTION, { executionType: 2, position: undated({ positionStatus: CREATED }) })
        known(server, { position: [undated({ swap: -1 })] })
        say(EXECUTION, { executionType: 9, position: undated({ swap: -2 }) })
        expect(positionsIn(seen)).toEqual([undated({ swap: -2 })])
        say(TRAILED, { positionId: 1, orderId: 12, stopPrice: 1.06, utcLastUpdateTimestamp: 5 })
        expect(positionsIn(seen)).toEqual([undated({ swap: -2, stopLoss: 1.06 })])
        say(EXECUTION, { executionType: 3, position: undated({ positionStatus: CLOSED }) })
        expect(positionsIn(seen)).toEqual([])
        say(EXECUTION, { executionType: 3, position: undated({}) })
        expect(positionsIn(seen)).toEqual([undated({})])
      })
    })
  })

  it('remembers of the last thousand what has ended, so that nothing late brings it back, and not of all for ever', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const pending = watch(orders(account))
      at(100, () => {
        known(server, {})
        const LAST = 2_500
        for (let orderId = 1; orderId <= LAST; orderId++)
          say(EXECUTION, { executionType: 5, order: order(orderId, 10, { orderStatus: CANCELLED }) })
        for (let orderId = LAST - 999; orderId <= LAST; orderId++)
          say(EXECUTION, { executionType: 2, order: order(orderId, 5) })
        expect(ordersIn(pending)).toEqual([])
        say(EXECUTION, { executionType: 2, order: order(LAST - 2_000, 5) })
        expect(ordersIn(pending)).toEqual([order(LAST - 2_000, 5)])
      })
    })
  })

  it('takes the balance of the newest version, from any message', () => {
    accountServer(({ account, answer, at, say, watch }) => {
      const seen = watch(trader(account))
      const closes = (balance: number, balanceVersion: number) => ({
        dealId: 1,
        orderId: 1,
        positionId: 1,
        volume: 1,
        filledVolume: 1,
        symbolId: 1,
        createTimestamp: 1,
        executionTimestamp: 1,
        tradeSide: 1,
        dealStatus: 2,
        closePositionDetail: {
          entryPrice: 1,
          grossProfit: 1,
          swap: 0,
          commission: 0,
          balance,
          balanceVersion,
        },
      })
      const balances = (): unknown[] =>
        seen.values.map(({ balance, balanceVersion }) => [balance, balanceVersion])
      at(100, () => {
        say(EXECUTION, { executionType: 3, deal: closes(700, 7) })
        answer(TRADER, { trader: traderWith(600, 6) })
        answer(RECONCILE, {})
        expect(balances()).toEqual([[700, 7]])
        say(EXECUTION, { executionType: 3, deal: closes(650, 6) })
        expect(balances()).toHaveLength(1)
        const cash = { operationType: 0, balanceHistoryId: 1, delta: 100, changeBalanceTimestamp: 1 }
        say(EXECUTION, { executionType: 10, depositWithdraw: { ...cash, balance: 800, balanceVersion: 8 } })
        expect(balances().at(-1)).toEqual([800, 8])
        say(UPDATED, { trader: { ...traderWith(800, 8), leverageInCents: 5_000 } })
        expect(seen.values.at(-1)).toEqual({ ...traderWith(800, 8), leverageInCents: 5_000 })
        // Older of the balance, and still the last word on the rest.
        say(UPDATED, { trader: { ...traderWith(700, 7), leverageInCents: 2_000 } })
        expect(seen.values.at(-1)).toEqual({ ...traderWith(800, 8), leverageInCents: 2_000 })
        // Without a version it is the one that came last.
        say(EXECUTION, { executionType: 10, depositWithdraw: { ...cash, balance: 900 } })
        expect(seen.values.at(-1)?.balance).toBe(900)
      })
    })
  })

  it('has the bonuses as the last execution event says', () => {
    accountServer(({ account, answer, at, say, watch }) => {
      const seen = watch(trader(account))
      const bonus = (managerBonus: number) => ({
        bonusDepositWithdraw: {
          operationType: 0,
          bonusHistoryId: 1,
          managerBonus,
          managerDelta: 1,
          ibBonus: 3,
          ibDelta: 0,
          changeBonusTimestamp: 1,
        },
      })
      at(100, () => {
        say(EXECUTION, { executionType: 12, ...bonus(40) })
        answer(TRADER, { trader: { ...traderWith(5, 1), managerBonus: 50, ibBonus: 3 } })
        answer(RECONCILE, {})
        say(EXECUTION, { executionType: 12, ...bonus(60) })
        expect(seen.values.map(({ managerBonus }) => managerBonus)).toEqual([50, 60])
      })
    })
  })

  it('says nothing where an event changes nothing, and keeps the objects of what stays', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(positions(account))
      at(100, () => {
        known(server, { position: [position(1, 20), position(2, 20)] })
        const [first] = positionsIn(seen) ?? []
        say(EXECUTION, { executionType: 4, position: position(1, 20) })
        expect(seen.values).toHaveLength(1)
        say(EXECUTION, { executionType: 9, position: position(2, 21) })
        expect(positionsIn(seen)?.[0]).toBe(first)
        expect(seen.values.at(-1)?.changed).toEqual([position(2, 21)])
      })
    })
  })
})
