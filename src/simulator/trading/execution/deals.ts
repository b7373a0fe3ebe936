import type { ProtoOADeal } from '../../../protocol/messages/deals'
import { ProtoOADealStatus } from '../../../protocol/messages/enums'
import { toPrice } from '../../../protocol/units'
import { getPurse, getSymbol } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { baseRate, tradeCommission, conversionFee, grossProfit, quoteRate, usdRate } from '../state/money'
import type { Order, Position } from '../state/records'
import { nextSwap } from '../accounting/rollover'
import { proportion } from '../state/rounding'

const average = (a: number, aWeight: number, b: number, bWeight: number): number =>
  a === b ? a : (a * aWeight + b * bWeight) / (aWeight + bWeight)

/**
 * Not more digits than a price on the wire is exact to, so that profits belong to exactly the price that a client
 * reads.
 */
const asTold = (price: number): number => Number(price.toPrecision(15))

/** Adds a fill to its order, and begins its deal. */
const begin = (
  account: ExchangeAccount,
  order: Order,
  position: Position,
  volume: number,
  price: number,
  at: number,
) => {
  const { book, ids } = account
  const wanted = order.volume - order.executedVolume
  order.executedVolume += volume
  order.executedValue += price * volume
  order.updatedAt = at
  position.updatedAt = at
  const symbol = getSymbol(account, order.symbolId)
  const purse = getPurse(account)
  const deal = {
    dealId: ids.next('deal'),
    orderId: order.orderId,
    positionId: position.positionId,
    volume: wanted,
    filledVolume: volume,
    symbolId: order.symbolId,
    createTimestamp: order.openedAt,
    executionTimestamp: at,
    utcLastUpdateTimestamp: at,
    executionPrice: toPrice(price),
    tradeSide: order.tradeSide,
    dealStatus: volume === wanted ? ProtoOADealStatus.FILLED : ProtoOADealStatus.PARTIALLY_FILLED,
    marginRate: baseRate(purse, symbol, at),
    commission: tradeCommission(purse, symbol, volume, price, at),
    baseToUsdConversionRate: usdRate(account.market, symbol, at),
    moneyDigits: book.terms.moneyDigits,
  } satisfies ProtoOADeal
  return { deal, symbol, purse }
}

/** Opens a position or adds to it. The balance does not change: the commission is charged when it is closed. */
export const openingDeal = (
  account: ExchangeAccount,
  order: Order,
  position: Position,
  volume: number,
  price: number,
  at: number,
): ProtoOADeal => {
  const { deal, symbol } = begin(account, order, position, volume, price, at)
  position.entry = asTold(average(position.entry, position.volume, price, volume))
  position.marginRate = average(position.marginRate, position.volume, deal.marginRate, volume)
  position.usdRate = average(position.usdRate, position.volume, deal.baseToUsdConversionRate, volume)
  position.volume += volume
  position.commission += deal.commission
  position.lots.push({ dealId: deal.dealId, left: volume })
  if (position.state !== 'open') {
    position.state = 'open'
    position.openedAt = at
    position.nextSwapAt = nextSwap(symbol.terms, at)
    account.book.open.add(position)
  }
  account.book.deals.push(deal)
  return deal
}

/** First opened, first closed. */
const offset = ({ book }: ExchangeAccount, position: Position, closing: number, volume: number): void => {
  let left = volume
  for (const lot of position.lots) {
    const part = Math.min(lot.left, left)
    if (part === 0) continue
    lot.left -= part
    left -= part
    book.offsets.push({ opening: lot.dealId, closing, volume: part })
  }
}

/** Closes a position or a part of it, and adds the result to the balance. */
export const closingDeal = (
  account: ExchangeAccount,
  order: Order,
  position: Position,
  volume: number,
  price: number,
  at: number,
): ProtoOADeal => {
  const { book } = account
  const { deal: bare, symbol, purse } = begin(account, order, position, volume, price, at)
  const { moneyDigits, ...side } = bare
  const rate = quoteRate(purse, symbol, at)
  const grossProfitHere = grossProfit(purse, { ...position, volume }, price, rate)
  const swap = proportion(position.swap, volume, position.volume)
  const opening = proportion(position.commission, volume, position.volume)
  const pnlConversionFee = conversionFee(purse, symbol, grossProfitHere)
  const commission = opening + side.commission
  book.balance += grossProfitHere + swap + commission + pnlConversionFee
  book.balanceVersion += 1
  const deal: ProtoOADeal = {
    ...side,
    closePositionDetail: {
      entryPrice: toPrice(position.entry),
      grossProfit: grossProfitHere,
      swap,
      commission,
      balance: book.balance,
      quoteToDepositConversionRate: rate,
      closedVolume: volume,
      balanceVersion: book.balanceVersion,
      moneyDigits,
      pnlConversionFee,
    },
    moneyDigits,
  }
  position.volume -= volume
  position.swap -= swap
  position.commission -= opening
  offset(account, position, deal.dealId, volume)
  book.deals.push(deal)
  return deal
}
