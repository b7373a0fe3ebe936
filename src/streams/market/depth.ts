import { NEVER, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { OrderBook } from '../../operators/toBook'
import type { Account } from '../../session/account'
import { depthOf } from './marketSubscriptions'
import { namingUnknown, ofSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'

/**
 * The order book of a symbol, by id or name: the current one at once, also while the market is closed, then one after
 * each change (`ProtoOADepthEvent`). Prices are decimals, sizes units of the base asset. A book never changes, so that
 * you may keep as many as you like, and costs as much as what changed in it; its `bids` and `asks` are made when they
 * are first read.
 *
 * The server is asked once however many consumers there are (2155), again after a lost line, and no more after the
 * last. Silent while the line is down, also to a consumer who comes then; after it the book is made anew of the whole
 * one that the server sends. Errors for a symbol the account does not have, and with the account; never completes.
 *
 * ```ts
 * depth(account, 'EURUSD').subscribe(({ bestBid, bestAsk, imbalance }) => console.log(bestBid, bestAsk, imbalance))
 * ```
 */
export const depth = (account: Account, symbol: SymbolIdOrName): Observable<OrderBook> =>
  ofSymbol(account, symbol, symbolId =>
    depthOf(account, symbolId).pipe(
      namingUnknown(symbol),
      // Of a line that is lost nobody gets the book.
      switchMap(line => line?.book$ ?? NEVER),
    ),
  )
