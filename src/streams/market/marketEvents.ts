import { defer, filter, map, mergeMap, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { DepthEvent } from '../../operators/toBook'
import type { ProtoOASpotEvent, ProtoOATrendbar } from '../../protocol/messages/quotes'
import type { Account } from '../../session/account'
import { toPeriodNumber } from '../../time/barPeriods'
import type { Period } from '../../time/barPeriods'
import { ofSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'
import { barLink, depthLine, linkSpotEvents, spotLine } from './marketSubscriptions'

/** The same event as one of this account, also if another account carries its feed. */
const asOf =
  ({ accountId }: Account) =>
  <E extends { readonly ctidTraderAccountId: number }>(event: E): E =>
    event.ctidTraderAccountId === accountId ? event : { ...event, ctidTraderAccountId: accountId }

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
      map(asOf(account)),
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
      map(asOf(account)),
    ),
  )
