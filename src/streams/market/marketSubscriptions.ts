import { filter, map, merge, of, switchMap, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { KnownPrices, Quote } from '../../operators/mergeQuote'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOASpotEvent } from '../../protocol/messages/quotes'
import { accountPayloads } from '../../session/state/accountMessages'
import type { Account } from '../../session/account'
import { eachUnread, unreadByKind } from '../../session/state/unread'
import type { StateKind } from '../../session/state/unread'
import { batchSymbols } from '../sharing/batchSymbols'
import type { ForSymbol } from '../sharing/batchSymbols'
import { establish } from '../sharing/establish'
import { oneTurn, shareByKey } from '../sharing/shareByKey'
import { oncePer } from '../../util/oncePer'
import { depthFeed } from './depthFeed'
import type { DepthFeed } from './depthFeed'
import { lastQuote } from './lastQuote'
import { priceSource, readPrices } from './priceSource'
import type { PriceSource } from './priceSource'

type PriceRequest =
  | typeof PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
  | typeof PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ
  | typeof PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ
  | typeof PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ

/** How prices or books are subscribed. Symbols of the same turn share a request. */
interface Requests {
  readonly subscribe: ForSymbol
  readonly unsubscribe: ForSymbol
}

type PriceKind = Extract<StateKind, 'quotes' | 'book'>

const requestsOf = oncePer(
  ({ accountId: ctidTraderAccountId }: Account): Readonly<Record<PriceKind, Requests>> => {
    const batched = (payloadType: PriceRequest, options: { readonly subscribeToSpotTimestamp?: true } = {}) =>
      batchSymbols((link, symbolId) =>
        link.request(payloadType, { ctidTraderAccountId, symbolId, ...options }),
      )
    return {
      quotes: {
        subscribe: batched(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, { subscribeToSpotTimestamp: true }),
        unsubscribe: batched(PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ),
      },
      book: {
        subscribe: batched(PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ),
        unsubscribe: batched(PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ),
      },
    }
  },
)

/**
 * The prices or the book of one symbol. Both sides of the prices, and the whole book, come only after a subscription.
 * So it is established again if the server was subscribed already, and when one of its events could not be read.
 */
const establishPrices = (
  { accountOn, isOver, link$, mayClose }: PriceSource,
  symbolId: number,
  kind: PriceKind,
  onSubscribed?: () => void,
): Observable<Link | undefined> => {
  const requestsOn = (link: Link): Requests => requestsOf(accountOn(link))[kind]
  return establish(
    link$,
    {
      open: link =>
        requestsOn(link)
          .subscribe(link, symbolId)
          .pipe(tap({ complete: () => onSubscribed?.() })),
      close: link => requestsOn(link).unsubscribe(link, symbolId),
    },
    {
      mayClose,
      isOver,
      isAfresh: true,
      again: link => unreadByKind(link, accountOn(link).accountId, kind, symbolId),
      spoilt: link => eachUnread(link, accountOn(link).accountId, kind, symbolId),
    },
  )
}

/** The spot events of a symbol on one link, subscribed or not. They are those of the link's account. */
export const sourceSpotEvents = (
  { accountOn }: PriceSource,
  symbolId: number,
  link: Link,
): Observable<ProtoOASpotEvent> =>
  accountPayloads(link, accountOn(link).accountId, PayloadType.PROTO_OA_SPOT_EVENT, symbolId)

/** The same for a link of an account's `spotLine`. */
export const linkSpotEvents = (
  account: Account,
  symbolId: number,
  link: Link,
): Observable<ProtoOASpotEvent> => sourceSpotEvents(priceSource(account), symbolId, link)

/** A link on which the spots of a symbol are established, with its quotes. */
export interface SpotLine {
  readonly link: Link
  readonly quote$: Observable<Quote>
  /** The known prices, also while only one side is known. */
  readonly price$: Observable<KnownPrices>
}

const spotLines = shareByKey<SpotLine | undefined>(oneTurn)

const sourceSpotLine = (source: PriceSource, symbolId: number): Observable<SpotLine | undefined> =>
  spotLines(source, `${symbolId}`, () => {
    const { quote$, price$, listening$, forget } = lastQuote(
      source.link$.pipe(filter(link => link !== undefined)),
      link => sourceSpotEvents(source, symbolId, link),
    )
    // Bars depend on spots. They are established again too, and ask for what they missed.
    const established$ = establishPrices(source, symbolId, 'quotes', forget)
    return merge(listening$, established$.pipe(map(link => link && { link, quote$, price$ })))
  })

/** `undefined` while there is no such link. */
export const spotLine = (account: Account, symbolId: number): Observable<SpotLine | undefined> =>
  readPrices(account, source => sourceSpotLine(source, symbolId))

const barLinks = shareByKey<Link | undefined>(oneTurn)

/**
 * The link on which live bars of a symbol are established; `undefined` while there is none. The server accepts bars
 * only after a subscription to spots, so bars depend on spots here.
 */
export const sourceBarLink = (
  source: PriceSource,
  symbolId: number,
  period: ProtoOATrendbarPeriod,
): Observable<Link | undefined> =>
  barLinks(source, `${symbolId} ${period}`, () => {
    const requestOn = (link: Link) => ({
      ctidTraderAccountId: source.accountOn(link).accountId,
      symbolId,
      period,
    })
    return establish(
      sourceSpotLine(source, symbolId).pipe(map(line => line?.link)),
      {
        open: link => link.request(PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, requestOn(link)),
        close: link => link.request(PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ, requestOn(link)),
      },
      { mayClose: source.mayClose, isOver: source.isOver },
    )
  })

export const barLink = (
  account: Account,
  symbolId: number,
  period: ProtoOATrendbarPeriod,
): Observable<Link | undefined> => readPrices(account, source => sourceBarLink(source, symbolId, period))

const depthLines = shareByKey<DepthFeed | undefined>(oneTurn)

const sourceDepthLine = (source: PriceSource, symbolId: number): Observable<DepthFeed | undefined> =>
  depthLines(source, `${symbolId}`, () =>
    establishPrices(source, symbolId, 'book').pipe(
      switchMap(link =>
        link
          ? depthFeed(
              accountPayloads(
                link,
                source.accountOn(link).accountId,
                PayloadType.PROTO_OA_DEPTH_EVENT,
                symbolId,
              ),
            )
          : of(undefined),
      ),
    ),
  )

/** `undefined` while there is no such link. */
export const depthLine = (account: Account, symbolId: number): Observable<DepthFeed | undefined> =>
  readPrices(account, source => sourceDepthLine(source, symbolId))
