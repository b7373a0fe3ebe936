import type { ListedSymbol } from './market'

type Symbols = readonly ListedSymbol[]

/** The shortest way from one asset to another. Of several, the one with the lowest symbol ids. */
export const findChain = (symbols: Symbols, from: number, to: number): Symbols | undefined => {
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
