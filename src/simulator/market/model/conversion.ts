import type { ListedSymbol } from './market'

type Symbols = readonly ListedSymbol[]

/** The shortest way from one asset to another; of several the one of the lowest symbol ids. */
export const chainOf = (symbols: Symbols, from: number, to: number): Symbols | undefined => {
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

/** What one unit of an asset is worth at the end of a chain that begins with it. */
export const rateAlong = (chain: Symbols, from: number, priceOf: (symbolId: number) => number): number => {
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
