import { toPrice } from 'rx-ctrader'
import type { ProtoOAOrder, ProtoOAPosition, ProtoOATrader, ProtoOATrendbarPeriod } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'
import { reconcile, unrealisedProfits } from '../../../src/simulator/trading/queries/queries'
import type { Bar } from '../../../src/simulator/market/model/market'

/** Whose truth, and as of when, in ms of the market's time. */
export interface Of {
  readonly broker: Simulator
  readonly accountId: number
  readonly symbolId: number
  readonly at: number
  /** The symbols with missed events: their bars may have holes. */
  readonly muted?: ReadonlySet<number>
  /** A symbol whose quotes cannot be had: positions that need them have a value of a while ago, or are named. */
  readonly unquoted?: number | undefined
}

const byId = <T>(items: readonly T[] | undefined = [], idOf: (item: T) => number): T[] =>
  [...items].sort((a, b) => idOf(a) - idOf(b))

export const quoteOf = ({ broker, symbolId, at }: Of) => {
  const { bid, ask } = broker.market.quoteAt(symbolId, at)
  return { bid: toPrice(bid), ask: toPrice(ask) }
}

/** All levels of both sides, best first. The server tells of the sizes with the prices: those of the last tick. */
export const bookOf = ({ broker, symbolId, at }: Of) => {
  const levels = broker.market.bookAt(symbolId, broker.market.quoteAt(symbolId, at).at)
  const side = (of: 'bid' | 'ask') =>
    levels
      .filter(level => level.side === of)
      .map(({ price, size }) => ({ price: toPrice(price), size: size / 100 }))
  return { bids: side('bid'), asks: side('ask') }
}

const barOf = ({ openedAt, open, high, low, close, volume }: Bar) => ({
  timestamp: openedAt,
  open: toPrice(open),
  high: toPrice(high),
  low: toPrice(low),
  close: toPrice(close),
  volume,
})
export type SeenBar = ReturnType<typeof barOf>

export const formingOf = ({ broker, symbolId, at }: Of, period: ProtoOATrendbarPeriod) => {
  const bar = broker.market.formingBar(symbolId, period, at)
  return bar && barOf(bar)
}

/** The bars that were closed by then, from one to another by their opening. */
export const closedBars = (
  { broker, symbolId, at }: Of,
  period: ProtoOATrendbarPeriod,
  from: number,
  to: number,
): SeenBar[] => broker.market.barsBetween(symbolId, period, { from, to, now: at }).map(barOf)

const standing = ({ broker, accountId }: Of) => reconcile(broker.exchange.account(accountId), false)

export const positionsOf = (of: Of): ProtoOAPosition[] =>
  byId(standing(of).position, ({ positionId }) => positionId)

export const ordersOf = (of: Of): ProtoOAOrder[] => byId(standing(of).order, ({ orderId }) => orderId)

export const traderOf = ({ broker, accountId }: Of): ProtoOATrader => broker.exchange.ledger(accountId).trader

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

export const pnlOf = ({ broker, accountId, at }: Of) => {
  const each = unrealisedProfits(broker.exchange.account(accountId), at)
  return {
    gross: sum(each.map(one => one.grossUnrealizedPnL)),
    net: sum(each.map(one => one.netUnrealizedPnL)),
    each: byId(each, ({ positionId }) => positionId).map(one => [
      one.positionId,
      one.grossUnrealizedPnL,
      one.netUnrealizedPnL,
    ]),
  }
}

/** The larger side of each symbol, which is how the accounts here take both sides together. */
const marginOf = (of: Of): number => {
  const sides = new Map<number, { 1: number; 2: number }>()
  for (const { tradeData, usedMargin = 0 } of positionsOf(of)) {
    const both = sides.get(tradeData.symbolId) ?? { 1: 0, 2: 0 }
    both[tradeData.tradeSide as 1 | 2] += usedMargin
    sides.set(tradeData.symbolId, both)
  }
  return sum([...sides.values()].map(both => Math.max(both[1], both[2])))
}

export const equityOf = (of: Of) => {
  const { balance, managerBonus = 0, ibBonus = 0, nonWithdrawableBonus = 0 } = traderOf(of)
  const worth = balance + pnlOf(of).net
  // A bonus counts up to what the account is worth without it.
  const equity = worth + Math.min(managerBonus + ibBonus + nonWithdrawableBonus, Math.max(0, worth))
  const usedMargin = marginOf(of)
  return {
    balance,
    equity,
    usedMargin,
    freeMargin: equity - usedMargin,
    marginLevel: usedMargin > 0 ? (equity / usedMargin) * 100 : undefined,
  }
}

export const dealIdsOf = ({ broker, accountId }: Of): number[] =>
  broker.exchange
    .ledger(accountId)
    .deals.map(({ dealId }) => dealId)
    .sort((a, b) => a - b)

const ends: Readonly<Record<number, string>> = {
  1: 'accepted',
  2: 'filled',
  3: 'rejected',
  4: 'expired',
  5: 'cancelled',
}

/** How the server has an order in the end, in the words of an update. */
export const statusOf = ({ broker, accountId }: Of, orderId: number): string | undefined => {
  const order = broker.exchange.ledger(accountId).orders.find(one => one.orderId === orderId)
  return order && ends[order.orderStatus]
}

/** Of each open position the symbols whose quotes tell what it is worth. */
const valuingEach = (of: Of): number[][] => {
  const { market } = of.broker
  const { depositAssetId } = traderOf(of)
  return positionsOf(of).map(({ tradeData: { symbolId } }) => {
    const quoteAsset = market.symbol(symbolId)?.light.quoteAssetId ?? NaN
    const chain = market.conversionChain(quoteAsset, depositAssetId) ?? []
    return [symbolId, ...chain.map(({ light }) => light.symbolId)]
  })
}

/** The symbols whose quotes tell what the open positions are worth. */
export const valuingSymbols = (of: Of): number[] => valuingEach(of).flat()

/** The symbols that are of use only for positions that cannot be valued by quotes: whether they are asked for is open. */
export const vainSymbols = (of: Of): number[] =>
  valuingEach(of)
    .filter(symbols => of.unquoted !== undefined && symbols.includes(of.unquoted))
    .flat()

/** Whether the open positions cannot all be valued by quotes. */
export const needsUnquoted = (of: Of): boolean => vainSymbols(of).length > 0
