import type { QuoteSide } from '../../protocol/side'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import type { Market } from '../market/model/market'
import type { SessionActor } from '../model/session'
import type { Unknowns } from '../model/unknowns'
import type { SpotSubscription } from './spots'
import type { Subscriber } from './subscribers'
import { createSymbolFeed } from './symbolFeed'
import type { SymbolFeed } from './symbolFeed'

/**
 * Sends prices to their subscribers. The handlers check if a symbol exists and is already subscribed; nothing is
 * refused here.
 */
export interface Feed extends SessionActor {
  readonly spotsOf: (subscriber: Subscriber, symbolId: number) => SpotSubscription | undefined
  /** Sends the current prices, and from then on the changes. */
  readonly subscribeSpots: (subscriber: Subscriber, symbolId: number, timestamps: boolean, at: number) => void
  /** Also ends the live trendbars of the symbol. */
  readonly unsubscribeSpots: (subscriber: Subscriber, symbolId: number) => void
  /** The periods whose bars come with the spots. Only if the spots are subscribed. */
  readonly setPeriods: (
    subscriber: Subscriber,
    symbolId: number,
    periods: ReadonlySet<ProtoOATrendbarPeriod>,
  ) => void
  readonly hasDepth: (subscriber: Subscriber, symbolId: number) => boolean
  /** Sends the current book, and from then on the changes. */
  readonly subscribeDepth: (subscriber: Subscriber, symbolId: number, at: number) => void
  readonly unsubscribeDepth: (subscriber: Subscriber, symbolId: number) => void
  /** Stops sending one side of a symbol's prices. */
  readonly mute: (symbolId: number, side: QuoteSide) => void
  /** Sends all sides again. */
  readonly unmute: () => void
  /** Call this when a `shift` has changed the market's prices after `at`. */
  readonly repriced: (symbolId: number, at: number) => void
}

/** One actor for all sessions. Work that does not depend on the subscriber is done once per tick. */
export const createFeed = (market: Market, { firstDepthIsFull }: Unknowns): Feed => {
  const feeds = new Map<number, SymbolFeed>()
  const muted = new Map<number, Set<QuoteSide>>()
  let soonest: SymbolFeed | undefined

  const reckon = (): void => {
    soonest = undefined
    let first = Infinity
    for (const feed of feeds.values()) {
      const next = feed.nextAt()
      if (next >= first) continue
      first = next
      soonest = feed
    }
  }
  const follow = (symbolId: number, at: number): SymbolFeed => {
    const options = {
      firstDepthIsFull,
      isMuted: (side: QuoteSide) => muted.get(symbolId)?.has(side) === true,
    }
    const feed = feeds.get(symbolId) ?? createSymbolFeed(market, symbolId, at, options)
    feeds.set(symbolId, feed)
    return feed
  }
  const tidy = (): void => {
    for (const feed of [...feeds.values()]) if (feed.isIdle()) feeds.delete(feed.symbolId)
    reckon()
  }
  const spotsOf: Feed['spotsOf'] = ({ session, accountId }, symbolId) =>
    feeds.get(symbolId)?.spots.get(session, accountId)

  return {
    nextAt: () => soonest?.nextAt(),
    advanceTo: at => {
      while (soonest && soonest.nextAt() <= at) {
        soonest.advance()
        reckon()
      }
    },
    leave: (session, accountId) => {
      for (const { spots, depth } of feeds.values()) {
        spots.leave(session, accountId)
        depth.leave(session, accountId)
      }
      tidy()
    },
    spotsOf,
    subscribeSpots: (subscriber, symbolId, timestamps, at) => {
      follow(symbolId, at).spots.subscribe(subscriber, timestamps, at)
      reckon()
    },
    unsubscribeSpots: ({ session, accountId }, symbolId) => {
      feeds.get(symbolId)?.spots.leave(session, accountId)
      tidy()
    },
    setPeriods: (subscriber, symbolId, periods) => {
      const subscription = spotsOf(subscriber, symbolId)
      if (subscription) feeds.get(symbolId)?.spots.setPeriods(subscription, periods)
    },
    hasDepth: ({ session, accountId }, symbolId) =>
      feeds.get(symbolId)?.depth.has(session, accountId) ?? false,
    subscribeDepth: (subscriber, symbolId, at) => {
      follow(symbolId, at).depth.subscribe(subscriber, at)
      reckon()
    },
    unsubscribeDepth: ({ session, accountId }, symbolId) => {
      feeds.get(symbolId)?.depth.leave(session, accountId)
      tidy()
    },
    mute: (symbolId, side) => {
      muted.set(symbolId, new Set([...(muted.get(symbolId) ?? []), side]))
    },
    unmute: () => {
      muted.clear()
    },
    repriced: (symbolId, at) => {
      feeds.get(symbolId)?.repriced(at)
      reckon()
    },
  }
}
