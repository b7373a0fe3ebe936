import { NEVER, distinct, from, map, mergeMap, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Quote } from '../../operators/mergeQuote'
import type { Account } from '../../session/account'
import { spotLine } from './marketSubscriptions'
import { nameUnknownSymbol, resolveSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'

/** The prices of a lost line may be wrong by now: emit nothing. */
const quotesOf = (account: Account, symbolId: number, symbol: SymbolIdOrName): Observable<Quote> =>
  spotLine(account, symbolId).pipe(
    nameUnknownSymbol(symbol),
    switchMap(line => line?.quote$ ?? NEVER),
  )

const isMany = (symbols: SymbolIdOrName | readonly SymbolIdOrName[]): symbols is readonly SymbolIdOrName[] =>
  Array.isArray(symbols)

/**
 * The prices of one or several symbols, by id or name. Emits the current quote of each at once, also while its
 * market is closed, then each change (`ProtoOASpotEvent`, with one-sided changes merged). Prices are decimals, such
 * as 1.13955.
 *
 * All symbols are subscribed by one request (2127), once for all consumers, again after a lost line, and
 * unsubscribed after the last consumer. Silent while the line is down, also for a late consumer. After that, no
 * quote mixes a side from before with one from after.
 *
 * Errors with `UnknownSymbol` and the nearest names for a symbol the account does not have, and with the account.
 * Never completes, except for an empty list, which completes at once.
 *
 * ```ts
 * spots(account, ['EURUSD', 'XAUUSD']).subscribe(({ symbolId, bid, ask }) => console.log(symbolId, bid, ask))
 * ```
 */
export const spots = (
  account: Account,
  symbols: SymbolIdOrName | readonly SymbolIdOrName[],
): Observable<Quote> =>
  from(isMany(symbols) ? symbols : [symbols]).pipe(
    mergeMap(symbol => resolveSymbol(account, symbol).pipe(map(symbolId => ({ symbol, symbolId })))),
    distinct(({ symbolId }) => symbolId),
    mergeMap(({ symbol, symbolId }) => quotesOf(account, symbolId, symbol)),
  )
