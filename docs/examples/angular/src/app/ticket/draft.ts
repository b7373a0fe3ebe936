import { lots, pips, price } from 'rx-ctrader'
import type { NewOrder, Side } from 'rx-ctrader'

/** What the ticket has; a field that is empty is `null`, one that cannot be read is `NaN`. */
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

const known = (value: number | null): number | '?' => (value === null || Number.isNaN(value) ? '?' : value)

export const titleOf = ({ symbol, side, type, volume, price }: Draft): string =>
  `${side} ${known(volume)} ${symbol}${type === 'market' ? '' : ` ${type} ${known(price)}`}`

const names: readonly (readonly [keyof Draft, string])[] = [
  ['volume', 'The volume'],
  ['price', 'The price'],
  ['stopLoss', 'The stop loss'],
  ['takeProfit', 'The take profit'],
]

/** What is missing in a ticket, or cannot be read. */
export const gapIn = (draft: Draft): string | undefined => {
  const unreadable = names.find(([field]) => Number.isNaN(draft[field]))
  if (unreadable)
    return `${unreadable[1]} is not a number: write it as ${(0.1).toLocaleString(navigator.language)}`
  if (draft.volume === null) return 'Enter a volume'
  return draft.type !== 'market' && draft.price === null ? 'Enter a price' : undefined
}
