import { NEVER, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { OrderBook } from '../../operators/toBook'
import type { Account } from '../../session/account'
import { depthLine } from './marketSubscriptions'
import { nameUnknownSymbol, ofSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'

/**
 * The order book of a symbol, by id or name. Emits the current book at once, also while the market is closed, then
 * a new book after each change (`ProtoOADepthEvent`). Prices are decimals, sizes are units of the base asset. A
 * book is immutable, so you may keep as many as you like. A new one costs only what changed; its `bids` and `asks`
 * are made when they are first read.
 *
 * The server is asked once for all consumers (2155), again after a lost line, and no more after the last consumer.
 * Silent while the line is down, also for a late consumer. After that the book is rebuilt from the whole book that
 * the server sends. Errors for a symbol the account does not have, and with the account. Never completes.
 *
 * ```ts
 * depth(account, 'EURUSD').subscribe(({ bestBid, bestAsk, imbalance }) => console.log(bestBid, bestAsk, imbalance))
 * ```
 */
export const depth = (account: Account, symbol: SymbolIdOrName): Observable<OrderBook> =>
  ofSymbol(account, symbol, symbolId =>
    depthLine(account, symbolId).pipe(
      nameUnknownSymbol(symbol),
      // The book of a lost line may be wrong by now: emit nothing.
      switchMap(line => line?.book$ ?? NEVER),
    ),
  )
