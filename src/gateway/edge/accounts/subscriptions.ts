import { forkJoin, map, merge, take } from 'rxjs'
import { PayloadType } from '../../../protocol/payloadType'
import type { Payload } from '../../../protocol/table'
import { priceKeyText } from '../../bus/messages'
import type { OwnerAnswer, PriceKey, Refusal } from '../../bus/messages'
import { notAuthorized, notReachable } from '../../model/refusals'
import type { BookListener } from '../prices/bookFeed'
import type { Call } from '../wire/call'
import type { Outbox } from '../wire/outbox'
import type { SpotListener } from '../prices/spotFeed'
import type { PeerAccount } from './peerAccount'

/** What the handlers of subscriptions need of a line. */
export interface SubscriptionContext {
  readonly outbox: Outbox
  /** Whether a peer may have so many more subscriptions. */
  readonly mayAdd: (count: number) => boolean
}

type SubscriptionHandler = (peer: PeerAccount, call: Call, context: SubscriptionContext) => void

const tooMany: Refusal = { errorCode: 'INVALID_REQUEST', description: 'Too many subscriptions on this line' }

const alreadySubscribed: Refusal = { errorCode: 'ALREADY_SUBSCRIBED', description: 'Already subscribed' }

const notSubscribed = (what: string): Refusal => ({
  errorCode: 'INVALID_REQUEST',
  description: `Not subscribed to ${what}`,
})

/** One for all: a set for each symbol of each peer would be half of its memory. */
const NO_PERIODS: ReadonlySet<number> = new Set()

const symbolsOf = ({ payload }: Call): readonly number[] => [
  ...new Set((payload as { readonly symbolId?: readonly number[] }).symbolId),
]

const accountPart = ({ payload }: Call): { readonly ctidTraderAccountId: unknown } => ({
  ctidTraderAccountId: payload['ctidTraderAccountId'],
})

const refusalIn = (answers: readonly OwnerAnswer[]): Refusal | undefined => {
  const failed = answers.find(({ kind }) => kind !== 'done')
  return failed && (failed.kind === 'refused' ? failed.refusal : notReachable)
}

/**
 * Subscribes to all keys or to none. Another request for the same is refused from now on, as at cTrader. `onDone` is
 * called after the answer.
 */
const subscribe = (
  { account: { feeds }, held, left$ }: PeerAccount,
  call: Call,
  keys: readonly PriceKey[],
  { mayAdd }: SubscriptionContext,
  onDone: (key: PriceKey) => void,
): void => {
  if (keys.some(key => held.has(priceKeyText(key)))) {
    call.refuse(alreadySubscribed)
    return
  }
  if (!mayAdd(keys.length)) {
    call.refuse(tooMany)
    return
  }
  for (const key of keys) held.set(priceKeyText(key), key)
  if (keys.length === 0) {
    call.answer(accountPart(call))
    return
  }
  const hasLeft$ = left$.pipe(map(() => undefined))
  merge(hasLeft$, forkJoin(keys.map(key => feeds.acquire(key))))
    .pipe(take(1))
    .subscribe(answers => {
      if (!answers) {
        call.refuse(notAuthorized)
        return
      }
      const refusal = refusalIn(answers)
      // The peer may have given some back meanwhile.
      const current = keys.filter(key => held.get(priceKeyText(key)) === key)
      if (!refusal) {
        call.answer(accountPart(call))
        current.forEach(onDone)
        return
      }
      for (const key of current) {
        held.delete(priceKeyText(key))
        feeds.release(key)
      }
      call.refuse(refusal)
    })
}

const unsubscribe = ({ account: { feeds }, held }: PeerAccount, key: PriceKey): void => {
  if (held.delete(priceKeyText(key))) feeds.release(key)
}

/** From now on, the peer gets the prices of a symbol as this listener wants them, in the place of an earlier one. */
const listen = (
  { account: { feeds }, spots }: PeerAccount,
  symbolId: number,
  listener: SpotListener,
): void => {
  const feed = feeds.spots(symbolId)
  const earlier = spots.get(symbolId)
  if (earlier) feed.remove(earlier)
  spots.set(symbolId, listener)
  feed.add(listener)
}

const subscribeSpots: SubscriptionHandler = (peer, call, context) => {
  const { subscribeToSpotTimestamp = false } = call.payload as Payload<
    typeof PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
  >
  const keys = symbolsOf(call).map((symbolId): PriceKey => ({ kind: 'spot', symbolId }))
  /** One for all symbols: a listener for each would be a tenth of a peer's memory. */
  const listener: SpotListener = {
    periods: NO_PERIODS,
    withTimestamp: subscribeToSpotTimestamp,
    price: context.outbox.writePrice,
  }
  subscribe(peer, call, keys, context, ({ symbolId }) => {
    listen(peer, symbolId, listener)
    peer.account.feeds.spots(symbolId).show(listener)
  })
}

const unsubscribeSpots: SubscriptionHandler = (peer, call, { outbox }) => {
  const keys = symbolsOf(call).map((symbolId): PriceKey => ({ kind: 'spot', symbolId }))
  if (keys.some(key => !peer.held.has(priceKeyText(key)))) {
    call.refuse({ errorCode: 'NOT_SUBSCRIBED_TO_SPOTS', description: 'Not subscribed to spots' })
    return
  }
  for (const key of keys) {
    const { symbolId } = key
    const listener = peer.spots.get(symbolId)
    if (listener) peer.account.feeds.spots(symbolId).remove(listener)
    peer.spots.delete(symbolId)
    outbox.dropPrice(PayloadType.PROTO_OA_SPOT_EVENT, peer.entitlement.accountId, symbolId)
    // Bars come with the prices.
    for (const other of [...peer.held.values()])
      if (other.kind === 'bar' && other.symbolId === symbolId) unsubscribe(peer, other)
    unsubscribe(peer, key)
  }
  call.answer(accountPart(call))
}

const barKey = ({ payload }: Call): PriceKey & { readonly period: number } => {
  const { symbolId, period } = payload as Payload<typeof PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ>
  return { kind: 'bar', symbolId, period }
}

const subscribeBars: SubscriptionHandler = (peer, call, context) => {
  const key = barKey(call)
  const { symbolId, period } = key
  if (!peer.held.has(priceKeyText({ kind: 'spot', symbolId }))) {
    call.refuse(notSubscribed(`spots of symbol ${symbolId}`))
    return
  }
  subscribe(peer, call, [key], context, () => {
    const listener = peer.spots.get(symbolId)
    if (!listener) return
    const periods = new Set([...listener.periods, period].sort((a, b) => a - b))
    const withBars = { ...listener, periods }
    listen(peer, symbolId, withBars)
    peer.account.feeds.spots(symbolId).show(withBars)
  })
}

const unsubscribeBars: SubscriptionHandler = (peer, call) => {
  const key = barKey(call)
  const { symbolId, period } = key
  if (!peer.held.has(priceKeyText(key))) {
    call.refuse(notSubscribed(`live trendbars of symbol ${symbolId}`))
    return
  }
  const listener = peer.spots.get(symbolId)
  if (listener) {
    const periods = new Set([...listener.periods].filter(other => other !== period))
    listen(peer, symbolId, { ...listener, periods })
  }
  unsubscribe(peer, key)
  call.answer(accountPart(call))
}

const subscribeDepth: SubscriptionHandler = (peer, call, context) => {
  const keys = symbolsOf(call).map((symbolId): PriceKey => ({ kind: 'depth', symbolId }))
  subscribe(peer, call, keys, context, ({ symbolId }) => {
    const listener: BookListener = { price: context.outbox.writePrice }
    peer.books.set(symbolId, listener)
    const feed = peer.account.feeds.book(symbolId)
    feed.add(listener)
    feed.show(listener)
  })
}

const unsubscribeDepth: SubscriptionHandler = (peer, call, { outbox }) => {
  const keys = symbolsOf(call).map((symbolId): PriceKey => ({ kind: 'depth', symbolId }))
  if (keys.some(key => !peer.held.has(priceKeyText(key)))) {
    call.refuse(notSubscribed('depth quotes'))
    return
  }
  for (const key of keys) {
    const listener = peer.books.get(key.symbolId)
    if (listener) peer.account.feeds.book(key.symbolId).remove(listener)
    peer.books.delete(key.symbolId)
    outbox.dropPrice(PayloadType.PROTO_OA_DEPTH_EVENT, peer.entitlement.accountId, key.symbolId)
    unsubscribe(peer, key)
  }
  call.answer(accountPart(call))
}

/** The handlers of subscriptions, by payload type. */
export const subscriptionHandlers: ReadonlyMap<number, SubscriptionHandler> = new Map([
  [PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, subscribeSpots],
  [PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, unsubscribeSpots],
  [PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, subscribeBars],
  [PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ, unsubscribeBars],
  [PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, subscribeDepth],
  [PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ, unsubscribeDepth],
])
