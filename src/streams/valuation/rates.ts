import { profitRateOf } from './conversion'
import type { ConversionChain } from './conversion'
import type { Sides } from '../market/lastQuote'

/** The latest quotes, and the rates that convert profits of symbols into money of the account. */
export interface Rates {
  /** Converts the profits of a symbol with this chain. */
  readonly convert: (symbolId: number, chain: ConversionChain) => void
  /** Stops converting the profits of a symbol. Quotes that are no longer used are forgotten. */
  readonly release: (symbolId: number) => void
  readonly isConverted: (symbolId: number) => boolean
  readonly quote: (sides: Sides) => void
  readonly quoteOf: (symbolId: number) => Sides | undefined
  readonly forgetQuotes: () => void
  /** The chain that converts the profits of a symbol. */
  readonly rateOf: (symbolId: number) => number | undefined
  /** The symbols that a quote concerns: its own, and those whose profits it converts. */
  readonly concernedBy: (quoted: number) => Iterable<number>
}

export const createRates = (): Rates => {
  const quotes = new Map<number, Sides>()
  const chains = new Map<number, ConversionChain>()
  const concerned = new Map<number, Set<number>>()

  const quotedFor = (symbolId: number, chain: ConversionChain): readonly number[] => [
    symbolId,
    ...chain.map(step => step.symbolId),
  ]

  const release = (symbolId: number): void => {
    for (const quoted of quotedFor(symbolId, chains.get(symbolId) ?? [])) {
      const symbols = concerned.get(quoted)
      if (symbols?.delete(symbolId) !== true || symbols.size > 0) continue
      concerned.delete(quoted)
      quotes.delete(quoted)
    }
    chains.delete(symbolId)
  }

  return {
    convert: (symbolId, chain) => {
      release(symbolId)
      chains.set(symbolId, chain)
      for (const quoted of quotedFor(symbolId, chain))
        concerned.set(quoted, (concerned.get(quoted) ?? new Set<number>()).add(symbolId))
    },
    release,
    isConverted: symbolId => chains.has(symbolId),
    quote: sides => {
      quotes.set(sides.symbolId, sides)
    },
    quoteOf: symbolId => quotes.get(symbolId),
    forgetQuotes: () => {
      quotes.clear()
    },
    rateOf: symbolId => {
      const chain = chains.get(symbolId)
      return chain && profitRateOf(chain, quotes)
    },
    concernedBy: quoted => concerned.get(quoted) ?? [],
  }
}
