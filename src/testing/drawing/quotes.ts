import { toWirePrice } from '../../protocol/units'
import { SYMBOL_ID } from '../messages/usual'
import type { DrawnMarket } from './market'
import type { DrawnTick } from './steps'

/** A change of one side or both, in decimals such as 1.1. */
export interface MarbleQuote {
  /** By its name or its id, also one of your own. Default EURUSD. */
  readonly symbol?: string
  readonly symbolId?: number
  readonly bid?: number
  readonly ask?: number
}

const FIELDS: readonly string[] = ['symbol', 'symbolId', 'bid', 'ask']

const wirePrice = (side: 'bid' | 'ask', decimal: number, digits: number): number => {
  if (typeof decimal !== 'number' || !(toWirePrice(decimal) > 0))
    throw new Error(`${side} must be a price, such as 1.1`)
  if (Math.abs(decimal - Number(decimal.toFixed(digits))) > decimal * 1e-12)
    throw new Error(`${side} ${decimal} has more than the ${digits} digits of the symbol`)
  return toWirePrice(decimal)
}

/** The tick of a quote. Throws for an invalid one: a test with a misspelt quote would test nothing. */
export const toTick = (quote: MarbleQuote, market: DrawnMarket): Omit<DrawnTick, 'at'> => {
  const refused = (detail: string): Error => new Error(`invalid quote: ${JSON.stringify(quote)}: ${detail}`)
  if (typeof quote !== 'object') throw refused('it must have a bid or an ask')
  const unknown = Object.keys(quote).find(field => !FIELDS.includes(field))
  if (unknown !== undefined) throw refused(`${unknown} is not a field of a quote`)
  const { symbol: name, bid, ask } = quote
  if (name !== undefined && quote.symbolId !== undefined)
    throw refused('it can have a symbol or a symbolId, not both')
  if (bid === undefined && ask === undefined) throw refused('it must have a bid or an ask')
  const listed =
    name === undefined
      ? market.symbol(quote.symbolId ?? SYMBOL_ID)
      : market.catalogue.symbols.find(({ light }) => light.symbolName === name)
  if (!listed) throw new Error(`the market has no symbol ${name ?? quote.symbolId}`)
  const { symbolId } = listed.light
  const { digits } = listed.terms
  const sides = {
    ...(bid !== undefined && { bid: wirePrice('bid', bid, digits) }),
    ...(ask !== undefined && { ask: wirePrice('ask', ask, digits) }),
  }
  if (bid !== undefined && ask !== undefined && bid > ask) throw refused('its bid is above its ask')
  return { symbolId, ...sides, told: true }
}
