import { chainRate } from '../model/conversion'
import type { MadeMarket } from '../model/madeMarket'
import type { Catalogue, Level, ListedSymbol, Market, Quote, Tick } from '../model/market'
import { createQuotes } from './quotes'
import type { Quotes } from './quotes'

const WIRE_SCALE = 100_000

/** A market elsewhere, as far as it was told of it. */
export interface ExternalMarket extends MadeMarket {
  /** Lists a symbol, or changes its terms. */
  readonly list: (symbol: ListedSymbol) => void
  /** Sets the symbols, all listed before, whose prices convert one asset into another. */
  readonly setChain: (fromAssetId: number, toAssetId: number, symbolIds: readonly number[]) => void
  readonly addLeverage: (leverage: Catalogue['leverages'][number]) => void
  /** Takes a change of price. Its time is not before that of the last one of the symbol. */
  readonly quote: (symbolId: number, tick: Tick) => void
  /** Whether both sides of a symbol have a price. */
  readonly hasQuote: (symbolId: number) => boolean
  /** Takes the whole book of a symbol: all bids and all asks, each best first. */
  readonly setBook: (symbolId: number, levels: readonly Level[]) => void
}

/** What is known of a market elsewhere from the beginning. */
export interface ExternalOffer extends Pick<Catalogue, 'assets' | 'assetClasses' | 'categories'> {
  /** Whether a symbol trades at a time by its schedule, which may be in any time zone. */
  readonly isTrading: (terms: ListedSymbol['terms'], at: number) => boolean
}

interface Instrument {
  listed: ListedSymbol
  readonly quotes: Quotes
  book: readonly Level[]
}

const keyOf = (from: number, to: number): string => `${from} ${to}`

const notHere = (): never => {
  throw new Error('this part of the market is elsewhere')
}

/**
 * A market whose prices come as they happen. Nothing is known of its future, and of its past only the last quotes.
 * So after each quote the exchange has to be told that what it knew of the future is over.
 */
export const createExternalMarket = ({ isTrading, ...offer }: ExternalOffer): ExternalMarket => {
  const instruments = new Map<number, Instrument>()
  const chains = new Map<string, readonly ListedSymbol[]>()
  const leverages = new Map<number, Catalogue['leverages'][number]>()
  const of = (symbolId: number): Instrument => {
    const instrument = instruments.get(symbolId)
    if (!instrument) throw new Error(`no symbol ${symbolId}`)
    return instrument
  }
  const quoteAt = (symbolId: number, at: number): Quote =>
    of(symbolId).quotes.at(at) ?? { bid: 0, ask: 0, at }
  const conversionChain: Market['conversionChain'] = (from, to) =>
    from === to ? [] : chains.get(keyOf(from, to))
  const mid = (symbolId: number, at: number): number => {
    const { bid, ask } = quoteAt(symbolId, at)
    return (bid + ask) / 2 / WIRE_SCALE
  }
  const beyondQuote = ({ bid, ask }: Quote): readonly Level[] => [
    { id: 1, side: 'bid', price: bid, size: Number.MAX_SAFE_INTEGER },
    { id: 2, side: 'ask', price: ask, size: Number.MAX_SAFE_INTEGER },
  ]

  const market: Market = {
    get catalogue() {
      return {
        ...offer,
        symbols: [...instruments.values()].map(({ listed }) => listed),
        leverages: [...leverages.values()],
      }
    },
    symbol: symbolId => instruments.get(symbolId)?.listed,
    isOpen: (symbolId, at) => {
      const { quotes, listed } = of(symbolId)
      return quotes.at(at) !== undefined && isTrading(listed.terms, at)
    },
    quoteAt,
    nextTick: (symbolId, after) => of(symbolId).quotes.after(after) ?? { at: Infinity },
    ticksBetween: notHere,
    ticksBack: notHere,
    barOpening: notHere,
    formingBar: notHere,
    barsBetween: notHere,
    firstReach: (symbolId, ...goal) => of(symbolId).quotes.firstReach(...goal),
    bookAt: (symbolId, at) => {
      const { book } = of(symbolId)
      return book.length > 0 ? book : beyondQuote(quoteAt(symbolId, at))
    },
    sessionClose: notHere,
    conversionChain,
    rate: (from, to, at) => {
      const chain = conversionChain(from, to)
      // Without a way a value is not known. What must be known is checked before an order is taken.
      return chain ? chainRate(chain, from, symbolId => mid(symbolId, at)) : 0
    },
    shift: notHere,
  }

  return {
    market,
    hasNoBook: true,
    list: listed => {
      const { symbolId } = listed.light
      const known = instruments.get(symbolId)
      if (known) known.listed = listed
      else instruments.set(symbolId, { listed, quotes: createQuotes(), book: [] })
    },
    setChain: (from, to, symbolIds) => {
      chains.set(
        keyOf(from, to),
        symbolIds.map(symbolId => of(symbolId).listed),
      )
    },
    addLeverage: leverage => {
      leverages.set(leverage.leverageId, leverage)
    },
    quote: (symbolId, tick) => {
      of(symbolId).quotes.add(tick)
    },
    hasQuote: symbolId => instruments.get(symbolId)?.quotes.at(Infinity) !== undefined,
    setBook: (symbolId, levels) => {
      of(symbolId).book = levels
    },
  }
}
