import { NEVER, distinct, from, map, mergeMap, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Quote } from '../../operators/mergeQuote'
import type { Account } from '../../session/account'
import { spotsOf } from './marketSubscriptions'
import { namingUnknown, resolveSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'

/** Of a line that is lost nobody is told any price: it may be another by now. */
const quotesOf = (account: Account, symbolId: number, symbol: SymbolIdOrName): Observable<Quote> =>
  spotsOf(account, symbolId).pipe(
    namingUnknown(symbol),
    switchMap(line => line?.quote$ ?? NEVER),
  )

const isMany = (symbols: SymbolIdOrName | readonly SymbolIdOrName[]): symbols is readonly SymbolIdOrName[] =>
  Array.isArray(symbols)

/**
 * What symbols cost, by id or name, one or several: the current quote of each at once, also while its market is closed,
 * then each change (`ProtoOASpotEvent`, one-sided ones merged). Prices are decimals, such as 1.13955.
 *
 * The server is asked for all of them by one request (2127) and once however many consumers there are, again after a
 * lost line, and no more after the last consumer. Silent while the line is down, also to a consumer who comes then;
 * after that no side of before is mixed with one of after. Errors with `UnknownSymbol` and the nearest names for a
 * symbol the account does not have, and with the account; never completes, but for an empty list, at once.
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
