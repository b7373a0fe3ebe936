import { profitRate } from './conversion'
import type { ConversionChain } from './conversion'
import type { KnownPrices } from '../../operators/mergeQuote'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { exitSide, hasEntry } from './profit'
import type { UnvaluedReason } from './unvalued'

const quotedFor = (symbolId: number, chain: ConversionChain): readonly number[] => [
  symbolId,
  ...chain.map(step => step.symbolId),
]

/** The latest prices, the failures, and the chains that convert the profits of symbols into money of the account. */
export const createRates = () => {
  const prices = new Map<number, KnownPrices>()
  const chains = new Map<number, ConversionChain>()
  const concerned = new Map<number, Set<number>>()
  const failures = new Map<number, UnvaluedReason>()

  /** Stops converting the profits of a symbol. Prices that are no longer used are forgotten. */
  const drop = (symbolId: number): void => {
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
    prices: prices as Pick<typeof prices, 'get' | 'clear'>,
    /** Sets the prices of a symbol. Returns whether they are new. */
    quote: (symbolId: number, latest: KnownPrices): boolean => {
      // A quote that concerns several symbols comes once for each of them.
      if (prices.get(symbolId) === latest) return false
      prices.set(symbolId, latest)
      failures.delete(symbolId)
      return true
    },
    /** The symbol has no rate until it is converted and quoted again: it has no positions any more, or it failed. */
    release: (symbolId: number, failure?: UnvaluedReason): void => {
      drop(symbolId)
      if (failure) failures.set(symbolId, failure)
      else failures.delete(symbolId)
    },
    /** Converts the profits of a symbol with this chain. */
    convert: (symbolId: number, chain: ConversionChain): void => {
      if (failures.get(symbolId) === 'noConversion') failures.delete(symbolId)
      drop(symbolId)
      chains.set(symbolId, chain)
      for (const quoted of quotedFor(symbolId, chain))
        concerned.set(quoted, (concerned.get(quoted) ?? new Set<number>()).add(symbolId))
    },
    /** What one unit of a profit in the symbol is worth in money of the account, if the quotes say it. */
    rateOf: (symbolId: number): number | undefined => {
      const chain = chains.get(symbolId)
      return chain && profitRate(chain, prices)
    },
    /** The symbols that a quote concerns: its own, and those whose profits it converts. */
    concernedBy: (quoted: number): Iterable<number> => concerned.get(quoted) ?? [],
    /** Why a position cannot be valued. */
    whyOf: (position: ProtoOAPosition): UnvaluedReason => {
      const { symbolId } = position.tradeData
      if (!hasEntry(position)) return 'noEntryPrice'
      const failure = failures.get(symbolId)
      if (failure) return failure
      if (!chains.has(symbolId)) return 'noConversion'
      return prices.get(symbolId)?.[exitSide(position)] === undefined ? 'notQuoted' : 'rateNotQuoted'
    },
  }
}
