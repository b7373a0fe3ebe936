import type { QuoteSide } from '../../protocol/side'
import type { Market } from '../market/model/market'
import { createDepthChannel } from './depth'
import type { DepthChannel } from './depth'
import { createSpotChannel } from './spots'
import type { SpotChannel } from './spots'

/** The ticks of one symbol, and its subscribers. */
export interface SymbolFeed {
  readonly symbolId: number
  readonly spots: SpotChannel
  readonly depth: DepthChannel
  readonly nextAt: () => number
  /** Processes the next tick. */
  readonly advance: () => void
  /** Looks up again what comes after that time. Earlier ticks stay as they were, and so do forming bars. */
  readonly repriced: (at: number) => void
  readonly isIdle: () => boolean
}

export interface SymbolFeedOptions {
  readonly firstDepthIsFull: boolean
  /** Whether a side of the prices is muted. */
  readonly isMuted: (side: QuoteSide) => boolean
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
      // First, because a subscriber may ask for the next tick.
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
