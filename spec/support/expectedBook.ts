import type { OrderBook, PriceLevel } from 'rx-ctrader'
import type { Level, Market } from '../../src/simulator/market/model/market'
import type { QuoteSide } from '../../src/protocol/side'

const levelsOf = (levels: readonly Level[], side: QuoteSide): PriceLevel[] => {
  let cumulative = 0
  return levels
    .filter(level => level.side === side)
    .map(({ price, size }) => {
      cumulative += size
      return { price: price / 100_000, size: size / 100, cumulative: cumulative / 100 }
    })
}

/** The book of the simulator's market, which has both sides, as `depth` is to have it. */
export const expectedBook = (
  market: Pick<Market, 'bookAt' | 'quoteAt'>,
  symbolId: number,
  at: number,
): OrderBook => {
  const levels = market.bookAt(symbolId, at)
  const [bids, asks] = [levelsOf(levels, 'bid'), levelsOf(levels, 'ask')]
  const [[bestBid], [bestAsk]] = [bids, asks]
  const { bid, ask } = market.quoteAt(symbolId, at)
  if (!bestBid || !bestAsk) throw new Error('a side is empty')
  return {
    symbolId,
    bids,
    asks,
    bestBid,
    bestAsk,
    mid: (bid + ask) / 200_000,
    spread: (ask - bid) / 100_000,
    imbalance: (bestBid.size * 100 - bestAsk.size * 100) / (bestBid.size * 100 + bestAsk.size * 100),
  }
}
