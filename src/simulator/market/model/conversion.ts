import type { ListedSymbol } from './market'

type Symbols = readonly ListedSymbol[]

/** The shortest way from one asset to another. Of several, the one with the lowest symbol ids. */
const findChain = (symbols: Symbols, from: number, to: number): Symbols | undefined => {
  const ways = new Map<number, Symbols>([[from, []]])
  for (const [asset, way] of ways) {
    if (asset === to) return way
    for (const symbol of symbols) {
      const { baseAssetId, quoteAssetId } = symbol.light
      const other = baseAssetId === asset ? quoteAssetId : quoteAssetId === asset ? baseAssetId : undefined
      if (other !== undefined && !ways.has(other)) ways.set(other, [...way, symbol])
    }
  }
  return undefined
}

/** The ways between assets. Each is looked for once, because profits and margins need it at each fill. */
export const createChains = (symbols: Symbols): ((from: number, to: number) => Symbols | undefined) => {
  const known = new Map<string, Symbols | undefined>()
  return (from, to) => {
    const key = `${from} ${to}`
    if (!known.has(key)) known.set(key, findChain(symbols, from, to))
    return known.get(key)
  }
}

/** The value of one unit of the first asset at the end of a chain. */
export const chainRate = (chain: Symbols, from: number, priceOf: (symbolId: number) => number): number => {
  let asset = from
  let rate = 1
  for (const { light } of chain) {
    const price = priceOf(light.symbolId)
    const sells = light.baseAssetId === asset
    rate = sells ? rate * price : rate / price
    asset = sells ? light.quoteAssetId : light.baseAssetId
  }
  return rate
}
