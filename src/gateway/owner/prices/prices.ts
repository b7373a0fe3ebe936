import {
  EMPTY,
  ReplaySubject,
  Subscription,
  concat,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  of,
  switchMap,
  take,
  tap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../../clock'
import type { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import { PayloadType } from '../../../protocol/payloadType'
import { accountPayloads } from '../../../session/state/accountMessages'
import { barLink, depthLine, linkSpotEvents, spotLine } from '../../../streams/market/marketSubscriptions'
import type { SpotLine } from '../../../streams/market/marketSubscriptions'
import { omitUndefined } from '../../../util/omitUndefined'
import { priceKeyText } from '../../bus/messages'
import type { PriceKey, WantedPrice } from '../../bus/messages'
import type { Position } from '../../bus/position'
import type { CurrentPrices } from './currentPrices'
import type { OwnedAccount } from '../session/ownedAccount'

/** An edge that uses a subscription. */
interface User {
  /** When it last said so, in ms. */
  readonly renewedAt: number
  /** The number of the last packet then. */
  readonly seq: number
}

/** A subscription at cTrader that some edges use. */
interface Held {
  readonly edges: Map<string, User>
  /** Emits whether it is established. Errors if it cannot be. */
  readonly established$: ReplaySubject<boolean>
  readonly upstream: Subscription
}

/** What is there at once, if anything. */
const currentOf = <T>(value$: Observable<T>): T | undefined => {
  let current: T | undefined
  value$
    .pipe(take(1))
    .subscribe(value => {
      current = value
    })
    .unsubscribe()
  return current
}

/** What an edge has when it has subscribed. */
export interface Subscribed {
  readonly snapshot: object | undefined
  readonly at: Position
}

export interface Prices {
  /**
   * Emits once when the subscription is established: the current prices, if there are any. Errors if it cannot be.
   */
  readonly subscribe: (edge: string, key: PriceKey) => Observable<Subscribed>
  /** The edge still needs these, and others no more after a while. What it has missed is sent again. */
  readonly renew: (edge: string, wanted: readonly WantedPrice[]) => void
  /** Gives back what was not renewed since a time, in ms. */
  readonly expire: (before: number) => void
  readonly release: (edge: string, key: PriceKey) => void
  /** The edge does not need any of them any more. */
  readonly releaseAll: (edge: string) => void
  readonly close: () => void
}

/**
 * The price subscriptions of an account: one at cTrader for any number of edges. With `isShared`, `current` is that of
 * all accounts of its feed, and the events may be those of another one.
 */
export const createPrices = (
  { account, link$ }: OwnedAccount,
  current: CurrentPrices,
  isShared: boolean,
): Prices => {
  const { accountId } = account
  const held = new Map<string, Held>()
  const listening = link$
    .pipe(
      switchMap(link =>
        link && !isShared ? accountPayloads(link, accountId, PayloadType.PROTO_OA_SPOT_EVENT) : EMPTY,
      ),
    )
    .subscribe(current.onSpot)

  /** The prices that the feed has already, and then its events. */
  const eventsOfFeed = (symbolId: number, { link, price$ }: SpotLine): Observable<never> =>
    defer(() => {
      const known = currentOf(price$)
      const first$ = known ? of({ symbolId, ...omitUndefined(known) }) : EMPTY
      return concat(first$, linkSpotEvents(account, symbolId, link))
    }).pipe(tap(current.onSpot), ignoreElements())
  /** Whether the subscription is established at cTrader: on each link again. */
  const establish = ({ kind, symbolId, period }: PriceKey): Observable<boolean> => {
    switch (kind) {
      case 'spot':
        return spotLine(account, symbolId).pipe(
          switchMap(line => {
            if (!line) current.reset('spot', symbolId)
            const isEstablished$ = of(line !== undefined)
            if (!line || !isShared) return isEstablished$
            return merge(
              current.once(line, () => eventsOfFeed(symbolId, line)),
              isEstablished$,
            )
          }),
        )
      case 'bar':
        return barLink(account, symbolId, period as ProtoOATrendbarPeriod).pipe(
          map(link => link !== undefined),
        )
      case 'depth':
        return depthLine(account, symbolId).pipe(
          switchMap(feed => {
            if (feed)
              return merge(
                current.once(feed, () => feed.event$.pipe(tap(current.onDepth), ignoreElements())),
                of(true),
              )
            current.reset('depth', symbolId)
            return of(false)
          }),
        )
    }
  }
  const hold = (key: PriceKey): Held => {
    const text = priceKeyText(key)
    const known = held.get(text)
    if (known) return known
    const upstream = new Subscription()
    const entry: Held = { edges: new Map(), established$: new ReplaySubject(1), upstream }
    held.set(text, entry)
    const { kind, symbolId } = key
    if (kind !== 'bar') upstream.add(current.keep(kind, symbolId))
    upstream.add(
      establish(key).subscribe({
        next: isEstablished => {
          entry.established$.next(isEstablished)
        },
        error: (error: unknown) => {
          if (held.get(text) === entry) drop(text, entry)
          entry.established$.error(error)
        },
      }),
    )
    return entry
  }
  const drop = (text: string, { upstream }: Held): void => {
    held.delete(text)
    upstream.unsubscribe()
  }
  const release = (edge: string, text: string): void => {
    const entry = held.get(text)
    if (entry?.edges.delete(edge) === true && entry.edges.size === 0) drop(text, entry)
  }
  const use = (edge: string, key: PriceKey): Held => {
    const entry = hold(key)
    entry.edges.set(edge, { renewedAt: monotonicNow(), seq: current.last(key).seq })
    return entry
  }

  return {
    subscribe: (edge, key) => {
      const { established$ } = use(edge, key)
      return established$.pipe(
        filter(isEstablished => isEstablished),
        take(1),
        map(() => ({ snapshot: current.snapshot(key), at: current.last(key) })),
      )
    },
    renew: (edge, wanted) => {
      for (const { has, ...key } of wanted) {
        const user = held.get(priceKeyText(key))?.edges.get(edge)
        // What was sent before the last time that it has said so, it should have by now.
        if (user && has && has.seq < user.seq) current.repeat(key)
        use(edge, key)
      }
    },
    expire: before => {
      for (const [text, { edges }] of [...held])
        for (const [edge, { renewedAt }] of [...edges]) if (renewedAt < before) release(edge, text)
    },
    release: (edge, key) => {
      release(edge, priceKeyText(key))
    },
    releaseAll: edge => {
      for (const text of [...held.keys()]) release(edge, text)
    },
    close: () => {
      listening.unsubscribe()
      for (const [text, entry] of [...held]) drop(text, entry)
    },
  }
}
