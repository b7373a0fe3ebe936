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
import type { DepthEvent } from '../../../operators/toBook'
import type { ProtoOATrendbarPeriod } from '../../../protocol/messages/enums'
import type { ProtoOASpotEvent } from '../../../protocol/messages/quotes'
import { PayloadType } from '../../../protocol/payloadType'
import { accountPayloads } from '../../../session/state/accountMessages'
import { barLink, depthLine, linkSpotEvents, spotLine } from '../../../streams/market/marketSubscriptions'
import type { SpotLine } from '../../../streams/market/marketSubscriptions'
import { omitUndefined } from '../../../util/omitUndefined'
import { priceKeyText } from '../../bus/messages'
import type { PriceKey, WantedPrice } from '../../bus/messages'
import type { Position } from '../../bus/position'
import { applyBookChange, emptyBook, mergeSpots } from '../../model/prices'
import type { Book } from '../../model/prices'
import type { OwnedAccount } from './ownedAccount'

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

type Kind = 'spot' | 'depth'

/** Sends a change of prices to the edges, with the numbers of the account. */
export interface PricesChannel {
  readonly publish: (kind: Kind, symbolId: number, payload: object) => void
  /** The number of the last packet. */
  readonly last: (kind: Kind, symbolId: number) => Position
}

/** What an edge has when it has subscribed. */
export interface Subscribed {
  readonly snapshot: object | undefined
  readonly at: Position
}

/** What an edge is told when the prices so far are worth nothing: all of them come again. */
const RESET = { reset: true }

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
 * The price subscriptions of an account: one at cTrader for any number of edges. It keeps what is current, for those
 * that come later. With `hasFeed`, the events may be those of another account of its feed.
 */
export const createPrices = (
  { account, link$ }: OwnedAccount,
  hasFeed: boolean,
  { publish, last }: PricesChannel,
): Prices => {
  const { accountId } = account
  const held = new Map<string, Held>()
  const spots = new Map<number, ProtoOASpotEvent>()
  const books = new Map<number, Book>()

  const reset = (kind: 'spot' | 'depth', symbolId: number): void => {
    const known: Map<number, unknown> = kind === 'spot' ? spots : books
    if (known.delete(symbolId)) publish(kind, symbolId, RESET)
  }
  const onSpot = (event: ProtoOASpotEvent): void => {
    const { symbolId } = event
    if (!held.has(priceKeyText({ kind: 'spot', symbolId }))) return
    spots.set(symbolId, mergeSpots(spots.get(symbolId), event))
    publish('spot', symbolId, event)
  }
  const onDepth = (event: DepthEvent): void => {
    const { symbolId, whole } = event
    const before = whole === true ? undefined : books.get(symbolId)
    books.set(symbolId, applyBookChange(before ?? emptyBook, event))
    publish('depth', symbolId, event)
  }
  const listening = link$
    .pipe(
      switchMap(link =>
        link && !hasFeed ? accountPayloads(link, accountId, PayloadType.PROTO_OA_SPOT_EVENT) : EMPTY,
      ),
    )
    .subscribe(onSpot)

  /** The prices that the feed has already, and then its events, as those of this account. */
  const eventsOfFeed = (symbolId: number, { link, price$ }: SpotLine): Observable<never> =>
    defer(() => {
      const known = currentOf(price$)
      const first$ = known ? of({ symbolId, ...omitUndefined(known) }) : EMPTY
      return concat(first$, linkSpotEvents(account, symbolId, link))
    }).pipe(
      tap(event => {
        onSpot({ ...event, ctidTraderAccountId: accountId })
      }),
      ignoreElements(),
    )
  /** Whether the subscription is established at cTrader: on each link again. */
  const establish = ({ kind, symbolId, period }: PriceKey): Observable<boolean> => {
    switch (kind) {
      case 'spot':
        return spotLine(account, symbolId).pipe(
          switchMap(line => {
            if (!line) reset('spot', symbolId)
            const isEstablished$ = of(line !== undefined)
            return line && hasFeed ? merge(eventsOfFeed(symbolId, line), isEstablished$) : isEstablished$
          }),
        )
      case 'bar':
        return barLink(account, symbolId, period as ProtoOATrendbarPeriod).pipe(
          map(link => link !== undefined),
        )
      case 'depth':
        return depthLine(account, symbolId).pipe(
          switchMap(feed => {
            if (feed) return merge(feed.event$.pipe(tap(onDepth), ignoreElements()), of(true))
            reset('depth', symbolId)
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
    upstream.add(
      establish(key).subscribe({
        next: isEstablished => {
          entry.established$.next(isEstablished)
        },
        error: (error: unknown) => {
          if (held.get(text) === entry) held.delete(text)
          entry.established$.error(error)
        },
      }),
    )
    return entry
  }
  const drop = (text: string, { upstream }: Held): void => {
    held.delete(text)
    upstream.unsubscribe()
    const [kind, symbolId] = text.split(' ')
    if (kind === 'spot') spots.delete(Number(symbolId))
    if (kind === 'depth') books.delete(Number(symbolId))
  }
  const release = (edge: string, text: string): void => {
    const entry = held.get(text)
    if (entry?.edges.delete(edge) === true && entry.edges.size === 0) drop(text, entry)
  }
  const snapshot = ({ kind, symbolId }: PriceKey): object | undefined => {
    if (kind !== 'depth') return spots.get(symbolId)
    const book = books.get(symbolId)
    return book && { symbolId, newQuotes: [...book.values()], whole: true }
  }

  const lastOf = ({ kind, symbolId }: PriceKey): Position =>
    last(kind === 'depth' ? 'depth' : 'spot', symbolId)
  const use = (edge: string, key: PriceKey): Held => {
    const entry = hold(key)
    entry.edges.set(edge, { renewedAt: monotonicNow(), seq: lastOf(key).seq })
    return entry
  }

  return {
    subscribe: (edge, key) => {
      const { established$ } = use(edge, key)
      return established$.pipe(
        filter(isEstablished => isEstablished),
        take(1),
        map(() => ({ snapshot: snapshot(key), at: lastOf(key) })),
      )
    },
    renew: (edge, wanted) => {
      for (const { has, ...key } of wanted) {
        const user = held.get(priceKeyText(key))?.edges.get(edge)
        // What was sent before the last time that it has said so, it should have by now.
        const current = user && has && has.seq < user.seq ? snapshot(key) : undefined
        if (current) publish(key.kind === 'depth' ? 'depth' : 'spot', key.symbolId, current)
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
