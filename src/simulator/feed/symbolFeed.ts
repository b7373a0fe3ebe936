import type { Market, Side } from '../market/model/market'
import { createDepthChannel } from './depth'
import type { DepthChannel } from './depth'
import { createSpotChannel } from './spots'
import type { SpotChannel } from './spots'

/** What happens to one symbol, tick by tick, and who hears of it. */
export interface SymbolFeed {
  readonly symbolId: number
  readonly spots: SpotChannel
  readonly depth: DepthChannel
  readonly nextAt: () => number
  /** Lets the next tick happen. */
  readonly advance: () => void
  /** Looks again for what comes after that time. What was before it stays as it was, and so do the bars that form. */
  readonly repriced: (at: number) => void
  readonly isIdle: () => boolean
}

export interface SymbolFeedOptions {
  readonly firstDepthIsFull: boolean
  /** Whether nobody is told of a side of the prices. */
  readonly isMuted: (side: Side) => boolean
}

export const createSymbolFeed = (
  market: Market,
  symbolId: number,
  at: number,
  { firstDepthIsFull, isMuted }: SymbolFeedOptions,
): SymbolFeed => {
  const spots = createSpotChannel(market, symbolId, at, isMuted)
  const depth = createDepthChannel(market, symbolId, firstDepthIsFull)
  let next = market.nextTick(symbolId, at)

  return {
    symbolId,
    spots,
    depth,
    nextAt: () => next.at,
    advance: () => {
      const tick = next
      // First, for whoever hears of the tick may ask what is next.
      next = market.nextTick(symbolId, tick.at)
      spots.take(tick)
      depth.take(tick)
    },
    repriced: from => {
      next = market.nextTick(symbolId, from)
    },
    isIdle: () => spots.isIdle() && depth.isIdle(),
  }
}
