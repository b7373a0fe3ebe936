import type { ProtoOASymbol } from '../../src/protocol/messages/symbols'
import type { Level, ListedSymbol, Market, Quote, Tick } from '../../src/simulator/market/model/market'
import type { QuoteSide } from '../../src/protocol/side'

/** One line of the script: when, and both sides in 1/100000. */
export type ScriptedQuote = readonly [at: number, bid: number, ask: number]

export interface Script {
  /** By symbol, rising in time; before the first one the first one holds. */
  readonly quotes: Readonly<Record<number, readonly ScriptedQuote[]>>
  /** What the symbols' terms should be where not as usual. */
  readonly terms?: Readonly<Record<number, Partial<ProtoOASymbol>>>
  /** When the market is closed: from included, to excluded. */
  readonly closed?: readonly (readonly [from: number, to: number])[]
  /** Cents on each side of the book; default more than anybody can trade. */
  readonly depth?: number
  readonly leverages?: Market['catalogue']['leverages']
}

const assets = ['EUR', 'USD', 'JPY', 'XAU', 'GBP'].map((name, index) => ({
  assetId: index + 1,
  name,
  digits: 2,
}))
const asset = (name: string): number => assets.find(one => one.name === name)?.assetId ?? 0

const listed = (
  symbolId: number,
  symbolName: string,
  [base, quote]: readonly [string, string],
  terms: Partial<ProtoOASymbol>,
): ListedSymbol => ({
  light: {
    symbolId,
    symbolName,
    enabled: true,
    baseAssetId: asset(base),
    quoteAssetId: asset(quote),
    symbolCategoryId: 1,
  },
  terms: {
    symbolId,
    digits: 5,
    pipPosition: 4,
    enableShortSelling: true,
    guaranteedStopLoss: false,
    swapRollover3Days: 3,
    swapLong: 0,
    swapShort: 0,
    maxVolume: 1_000_000_000,
    minVolume: 100_000,
    stepVolume: 100_000,
    schedule: [],
    scheduleTimeZone: 'UTC',
    lotSize: 10_000_000,
    holiday: [],
    leverageId: 1,
    measurementUnits: base,
    ...terms,
  },
})

const gold = { digits: 2, pipPosition: 1, lotSize: 10_000, minVolume: 100, stepVolume: 100 }

const symbolsOf = (terms: Script['terms'] = {}): ListedSymbol[] => [
  listed(1, 'EURUSD', ['EUR', 'USD'], terms[1] ?? {}),
  listed(2, 'GBPUSD', ['GBP', 'USD'], terms[2] ?? {}),
  listed(4, 'USDJPY', ['USD', 'JPY'], { digits: 3, pipPosition: 2, ...terms[4] }),
  listed(41, 'XAUUSD', ['XAU', 'USD'], { ...gold, ...terms[41] }),
]

const NEVER = 8_640_000_000_000_000

/** A market whose every price is written down, so that a spec can say what must come of it. */
export const scriptedMarket = ({
  quotes,
  terms,
  closed = [],
  depth = 1e15,
  leverages = [],
}: Script): Market => {
  const symbols = symbolsOf(terms)
  const symbolBy = new Map(symbols.map(symbol => [symbol.light.symbolId, symbol]))
  const shifts: { readonly symbolId: number; readonly by: number; readonly after: number }[] = []

  const lines = (symbolId: number): readonly Quote[] =>
    (quotes[symbolId] ?? []).map(([at, bid, ask]) => {
      const by = shifts.reduce(
        (sum, shift) => (shift.symbolId === symbolId && at > shift.after ? sum + shift.by : sum),
        0,
      )
      return { at, bid: bid + by, ask: ask + by }
    })

  const indexAt = (table: readonly Quote[], at: number): number => {
    let low = 0
    let high = table.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((table[middle]?.at ?? Infinity) <= at) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  const cache = new Map<number, readonly Quote[]>()
  const tableOf = (symbolId: number): readonly Quote[] => {
    const known = cache.get(symbolId)
    if (known) return known
    const table = lines(symbolId)
    cache.set(symbolId, table)
    return table
  }
  const quoteAt = (symbolId: number, at: number): Quote => {
    const table = tableOf(symbolId)
    const quote = table[Math.max(0, indexAt(table, at))]
    if (!quote) throw new Error(`no prices are written for symbol ${symbolId}`)
    return quote
  }
  const tickAt = (symbolId: number, index: number): Tick => {
    const table = tableOf(symbolId)
    const quote = table[index]
    if (!quote) return { at: NEVER, bid: 0, ask: 0 }
    const before = table[index - 1]
    return {
      at: quote.at,
      ...(quote.bid !== before?.bid && { bid: quote.bid }),
      ...(quote.ask !== before?.ask && { ask: quote.ask }),
    }
  }
  const rate = (from: number, to: number, at: number): number => {
    if (from === to) return 1
    const mid = ({ light }: ListedSymbol): number => {
      const { bid, ask } = quoteAt(light.symbolId, at)
      return (bid + ask) / 200_000
    }
    const chain = chainOf(from, to) ?? []
    let asset = from
    let product = 1
    for (const symbol of chain) {
      const { baseAssetId, quoteAssetId } = symbol.light
      product = asset === baseAssetId ? product * mid(symbol) : product / mid(symbol)
      asset = asset === baseAssetId ? quoteAssetId : baseAssetId
    }
    return product
  }
  const chainOf = (from: number, to: number): readonly ListedSymbol[] | undefined => {
    if (from === to) return []
    const has = ({ light }: ListedSymbol, one: number, other: number): boolean =>
      (light.baseAssetId === one && light.quoteAssetId === other) ||
      (light.baseAssetId === other && light.quoteAssetId === one)
    const usd = asset('USD')
    const direct = symbols.find(symbol => has(symbol, from, to))
    if (direct) return [direct]
    const first = symbols.find(symbol => has(symbol, from, usd))
    const second = symbols.find(symbol => has(symbol, usd, to))
    return first && second ? [first, second] : undefined
  }

  return {
    catalogue: { assets, assetClasses: [], categories: [], symbols, leverages },
    symbol: symbolId => symbolBy.get(symbolId),
    isOpen: (_, at) => !closed.some(([from, to]) => at >= from && at < to),
    quoteAt,
    nextTick: (symbolId, after) => tickAt(symbolId, indexAt(tableOf(symbolId), after) + 1),
    ticksBetween: () => [],
    ticksBack: () => [],
    barOpening: () => 0,
    formingBar: () => undefined,
    barsBetween: () => [],
    firstReach: (symbolId, side: QuoteSide, beyond, price, after, until) => {
      const table = tableOf(symbolId)
      for (let index = indexAt(table, after) + 1; index < table.length; index += 1) {
        const quote = table[index]
        if (!quote || quote.at > until) return undefined
        if (beyond === 'atOrBelow' ? quote[side] <= price : quote[side] >= price) return quote.at
      }
      return undefined
    },
    bookAt: (symbolId, at): readonly Level[] => {
      const { bid, ask } = quoteAt(symbolId, at)
      return [
        { id: 1, side: 'bid', price: bid, size: depth },
        { id: 2, side: 'ask', price: ask, size: depth },
      ]
    },
    sessionClose: (symbolId, at) => quoteAt(symbolId, at).bid,
    conversionChain: chainOf,
    rate,
    shift: (symbolId, by, at) => {
      shifts.push({ symbolId, by, after: at })
      cache.clear()
    },
  }
}
