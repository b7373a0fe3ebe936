import type { Simulator } from 'rx-ctrader/simulator'
import { reconcile } from '../../../src/simulator/trading/queries/queries'
import type { Trade } from './schedule'

const nth = <T>(items: readonly T[] | undefined = [], which: number): T | undefined =>
  items[which % items.length]

interface Floor {
  readonly broker: Simulator
  readonly accountId: number
}

type Act = (floor: Floor, trade: Trade) => void

const command = (at: number) => ({ at, clientMsgId: 'elsewhere' })

const order =
  (orderType: 1 | 2 | 3, points: number): Act =>
  ({ broker, accountId }, { symbolId, side, lots }) => {
    const point = symbolId === 4 ? 1_000 : 10
    const { bid, ask } = broker.market.quoteAt(symbolId, broker.now())
    const better = side === 1 ? -1 : 1
    const at = ((side === 1 ? ask : bid) + (orderType === 2 ? better : -better) * points * point) / 100_000
    broker.trade((exchange, now) =>
      exchange.newOrder(
        accountId,
        {
          ctidTraderAccountId: accountId,
          symbolId,
          orderType,
          tradeSide: side,
          volume: lots * 100_000,
          ...(orderType === 2 && { limitPrice: at }),
          ...(orderType === 3 && { stopPrice: at }),
          ...(orderType === 1 && lots > 2 && { relativeStopLoss: 100 * point, trailingStopLoss: true }),
        },
        command(now),
      ),
    )
  }

/** What is done at another terminal, also while our line is down, by name. */
export const deeds = {
  market: order(1, 0),
  limit: order(2, 30),
  stop: order(3, 30),
  close: ({ broker, accountId }, { which }) => {
    const position = nth(reconcile(broker.exchange.account(accountId), false).position, which)
    if (!position) return
    const { positionId, tradeData } = position
    broker.trade((exchange, now) =>
      exchange.closePosition(
        accountId,
        { ctidTraderAccountId: accountId, positionId, volume: tradeData.volume },
        command(now),
      ),
    )
  },
  cancel: ({ broker, accountId }, { which }) => {
    const pending = nth(reconcile(broker.exchange.account(accountId), false).order, which)
    if (!pending) return
    broker.trade((exchange, now) =>
      exchange.cancelOrder(
        accountId,
        { ctidTraderAccountId: accountId, orderId: pending.orderId },
        command(now),
      ),
    )
  },
  deposit: ({ broker, accountId }, { lots }) => {
    broker.trade((exchange, now) => {
      exchange.deposit(accountId, lots * 1_234, now)
    })
  },
  bonus: ({ broker, accountId }, { lots, which }) => {
    const kind = (['manager', 'ib', 'nonWithdrawable'] as const)[(which % 3) as 0 | 1 | 2]
    broker.trade((exchange, now) => {
      exchange.bonus(accountId, { [kind]: lots * 100_000 }, now)
    })
  },
  leverage: ({ broker, accountId }, { lots }) => {
    broker.trade((exchange, now) => {
      exchange.change(accountId, { leverage: lots * 50 }, now)
    })
  },
} satisfies Record<string, Act>

export type Deed = keyof typeof deeds

export const trade = (floor: Floor, done: Trade): void => {
  deeds[done.does](floor, done)
}

/** Ends what waits for its price, so that nothing is opened while the values are compared. */
export const cancelPending = (floor: Floor): void => {
  for (const { orderId } of reconcile(floor.broker.exchange.account(floor.accountId), false).order)
    floor.broker.trade((exchange, now) =>
      exchange.cancelOrder(floor.accountId, { ctidTraderAccountId: floor.accountId, orderId }, command(now)),
    )
}
