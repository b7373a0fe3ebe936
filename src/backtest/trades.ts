import type { ProtoOADeal } from '../protocol/messages/deals'
import { ProtoOAOrderType, ProtoOATradeSide } from '../protocol/messages/enums'
import { toMoney, toPrice } from '../protocol/units'
import type { Market } from '../simulator/market/model/market'
import { unrealisedProfit } from '../simulator/trading/accounting/equity'
import type { Order } from '../simulator/trading/state/records'
import type { ExchangeAccount } from '../simulator/trading/state/exchangeAccount'
import type { ExitReason, OpenTrade, Trade } from './results'

/** Collects the trades of an account from its deals. */
export interface TradeLog {
  /** Reads the deals since the last call. Returns whether there were any. */
  readonly read: () => boolean
  readonly trades: readonly Trade[]
  /** The positions that are open at a time. */
  readonly openAt: (at: number) => readonly OpenTrade[]
}

const sideOf = (tradeSide: ProtoOATradeSide): Trade['side'] =>
  tradeSide === ProtoOATradeSide.BUY ? 'buy' : 'sell'

const symbolName = (market: Market, symbolId: number): string =>
  market.symbol(symbolId)?.light.symbolName ?? String(symbolId)

const exitReason = ({ book }: ExchangeAccount, { orderId, executionPrice = 0 }: ProtoOADeal): ExitReason => {
  const order = book.orders.get(orderId)
  if (order?.isStopOut === true) return 'stopOut'
  if (order?.orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT) return 'closed'
  const { stopPrice, limitPrice } = order
  if (limitPrice === undefined) return 'stopLoss'
  if (stopPrice === undefined) return 'takeProfit'
  const distanceTo = (price: number): number => Math.abs(toPrice(price) - executionPrice)
  return distanceTo(stopPrice) <= distanceTo(limitPrice) ? 'stopLoss' : 'takeProfit'
}

/** The prices of the order behind protections, if it was in force at a time. */
const protectionsAt = (order: Order | undefined, at: number): Pick<Trade, 'stopLoss' | 'takeProfit'> => {
  if (order?.orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT) return {}
  if (order.closedAt !== undefined && order.closedAt < at) return {}
  const { stopPrice, limitPrice } = order
  return {
    ...(stopPrice !== undefined && { stopLoss: toPrice(stopPrice) }),
    ...(limitPrice !== undefined && { takeProfit: toPrice(limitPrice) }),
  }
}

export const createTradeLog = (account: ExchangeAccount): TradeLog => {
  const { book, market } = account
  const money = (amount = 0): number => toMoney(amount, book.terms.moneyDigits)
  const openedAt = new Map<number, number>()
  /** The orders behind the stop losses and take profits of positions. A closed position has lost it. */
  const protectionOrders = new Map<number, number>()
  const trades: Trade[] = []
  let read = 0

  /** The worst and the best profit of a volume before costs, between two times. */
  const excursions = (deal: ProtoOADeal, entryPrice: number, from: number): Pick<Trade, 'mae' | 'mfe'> => {
    const isLong = deal.tradeSide === ProtoOATradeSide.SELL
    // Without the price of that moment: inside a bar, an exit is on the way to it.
    const until = Math.max(from, deal.executionTimestamp - 1)
    const range = market.range?.(deal.symbolId, isLong ? 'bid' : 'ask', from, until)
    const rate = deal.closePositionDetail?.quoteToDepositConversionRate ?? 1
    const units = deal.filledVolume / 100
    const profitAt = (price: number): number => {
      const moved = isLong ? toPrice(price) - entryPrice : entryPrice - toPrice(price)
      return Number((moved * units * rate).toFixed(book.terms.moneyDigits))
    }
    const [low, high] = range ? [profitAt(range.lowest), profitAt(range.highest)] : [0, 0]
    const gross = money(deal.closePositionDetail?.grossProfit)
    return { mae: Math.min(0, low, high, gross), mfe: Math.max(0, low, high, gross) }
  }

  const tradeOf = (deal: ProtoOADeal): Trade | undefined => {
    const { closePositionDetail: detail, positionId, executionTimestamp, executionPrice = 0 } = deal
    if (!detail) return undefined
    const { entryPrice, grossProfit, swap, commission, pnlConversionFee = 0 } = detail
    const entryTime = openedAt.get(positionId) ?? executionTimestamp
    return {
      positionId,
      symbol: symbolName(market, deal.symbolId),
      side: deal.tradeSide === ProtoOATradeSide.SELL ? 'buy' : 'sell',
      volume: deal.filledVolume / 100,
      entryTime,
      entryPrice,
      exitTime: executionTimestamp,
      exitPrice: executionPrice,
      ...protectionsAt(book.orders.get(protectionOrders.get(positionId) ?? deal.orderId), executionTimestamp),
      gross: money(grossProfit),
      commission: money(commission),
      swap: money(swap),
      conversionFee: money(pnlConversionFee),
      net: money(grossProfit + swap + commission + pnlConversionFee),
      ...excursions(deal, entryPrice, entryTime),
      reason: exitReason(account, deal),
    }
  }

  return {
    read: () => {
      for (const { positionId, protectionOrderId } of book.open)
        if (protectionOrderId !== undefined) protectionOrders.set(positionId, protectionOrderId)
      if (book.deals.length === read) return false
      const deals = book.deals.slice(read)
      read += deals.length
      for (const deal of deals) {
        const trade = tradeOf(deal)
        if (trade) trades.push(trade)
        else if (!openedAt.has(deal.positionId)) openedAt.set(deal.positionId, deal.executionTimestamp)
      }
      return true
    },
    trades,
    openAt: at =>
      [...book.open].map(position => ({
        positionId: position.positionId,
        symbol: symbolName(market, position.symbolId),
        side: sideOf(position.tradeSide),
        volume: position.volume / 100,
        entryTime: position.openedAt ?? at,
        entryPrice: toPrice(position.entry),
        unrealised: money(unrealisedProfit(account, position, at).net),
      })),
  }
}
