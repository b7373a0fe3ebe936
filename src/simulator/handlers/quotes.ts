import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import type { Feed } from '../feed/feed'
import { isPeriod } from '../feed/periods'
import type { Subscriber } from '../feed/subscribers'
import * as refusals from '../model/refusals'
import type { Refusal } from '../model/refusals'
import type { Call, Handlers } from './handler'

const SPOTS = 'spots'
const DEPTH = 'depth quotes'
const TRENDBARS = 'live trendbars'

type SubscriptionType =
  | typeof PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
  | typeof PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ
  | typeof PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ
  | typeof PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ

/** The common parts of these requests. */
type SubscriptionCall = Pick<Call<SubscriptionType>, 'session' | 'world' | 'at' | 'answer' | 'refuse'> & {
  readonly payload: {
    readonly ctidTraderAccountId: number
    readonly symbolId?: readonly number[]
    readonly subscribeToSpotTimestamp?: boolean
  }
}

/**
 * Does something for each symbol, after the answer. A symbol that is named twice counts once. If one symbol cannot
 * be served, the whole request is refused and changes nothing, so that a refusal means the same for all of them.
 */
const forEachSymbol =
  (
    objection: (feed: Feed, subscriber: Subscriber, symbolId: number) => Refusal | undefined,
    act: (feed: Feed, subscriber: Subscriber, symbolId: number, call: SubscriptionCall) => void,
  ) =>
  (call: SubscriptionCall): void => {
    const { ctidTraderAccountId, symbolId } = call.payload
    const { market, feed } = call.world
    const subscriber = { session: call.session, accountId: ctidTraderAccountId }
    const symbolIds = new Set(symbolId)
    for (const id of symbolIds) {
      const refusal = market.symbol(id) ? objection(feed, subscriber, id) : refusals.symbolNotFound(id)
      if (refusal) {
        call.refuse(refusal)
        return
      }
    }
    call.answer({ ctidTraderAccountId })
    for (const id of symbolIds) act(feed, subscriber, id, call)
  }

type TrendbarType =
  | typeof PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ
  | typeof PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ

/** Changes which periods come with the spots of a symbol. */
const changePeriods =
  (
    objection: (symbolId: number, subscribed: boolean) => Refusal | undefined,
    change: (periods: Set<ProtoOATrendbarPeriod>, period: ProtoOATrendbarPeriod) => void,
  ) =>
  ({
    payload: { ctidTraderAccountId, period, symbolId },
    session,
    world: { market, feed },
    answer,
    refuse,
  }: Pick<Call<TrendbarType>, 'payload' | 'session' | 'world' | 'answer' | 'refuse'>): void => {
    const subscriber = { session, accountId: ctidTraderAccountId }
    const spots = feed.spotsOf(subscriber, symbolId)
    const periods = new Set(spots?.periods)
    const refusal = !isPeriod(period)
      ? refusals.invalidField(`Trendbar period ${period} is unknown`)
      : !market.symbol(symbolId)
        ? refusals.symbolNotFound(symbolId)
        : // The live server uses its general code here, not NOT_SUBSCRIBED_TO_SPOTS.
          !spots
          ? refusals.notSubscribed(SPOTS, symbolId)
          : objection(symbolId, periods.has(period))
    if (refusal) {
      refuse(refusal)
      return
    }
    change(periods, period)
    feed.setPeriods(subscriber, symbolId, periods)
    answer({ ctidTraderAccountId })
  }

export const quoteHandlers = {
  [PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ]: forEachSymbol(
    (feed, subscriber, symbolId) =>
      feed.spotsOf(subscriber, symbolId) && refusals.alreadySubscribed(SPOTS, symbolId),
    (feed, subscriber, symbolId, { payload: { subscribeToSpotTimestamp = false }, at }) => {
      feed.subscribeSpots(subscriber, symbolId, subscribeToSpotTimestamp, at)
    },
  ),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ]: forEachSymbol(
    (feed, subscriber, symbolId) =>
      feed.spotsOf(subscriber, symbolId) ? undefined : refusals.notSubscribedToSpots(symbolId),
    (feed, subscriber, symbolId) => {
      feed.unsubscribeSpots(subscriber, symbolId)
    },
  ),
  [PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ]: changePeriods(
    (symbolId, subscribed) => (subscribed ? refusals.alreadySubscribed(TRENDBARS, symbolId) : undefined),
    (periods, period) => periods.add(period),
  ),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ]: changePeriods(
    (symbolId, subscribed) => (subscribed ? undefined : refusals.notSubscribed(TRENDBARS, symbolId)),
    (periods, period) => periods.delete(period),
  ),
  [PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ]: forEachSymbol(
    (feed, subscriber, symbolId) =>
      feed.hasDepth(subscriber, symbolId) ? refusals.alreadySubscribed(DEPTH, symbolId) : undefined,
    (feed, subscriber, symbolId, { at }) => {
      feed.subscribeDepth(subscriber, symbolId, at)
    },
  ),
  [PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ]: forEachSymbol(
    (feed, subscriber, symbolId) =>
      feed.hasDepth(subscriber, symbolId) ? undefined : refusals.notSubscribed(DEPTH, symbolId),
    (feed, subscriber, symbolId) => {
      feed.unsubscribeDepth(subscriber, symbolId)
    },
  ),
} satisfies Handlers
