import { lots, pips, price } from 'rx-ctrader'
import type { NewOrder, Side } from 'rx-ctrader'

/** What the ticket says; a field that is empty is `null`. */
export interface Draft {
  readonly symbol: string
  readonly side: Side
  readonly type: 'market' | 'limit' | 'stop'
  readonly volume: number | null
  readonly price: number | null
  readonly stopLoss: number | null
  readonly takeProfit: number | null
}

/** The order of a ticket. Whether it keeps to the rules of the symbol, `dryRun` and `placeOrder` check. */
export const orderOf = ({ symbol, side, type, volume, stopLoss, takeProfit, ...draft }: Draft): NewOrder => {
  const terms = {
    symbol,
    side,
    volume: lots(volume ?? 0),
    ...(stopLoss !== null && { stopLoss: pips(stopLoss) }),
    ...(takeProfit !== null && { takeProfit: pips(takeProfit) }),
  }
  return type === 'market' ? { ...terms, type } : { ...terms, type, price: price(draft.price ?? 0) }
}

export const titleOf = ({ symbol, side, type, volume, price }: Draft): string =>
  `${side} ${volume ?? '?'} ${symbol}${type === 'market' ? '' : ` ${type} ${price ?? '?'}`}`
