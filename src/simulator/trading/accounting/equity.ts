import { ProtoOATradeSide } from '../../../protocol/messages/enums'
import type { Quote } from '../../market/model/market'
import { getPurse, getSymbol } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { usedMargin } from './margin'
import { grossProfit, quoteRate } from '../state/money'
import type { Book, Position } from '../state/records'

/** The fill price of an order: buys at the ask, sells at the bid. */
export const fillPrice = (tradeSide: ProtoOATradeSide, { bid, ask }: Quote): number =>
  tradeSide === ProtoOATradeSide.BUY ? ask : bid

/** The price for closing a position: a buy is closed at the bid, a sell at the ask. */
export const exitPrice = (tradeSide: ProtoOATradeSide, { bid, ask }: Quote): number =>
  tradeSide === ProtoOATradeSide.BUY ? bid : ask

/** What closing a position now would bring. Net is after its swaps and opening commission. */
export const unrealisedProfit = (
  account: ExchangeAccount,
  position: Position,
  at: number,
): { readonly gross: number; readonly net: number } => {
  const purse = getPurse(account)
  const symbol = getSymbol(account, position.symbolId)
  const price = exitPrice(position.tradeSide, account.market.quoteAt(position.symbolId, at))
  const gross = grossProfit(purse, position, price, quoteRate(purse, symbol, at))
  return { gross, net: gross + position.swap + position.commission }
}

/** Bonuses cover losses up to the amount of the account's own money, while there is any. */
const activeBonus = ({ bonuses }: Book, own: number): number => {
  const all = bonuses.manager + bonuses.ib + bonuses.nonWithdrawable
  if (own <= 0) return 0
  return all < own ? all : own
}

export const accountEquity = (account: ExchangeAccount, at: number): number => {
  let own = account.book.balance
  for (const position of account.book.open) own += unrealisedProfit(account, position, at).net
  return own + activeBonus(account.book, own)
}

export const freeMargin = (account: ExchangeAccount, at: number): number =>
  accountEquity(account, at) - usedMargin(account.book)
