import { defer, filter, map, merge, mergeMap, of, switchMap, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { KnownPrices, Quote } from '../../operators/mergeQuote'
import type { DepthEvent } from '../../operators/toBook'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOASpotEvent, ProtoOATrendbar } from '../../protocol/messages/quotes'
import { accountPayloads } from '../../session/state/accountMessages'
import type { Account } from '../../session/account'
import { eachUnread, unreadByKind } from '../../session/state/unread'
import type { StateKind } from '../../session/state/unread'
import { batchSymbols } from '../sharing/batchSymbols'
import type { ForSymbol } from '../sharing/batchSymbols'
import { depthFeed } from './depthFeed'
import type { DepthFeed } from './depthFeed'
import { lastQuote } from './lastQuote'
import { accountLinks, whenAuthenticated } from '../sharing/accountLinks'
import { establish } from '../sharing/establish'
import { oneTurn, shareByKey } from '../sharing/shareByKey'
import { ofSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'
import { toPeriodNumber } from '../../time/barPeriods'
import type { Period } from '../../time/barPeriods'
import { oncePer } from '../../util/oncePer'

type FeedRequest =
  | typeof PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ
  | typeof PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ
  | typeof PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ
  | typeof PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ

/** Prices or books of symbols on the server. Symbols of the same turn share a request. */
interface Feed {
  readonly kind: StateKind
  readonly subscribe: ForSymbol
  readonly unsubscribe: ForSymbol
}

const feedsOf = oncePer(({ accountId: ctidTraderAccountId }: Account): Record<'spots' | 'depth', Feed> => {
  const batched = (payloadType: FeedRequest, options: { readonly subscribeToSpotTimestamp?: true } = {}) =>
    batchSymbols((link, symbolId) => link.request(payloadType, { ctidTraderAccountId, symbolId, ...options }))
  return {
    spots: {
      kind: 'quotes',
      subscribe: batched(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, { subscribeToSpotTimestamp: true }),
      unsubscribe: batched(PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ),
    },
    depth: {
      kind: 'book',
      subscribe: batched(PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ),
      unsubscribe: batched(PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ),
    },
  }
})

/**
 * A feed of one symbol. Both sides of the prices, and the whole book, come only after a subscription. So it is
 * established again if the server was subscribed already, and when one of its events could not be read.
 */
const establishFeed = (
  account: Account,
  symbolId: number,
  { kind, subscribe, unsubscribe }: Feed,
  onSubscribed?: () => void,
): Observable<Link | undefined> =>
  establish(
    accountLinks(account),
    {
      open: link => subscribe(link, symbolId).pipe(tap({ complete: () => onSubscribed?.() })),
      close: link => unsubscribe(link, symbolId),
    },
    {
      mayClose$: whenAuthenticated(account),
      isAfresh: true,
      again: link => unreadByKind(link, account.accountId, kind, symbolId),
      spoilt: link => eachUnread(link, account.accountId, kind, symbolId),
    },
  )

/** The spot events of a symbol on one link, subscribed or not. */
export const linkSpotEvents = (
  account: Account,
  symbolId: number,
  link: Link,
): Observable<ProtoOASpotEvent> =>
  accountPayloads(link, account.accountId, PayloadType.PROTO_OA_SPOT_EVENT, symbolId)

/** A link on which the spots of a symbol are established, with its quotes. */
export interface SpotLine {
  readonly link: Link
  readonly quote$: Observable<Quote>
  /** The known prices, also while only one side is known. */
  readonly price$: Observable<KnownPrices>
}

const spotLines = shareByKey<SpotLine | undefined>(oneTurn)

/** `undefined` while there is no such link. */
export const spotLine = (account: Account, symbolId: number): Observable<SpotLine | undefined> =>
  spotLines(account, `${symbolId}`, () => {
    const { quote$, price$, listening$, forget } = lastQuote(
      accountLinks(account).pipe(filter(link => link !== undefined)),
      link => linkSpotEvents(account, symbolId, link),
    )
    // Bars depend on spots. They are established again too, and ask for what they missed.
    const established$ = establishFeed(account, symbolId, feedsOf(account).spots, forget)
    return merge(listening$, established$.pipe(map(link => link && { link, quote$, price$ })))
  })

const barLines = shareByKey<Link | undefined>(oneTurn)

/**
 * The link on which live bars of a symbol are established; `undefined` while there is none. The server accepts bars
 * only after a subscription to spots, so bars depend on spots here.
 */
export const barLink = (
  account: Account,
  symbolId: number,
  period: ProtoOATrendbarPeriod,
): Observable<Link | undefined> =>
  barLines(account, `${symbolId} ${period}`, () => {
    const request = { ctidTraderAccountId: account.accountId, symbolId, period }
    return establish(
      spotLine(account, symbolId).pipe(map(line => line?.link)),
      {
        open: link => link.request(PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, request),
        close: link => link.request(PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ, request),
      },
      { mayClose$: whenAuthenticated(account) },
    )
  })

const depthLines = shareByKey<DepthFeed | undefined>(oneTurn)

/** `undefined` while there is no such link. */
export const depthLine = (account: Account, symbolId: number): Observable<DepthFeed | undefined> =>
  depthLines(account, `${symbolId}`, () =>
    establishFeed(account, symbolId, feedsOf(account).depth).pipe(
      switchMap(link =>
        link
          ? depthFeed(accountPayloads(link, account.accountId, PayloadType.PROTO_OA_DEPTH_EVENT, symbolId))
          : of(undefined),
      ),
    ),
  )

/**
 * The prices of a symbol as the server sends them (`ProtoOASpotEvent`): changes of one side or both. The symbol is
 * subscribed on the server for the first consumer, again after each lost line, and unsubscribed after the last.
 * Symbols of the same turn share one request. Errors for a symbol the account does not have, and with the account.
 * Never completes.
 *
 * ```ts
 * spotEvents(account, 'EURUSD').subscribe(({ bid, ask }) => console.log(bid, ask))
 * ```
 */
export const spotEvents = (account: Account, symbol: SymbolIdOrName): Observable<ProtoOASpotEvent> =>
  ofSymbol(account, symbol, symbolId =>
    spotLine(account, symbolId).pipe(
      filter(line => line !== undefined),
      switchMap(({ link }) => linkSpotEvents(account, symbolId, link)),
    ),
  )

/**
 * The forming bar of a symbol as the server sends it, inside spot events (`ProtoOATrendbar`, without a close).
 * Depends on `spotEvents` and behaves like it: errors for an unknown symbol and with the account; never completes.
 *
 * ```ts
 * trendbarEvents(account, 'EURUSD', 'M1').subscribe(({ low, deltaHigh }) => console.log(low, deltaHigh))
 * ```
 */
export const trendbarEvents = (
  account: Account,
  symbol: SymbolIdOrName,
  period: Period,
): Observable<ProtoOATrendbar> =>
  defer(() => {
    const number = toPeriodNumber(period)
    return ofSymbol(account, symbol, symbolId =>
      barLink(account, symbolId, number).pipe(
        filter(line => line !== undefined),
        switchMap(link => linkSpotEvents(account, symbolId, link)),
        mergeMap(({ trendbar = [] }) => trendbar.filter(bar => bar.period === number)),
      ),
    )
  })

/**
 * The changes of a symbol's order book as the server sends them (`ProtoOADepthEvent`). The first event has the
 * whole book (`whole: true`), also for a late consumer and after each lost line: it replaces everything before.
 * Behaves like `spotEvents`: errors for an unknown symbol and with the account; never completes.
 *
 * ```ts
 * depthEvents(account, 'EURUSD').subscribe(({ newQuotes, deletedQuotes }) => console.log(newQuotes, deletedQuotes))
 * ```
 */
export const depthEvents = (account: Account, symbol: SymbolIdOrName): Observable<DepthEvent> =>
  ofSymbol(account, symbol, symbolId =>
    depthLine(account, symbolId).pipe(
      filter(line => line !== undefined),
      switchMap(({ event$ }) => event$),
    ),
  )
