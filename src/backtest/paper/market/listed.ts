import type { SymbolDetails } from '../../../streams/symbols/symbols'
import type { ListedSymbol } from '../../../simulator/market/model/market'

/** A standard lot of a currency, in cents of a unit. */
const STANDARD_LOT = 10_000_000
/** No dynamic leverage has it. */
const NO_LEVERAGE = -1
const MOST_DIGITS = 5

/** A symbol as the exchange needs it. What a broker leaves out limits nothing. */
export const toListedSymbol = (symbol: SymbolDetails): ListedSymbol => {
  const { symbolId, symbolName = String(symbolId), baseAssetId = 0, quoteAssetId = 0 } = symbol
  return {
    light: { symbolId, symbolName, baseAssetId, quoteAssetId },
    terms: {
      ...symbol,
      lotSize: symbol.lotSize ?? STANDARD_LOT,
      minVolume: symbol.minVolume ?? 1,
      stepVolume: symbol.stepVolume ?? 1,
      maxVolume: symbol.maxVolume ?? Number.MAX_SAFE_INTEGER,
      leverageId: symbol.leverageId ?? NO_LEVERAGE,
    },
  }
}

/** A symbol that the broker no longer has: past orders and deals still name it. */
export const formerSymbol = (symbolId: number): ListedSymbol =>
  toListedSymbol({ symbolId, digits: MOST_DIGITS, pipPosition: MOST_DIGITS - 1 })
