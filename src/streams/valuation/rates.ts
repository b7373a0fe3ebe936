import { profitRateOf } from './conversion'
import type { ConversionChain } from './conversion'
import type { KnownPrices } from '../../operators/mergeQuote'

const quotedFor = (symbolId: number, chain: ConversionChain): readonly number[] => [
  symbolId,
  ...chain.map(step => step.symbolId),
]

/** The latest prices, and the chains that convert the profits of symbols into money of the account. */
export const createRates = () => {
  const prices = new Map<number, KnownPrices>()
  const chains = new Map<number, ConversionChain>()
  const concerned = new Map<number, Set<number>>()

  /** Stops converting the profits of a symbol. Prices that are no longer used are forgotten. */
  const release = (symbolId: number): void => {
    for (const quoted of quotedFor(symbolId, chains.get(symbolId) ?? [])) {
      const symbols = concerned.get(quoted)
      if (symbols?.delete(symbolId) !== true || symbols.size > 0) continue
      concerned.delete(quoted)
      prices.delete(quoted)
    }
    chains.delete(symbolId)
  }

  return {
    /** By symbol. */
    prices,
    release,
    /** Converts the profits of a symbol with this chain. */
    convert: (symbolId: number, chain: ConversionChain): void => {
      release(symbolId)
      chains.set(symbolId, chain)
      for (const quoted of quotedFor(symbolId, chain))
        concerned.set(quoted, (concerned.get(quoted) ?? new Set<number>()).add(symbolId))
    },
    isConverted: (symbolId: number): boolean => chains.has(symbolId),
    /** What one unit of a profit in the symbol is worth in money of the account, if the quotes say it. */
    rateOf: (symbolId: number): number | undefined => {
      const chain = chains.get(symbolId)
      return chain && profitRateOf(chain, prices)
    },
    /** The symbols that a quote concerns: its own, and those whose profits it converts. */
    concernedBy: (quoted: number): Iterable<number> => concerned.get(quoted) ?? [],
  }
}
