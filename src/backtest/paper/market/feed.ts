import { EMPTY, Subscription, switchMap } from 'rxjs'
import type { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import type { ProtoOASpotEvent } from '../../../protocol/messages/quotes'
import { PayloadType } from '../../../protocol/payloadType'
import type { DepthEvent } from '../../../operators/toBook'
import type { Feed } from '../../../simulator/feed/feed'
import type { SpotSubscription } from '../../../simulator/feed/spots'
import type { Subscriber } from '../../../simulator/feed/subscribers'
import type { Session } from '../../../simulator/model/session'
import { omitUndefined } from '../../../util/omitUndefined'
import type { Quotations } from './quotations'
import type { Upstream } from './upstream'

interface Spots extends Subscriber {
  readonly timestamps: boolean
  readonly bars: Map<ProtoOATrendbarPeriod, Subscription>
  readonly held: Subscription
}

/** What one session has subscribed, by symbol. */
interface Subscribed {
  readonly spots: Map<number, Spots>
  readonly depth: Map<number, Subscription>
}

/** An event as a session has asked for it. */
const toldTo = (
  { accountId, timestamps, bars }: Spots,
  { symbolId, bid, ask, sessionClose, trendbar, timestamp }: ProtoOASpotEvent,
): ProtoOASpotEvent => {
  const wanted = trendbar?.filter(({ period }) => period !== undefined && bars.has(period)) ?? []
  return {
    ctidTraderAccountId: accountId,
    symbolId,
    ...omitUndefined({
      bid,
      ask,
      sessionClose,
      trendbar: wanted.length > 0 ? wanted : undefined,
      timestamp: timestamps ? timestamp : undefined,
    }),
  }
}

/** The changes of a book, also where the real account begins it anew. */
const bookChanges = ({ session, accountId }: Subscriber) => {
  const ids = new Set<number>()
  return ({ whole, symbolId, newQuotes = [], deletedQuotes = [] }: DepthEvent): void => {
    const added = new Set(newQuotes.map(({ id }) => id))
    const deleted = whole ? [...ids].filter(id => !added.has(id)) : deletedQuotes
    for (const id of added) ids.add(id)
    for (const id of deleted) ids.delete(id)
    session.push(PayloadType.PROTO_OA_DEPTH_EVENT, {
      ctidTraderAccountId: accountId,
      symbolId,
      newQuotes,
      deletedQuotes: deleted,
    })
  }
}

/** Sends the prices of the real account to the sessions that have subscribed to them. */
export const createPaperFeed = (upstream: Upstream, quotations: Quotations): Feed => {
  const bySession = new Map<Session, Subscribed>()
  const of = (session: Session): Subscribed => {
    const subscribed = bySession.get(session) ?? { spots: new Map(), depth: new Map() }
    bySession.set(session, subscribed)
    return subscribed
  }
  const endSpots = (session: Session, symbolId: number): void => {
    const { spots } = of(session)
    spots.get(symbolId)?.held.unsubscribe()
    spots.delete(symbolId)
  }
  const endDepth = (session: Session, symbolId: number): void => {
    const { depth } = of(session)
    depth.get(symbolId)?.unsubscribe()
    depth.delete(symbolId)
  }
  const spotsOf = ({ session }: Subscriber, symbolId: number): SpotSubscription | undefined => {
    const spots = bySession.get(session)?.spots.get(symbolId)
    return spots && { ...spots, periods: [...spots.bars.keys()] }
  }
  const tell = (spots: Spots, event: ProtoOASpotEvent): void => {
    spots.session.push(PayloadType.PROTO_OA_SPOT_EVENT, toldTo(spots, event))
  }
  /** The current prices, if they are known. Otherwise the first event has them. */
  const tellKnown = (spots: Spots, symbolId: number): void => {
    const { bid, ask, sessionClose, timestamp } = quotations.known(symbolId)
    if (bid === undefined || ask === undefined) return
    tell(spots, {
      ctidTraderAccountId: spots.accountId,
      symbolId,
      bid,
      ask,
      ...omitUndefined({ sessionClose, timestamp }),
    })
  }

  return {
    nextAt: () => undefined,
    advanceTo: () => undefined,
    spotsOf,
    subscribeSpots: (subscriber, symbolId, timestamps) => {
      const held = new Subscription()
      const spots: Spots = { ...subscriber, timestamps, bars: new Map(), held }
      of(subscriber.session).spots.set(symbolId, spots)
      tellKnown(spots, symbolId)
      held.add(
        quotations.events(symbolId).subscribe(event => {
          tell(spots, event)
        }),
      )
      held.add(quotations.hold(symbolId).subscribe())
      held.add(() => {
        for (const bar of spots.bars.values()) bar.unsubscribe()
      })
    },
    unsubscribeSpots: ({ session }, symbolId) => {
      endSpots(session, symbolId)
    },
    setPeriods: ({ session }, symbolId, periods) => {
      const bars = of(session).spots.get(symbolId)?.bars
      if (!bars) return
      for (const [period, bar] of bars)
        if (!periods.has(period)) {
          bar.unsubscribe()
          bars.delete(period)
        }
      for (const period of periods)
        if (!bars.has(period))
          bars.set(period, upstream.bars(symbolId, period).subscribe({ error: () => undefined }))
    },
    hasDepth: ({ session }, symbolId) => bySession.get(session)?.depth.has(symbolId) === true,
    subscribeDepth: (subscriber, symbolId) => {
      of(subscriber.session).depth.set(
        symbolId,
        upstream
          .depth(symbolId)
          .pipe(switchMap(book => book?.event$ ?? EMPTY))
          .subscribe({ next: bookChanges(subscriber), error: () => undefined }),
      )
    },
    unsubscribeDepth: ({ session }, symbolId) => {
      endDepth(session, symbolId)
    },
    leave: session => {
      const subscribed = bySession.get(session)
      if (!subscribed) return
      for (const symbolId of subscribed.spots.keys()) endSpots(session, symbolId)
      for (const symbolId of subscribed.depth.keys()) endDepth(session, symbolId)
      bySession.delete(session)
    },
    mute: () => undefined,
    unmute: () => undefined,
    repriced: () => undefined,
  }
}
