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
import type { DepthEvent } from '../../operators/toBook'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import type { ProtoOASpotEvent } from '../../protocol/messages/quotes'
import { PayloadType } from '../../protocol/payloadType'
import { accountPayloads } from '../../session/state/accountMessages'
import { barLink, depthLine, linkSpotEvents, spotLine } from '../../streams/market/marketSubscriptions'
import type { SpotLine } from '../../streams/market/marketSubscriptions'
import { omitUndefined } from '../../util/omitUndefined'
import { priceKeyText } from '../bus/messages'
import type { PriceKey } from '../bus/messages'
import { applyBookChange, emptyBook, mergeSpots } from '../model/prices'
import type { Book } from '../model/prices'
import type { OwnedAccount } from './ownedAccount'

/** A subscription at cTrader that some edges use. */
interface Held {
  readonly edges: Set<string>
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

/** Sends a change of prices to the edges. */
export type PublishPrices = (kind: 'spot' | 'depth', symbolId: number, payload: object) => void

/** What an edge is told when the prices so far are worth nothing: all of them come again. */
const RESET = { reset: true }

export interface Prices {
  /**
   * Emits once when the subscription is established: the current prices, if there are any, or else nothing. Errors if
   * it cannot be.
   */
  readonly subscribe: (edge: string, key: PriceKey) => Observable<object | undefined>
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
  publish: PublishPrices,
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
    const entry: Held = { edges: new Set(), established$: new ReplaySubject(1), upstream }
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

  return {
    subscribe: (edge, key) => {
      const { edges, established$ } = hold(key)
      edges.add(edge)
      return established$.pipe(
        filter(isEstablished => isEstablished),
        take(1),
        map(() => snapshot(key)),
      )
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
