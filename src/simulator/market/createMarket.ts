import { createBars } from './prices/bars'
import { bookLevels } from './prices/book'
import type { ProtoOAHoliday } from '../../protocol/messages/symbols'
import type { OwnSymbol } from './catalogue/ownSymbols'
import { priceCharacter, catalogue as plain } from './catalogue/catalogue'
import { chainRate, createChains } from './model/conversion'
import type { Catalogue, ListedSymbol, Market } from './model/market'
import { toTradingDay, openingTime } from './calendar/newYork'
import { createQuotes } from './prices/quotes'
import { partKey, seedKey } from './model/random'
import { createReach } from './prices/reach'
import { createSeries } from './prices/series'
import { symbolSessions } from './calendar/sessions'

const WIRE_DIGITS = 5
const WIRE_SCALE = 100_000

/** All about one symbol of a market; `pricesOf` is the symbol whose prices it has. */
const createInstrument = (listed: ListedSymbol, seed: number, pricesOf: number) => {
  const { symbolId, digits, lotSize } = listed.terms
  const character = priceCharacter(pricesOf)
  const sessions = symbolSessions(listed.terms)
  const series = createSeries({ seed, symbolId, digits, character, sessions })
  const step = 10 ** (WIRE_DIGITS - digits)
  const quotes = createQuotes(series, step)
  const { spread, extraSpread } = character
  return {
    listed,
    sessions,
    series,
    step,
    quotes,
    bars: createBars(series, step),
    // The widest spread of the day is four times as wide, and a step or two more when asks must not repeat.
    firstReach: createReach({
      series,
      step,
      spread: { least: spread, most: spread + 4 * extraSpread + 2 },
    }),
    book: { key: partKey(partKey(seed, -symbolId), 5), step, gap: spread + 1, lot: lotSize },
  }
}
type Instrument = ReturnType<typeof createInstrument>

const none: ReadonlyMap<number, readonly ProtoOAHoliday[]> = new Map()

/** What a market offers: symbols of one's own beside those of the plain catalogue, or instead of them. */
export interface Offer {
  readonly catalogue: Catalogue
  readonly own: readonly OwnSymbol[]
}

const plainOffer: Offer = { catalogue: plain, own: [] }

/** The market of a seed, with these holidays of its symbols. */
export const createMarket = (seed: number, holidays = none, offer = plainOffer): Market => {
  const twins = new Map(offer.own.map(({ listed, pricesOf }) => [listed.light.symbolId, pricesOf]))
  const pricesOf = ({ light: { symbolId } }: ListedSymbol): number | undefined =>
    twins.has(symbolId) ? twins.get(symbolId) : symbolId
  const catalogue: Catalogue = {
    ...offer.catalogue,
    symbols: offer.catalogue.symbols.map(symbol => {
      const holiday = holidays.get(symbol.light.symbolId)
      return holiday ? { ...symbol, terms: { ...symbol.terms, holiday } } : symbol
    }),
  }
  const instruments = new Map<number, Instrument>(
    catalogue.symbols.flatMap(listed => {
      const twin = pricesOf(listed)
      // A symbol that needs a history gets its prices there.
      return twin === undefined
        ? []
        : [[listed.light.symbolId, createInstrument(listed, seedKey(seed), twin)] as const]
    }),
  )
  const of = (symbolId: number): Instrument => {
    const instrument = instruments.get(symbolId)
    if (!instrument) throw new Error(`no symbol ${symbolId}`)
    return instrument
  }
  const mid = (symbolId: number, at: number): number => {
    const { bid, ask } = of(symbolId).quotes.quoteAt(at)
    return (bid + ask) / 2 / WIRE_SCALE
  }
  const conversionChain: Market['conversionChain'] = createChains(catalogue.symbols)

  return {
    catalogue,
    symbol: symbolId => instruments.get(symbolId)?.listed,
    isOpen: (symbolId, at) => of(symbolId).sessions.isOpen(at),
    quoteAt: (symbolId, at) => of(symbolId).quotes.quoteAt(at),
    nextTick: (symbolId, after) => of(symbolId).quotes.nextTick(after),
    ticksBetween: (symbolId, from, to) => of(symbolId).quotes.ticksBetween(from, to),
    ticksBack: (symbolId, from, to) => of(symbolId).quotes.ticksBack(from, to),
    barOpening: (symbolId, period, at) => of(symbolId).bars.openingAt(period, at),
    formingBar: (symbolId, period, at) => of(symbolId).bars.formingBar(period, at),
    barsBetween: (symbolId, period, range) => of(symbolId).bars.barsBetween(period, range),
    firstReach: (symbolId, ...goal) => of(symbolId).firstReach(...goal),
    bookAt: (symbolId, at) => {
      const { book, quotes } = of(symbolId)
      return bookLevels(book, quotes.quoteAt(at), at)
    },
    sessionClose: (symbolId, at) => of(symbolId).quotes.quoteAt(openingTime(toTradingDay(at)) - 1).bid,
    conversionChain,
    rate: (from, to, at) => {
      const chain = conversionChain(from, to)
      if (!chain) throw new Error(`no way from asset ${from} to asset ${to}`)
      return chainRate(chain, from, symbolId => mid(symbolId, at))
    },
    shift: (symbolId, by, at) => {
      const { series, bars, step } = of(symbolId)
      series.shift(Math.round(by / step), at)
      bars.forget()
    },
  }
}
