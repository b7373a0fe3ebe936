import { catchError, concat, filter, map, mergeMap, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { CTraderError } from '../errors'
import type { ProtoOATrendbarPeriod } from '../protocol/enums'
import { meaningOf } from '../protocol/errorCodes'
import { PayloadType } from '../protocol/payloadType'
import type { ProtoOADepthEvent, ProtoOASpotEvent, ProtoOATrendbar } from '../protocol/quotes'
import { messagesOf } from '../session/accountMessages'
import type { Account } from '../session/account'
import { accountLinks, established } from './live'
import { sharedBy } from './shared'

const subscriptions = sharedBy<Link | undefined>()

const isLink = (link: Link | undefined): link is Link => link !== undefined

const spotsOf = (account: Account, symbolId: number): Observable<Link | undefined> =>
  subscriptions(account, `spots ${symbolId}`, () => {
    const request = { ctidTraderAccountId: account.accountId, symbolId: [symbolId] }
    return established(accountLinks(account), {
      open: link =>
        link.request(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, {
          ...request,
          subscribeToSpotTimestamp: true,
        }),
      close: link => link.request(PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, request),
    })
  })

// The server takes bars only where it takes the spots, which they come with: so they stand on them.
const barsOf = (
  account: Account,
  symbolId: number,
  period: ProtoOATrendbarPeriod,
): Observable<Link | undefined> =>
  subscriptions(account, `bars ${symbolId} ${period}`, () => {
    const request = { ctidTraderAccountId: account.accountId, symbolId, period }
    return established(spotsOf(account, symbolId), {
      open: link => link.request(PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, request),
      close: link => link.request(PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ, request),
    })
  })

const isAlreadyThere = (error: unknown): boolean =>
  error instanceof CTraderError && error.reason === 'Refused' && meaningOf(error.errorCode) === 'alreadyDone'

const depthOf = (account: Account, symbolId: number): Observable<Link | undefined> =>
  subscriptions(account, `depth ${symbolId}`, () => {
    const request = { ctidTraderAccountId: account.accountId, symbolId: [symbolId] }
    const subscribe = (link: Link) => link.request(PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, request)
    const unsubscribe = (link: Link) =>
      link.request(PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ, request)
    return established(accountLinks(account), {
      // One that is there already sent its book when nobody listened, and without it the changes are of no use.
      open: link =>
        subscribe(link).pipe(
          catchError((error: unknown) =>
            isAlreadyThere(error) ? concat(unsubscribe(link), subscribe(link)) : throwError(() => error),
          ),
        ),
      close: unsubscribe,
    })
  })

/**
 * The prices of a symbol as the server sends them (`ProtoOASpotEvent`): changes of one side or both. The symbol is
 * subscribed on the server with the first consumer, again after each lost line, and no more after the last. Errors
 * for a symbol the account does not have, and with the account; never completes.
 *
 * ```ts
 * spotEvents(account, 1).subscribe(({ bid, ask }) => console.log(bid, ask))
 * ```
 */
export const spotEvents = (account: Account, symbolId: number): Observable<ProtoOASpotEvent> =>
  spotsOf(account, symbolId).pipe(
    filter(isLink),
    switchMap(link => messagesOf(link, account.accountId, PayloadType.PROTO_OA_SPOT_EVENT, symbolId)),
    map(({ payload }) => payload),
  )

/**
 * The forming bar of a symbol as the server sends it, inside spot events (`ProtoOATrendbar`, without a close). Lives
 * as `spotEvents` do, on which it stands.
 *
 * ```ts
 * liveTrendbars(account, 1, ProtoOATrendbarPeriod.M1).subscribe(({ low, deltaHigh }) => console.log(low, deltaHigh))
 * ```
 */
export const liveTrendbars = (
  account: Account,
  symbolId: number,
  period: ProtoOATrendbarPeriod,
): Observable<ProtoOATrendbar> =>
  barsOf(account, symbolId, period).pipe(
    filter(isLink),
    switchMap(link => messagesOf(link, account.accountId, PayloadType.PROTO_OA_SPOT_EVENT, symbolId)),
    mergeMap(({ payload: { trendbar = [] } }) => trendbar.filter(bar => bar.period === period)),
  )

/**
 * The changes of a symbol's order book as the server sends them (`ProtoOADepthEvent`): the first after each
 * subscription is the whole book. Lives as `spotEvents` do.
 *
 * ```ts
 * depthEvents(account, 1).subscribe(({ newQuotes, deletedQuotes }) => console.log(newQuotes, deletedQuotes))
 * ```
 */
export const depthEvents = (account: Account, symbolId: number): Observable<ProtoOADepthEvent> =>
  depthOf(account, symbolId).pipe(
    filter(isLink),
    switchMap(link => messagesOf(link, account.accountId, PayloadType.PROTO_OA_DEPTH_EVENT, symbolId)),
    map(({ payload }) => payload),
  )
