import { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import { symbolSessions } from '../calendar/sessions'
import { toPeriod } from '../calendar/periods'
import { chainRate, createChains } from '../model/conversion'
import type { ListedSymbol, Market, Quote } from '../model/market'
import { bookLevels } from '../prices/book'
import { partKey, seedKey } from '../model/random'
import type { PreparedHistory } from './readHistory'
import { createTickStore } from './tickStore'

const WIRE_DIGITS = 5
const WIRE_SCALE = 100_000

/** The levels of a book are so many steps apart. */
const BOOK_GAP = 10

const createInstrument = ({ columns, longestPause }: PreparedHistory, listed: ListedSymbol, seed: number) => {
  const { symbolId, digits, lotSize } = listed.terms
  const step = 10 ** (WIRE_DIGITS - digits)
  return {
    listed,
    ticks: createTickStore(columns, step),
    sessions: symbolSessions(listed.terms),
    longestPause,
    step,
    book: { key: partKey(partKey(seedKey(seed), -symbolId), 5), step, gap: BOOK_GAP, lot: lotSize },
  }
}
type Instrument = ReturnType<typeof createInstrument>

/**
 * A market whose prices are those of histories. It has no other symbols. Assets that no history converts are
 * converted by the prices of the market of the seed.
 */
export const historyMarket = (base: Market, histories: readonly PreparedHistory[], seed: number): Market => {
  const instruments = new Map<number, Instrument>()
  const listedOf = (symbolId: number): ListedSymbol | undefined =>
    base.catalogue.symbols.find(({ light }) => light.symbolId === symbolId)
  for (const history of histories) {
    const listed = listedOf(history.symbolId)
    if (listed) instruments.set(history.symbolId, createInstrument(history, listed, seed))
  }
  const symbols = base.catalogue.symbols.filter(({ light }) => instruments.has(light.symbolId))
  const of = (symbolId: number): Instrument => {
    const instrument = instruments.get(symbolId)
    if (!instrument) throw new Error(`no symbol ${symbolId}`)
    return instrument
  }

  const quoteAt: Market['quoteAt'] = (symbolId, at) => {
    const { ticks } = of(symbolId)
    const quote = ticks.quoteAt(at)
    if (quote) return quote
    // Before the first price. A simulator does not start there, but may be asked.
    const { bid = 0, ask = 0 } = ticks.nextTick(-Infinity)
    return { bid, ask, at }
  }
  const mid = ({ bid, ask }: Quote): number => (bid + ask) / 2 / WIRE_SCALE
  const conversionChain: Market['conversionChain'] = createChains(symbols)
  const openingAt = (period: ProtoOATrendbarPeriod) => toPeriod(period).openingAt

  return {
    catalogue: { ...base.catalogue, symbols },
    symbol: symbolId => instruments.get(symbolId)?.listed,
    isOpen: (symbolId, at) => {
      const { sessions, ticks, longestPause } = of(symbolId)
      const last = ticks.quoteAt(at)
      return last !== undefined && at - last.at <= longestPause && sessions.isOpen(at)
    },
    quoteAt,
    nextTick: (symbolId, after) => of(symbolId).ticks.nextTick(after),
    ticksBetween: (symbolId, from, to) => of(symbolId).ticks.ticksBetween(from, to),
    ticksBack: (symbolId, from, to) => of(symbolId).ticks.ticksBack(from, to),
    barOpening: (_, period, at) => openingAt(period)(at),
    formingBar: (symbolId, period, at) => of(symbolId).ticks.formingBar(openingAt(period), at),
    barsBetween: (symbolId, period, range) => of(symbolId).ticks.barsBetween(openingAt(period), range),
    firstReach: (symbolId, ...goal) => of(symbolId).ticks.firstReach(...goal),
    range: (symbolId, ...range) => of(symbolId).ticks.range(...range),
    barAround: (symbolId, at) => of(symbolId).ticks.barAround(at),
    bookAt: (symbolId, at) => bookLevels(of(symbolId).book, quoteAt(symbolId, at), at),
    sessionClose: (symbolId, at) => quoteAt(symbolId, openingAt(ProtoOATrendbarPeriod.D1)(at) - 1).bid,
    conversionChain,
    rate: (from, to, at) => {
      const chain = conversionChain(from, to)
      return chain ? chainRate(chain, from, symbolId => mid(quoteAt(symbolId, at))) : base.rate(from, to, at)
    },
    shift: (symbolId, by, at) => {
      const { ticks, step } = of(symbolId)
      ticks.shift(Math.round(by / step), at)
    },
  }
}
